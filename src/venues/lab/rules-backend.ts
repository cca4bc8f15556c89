/**
 * Into which of the kernel's tables this machine's iptables writes rules: each packet pays another price in each.
 * @packageDocumentation
 */
import type { RulesBackend } from "../../model/rules-backend.js";
import type { AgentClient } from "../agent/client.js";

const TIMEOUT_MS = 5_000;

/** Asks the program that loads the lab's rules; undefined where it is not there. */
export async function rulesBackend(agent: AgentClient): Promise<RulesBackend | undefined> {
  const { stdout } = await agent.order<"run">({ kind: "run", argv: ["iptables-restore", "--version"], timeout: TIMEOUT_MS });
  return backendIn(stdout);
}

/** From what `iptables-restore --version` prints; before 1.8 it knew one kind of tables and did not name it. */
export function backendIn(version: string): RulesBackend | undefined {
  const [, named] = /\((nf_tables|legacy)\)/.exec(version) ?? [];
  if (named === "nf_tables" || named === "legacy") return named;
  return /\bv1\.[0-7]\./.test(version) ? "legacy" : undefined;
}
