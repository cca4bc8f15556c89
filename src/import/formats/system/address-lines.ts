/**
 * Lines that say which networks belong to pods, Services and hosts: configuration, routes, node lists.
 * @packageDocumentation
 */
import { excerpt, type Line, type LineReader, type LineRecogniser, type Sink } from "../../recogniser.js";

type Claimed = "host" | "pod" | "service";

const V4 = "(\\d{1,3}(?:\\.\\d{1,3}){3})";
const PATTERNS: readonly (readonly [role: Claimed, how: string, pattern: RegExp])[] = [
  ["pod", "flannel's network", new RegExp(`FLANNEL_(?:NETWORK|SUBNET)=${V4}/(\\d+)`)],
  [
    "pod",
    "the cluster's pod network",
    new RegExp(`(?:--(?:cluster-cidr|pod-network-cidr|pod-cidr)|clusterCIDR|podSubnet|podCIDRs?)["']?\\s*[=:]\\s*[["']*${V4}/(\\d+)`),
  ],
  ["pod", "flannel's configuration", new RegExp(`"Network"\\s*:\\s*"${V4}/(\\d+)"`)],
  [
    "service",
    "the cluster's Service network",
    new RegExp(`(?:--service-cluster-ip-range|serviceSubnet|--service-cidr)["']?\\s*[=:]\\s*["']?${V4}/(\\d+)`),
  ],
  ["host", "a node's address", new RegExp(`(?:InternalIP|hostIP|nodeIP|--node-ip)["']?\\s*[=:]\\s*["']?${V4}()`)],
  ["pod", "a pod's address", new RegExp(`podIP["']?\\s*[=:]\\s*["']?${V4}()`)],
  ["service", "a Service's address", new RegExp(`clusterIP["']?\\s*[=:]\\s*["']?${V4}()`)],
  [
    "pod",
    "a route into the pod network",
    new RegExp(`^\\s*${V4}/(\\d+)\\s.*\\bdev (?:flannel\\.?\\d*|cni0|cali\\w+|vxlan\\.calico|tunl0|docker0|weave)\\b`),
  ],
  ["pod", "a bridge's address", new RegExp(`inet ${V4}/(\\d+)\\s.*\\b(?:flannel\\.?\\d*|cni0|docker0|cbr0|weave)\\s*$`)],
];
/** Heads of `kubectl get nodes -o wide` and `kubectl get pods -o wide`. */
const NODES = /^\W*NAME\s+STATUS\s+ROLES\s.*INTERNAL-IP/;
const PODS = /^\W*(?:NAMESPACE\s+)?NAME\s+READY\s+STATUS\s.*\sIP\s+NODE/;
const ROW = new RegExp(`\\s(?:(?:Not)?Ready\\S*|\\d+/\\d+)\\s.*?\\s${V4}\\s`);
/** Pods that run on the network of their node. */
const ON_HOST_NETWORK =
  /^\s*kube-system\s|^\s*(?:\S+\s+)?(?:kube-|etcd-|calico-node|canal|cilium-|weave-net|antrea-|kindnet|ovn|node-exporter|metallb|\S*host-?net)/;
const QUICK = /FLANNEL_|cidr|CIDR|Subnet|subnet|"Network"|IP["' ]*[=:]|service-cluster|node-ip| dev |inet /;

/** Reads lines about addresses. They stay readable for others. */
export const addressLines: LineRecogniser = {
  kind: "lines",
  name: "addresses",
  reads: "pod, Service and node addresses in configuration, routes and rules",
  open: (sink) => new AddressReader(sink),
};

class AddressReader implements LineReader {
  /** Which table of kubectl is being read, and the pods' addresses in it: one that comes twice is a node's. */
  #listed: "host" | "pod" | undefined;
  readonly #seen = new Set<string>();

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    if (this.#listing(line)) return true;
    if (!QUICK.test(line.text)) return false;
    for (const [role, how, pattern] of PATTERNS) {
      const match = pattern.exec(line.text);
      if (match === null) continue;
      const [, address = "", length = ""] = match;
      this.sink.address({
        network: length === "" ? address : `${address}/${length}`,
        role,
        how: `${how}: ${excerpt(line.text)}`,
        line: line.number,
      });
      return true;
    }
    return false;
  }

  #listing({ text, number }: Line): boolean {
    if (text.includes("-IP") && NODES.test(text)) this.#listed = "host";
    else if (text.includes(" NODE") && PODS.test(text)) this.#listed = "pod";
    else if (this.#listed !== undefined) return this.#listedRow(text, number, this.#listed);
    else return false;
    this.#seen.clear();
    return true;
  }

  #listedRow(text: string, number: number, listed: "host" | "pod"): boolean {
    const address = ROW.exec(`${text} `)?.[1];
    if (address === undefined) {
      this.#listed = undefined;
      return false;
    }
    const shared = this.#seen.has(address) || ON_HOST_NETWORK.test(text);
    this.#seen.add(address);
    if (listed === "pod" && shared) return true;
    this.sink.address({ network: address, role: listed, how: `kubectl lists it: ${excerpt(text)}`, line: number });
    return true;
  }

  end(): void {
    this.#listed = undefined;
  }
}
