/**
 * Pod agents as plain processes, started where a test wants them.
 * @packageDocumentation
 */
import { fileURLToPath } from "node:url";
import type { Clock, Processes } from "../../src/machine/ports.js";
import { AgentClient, type AgentHome } from "../../src/venues/agent/client.js";

/** The built program that an exec stream starts in a pod. */
export const POD_PROGRAM = fileURLToPath(new URL("../../dist/venues/agent/program/pod.js", import.meta.url));

/** The same, with less patience in silence. */
export const IMPATIENT_PROGRAM = fileURLToPath(new URL("impatient-agent.mjs", import.meta.url));

/** What of the machine an agent is started with. */
export interface Ground {
  readonly processes: Processes;
  readonly clock: Clock;
}

/** Starts an agent by a command; it takes orders when this resolves. */
export async function startPodAgent(
  { processes, clock }: Ground,
  argv: readonly [string, ...string[]],
  more: Partial<AgentHome> = {},
): Promise<AgentClient> {
  const agent = new AgentClient({
    start: (onLine) => processes.start(argv, onLine),
    clock,
    name: "the pod",
    otherVersion: "Use the image of this podwire.",
    beats: true,
    error: (message, hint) => new Error(hint === undefined ? message : `${message}. ${hint}`),
    ...more,
  });
  await agent.ready;
  return agent;
}
