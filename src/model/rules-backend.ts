/**
 * Into which of the kernel's tables iptables wrote a mode's rules: each packet pays another price in each.
 * @packageDocumentation
 */
import { z } from "zod";

/** Schema of {@link RulesBackend}. */
export const rulesBackendSchema = z.enum(["nf_tables", "legacy"]);
/** `iptables-nft` writes into nf_tables, `iptables-legacy` into the tables of ip_tables. */
export type RulesBackend = z.infer<typeof rulesBackendSchema>;
