import type { Change, PlannedStep } from "../../contract.js";
import { numberOf, proposalOf } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";
import { BUCKETS, MAX, WRITERS } from "./table.js";

/** The kernel rounds buckets up to whole pages of pointers (nf_conntrack_hash_resize). */
const PER_PAGE = 512;

/** How fast an entry is found. */
export const conntrackBuckets: Change = {
  name: "conntrack-buckets",
  sets: "nf_conntrack_buckets at a quarter of nf_conntrack_max, where it is less",
  why: "With more than four entries a bucket every look-up walks a list.",
  scope: "machine",
  risk: "medium",
  breaks: "The table is made anew, which holds every packet up for a moment; too many buckets miss the CPU's cache (kubernetes #136228).",
  acts: "at once",
  side: "node",
  readBack: "the sysctl: rounded up to whole pages of 512",
  sideEffects: "none",
  writers: WRITERS,
  sources: ["net/netfilter/nf_conntrack_core.c, nf_conntrack_hash_resize"],
  propose: proposeBuckets,
};

function proposeBuckets(node: NodeFacts): ReturnType<Change["propose"]> {
  const [most, buckets] = [numberOf(node.sysctls[MAX]), numberOf(node.sysctls[BUCKETS])];
  if (Number.isNaN(most) || Number.isNaN(buckets)) return { kind: "not here", because: "the kernel tracks no connections" };
  const wanted = Math.ceil(most / 4 / PER_PAGE) * PER_PAGE;
  const step: PlannedStep = { knob: { kind: "sysctl", name: BUCKETS }, now: String(buckets), wanted: String(Math.max(buckets, wanted)) };
  return proposalOf([step], { weight: "some", says: `${String(most)} entries may share ${String(buckets)} buckets` });
}
