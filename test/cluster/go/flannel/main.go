// flannel is a flannel daemon for one node, put together from flannel's own packages: what writes links, routes, neighbours, rules and node
// annotations is theirs. Their main package is not used because it imports every cloud backend, and the module of one of them is gone.
// The order of the steps below is that of their main.go (v0.28).
//
//	NODE_NAME=node-1 flannel -kubeconfig FILE -net-conf FILE -subnet-file FILE [-iface eth0]
//
// Without Kubernetes its network and its leases are in etcd, under flannel's own prefix, as with their flanneld without -kube-subnet-mgr:
//
//	flannel -etcd-endpoints URL -subnet-file FILE [-iface eth0]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/flannel-io/flannel/pkg/backend"
	_ "github.com/flannel-io/flannel/pkg/backend/hostgw"
	_ "github.com/flannel-io/flannel/pkg/backend/ipip"
	_ "github.com/flannel-io/flannel/pkg/backend/udp"
	_ "github.com/flannel-io/flannel/pkg/backend/vxlan"
	_ "github.com/flannel-io/flannel/pkg/backend/wireguard"
	"github.com/flannel-io/flannel/pkg/ip"
	"github.com/flannel-io/flannel/pkg/ipmatch"
	"github.com/flannel-io/flannel/pkg/subnet"
	"github.com/flannel-io/flannel/pkg/subnet/etcd"
	"github.com/flannel-io/flannel/pkg/subnet/kube"
	"github.com/flannel-io/flannel/pkg/trafficmngr"
	"github.com/flannel-io/flannel/pkg/trafficmngr/iptables"
	"github.com/flannel-io/flannel/pkg/trafficmngr/nftables"
	"github.com/joho/godotenv"
)

// What flannel's own flags default to: the prefixes of its annotations and of its keys in etcd, the resync period, and how long before its end a
// lease is renewed.
const (
	annotationPrefix   = "flannel.alpha.coreos.com"
	etcdPrefix         = "/coreos.com/network"
	resyncSeconds      = 5
	renewMarginMinutes = 60
)

type options struct {
	kubeconfig, netConf, etcdEndpoints, subnetFile, iface string
}

func main() {
	var o options
	flag.StringVar(&o.kubeconfig, "kubeconfig", "", "how to reach the API server")
	flag.StringVar(&o.netConf, "net-conf", "/etc/kube-flannel/net-conf.json", "the network's configuration")
	flag.StringVar(&o.etcdEndpoints, "etcd-endpoints", "", "URLs of etcd, with commas between; the configuration is there in place of Kubernetes")
	flag.StringVar(&o.subnetFile, "subnet-file", "/run/flannel/subnet.env", "where the node's subnet and MTU are written for the CNI plugin")
	flag.StringVar(&o.iface, "iface", "eth0", "the link to the other nodes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "flannel:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	manager, err := subnetManager(ctx, o)
	if err != nil {
		return fmt.Errorf("no subnet manager: %w", err)
	}
	config, err := manager.GetNetworkConfig(ctx)
	if err != nil {
		return fmt.Errorf("no network configuration: %w", err)
	}
	external, err := externalInterface(ctx, manager, config, o.iface)
	if err != nil {
		return fmt.Errorf("no interface %s: %w", o.iface, err)
	}
	chosen, err := backend.NewManager(ctx, manager, external).GetBackend(config.BackendType)
	if err != nil {
		return fmt.Errorf("no backend %s: %w", config.BackendType, err)
	}
	var running sync.WaitGroup
	network, err := chosen.RegisterNetwork(ctx, &running, config)
	if err != nil {
		return fmt.Errorf("backend %s did not register: %w", config.BackendType, err)
	}
	if err := rules(ctx, config, network, o.subnetFile); err != nil {
		return err
	}
	lease := network.Lease()
	if err := manager.HandleSubnetFile(o.subnetFile, config, true, lease.Subnet, lease.IPv6Subnet, network.MTU()); err != nil {
		return fmt.Errorf("subnet file: %w", err)
	}
	running.Add(1)
	go func() {
		defer running.Done()
		network.Run(ctx)
	}()
	err = manager.CompleteLease(ctx, lease, &running)
	running.Wait()
	return err
}

func subnetManager(ctx context.Context, o options) (subnet.Manager, error) {
	if o.etcdEndpoints == "" {
		return kube.NewSubnetManager(ctx, "", o.kubeconfig, annotationPrefix, o.netConf, true)
	}
	// The subnet of an earlier start is leased again.
	before, _ := godotenv.Read(o.subnetFile)
	config := etcd.EtcdConfig{Endpoints: strings.Split(o.etcdEndpoints, ","), Prefix: etcdPrefix}
	return etcd.NewLocalManager(ctx, &config, v4(before["FLANNEL_SUBNET"]), v6(before["FLANNEL_IPV6_SUBNET"]), renewMarginMinutes)
}

func externalInterface(ctx context.Context, manager subnet.Manager, config *subnet.Config, name string) (*backend.ExternalInterface, error) {
	families, err := ipmatch.GetIPFamily(config.EnableIPv4, config.EnableIPv6)
	if err != nil {
		return nil, err
	}
	v4, v6 := manager.GetStoredPublicIP(ctx)
	return ipmatch.LookupExtIface(name, "", "", families, ipmatch.PublicIPOpts{PublicIP: v4, PublicIPv6: v6})
}

// rules lets flannel write its masquerade and forward rules, after it has taken away those of the other kind, as at every start of flanneld.
func rules(ctx context.Context, config *subnet.Config, network backend.Network, subnetFile string) error {
	var ours, other trafficmngr.TrafficManager = &iptables.IPTablesManager{}, &nftables.NFTablesManager{}
	if config.EnableNFTables {
		ours, other = other, ours
	}
	if err := other.CleanUp(ctx); err != nil {
		return fmt.Errorf("rules of an earlier start: %w", err)
	}
	if err := ours.Init(ctx); err != nil {
		return fmt.Errorf("rules: %w", err)
	}
	// Absent at a first start: then there was no earlier network.
	before, _ := godotenv.Read(subnetFile)
	err := ours.SetupAndEnsureMasqRules(ctx,
		config.Network, v4(before["FLANNEL_SUBNET"]), v4(before["FLANNEL_NETWORK"]),
		config.IPv6Network, v6(before["FLANNEL_IPV6_SUBNET"]), v6(before["FLANNEL_IPV6_NETWORK"]),
		network.Lease(), resyncSeconds, false)
	if err != nil {
		return fmt.Errorf("masquerade rules: %w", err)
	}
	ours.SetupAndEnsureForwardRules(ctx, config.Network, config.IPv6Network, resyncSeconds)
	return nil
}

func v4(cidr string) (network ip.IP4Net) {
	if cidr != "" && network.UnmarshalJSON([]byte(`"`+cidr+`"`)) == nil {
		return network.Network()
	}
	return ip.IP4Net{}
}

func v6(cidr string) (network ip.IP6Net) {
	if cidr != "" && network.UnmarshalJSON([]byte(`"`+cidr+`"`)) == nil {
		return network.Network()
	}
	// Its comparison does not bear an absent address.
	return ip.IP6Net{IP: (*ip.IP6)(new(big.Int))}
}
