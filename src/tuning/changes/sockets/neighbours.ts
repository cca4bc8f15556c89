import type { Change } from "../../contract.js";
import { counted, heavier, numberOf, proposalOf, sysctlStep } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

const THRESHOLDS = ["gc_thresh1", "gc_thresh2", "gc_thresh3"] as const;
const FAMILIES = ["ipv4", "ipv6"] as const;

/** How many neighbours the kernel remembers. */
export const neighbourThresholds: Change = {
  name: "neighbour-thresholds",
  sets: "gc_thresh1, 2 and 3 of IPv4 and IPv6 four times as large, where more than 80 % of the third are used",
  why: "The table is one for all namespaces of the machine, and its pods count; beyond the third threshold packets to new neighbours are dropped.",
  scope: "machine",
  risk: "low",
  breaks: "Entries take more of the kernel's memory.",
  acts: "at once",
  side: "node",
  readBack: "the sysctls: whole numbers",
  sideEffects: "none",
  writers: [
    { owner: "tuned", instead: "the [sysctl] section of its profile" },
    { owner: "node tuning operator", instead: "the Tuned object" },
  ],
  sources: ["Linux Documentation/networking/ip-sysctl.rst, neigh/default/gc_thresh3", "kops #4533"],
  propose,
};

function propose(node: NodeFacts): ReturnType<Change["propose"]> {
  const most = numberOf(node.sysctls["net.ipv4.neigh.default.gc_thresh3"]);
  if (Number.isNaN(most)) return { kind: "not here", because: "the thresholds are not in this namespace" };
  const entries = node.counters["neighbours.entries"] ?? 0;
  const fulls = counted(node, "neighbours.table_fulls", "the table was full");
  const used = `${String(entries)} of ${String(most)} neighbours`;
  if (entries <= most * 0.8 && fulls.weight === "none") return { kind: "not here", because: `${used} are known` };
  const steps = FAMILIES.flatMap((family) =>
    THRESHOLDS.flatMap((name) => {
      const sysctl = `net.${family}.neigh.default.${name}`;
      return sysctlStep(node, sysctl, String(numberOf(node.sysctls[sysctl]) * 4));
    }),
  );
  return proposalOf(steps, heavier({ weight: entries > most * 0.8 ? "strong" : "none", says: `${used} are known` }, fulls));
}
