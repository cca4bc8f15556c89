/**
 * What a rule that does not match costs a packet on this machine: the schema of `podwire/rule-costs@1`.
 * @packageDocumentation
 */
import { z } from "zod";

/** Schema name and version. */
export const RULE_COSTS_SCHEMA = "podwire/rule-costs@1";

/** Where rules are kept, and by which program: the kernel looks at them by different code. */
export const RULE_COST_BACKENDS = ["iptables-legacy", "iptables-nft", "nft"] as const;
/** One of {@link RULE_COST_BACKENDS}. */
export type RuleCostBackend = (typeof RULE_COST_BACKENDS)[number];

const nanosecondsShape = {
  /** Nanoseconds of CPU time for each rule. */
  nanoseconds: z.number(),
  /** 95 % interval. */
  low: z.number(),
  high: z.number(),
};

/** Schema of {@link RuleCost}. */
const ruleCostSchema = z.object({
  backend: z.enum(RULE_COST_BACKENDS),
  status: z.enum(["measured", "failed", "unsupported"]),
  reason: z.string().optional(),
  cost: z.object(nanosecondsShape).optional(),
  /** When, where it is an earlier run's figure: one stays where a later run fails. */
  measured: z.string().optional(),
});
/** The cost with one backend, or why there is none. */
export type RuleCost = z.infer<typeof ruleCostSchema>;

/** Schema of {@link RuleCosts}. */
export const ruleCostsSchema = z.object({
  schema: z.literal(RULE_COSTS_SCHEMA),
  /** When, as ISO 8601. */
  measured: z.string(),
  /** The kernel's release and the CPU: on others the figures do not hold. */
  kernel: z.string(),
  cpu: z.string(),
  /** Rules that a packet met. */
  rules: z.int().positive(),
  rounds: z.int().positive(),
  backends: z.array(ruleCostSchema),
});
/** What was measured, and where. */
export type RuleCosts = z.infer<typeof ruleCostsSchema>;
