/**
 * What connection tracking keeps of the connections of an observation, in namespaces of the lab.
 * @packageDocumentation
 */
import type { AgentClient } from "../agent/client.js";
import type { Forgotten } from "../contract.js";
import { LabError } from "./lab-error.js";

const TIMEOUT_MS = 10_000;
/**
 * The states in which closed connections stand. Each command looks through the kernel's whole table, which all namespaces share and which takes 12 ms
 * here; a flush ends at once where nothing is tracked.
 */
const COMMANDS: Readonly<Record<Forgotten, readonly (readonly [string, ...string[]])[]>> = {
  all: [["conntrack", "-F"]],
  closed: ["TIME_WAIT", "CLOSE"].map((state) => ["conntrack", "-D", "-p", "tcp", "--state", state] as const),
};

/** It ends with 1 where no entry matched, and in some versions where one expired while it was deleting. */
const NOTHING_LEFT = /\b0 flow entries have been deleted|such conntrack doesn't exist/;

/**
 * Deletes entries of one namespace.
 * @throws LabError when the kernel or the tool refuses
 */
export async function forgetConnections(agent: AgentClient, namespace: string, which: Forgotten): Promise<void> {
  for (const argv of COMMANDS[which]) {
    const outcome = await agent.order<"run">({ kind: "run", argv, namespace, timeout: TIMEOUT_MS });
    if (outcome.exitCode === 0 || NOTHING_LEFT.test(outcome.stderr)) continue;
    const words = outcome.startError ?? outcome.stderr.trim();
    throw new LabError(`tracked connections cannot be deleted in ${namespace}: \`${argv.join(" ")}\`: ${words}`);
  }
}
