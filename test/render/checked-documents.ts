/**
 * Documents that a checker of their target accepts, each with mistakes that it must refuse: the one list of them, whoever the checker is and wherever it runs. Every
 * target has a document with a wrong key, a wrong value and a wrong address (`src/render/render.test.ts`).
 * @packageDocumentation
 */
import { type Asked, LAB_CLUSTER, LAB_DUAL, LAB_SEGMENT, labNodes, rendered, textOf } from "../synthetic/rendered.js";
import { TUNING } from "../synthetic/tuning.js";

/** A mistake of one kind, made in a text that is right. Where a document has no address a place stands for it. */
export interface Mistake {
  readonly kind: "key" | "value" | "address";
  /** What stands there, and what is written in its place. */
  readonly from: string;
  readonly to: string;
}

/** One document. */
export interface CheckedDocument {
  readonly target: string;
  readonly name: string;
  readonly variant: string;
  readonly path: string;
  readonly asked?: Asked;
  readonly mistakes: readonly Mistake[];
}

/** The document for the lab's nodes. */
export const documentText = ({ variant, target, asked, path }: Omit<CheckedDocument, "name" | "mistakes">): string =>
  textOf(rendered(variant, target, asked), path);

const key = (from: string, to: string): Mistake => ({ kind: "key", from, to });
const value = (from: string, to: string): Mistake => ({ kind: "value", from, to });
const address = (from: string, to: string): Mistake => ({ kind: "address", from, to });

/** With the PodCIDRs of the lab, whose first block is 198.19.1.0/24. */
export const ROUTED = {
  nodes: labNodes().replace("podCIDRs: []", "podCIDRs: [198.19.1.0/24]").replace("podCIDRs: []", "podCIDRs: [198.19.2.0/24]"),
  cluster: LAB_CLUSTER,
};
/** In a cloud each node is alone on its link. */
export const CLOUD = { ...ROUTED, nodes: ROUTED.nodes.replaceAll("/24, mtu", "/32, mtu") };
/** With the segment's router as the nodes' gateway. */
export const WITH_GATEWAY = { nodes: labNodes().replaceAll(", mtu", ", gateway: 198.18.0.1, mtu") };
/** Nodes that no cluster has yet. */
export const NEW_NODES = {
  nodes:
    "[{name: worker-7, address: 198.18.0.77, podCIDRs: [198.19.77.0/24]}, {name: worker-8, address: 198.18.0.78, podCIDRs: [198.19.78.0/24]}]",
};
const SEGMENT: Asked = { cluster: LAB_SEGMENT };

