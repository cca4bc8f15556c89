/**
 * Bare nodes of the lab on which rendered documents are carried out, and pods that CNI plugins wire there.
 * @packageDocumentation
 */
import type { Step, Wiring } from "../../src/model/wiring.js";
import { routedFabric } from "../../src/modes/parts/fabric.js";
import { underlay } from "../../src/modes/parts/underlay.js";
import type { RenderedFile } from "../../src/render/contract.js";
import { compile } from "../../src/venues/lab/compile.js";
import { planText } from "../../src/venues/lab/plan-text.js";
import type { PrivateMachine } from "../oracles/private-machine.js";
import { textOf } from "../synthetic/rendered.js";

/** What the tests wire. */
export const TOPOLOGY = { nodes: 2, mtu: 1500 } as const;
/** Before the names of namespaces. */
const MACHINE = "x";

/** The namespace of a node, a pod or the router. */
export const spaceOf = (name: string): string => `${MACHINE}.${name}`;

/** Two nodes with their addresses and nothing else: on one segment, or in a cloud behind a router that knows no pods yet. */
export async function bareNodes(machine: PrivateMachine, mode: string, addresses = true): Promise<void> {
  await machine.run(["bash", "-e"], { stdin: bareNodesScript(mode, addresses) });
}

/** The commands of {@link bareNodes}, for a machine that only takes a script. */
export function bareNodesScript(mode: string, addresses = true): string {
  const { namespaces, steps } = mode === "gce" ? withoutPods(routedFabric(TOPOLOGY)) : underlay(TOPOLOGY, { forwarding: false, addresses });
  const pods = ["pod-a", "pod-b"].map((name) => ({ name, kind: "pod" as const, reason: "a pod" }));
  return scriptOf(mode, { namespaces: [...namespaces, ...pods], steps, paths: {} });
}

type Fabric = Pick<Wiring, "namespaces" | "steps">;

/** The routes to PodCIDRs are what the router's document has to make. */
const withoutPods = ({ namespaces, steps }: Fabric): Fabric => ({ namespaces, steps: steps.filter((step) => !toPods(step)) });

const toPods = (step: Step): boolean => step.kind === "route" && step.to.startsWith("198.19.");

/** Carries a wiring out as the lab's plan has it. */
export async function carryOut(machine: PrivateMachine, name: string, wiring: Wiring): Promise<void> {
  await machine.run(["bash", "-e"], { stdin: scriptOf(name, wiring) });
}

const scriptOf = (name: string, wiring: Wiring): string => planText(name, compile(MACHINE, wiring));

/** Runs the script of a node or the router. */
export async function runScript(
  machine: PrivateMachine,
  files: ReadonlyMap<string, RenderedFile>,
  place: string,
  script: string,
): Promise<void> {
  await machine.run(["sh", "-s"], { in: spaceOf(place), stdin: textOf(files, `${place}/${script}`) });
}

/** What a list of plugins holds. */
export interface Conflist {
  readonly cniVersion: string;
  readonly name: string;
  readonly plugins: readonly (Readonly<Record<string, unknown>> & { readonly type: string })[];
}

/** What a plugin reads of its environment. */
export const environment = (command: string, pod: string, device: string): readonly string[] => [
  `CNI_COMMAND=${command}`,
  `CNI_CONTAINERID=${pod}`,
  `CNI_NETNS=/run/netns/${spaceOf(pod)}`,
  `CNI_IFNAME=${device}`,
  "CNI_PATH=/usr/lib/cni",
];

/** Calls each plugin of a list for a pod, as a container runtime does: every one is given the result of the one before it. */
export async function addPod(machine: PrivateMachine, node: string, pod: string, list: Conflist): Promise<void> {
  await callPlugin(machine, node, "ADD", pod, "lo", { cniVersion: list.cniVersion, name: list.name, type: "loopback" });
  let result: unknown;
  for (const plugin of list.plugins) {
    const { capabilities, ...own } = withOwnData(plugin);
    const asked = {
      cniVersion: list.cniVersion,
      name: list.name,
      ...own,
      ...(capabilities === undefined ? {} : { runtimeConfig: {} }),
      ...(result === undefined ? {} : { prevResult: result }),
    };
    result = JSON.parse(await callPlugin(machine, node, "ADD", pod, "eth0", asked));
  }
}

/** Takes a pod's link away again, the last plugin first. */
export async function deletePod(machine: PrivateMachine, node: string, pod: string, list: Conflist): Promise<void> {
  for (const plugin of list.plugins.toReversed()) {
    const { cniVersion, name } = list;
    await callPlugin(machine, node, "DEL", pod, "eth0", { cniVersion, name, ...withOwnData(plugin) });
  }
}

/** host-local keeps what it gave in /var/lib/cni of the real machine; /run is the private one's own. */
export const withOwnData = ({ ipam, ...plugin }: Conflist["plugins"][number]): Conflist["plugins"][number] =>
  ipam === undefined ? plugin : { ...plugin, ipam: { ...(ipam as object), dataDir: "/run/ipam" } };

async function callPlugin(
  machine: PrivateMachine,
  node: string,
  command: string,
  pod: string,
  device: string,
  asked: Readonly<Record<string, unknown>> & { readonly type: string },
): Promise<string> {
  try {
    return await machine.run(["env", ...environment(command, pod, device), `/usr/lib/cni/${asked.type}`], {
      in: spaceOf(node),
      stdin: JSON.stringify(asked),
    });
  } catch (error) {
    // A plugin says what is wrong on its standard output.
    const { stdout = "" } = error as { readonly stdout?: string };
    throw new Error(`${asked.type} ${command}: ${stdout}`, { cause: error });
  }
}
