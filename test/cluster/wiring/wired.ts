/**
 * What a real cluster wired on its first node and in a pod there, and what the lab wires for the same mode, in the same addresses.
 * @packageDocumentation
 */
import type { Mode } from "../../../src/modes/contract.js";
import { podAddress, podCidr } from "../../../src/modes/parts/addresses.js";
import { compile } from "../../../src/venues/lab/compile.js";
import { planText } from "../../../src/venues/lab/plan-text.js";
import { dumpNamespace, type NamespaceDump } from "../../oracles/dump.js";
import type { PrivateMachine } from "../../oracles/private-machine.js";
import { PRODUCT_SYSCTLS } from "../../oracles/product-sysctls.js";
import type { Cluster } from "../fixture.js";
import { createReady, podManifests } from "../pods.js";

/** A node and one pod on it. */
export interface Wired {
  readonly node: NamespaceDump;
  readonly pod: NamespaceDump;
}

const NODES = ["node-1", "node-2"] as const;
const OPTIONS = { sysctls: PRODUCT_SYSCTLS } as const;

/** Dumps a cluster of two nodes on which nothing but one pod of this test runs, in a namespace of its own, in the addresses that the lab uses. */
export async function byCluster(cluster: Cluster, namespaceOfPods = "wiring"): Promise<Wired> {
  await createReady(
    cluster,
    namespaceOfPods,
    NODES.flatMap((node) => podManifests({ name: node, node })),
  );
  const cidrs = await Promise.all(NODES.map((node) => podCidrOf(cluster, node)));
  const [node] = NODES;
  const inNode = (argv: readonly [string, ...string[]]): Promise<string> => cluster.runIn(node, argv);
  const namespace = (await inNode(["ls", "/run/netns"])).split("\n").find((name) => name.startsWith("cni-"));
  if (namespace === undefined) throw new Error(`${node} has no pod's network namespace`);
  const inPod = (argv: readonly [string, ...string[]]): Promise<string> => inNode(["nsenter", `--net=/run/netns/${namespace}`, ...argv]);
  const address = /inet ([\d.]+)\//.exec(await inPod(["ip", "-4", "address", "show", "dev", "eth0"]))?.[1] ?? "";
  const translate = inLabsAddresses(cidrs, address);
  return {
    node: translated(await dumpNamespace(inNode, OPTIONS), translate),
    pod: translated(await dumpNamespace(inPod, OPTIONS), translate),
  };
}

/** Dumps what the lab's plan of a mode makes. */
export async function byLab(machine: PrivateMachine, mode: Mode): Promise<Wired> {
  await machine.run(["bash", "-e"], { stdin: planText(mode.name, compile("lab", mode.wire({ nodes: 2, mtu: 1500 }))) });
  return {
    node: await dumpNamespace(machine.inside("lab.node-a"), OPTIONS),
    pod: await dumpNamespace(machine.inside("lab.pod-a"), OPTIONS),
  };
}

const podCidrOf = async (cluster: Cluster, node: string): Promise<string> =>
  (await cluster.kubectl(["get", "node", node, "-o", "jsonpath={.spec.podCIDR}"])).trim();

/** The cluster's PodCIDRs become the lab's, and the pod's address the lab's; nodes have the same addresses in both. */
function inLabsAddresses(cidrs: readonly string[], pod: string): (text: string) => string {
  const prefixes = new Map(cidrs.map((cidr, index) => [prefixOf(cidr), prefixOf(podCidr(index))]));
  return (text) =>
    text.replaceAll(/\b(\d+\.\d+\.\d+)\.(\d+)(\/\d+)?\b/g, (whole, prefix: string, last: string, length?: string) => {
      if (`${prefix}.${last}` === pod) return `${podAddress(0)}${length ?? ""}`;
      const own = prefixes.get(prefix);
      // The range of the whole cluster begins with the first node's.
      return own === undefined || length === "/16" ? whole : `${own}.${last}${length ?? ""}`;
    });
}

const prefixOf = (cidr: string): string => cidr.split(".").slice(0, 3).join(".");

function translated(dump: NamespaceDump, translate: (text: string) => string): NamespaceDump {
  const each = (lines: readonly string[]): readonly string[] => lines.map(translate).sort();
  const inOrder = (lines: readonly string[]): readonly string[] => lines.map(translate);
  return {
    links: each(dump.links),
    addresses: each(dump.addresses),
    routes: each(dump.routes),
    neighbours: each(dump.neighbours),
    fdb: each(dump.fdb),
    sysctls: dump.sysctls,
    iptables: Object.fromEntries(Object.entries(dump.iptables).map(([table, rules]) => [table, inOrder(rules)])),
    nftables: inOrder(dump.nftables),
  };
}
