/**
 * Changes of Services in a lab that stands.
 * @packageDocumentation
 */
import type { ServiceChange } from "../../model/wiring.js";
import type { Builder } from "./build.js";
import { BuildError } from "./failure.js";

const CHANGE_MS = 20_000;

/** Carries one change of Services out. */
export async function changeServices(
  { agent, limiter }: Builder,
  namespace: string,
  { argv, stdin, mayFindNothing }: ServiceChange,
): Promise<void> {
  const outcome = await limiter.run(async () => agent.order<"run">({ kind: "run", argv, stdin, namespace, timeout: CHANGE_MS }));
  if (outcome.exitCode === 0 || (mayFindNothing === true && outcome.exitCode === 1)) return;
  throw new BuildError(`\`${argv.join(" ")}\` in ${namespace}: ${outcome.startError ?? outcome.stderr.trim()}`);
}