const DOCUMENTS: Readonly<Record<string, readonly Omit<CheckedDocument, "target">[]>> = {
  flannel: [
    {
      ...{ name: "net-conf.json", variant: "flannel-host-gw", path: "cluster/net-conf.json" },
      mistakes: [key('"Backend"', '"Bakend"'), value('"host-gw"', '"host-gww"'), address("198.19.0.0/16", "198.19.0.0/36")],
    },
    {
      ...{ name: "net-conf.json of ipip", variant: "flannel-ipip", path: "cluster/net-conf.json" },
      mistakes: [key('"Backend"', '"Bakend"'), value('"ipip"', '"ipipp"'), address("198.19.0.0/16", "198.19.0.0/36")],
    },
    {
      ...{ name: "net-conf.json of wireguard", variant: "wireguard", path: "cluster/net-conf.json" },
      mistakes: [key('"Type"', '"Typ"'), value('"wireguard"', '"wireguardd"'), address("198.19.0.0/16", "198.19.0.0/36")],
    },
    {
      ...{ name: "the chart's values", variant: "flannel-vxlan", path: "cluster/flannel-values.yaml" },
      mistakes: [
        key("podCidr:", "podCIDR:"),
        key("  mtu:", "  MTU:"),
        value("backend: vxlan", "backend: vxlann"),
        address("podCidr: 198.19.0.0/16", "podCidr: 198.19.0.0/36"),
      ],
    },
  ],
  cni: [
    {
      ...{ name: "conflist", variant: "gce", path: "node-a/etc/cni/net.d/10-podwire.conflist", asked: CLOUD },
      mistakes: [key('"isGateway"', '"isGatway"'), value('"mtu": 1500', '"mtu": "1500"'), address("198.19.1.0/24", "198.19.1.0/33")],
    },
    {
      ...{ name: "podwire-cni.toml", variant: "gce", path: "node-a/etc/containerd/podwire-cni.toml", asked: CLOUD },
      mistakes: [
        key("  bin_dir", "  bin_dr"),
        value("max_conf_num = 1", 'max_conf_num = "one"'),
        address("/etc/cni/net.d", "/etc/cni/net.de"),
      ],
    },
  ],
  iproute2: [
    {
      ...{ name: "a tunnel's script", variant: "flannel-vxlan", path: "node-a/podwire-network.sh" },
      mistakes: [
        key("nolearning", "nolearnng"),
        value("mtu 1450", "mtu 14500000"),
        address("lladdr 02:70:c6:12:00:0c", "lladdr zz:70:c6:12:00:0c"),
      ],
    },
    {
      ...{ name: "a bridge's script", variant: "l2-bridge", path: "node-a/podwire-network.sh", asked: SEGMENT },
      mistakes: [
        key(" master br0", " mastr br0"),
        value("type bridge", "type brigde"),
        address("address add 198.18.0.11/24", "address add 198.18.0.311/24"),
      ],
    },
  ],
  networkd: [
    {
      ...{
        name: "the tunnel's .network",
        variant: "flannel-vxlan",
        path: "node-a/etc/systemd/network/10-podwire-flannel.1.network",
        asked: ROUTED,
      },
      mistakes: [
        key("GatewayOnLink=", "GatewayOnLnk="),
        value("LinkLayerAddress=02:70", "LinkLayerAddress=0g:70"),
        address("Gateway=198.19.2.0", "Gateway=198.19.2.300"),
      ],
    },
    {
      ...{
        name: "the tunnel's .netdev",
        variant: "flannel-vxlan",
        path: "node-a/etc/systemd/network/10-podwire-flannel.1.netdev",
        asked: ROUTED,
      },
      mistakes: [
        key("DestinationPort=", "DestinationPrt="),
        value("MTUBytes=1450", "MTUBytes=many"),
        address("Local=198.18.0.11", "Local=198.18.0.411"),
      ],
    },
    {
      ...{ name: "the router's routes", variant: "gce", path: "router/podwire-routes.conf", asked: ROUTED },
      mistakes: [
        key("Destination=", "Destinaton="),
        value("Destination=198.19.1.0/24", "Destination=198.19.1.0/34"),
        address("Gateway=198.18.0.11", "Gateway=198.18.0.311"),
      ],
    },
  ],
  netplan: [
    {
      ...{ name: "90-podwire.yaml", variant: "flannel-host-gw", path: "node-a/etc/netplan/90-podwire.yaml", asked: WITH_GATEWAY },
      mistakes: [key("via:", "vai:"), value("renderer: networkd", "renderer: networkdd"), address("198.18.0.11/24", "198.18.0.11/34")],
    },
  ],
  nodes: [
    {
      ...{ name: "nodes.yaml", variant: "gce", path: "cluster/nodes.yaml", asked: NEW_NODES },
      mistakes: [
        key("podCIDRs:", "podCIDRz:"),
        value("kind: Node", "kind: Nod"),
        address("podCIDR: 198.19.77.0/24", "podCIDR: 198.19.77.0/33"),
      ],
    },
  ],
  kubelet: [
    {
      ...{ name: "kubelet-podwire.yaml", variant: "gce", path: "node-a/etc/kubernetes/kubelet-podwire.yaml" },
      mistakes: [
        key("clusterDNS:", "clusterDSN:"),
        value("maxPods: 110", "maxPods: many"),
        address("unix:///run/containerd/containerd.sock", "unix:///run/containerd/containerd.sok"),
      ],
    },
  ],
  "kube-proxy": [
    {
      ...{ name: "kube-proxy.yaml", variant: "gce+kube-proxy-nftables", path: "cluster/kube-proxy.yaml" },
      mistakes: [key("clusterCIDR:", "clusterCDIR:"), value("mode: nftables", "mode: nftable"), address("198.19.0.0/16", "198.19.0.0/36")],
    },
  ],
  "controller-manager": [
    {
      ...{ name: "kube-controller-manager.flags", variant: "gce", path: "cluster/kube-controller-manager.flags" },
      mistakes: [
        key("--cluster-cidr=", "--cluster-cdir="),
        value("--node-cidr-mask-size=24", "--node-cidr-mask-size=many"),
        address("--cluster-cidr=198.19.0.0/16", "--cluster-cidr=198.19.0.0/36"),
      ],
    },
    {
      ...{ name: "kubeadm's extraArgs", variant: "gce", path: "cluster/kubeadm-controller-manager.yaml" },
      mistakes: [
        key("extraArgs:", "extraArg:"),
        key("name: node-cidr-mask-size", "name: node-cdir-mask-size"),
        value('value: "24"', "value: many"),
      ],
    },
    {
      ...{ name: "kubeadm's patch", variant: "gce", path: "cluster/patches/kube-controller-manager0+json.json" },
      mistakes: [
        key('"op": "add"', '"op": "ad"'),
        value("--node-cidr-mask-size=24", "--node-cidr-mask-size=many"),
        address("/spec/containers/0/command/-", "/spec/containers/7/command/-"),
      ],
    },
  ],
  kubeadm: [
    {
      ...{ name: "kubeadm.yaml", variant: "gce+kube-proxy-nftables", path: "cluster/kubeadm.yaml" },
      mistakes: [
        key("podSubnet:", "podSubnt:"),
        key("clusterCIDR:", "clusterCDIR:"),
        key("name: node-cidr-mask-size", "name: node-cdir-mask-size"),
        value("maxPods: 110", "maxPods: many"),
        value("mode: nftables", "mode: nftable"),
        address("podSubnet: 198.19.0.0/16", "podSubnet: 198.19.0.0/36"),
      ],
    },
    {
      ...{ name: "kubeadm.yaml of 1.30", variant: "flannel-vxlan", path: "cluster/kubeadm.yaml", asked: { kubernetes: "1.30" } },
      mistakes: [
        key("extraArgs:", "extraArg:"),
        value("dnsDomain: cluster.local", "dnsDomain: cluster_local"),
        address("serviceSubnet: 198.18.128.0/20", "serviceSubnet: 198.18.128.0"),
      ],
    },
    {
      ...{ name: "kubeadm.yaml of two families", variant: "flannel-vxlan", path: "cluster/kubeadm.yaml", asked: { cluster: LAB_DUAL } },
      mistakes: [
        key("name: node-cidr-mask-size-ipv6", "name: node-cidr-mask-size-ip6"),
        value('value: "64"', "value: many"),
        address("fd00:198:19::/56", "fd00:198:19::/129"),
      ],
    },
  ],
  docker: [
    {
      ...{ name: "daemon.json", variant: "l2-bridge", path: "node-a/etc/docker/daemon.json", asked: SEGMENT },
      mistakes: [
        key('"default-gateway"', '"default-gatway"'),
        value('"iptables": false', '"iptables": "off"'),
        address("198.18.0.32/28", "198.18.0.32/40"),
      ],
    },
  ],
  "configure-cbr0": [
    {
      ...{ name: "kubelet.service", variant: "gce", path: "node-a/etc/systemd/system/kubelet.service" },
      mistakes: [
        key("Restart=always", "Restrat=always"),
        value("--configure-cbr0=true", "--configure-cbr=true"),
        address("--node-ip=198.18.0.11", "--node-ip=198.18.0.311"),
      ],
    },
    {
      ...{ name: "docker's drop-in", variant: "gce", path: "node-a/etc/systemd/system/docker.service.d/10-podwire-cbr0.conf" },
      mistakes: [
        key("StartLimitInterval=0", "StartLimitIntervall=0"),
        value("RestartSec=2s", "RestartSec=2sss"),
        address("--bridge=cbr0", "--brigde=cbr0"),
      ],
    },
    {
      ...{ name: "the controller's flags", variant: "gce", path: "cluster/kube-controller-manager.flags" },
      mistakes: [key("--allocate-node-cidrs", "--allocate-node-cidr"), address("198.19.0.0/16", "198.19.0.0/36")],
    },
  ],
  calico: [
    {
      ...{ name: "an IPPool", variant: "calico-ipip", path: "cluster/calico-ippools.yaml" },
      mistakes: [
        key("natOutgoing:", "natOutgong:"),
        value("vxlanMode: Never", "vxlanMode: Always"),
        address("198.19.0.0/16", "198.19.0.0/99"),
      ],
    },
    {
      ...{ name: "an Installation", variant: "calico-vxlan", path: "cluster/calico-installation.yaml" },
      mistakes: [
        key("ipPools:", "ippools:"),
        value("encapsulation: VXLAN", "encapsulation: VXLANN"),
        address("198.19.0.0/16", "198.19.0.0/99"),
      ],
    },
    {
      ...{ name: "a FelixConfiguration", variant: "calico-vxlan+tx-offload-on", path: "cluster/calico-felix.yaml" },
      mistakes: [key("vxlanMTU:", "vxlanMtu:"), value("ChecksumOffloadBroken=false", "ChecksumOffloadBroken=no")],
    },
    {
      ...{ name: "a BGPConfiguration", variant: "calico-routed", path: "cluster/calico-bgp.yaml" },
      mistakes: [key("asNumber:", "asNumbr:"), value("asNumber: 64512", "asNumber: many")],
    },
  ],
  k3s: [
    {
      ...{ name: "k3s-server.yaml", variant: "flannel-host-gw+kube-proxy-nftables", path: "cluster/k3s-server.yaml" },
      mistakes: [
        key("flannel-backend:", "flannel-backnd:"),
        key("node-cidr-mask-size=", "node-cdir-mask-size="),
        value("flannel-backend: host-gw", "flannel-backend: host-gww"),
        address("cluster-cidr: 198.19.0.0/16", "cluster-cidr: 198.19.0.0/36"),
        address("cluster-dns: 198.18.128.10", "cluster-dns: 198.18.128.310"),
      ],
    },
    {
      ...{
        name: "a node's file",
        variant: "flannel-vxlan+kube-proxy-nftables",
        path: "node-a/etc/rancher/k3s/config.yaml.d/90-podwire.yaml",
      },
      mistakes: [
        key("flannel-iface:", "flannel-ifce:"),
        key("node-ip:", "cluster-cidr:"),
        value("proxy-mode=nftables", "proxy-mode=nftable"),
        address("node-ip: 198.18.0.11", "node-ip: 198.18.0.311"),
      ],
    },
    {
      ...{
        name: "a node's file of 1.30",
        variant: "flannel-vxlan+kube-proxy-nftables",
        path: "node-a/etc/rancher/k3s/config.yaml.d/90-podwire.yaml",
        asked: { kubernetes: "1.30" },
      },
      mistakes: [
        key("feature-gates=NFTablesProxyMode", "feature-gate=NFTablesProxyMode"),
        value("NFTablesProxyMode=true", "NFTableProxyMode=true"),
      ],
    },
  ],
  rke2: [
    {
      ...{ name: "rke2-server.yaml", variant: "flannel-vxlan+kube-proxy-nftables", path: "cluster/rke2-server.yaml" },
      mistakes: [
        key("cluster-cidr:", "flannel-backend: vxlan\ncluster-cidr:"),
        value("cni: flannel", "cni: flanel"),
        address("198.19.0.0/16", "198.19.0.0/36"),
      ],
    },
    {
      ...{ name: "the chart's values", variant: "flannel-host-gw", path: "cluster/rke2-canal-config.yaml" },
      mistakes: [
        key("vethuMTU:", "vethMTU:"),
        key("valuesContent:", "valueContent:"),
        value("backend: host-gw", "backend: host-gww"),
        value("vethuMTU: 1500", "vethuMTU: many"),
        address("namespace: kube-system", "namespace: kube-sytem"),
      ],
    },
    {
      ...{
        name: "a node's file",
        variant: "flannel-vxlan+kube-proxy-nftables",
        path: "node-a/etc/rancher/rke2/config.yaml.d/90-podwire.yaml",
      },
      mistakes: [
        key("node-ip:", "flannel-iface:"),
        value("proxy-mode=nftables", "proxy-mode=nftable"),
        address("node-ip: 198.18.0.11", "node-ip: 198.18.0.311"),
      ],
    },
  ],
  frr: [
    {
      ...{ name: "a node's routes", variant: "flannel-host-gw", path: "node-a/etc/frr/frr.conf" },
      mistakes: [key("\nip route", "\nip rute"), value("ip forwarding", "ip forwardig"), address("198.18.0.12", "198.18.0.412")],
    },
    {
      ...{ name: "the router's side of BGP", variant: "calico-routed", path: "router/frr.conf" },
      mistakes: [
        key("route-reflector-client", "route-reflector-clent"),
        value("remote-as 64512", "remote-as many"),
        address("permit 198.19.0.0/16", "permit 198.19.0.0/36"),
      ],
    },
  ],
  networkmanager: [
    {
      ...{
        name: "the card's keyfile",
        variant: "flannel-host-gw",
        path: "node-a/etc/NetworkManager/system-connections/podwire-eth0.nmconnection",
        asked: WITH_GATEWAY,
      },
      mistakes: [
        key("route1=", "rout1="),
        value("mtu=1500", "mtu=many"),
        value("method=manual", "method=manul"),
        address("route1=198.19.1.0/24,198.18.0.12", "route1=198.19.1.0/34,198.18.0.12"),
      ],
    },
    {
      ...{
        name: "the bridge's keyfile",
        variant: "l2-bridge",
        path: "node-a/etc/NetworkManager/system-connections/podwire-br0.nmconnection",
        asked: { ...SEGMENT, nodes: WITH_GATEWAY.nodes.replace("mtu: 1500", "mac: '52:54:00:12:34:56', mtu: 1500") },
      },
      mistakes: [
        key("stp=", "spt="),
        value("type=bridge", "type=brigde"),
        address("address1=198.18.0.11/24", "address1=198.18.0.311/24"),
        address("cloned-mac-address=52:54:00:12:34:56", "cloned-mac-address=52:54:00:12:34:5g"),
      ],
    },
    {
      ...{ name: "its own settings", variant: "flannel-host-gw", path: "node-a/etc/NetworkManager/conf.d/90-podwire.conf" },
      mistakes: [key("unmanaged-devices", "unmanged-devices"), key("[keyfile]", "[keyfiles]")],
    },
  ],
  "cloud-routes": [
    {
      ...{ name: "gcloud", variant: "gce", path: "router/gcloud-routes.sh" },
      mistakes: [
        key("--destination-range=", "--destinaton-range="),
        value("routes create", "routes crate"),
        address("198.19.0.0/24", "198.19.0.0/34"),
      ],
    },
    {
      ...{ name: "aws", variant: "gce", path: "router/aws-routes.sh" },
      mistakes: [
        key("--route-table-id", "--route-table"),
        value("Values=198.18.0.11 --query '", "Values=198.18.0.11 --query "),
        address("198.19.0.0/24", "198.19.0.300/24"),
      ],
    },
    {
      ...{ name: "openstack", variant: "gce", path: "router/openstack-routes.sh" },
      mistakes: [
        key("port set --allowed-address", "port set --allowed-adress"),
        value("router add route", "router ad route"),
        address("destination=198.19.0.0/24", "destination=198.19.0.0/44"),
      ],
    },
  ],
  tunings: [
    {
      ...{ name: "sysctl.d", variant: TUNING.variant, path: "node-a/etc/sysctl.d/90-podwire-tcp-buffers.conf", asked: { tuning: TUNING } },
      mistakes: [key("net.ipv4.tcp_rmem", "net.ipv4.tcp_rmen"), value("4096 131072", "many 131072")],
    },
    {
      ...{
        name: "podwire's own table",
        variant: TUNING.variant,
        path: "node-a/etc/nftables.d/podwire-notrack-tunnel.nft",
        asked: { tuning: TUNING },
      },
      mistakes: [key("hook prerouting", "hok prerouting"), value("dport 8472", "dport 847200"), value("notrack;", "notrak;")],
    },
    {
      ...{
        name: "a udev rule",
        variant: TUNING.variant,
        path: "node-a/etc/udev/rules.d/90-podwire-offload-tso.rules",
        asked: { tuning: TUNING },
      },
      mistakes: [key("KERNEL==", "KERNAL=="), value('ACTION=="add"', "ACTION=add"), address("/usr/sbin/ethtool", "ethtool")],
    },
    {
      ...{ name: "an entry of CNI's plugins", variant: TUNING.variant, path: "cluster/somaxconn.json", asked: { tuning: TUNING } },
      mistakes: [key('"sysctl"', '"sysctls"'), key("net.core.somaxconn", "net.core.somaxcon"), value('"4096"', '"many"')],
    },
    {
      ...{ name: "modprobe.d", variant: "flannel-host-gw+no-netfilter", path: "node-a/etc/modprobe.d/podwire-no-conntrack.conf" },
      mistakes: [key("install nf_conntrack", "instal nf_conntrack"), value("nf_conntrack /bin/false", "nf_conntrack /bin/true")],
    },
    {
      ...{
        name: "the unit that unloads",
        variant: "flannel-host-gw+no-netfilter",
        path: "node-a/etc/systemd/system/podwire-unload-netfilter.service",
      },
      mistakes: [
        key("ConditionPathExists=", "ConditionPathExist="),
        value("Type=oneshot", "Type=onshot"),
        address("/usr/bin/test", "usr/bin/test"),
      ],
    },
  ],
  "cloud-init": [
    {
      ...{ name: "user-data", variant: "flannel-host-gw", path: "node-a/seed/user-data" },
      mistakes: [
        key("write_files:", "write_fils:"),
        value("runcmd:\n", "runcmd: 3\nignored:\n"),
        address("path: /etc/sysctl.d/90-podwire.conf", "path: [/etc/sysctl.d/90-podwire.conf]"),
        address("Address=198.18.0.11/24", "Address=198.18.0.311/24"),
      ],
    },
  ],
  ignition: [
    {
      ...{ name: "config.ign", variant: "flannel-host-gw", path: "node-a/config.ign" },
      mistakes: [
        key('"overwrite"', '"overwrit"'),
        value('"mode": 384', '"mode": "0600"'),
        address('"path": "/etc/hostname"', '"path": "etc/hostname"'),
      ],
    },
    {
      ...{ name: "config.bu", variant: "flannel-host-gw", path: "node-a/config.bu" },
      mistakes: [
        key("dropins:", "drop_ins:"),
        value("overwrite: true", "overwrite: sometimes"),
        address("path: /etc/hostname", "path: etc/hostname"),
      ],
    },
  ],
  "coreos-cloud-config": [
    {
      ...{ name: "user-data", variant: "gce", path: "node-a/user-data" },
      mistakes: [
        key("drop_ins:", "dropins:"),
        value("command: restart", "command: reboot"),
        address("Address=198.18.0.11/24", "Address=198.18.0.311/24"),
      ],
    },
  ],
};

/** All of them. */
export const CHECKED: readonly CheckedDocument[] = Object.entries(DOCUMENTS).flatMap(([target, documents]) =>
  documents.map((document) => ({ target, ...document })),
);

/** One of them. */
export function checkedDocument(target: string, name: string): CheckedDocument {
  const found = CHECKED.find((one) => one.target === target && one.name === name);
  if (found === undefined) throw new Error(`no document ${name} of ${target} is in the list`);
  return found;
}
