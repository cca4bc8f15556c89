/**
 * Whether the cluster's DNS tells pods the address behind a headless Service.
 * @packageDocumentation
 */
import type { RunOutcome } from "../../agent/protocol.js";
import { type PodAgent, runIn } from "../pod-agent.js";

/** A resolver without a server tries each domain of its search list until its patience ends; this is what a run has. */
const PATIENCE_MS = 8_000;

/** Looks a Service of the pod's own namespace up by its name, as an application does, and says what came of it. */
export async function lookUpName({ client }: PodAgent, service: string, expected: string): Promise<string> {
  const argv = ["env", "RES_OPTIONS=timeout:1 attempts:1", "getent", "ahostsv4", service] as const;
  return nameSentence(await runIn(client, argv, undefined, PATIENCE_MS), expected);
}

/** What a look-up says, as a clause about the name. */
export function nameSentence(
  { exitCode, stdout, startError }: Pick<RunOutcome, "exitCode" | "stdout" | "startError">,
  expected: string,
): string {
  const addresses = [...new Set([...stdout.matchAll(/^(\d+(?:\.\d+){3})\s/gm)].map(([, address]) => address))];
  if (startError !== undefined) return `not looked up: ${startError}`;
  if (exitCode !== 0 || addresses.length === 0)
    return "is resolved by no DNS that pods are given; its address was taken from the EndpointSlice";
  if (addresses.length === 1 && addresses[0] === expected) return "is resolved to its pod's address";
  return `is resolved to ${addresses.join(", ")}, its pod is at ${expected}, which was measured`;
}
