/**
 * What a ruleset is made of and what is odd about it: the schema of `podwire/ruleset@1`.
 * @packageDocumentation
 */
import { z } from "zod";

/** Schema name and version. */
export const RULESET_SCHEMA = "podwire/ruleset@1";

/** What may be odd about a rule or a chain. */
export const RULE_FINDINGS = [
  "lost-match",
  "shadowed",
  "duplicate",
  "unreachable-chain",
  "missing-chain",
  "never-hit",
  "both-backends",
  "dormant",
] as const;

/** Schema of {@link RuleFinding}. */
const ruleFindingSchema = z.object({
  finding: z.enum(RULE_FINDINGS),
  table: z.string(),
  chain: z.string(),
  /** As the file has it; absent where the finding is of a chain. */
  rule: z.string().optional(),
  line: z.int().positive().optional(),
  /** In a sentence. */
  says: z.string(),
});
/** Something odd. */
export type RuleFinding = z.infer<typeof ruleFindingSchema>;

/** Schema of {@link RulesetReport}. */
export const rulesetReportSchema = z.object({
  schema: z.literal(RULESET_SCHEMA),
  /** By product, the largest first; `unknown` has the rest. */
  owners: z.array(z.object({ owner: z.string(), chains: z.int().nonnegative(), rules: z.int().nonnegative() })),
  findings: z.array(ruleFindingSchema),
});
/** Owners and findings of a ruleset. */
export type RulesetReport = z.infer<typeof rulesetReportSchema>;
