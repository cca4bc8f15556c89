/**
 * A chain of rules that match nothing and are asked all the same.
 * @packageDocumentation
 */

import type { RuleTable, Wiring } from "../../../model/wiring.js";
import { ruleTable } from "../../../modes/parts/ruleset.js";
import type { FaultSign } from "../../fault.js";

/** As many as were seen to cost a factor of six. */
const MANY = 2_000;
const CHAIN = "BLOCKLIST";
const JUMP = `-j ${CHAIN}`;

/** An unused address, the same for the same number. */
const unused = (index: number): string => `198.18.${String(200 + Math.floor(index / 250))}.${String(1 + (index % 250))}`;

/** The chain, and the jump to it that every forwarded packet takes. */
export const deadRules = (): RuleTable =>
  ruleTable(
    "filter",
    [CHAIN],
    [`-A FORWARD ${JUMP}`, ...Array.from({ length: MANY }, (_, index) => `-A ${CHAIN} -s ${unused(index)}/32 -j DROP`)],
  );

/** The jump counts what passes the chain. */
export const passingDeadRules = (wiring: Wiring): FaultSign => ({
  kind: "rule",
  in: wiring.paths["host-host"]?.from ?? "",
  tool: "iptables",
  table: "filter",
  chain: "FORWARD",
  rule: JUMP,
});
