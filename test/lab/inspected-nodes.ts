/**
 * Namespaces of two nodes with a pod each, asked as pods of a cluster are.
 * @packageDocumentation
 */
import { parseAddresses } from "../../src/inspection/pods/links.js";
import { ADDRESSES, type AskedPod, type Look } from "../../src/inspection/pods/look.js";
import { nodeAddress } from "../../src/modes/parts/addresses.js";
import { askPods, type Ran } from "../../src/venues/cluster/facts/inspection.js";
import type { PrivateMachine } from "../oracles/private-machine.js";

const LETTERS = ["a", "b"] as const;

/** What the namespaces `x.node-a`, `x.pod-a`, `x.node-b` and `x.pod-b` answer. */
export async function looksAt(machine: PrivateMachine): Promise<readonly Look[]> {
  const inside = async (namespace: string, argv: readonly [string, ...string[]]) => machine.run(argv, { in: `x.${namespace}` });
  const pods = await Promise.all(
    LETTERS.map(async (letter, index): Promise<AskedPod[]> => {
      const host = { node: `node-${letter}`, hostAddress: nodeAddress(index) };
      const [eth0] = (parseAddresses(await inside(`pod-${letter}`, ADDRESSES.argv)) ?? []).filter((link) => link.name === "eth0");
      return [
        { ...host, id: `node-${letter}`, network: "host", address: nodeAddress(index) },
        { ...host, id: `pod-${letter}`, network: "pod", address: eth0?.addresses[0]?.address ?? "" },
      ];
    }),
  );
  // No one listens on the ports of kube-proxy and kube-router, and a Node for each to find that out costs more than all the rest.
  return askPods(pods.flat(), async (id, argv) => (argv[0] === "node" ? NOT_ASKED : ran(inside(id, argv))));
}

const NOT_ASKED: Ran = { exitCode: undefined, stdout: "", stderr: "", startError: "ports are not asked here" };

async function ran(running: Promise<string>): Promise<Ran> {
  try {
    return { exitCode: 0, stdout: await running, stderr: "" };
  } catch (error) {
    // execFile's error has the exit code and what was said: the kernel's own words are an answer too.
    const { code, stderr } = error as { readonly code?: number; readonly stderr?: string };
    return { exitCode: code, stdout: "", stderr: stderr ?? String(error) };
  }
}
