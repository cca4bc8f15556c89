/**
 * Lines of kubelet, flannel, kube-proxy and the kernel that tell a known trouble (reference: node checks, log patterns).
 * @packageDocumentation
 */
import { excerpt, type Line, type LineReader, type LineRecogniser, type Sink } from "../../recogniser.js";

/** A known line with its cause and what to do. */
interface Pattern {
  readonly id: string;
  readonly pattern: RegExp;
  readonly cause: string;
  readonly fix: string;
}

const PATTERNS: readonly Pattern[] = [
  {
    id: "podcidr-not-set",
    pattern: /ConfigureCBR0 requested, but PodCIDR not set/,
    cause: "the node has no PodCIDR",
    fix: "controller-manager with --allocate-node-cidrs and --cluster-cidr, or patch the node's spec.podCIDR",
  },
  {
    id: "podcidr-not-assigned",
    pattern: /node "?[^"\s]*"? pod cidr not assigned/i,
    cause: "the pool of pod networks is too small, or nobody hands them out",
    fix: "a larger --cluster-cidr, or --allocate-node-cidrs",
  },
  {
    id: "subnet-lease",
    pattern: /subnet lease not found|lease (?:expired|lost)/i,
    cause: "flannel's lease expired, or the node's public address changed",
    fix: "restart flannel on the node, then check etcd or the node's annotations",
  },
  {
    id: "subnet-env",
    pattern: /\/run\/flannel\/subnet\.env: no such file/,
    cause: "flanneld is not up: it writes that file",
    fix: "read flanneld's own log first",
  },
  {
    id: "br-netfilter",
    pattern: /Failed to check br_netfilter/,
    cause: "the module br_netfilter is missing",
    fix: "load it and name it in /etc/modules-load.d",
  },
  {
    id: "cni0-address",
    pattern: /"cni0" already has an IP address different from/,
    cause: "a stale bridge from before the node's pod network changed",
    fix: "drain the node, delete cni0, restart the pods",
  },
  {
    id: "cni-config",
    pattern:
      /no valid networks found in \/etc\/cni\/net\.d|cni (?:config|plugin not) (?:uninitialized|initialized)|no networks? found in \/etc\/cni\/net\.d/i,
    cause: "nothing in /etc/cni/net.d: no network plugin is installed or ready",
    fix: "install the network's daemonset, or see why its pod on this node does not run",
  },
  {
    id: "cni-plugin-missing",
    pattern: /failed to find plugin "?[\w-]+"? in path/,
    cause: "the plugin that /etc/cni/net.d names is not in /opt/cni/bin: it was never installed there, or a package took it away",
    fix: "install the CNI plugins (flannel's own comes with its daemonset since 0.20), then restart the kubelet's pods",
  },
  {
    id: "etcd-key-missing",
    pattern: /Key not found \(\/coreos\.com|100: Key not found \(\/(?:coreos|flannel|atomic)/,
    cause: "flannel finds no configuration in etcd under the prefix that it was given",
    fix: "write the network's configuration to that key (etcdctl set /coreos.com/network/config ...), or correct --etcd-prefix; flannel reads etcd's v2 API",
  },
  {
    id: "vxlan-route",
    pattern: /failed to add vxlanRoute/i,
    cause: "flannel cannot add a route over its VXLAN device: the device is down or has lost its address, or another route is in the way",
    fix: "ip -d link show flannel.1 and ip route; delete flannel.1 and restart flannel on that node",
  },
  {
    id: "no-addresses",
    pattern: /no IP addresses available in range set/,
    cause: "host-local has no address left: often leaked ones of pods long gone",
    fix: "clean /var/lib/cni/networks of addresses without a pod, or a larger pod network per node",
  },
  {
    id: "conntrack-full",
    pattern: /nf_conntrack: (?:nf_conntrack: )?table full, dropping packet/,
    cause: "the connection table is full",
    fix: "raise nf_conntrack_max and its buckets, shorten timeouts, NOTRACK for the tunnel and for DNS",
  },
  {
    id: "vxlan-checksum",
    pattern: /UDP: bad checksum\b.*\b8472\b/,
    cause: "the kernel's VXLAN checksum bug, with offload on",
    fix: "a newer kernel, or ethtool -K flannel.1 tx-checksum-ip-generic off",
  },
  {
    id: "nat-chain",
    pattern: /Failed to ensure that nat chain|can't initialize ip6?tables table [`'"]?nat/,
    cause: "netfilter modules are missing, or the iptables backend differs from the kernel's",
    fix: "load the modules, or use the nft backend everywhere",
  },
  {
    id: "xtables-lock",
    pattern: /Another app is currently holding the xtables lock/,
    cause: "several programs change the rules at once",
    fix: "mount /run/xtables.lock into all of them, or nftables mode",
  },
  {
    id: "bridge-nf",
    pattern: /Missing br-netfilter module or unset sysctl/,
    cause: "bridged traffic does not pass iptables",
    fix: "bridge-nf-call-iptables = 1, which only bridge networks need",
  },
  {
    id: "neighbour-overflow",
    pattern: /neighbou?r(?: table|:.*) (?:table )?overflow/i,
    cause: "more neighbours than gc_thresh3 allows",
    fix: "raise net.ipv4.neigh.default.gc_thresh1, 2 and 3",
  },
  {
    id: "martian",
    pattern: /martian source/,
    cause: "asymmetric paths and a strict reverse path filter",
    fix: "rp_filter = 2 (loose) on the devices concerned",
  },
  {
    id: "link-type",
    pattern:
      /(?:RTNETLINK answers|failed to (?:create|add) (?:vxlan|link|ipip|wireguard)[^:]*|create backend network[^:]*): .*[Oo]peration not supported/,
    cause: "this kernel lacks the link type",
    fix: "another backend, or a kernel that has the module",
  },
];

/** Letters that every one of them holds, in one of its cases: what is searched for in each line of a large log. */
const QUICK =
  /cidr|CIDR|lease |Lease |subnet\.env|netfilter|cni|CNI|etworks? found|available in range|table full|bad checksum|nat chain|initialize ip|xtables lock|verflow|martian|not supported|find plugin|Key not found|vxlanRoute|vxlanroute/;
/** One expression that all of them share. */
const ANY = new RegExp(PATTERNS.map(({ pattern }) => `(?:${pattern.source})`).join("|"), "i");

/** Reads log lines. */
export const logLines: LineRecogniser = {
  kind: "lines",
  name: "log lines",
  reads: "log lines of kubelet, flannel, kube-proxy and the kernel that tell a known trouble",
  open: (sink) => new LogReader(sink),
};

class LogReader implements LineReader {
  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    if (!QUICK.test(line.text)) return false;
    // Structured logs escape the quotes of what they quote.
    const text = line.text.replaceAll(/\\+"/g, '"');
    if (!ANY.test(text)) return false;
    const found = PATTERNS.find(({ pattern }) => pattern.test(text));
    if (found === undefined) return false;
    this.sink.trouble({ id: found.id, cause: found.cause, fix: found.fix, line: line.number, text: excerpt(line.text) });
    return true;
  }

  end(): void {
    // Every line stands alone.
  }
}
