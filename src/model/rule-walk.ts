/**
 * The way of one packet through a ruleset: the schema of `podwire/rule-walk@1`.
 * @packageDocumentation
 */
import { z } from "zod";
import { RULE_COST_BACKENDS } from "./rule-costs.js";

/** Schema name and version of a walk. */
export const RULE_WALK_SCHEMA = "podwire/rule-walk@1";

/** What becomes of a packet. `unknown`: it depends on something that its words do not say. */
const VERDICTS = ["accept", "drop", "reject", "unknown"] as const;

/** Schema of {@link WalkStep}. */
const walkStepSchema = z.object({
  hook: z.string(),
  /** With its family where the file has nftables: `ip filter`, `inet kube-proxy`; the bare name in iptables. */
  table: z.string(),
  chain: z.string(),
  /** As the file has it; the policy of a chain that came to its end. */
  rule: z.string(),
  /** What it did: `accept`, `jump KUBE-SERVICES`, `destination becomes 10.1.1.3:80`. */
  action: z.string(),
  /** Line of the file; absent where the file has none. */
  line: z.int().positive().optional(),
});
/** One rule that the packet matched, or a policy. */
export type WalkStep = z.infer<typeof walkStepSchema>;

/** Schema of {@link WalkBranch}. */
const walkBranchSchema = z.object({
  /** What must hold for this branch, in the ruleset's words. */
  if: z.string(),
  verdict: z.enum(VERDICTS),
  steps: z.array(walkStepSchema),
  packet: z.string().optional(),
});
/** One of the ways that a packet may take from a match on that cannot be decided. */
export type WalkBranch = z.infer<typeof walkBranchSchema>;

/** Schema of {@link WalkCost}. */
const walkCostSchema = z.object({
  /** Nanoseconds of CPU time for all rules that were looked at, with a 95 % interval. */
  nanoseconds: z.number(),
  low: z.number(),
  high: z.number(),
  /** Whose figures were taken: both of iptables' where the ruleset does not say which of them it is. */
  backends: z.array(z.enum(RULE_COST_BACKENDS)),
  /** When a rule's cost was measured on this machine. */
  measured: z.string(),
});
/** What looking at the rules costs. */
export type WalkCost = z.infer<typeof walkCostSchema>;

/** Schema of {@link RuleWalk}. */
export const ruleWalkSchema = z.object({
  schema: z.literal(RULE_WALK_SCHEMA),
  verdict: z.enum(VERDICTS),
  /** Rules that were looked at: with branches, on the longest of them. */
  looked: z.int().nonnegative(),
  /** Absent where this machine has no figure for a rule. */
  cost: walkCostSchema.optional(),
  /** Up to the first match that cannot be decided. */
  steps: z.array(walkStepSchema),
  branches: z.array(walkBranchSchema).optional(),
  /** The packet as it leaves, where it leaves. */
  packet: z.string().optional(),
  /** What the walk does not show, each in a sentence: tables that the kernel does not call. */
  notes: z.array(z.string()).optional(),
});
/** The way of a packet. */
export type RuleWalk = z.infer<typeof ruleWalkSchema>;
/** What became of the packet. */
export type WalkVerdict = RuleWalk["verdict"];
