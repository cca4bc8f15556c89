import type { Change, PlannedStep, Writer } from "../../contract.js";
import { counted, heavier, numberOf, proposalOf, sysctlStep } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

const COUNT = "net.netfilter.nf_conntrack_count";
const MAX = "net.netfilter.nf_conntrack_max";
const BUCKETS = "net.netfilter.nf_conntrack_buckets";
/** The kernel rounds buckets up to whole pages of pointers (nf_conntrack_hash_resize). */
const PER_PAGE = 512;

const WRITERS: readonly Writer[] = [
  { owner: "kube-proxy", instead: "conntrack.maxPerCore and conntrack.min of its configuration" },
  { owner: "tuned", instead: "the [sysctl] section of its profile" },
  { owner: "node tuning operator", instead: "the Tuned object" },
];

/** How many connections are tracked at most. */
export const conntrackMax: Change = {
  name: "conntrack-max",
  sets: "nf_conntrack_max twice as large, where more than three quarters of it are used",
  why: "A full table drops the first packet of every new connection.",
  scope: "machine",
  risk: "low",
  breaks: "Each entry takes about 320 bytes of the kernel's memory.",
  acts: "new connections",
  side: "node",
  readBack: "the sysctl: a whole number",
  sideEffects: "none",
  writers: WRITERS,
  sources: ["Linux Documentation/networking/nf_conntrack-sysctl.rst"],
  propose: proposeMax,
};

function proposeMax(node: NodeFacts): ReturnType<Change["propose"]> {
  const [count, most] = [numberOf(node.sysctls[COUNT]), numberOf(node.sysctls[MAX])];
  if (Number.isNaN(most)) return { kind: "not here", because: "the kernel tracks no connections" };
  const dropped = counted(node, "conntrack.drop", "the table was full");
  const full = count > most * 0.75;
  if (!full && dropped.weight === "none")
    return { kind: "not here", because: `${String(count)} of ${String(most)} entries are used, and none was dropped` };
  const filled = { weight: full ? "strong" : "none", says: `${String(count)} of ${String(most)} entries are used` } as const;
  return proposalOf(sysctlStep(node, MAX, String(most * 2)), heavier(filled, dropped));
}

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
