/**
 * The table of tracked connections: its values, and who else sets them.
 * @packageDocumentation
 */
import type { Writer } from "../../contract.js";

/** Entries now. */
export const COUNT = "net.netfilter.nf_conntrack_count";
/** Entries at most. */
export const MAX = "net.netfilter.nf_conntrack_max";
/** Lists of entries. */
export const BUCKETS = "net.netfilter.nf_conntrack_buckets";

/** Programs that size the table. */
export const WRITERS: readonly Writer[] = [
  { owner: "kube-proxy", instead: "conntrack.maxPerCore and conntrack.min of its configuration" },
  { owner: "tuned", instead: "the [sysctl] section of its profile" },
  { owner: "node tuning operator", instead: "the Tuned object" },
];
