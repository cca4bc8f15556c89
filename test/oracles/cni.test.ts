/**
 * The pods of flannel, gce and kindnet against the CNI plugins bridge and ptp with host-local, configured as those products do it.
 * Both wire the same bare node, and the dumps are compared. Runs as root only, and then the plugins must be there.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Step, Topology, Wiring } from "../../src/model/wiring.js";
import { CLUSTER_CIDR, podCidr } from "../../src/modes/parts/addresses.js";
import { cniBridge, podNamespaces } from "../../src/modes/parts/cni-bridge.js";
import { ptpPods } from "../../src/modes/parts/ptp.js";
import { bridgeNetfilter } from "../../src/modes/parts/sysctls.js";
import { nodeName, underlay } from "../../src/modes/parts/underlay.js";
import { compile } from "../../src/venues/lab/compile.js";
import { planText } from "../../src/venues/lab/plan-text.js";
import { differences } from "./differences.js";
import { dumpNamespace, type NamespaceDump } from "./dump.js";
import { type PrivateMachine, privateMachine } from "./private-machine.js";
import { PRODUCT_SYSCTLS } from "./product-sysctls.js";

const TOPOLOGY: Topology = { nodes: 2, mtu: 1500 };
const NODE = nodeName(0);
const isRoot = process.getuid?.() === 0;

/** A product's way to call a plugin, and the part of a mode that is meant to do the same. */
interface Case {
  readonly name: string;
  readonly plugin: string;
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly pods: readonly Step[];
}

const ipam = (...destinations: readonly string[]): object => ({
  type: "host-local",
  dataDir: "/run/ipam",
  ranges: [[{ subnet: podCidr(0) }]],
  routes: destinations.map((dst) => ({ dst })),
});

const CASES: readonly Case[] = [
  {
    name: "flannel's delegate: bridge cni0, default gateway, hairpin, flannel's MTU",
    plugin: "bridge",
    configuration: { bridge: "cni0", isDefaultGateway: true, hairpinMode: true, ipMasq: false, mtu: 1450, ipam: ipam(CLUSTER_CIDR) },
    pods: cniBridge(TOPOLOGY, { bridge: "cni0", mtu: 1450, podRoutes: [CLUSTER_CIDR, "default"] }),
  },
  {
    name: "kubenet: bridge cbr0, gateway, hairpin, the link's MTU",
    plugin: "bridge",
    configuration: { bridge: "cbr0", isGateway: true, hairpinMode: true, ipMasq: false, mtu: 1500, ipam: ipam("0.0.0.0/0") },
    pods: cniBridge(TOPOLOGY, { bridge: "cbr0", mtu: 1500, podRoutes: ["default"] }),
  },
  {
    name: "kindnet: ptp, the link's MTU",
    plugin: "ptp",
    configuration: { ipMasq: false, mtu: 1500, ipam: ipam("0.0.0.0/0") },
    pods: ptpPods(TOPOLOGY, 1500),
  },
];

const bareNode = (more: readonly Step[]): Wiring => {
  const { namespaces, steps } = underlay(TOPOLOGY, { forwarding: true });
  return { namespaces: [...namespaces, ...podNamespaces(TOPOLOGY)], steps: [...steps, ...more], paths: {} };
};

interface Wired {
  readonly node: NamespaceDump;
  readonly pod: NamespaceDump;
}

async function wired(machine: PrivateMachine): Promise<Wired> {
  return {
    node: await dumpNamespace(machine.inside(`x.${NODE}`), { sysctls: PRODUCT_SYSCTLS }),
    pod: await dumpNamespace(machine.inside("x.pod-a"), { sysctls: PRODUCT_SYSCTLS }),
  };
}

async function byLab(machine: PrivateMachine, { name, pods }: Case): Promise<Wired> {
  await machine.run(["bash", "-e"], { stdin: planText(name, compile("x", bareNode(pods))) });
  return wired(machine);
}

/** On a bare node, where bridged frames are shown to iptables as Kubernetes asks for it and the modes say it. */
async function byPlugin(machine: PrivateMachine, { name, plugin, configuration }: Case): Promise<Wired> {
  const node = bareNode([bridgeNetfilter(NODE, true, "as kubelet wants it")]);
  await machine.run(["bash", "-e"], { stdin: planText(name, compile("x", node)) });
  await addInterface(machine, "lo", { type: "loopback" });
  await addInterface(machine, "eth0", { type: plugin, ...configuration });
  return wired(machine);
}

async function addInterface(machine: PrivateMachine, name: string, configuration: { readonly type: string }): Promise<void> {
  const environment = [
    "CNI_COMMAND=ADD",
    "CNI_CONTAINERID=pod",
    "CNI_NETNS=/run/netns/x.pod-a",
    `CNI_IFNAME=${name}`,
    "CNI_PATH=/usr/lib/cni",
  ];
  await machine.run(["env", ...environment, `/usr/lib/cni/${configuration.type}`], {
    in: `x.${NODE}`,
    stdin: JSON.stringify({ cniVersion: "1.0.0", name: "pods", ...configuration }),
  });
}

describe.runIf(isRoot).each(CASES)("$name", (example) => {
  const machines: PrivateMachine[] = [];
  let real: Wired;
  let lab: Wired;

  beforeAll(async () => {
    machines.push(await privateMachine(), await privateMachine());
    const [one, other] = machines as [PrivateMachine, PrivateMachine];
    [real, lab] = await Promise.all([byPlugin(one, example), byLab(other, example)]);
  });
  afterAll(() => Promise.all(machines.map((machine) => machine.close())));

  test("the plugin did wire the pod", () => {
    expect(real.pod.addresses).toContainEqual(expect.stringContaining("198.19.1.2/24"));
  });

  test("the node is wired alike", () => {
    expect(differences(real.node, lab.node)).toEqual([]);
  });

  test("the pod is wired alike", () => {
    expect(differences(real.pod, lab.pod)).toEqual([]);
  });
});
