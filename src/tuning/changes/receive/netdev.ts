import type { Change } from "../../contract.js";
import { counted, numberOf, proposalOf, sysctlStep } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

const SOURCES = ["Linux Documentation/admin-guide/sysctl/net.rst", "oracle/bpftune #178"];
const WRITERS = [
  { owner: "tuned", instead: "the [sysctl] section of its profile" },
  { owner: "node tuning operator", instead: "the Tuned object" },
] as const;

/** The queue between a device and the CPU that takes its packets. */
export const netdevBacklog: Change = {
  name: "netdev-max-backlog",
  sets: "net.core.netdev_max_backlog four times as large, 16384 at most",
  why: "Every virtual device and RPS put packets into a queue of each CPU; when it is full, packets are dropped (second column of softnet_stat). A larger budget does not help against that.",
  scope: "machine",
  risk: "low",
  breaks: "Packets may wait longer in a longer queue.",
  acts: "at once",
  side: "node",
  readBack: "the sysctl: a whole number",
  sideEffects: "none",
  writers: WRITERS,
  sources: SOURCES,
  propose: (node) => larger(node, "net.core.netdev_max_backlog", 16_384, "softnet.dropped", "a CPU's backlog was full"),
};

/** How many packets a CPU takes in one go. */
export const netdevBudget: Change = {
  name: "netdev-budget",
  sets: "net.core.netdev_budget four times as large, 1200 at most",
  why: "A CPU that has used its budget up leaves packets for the next round (third column of softnet_stat, time_squeeze). It is no cure for drops of the backlog.",
  scope: "machine",
  risk: "low",
  breaks: "Programs on that CPU wait longer for it.",
  acts: "at once",
  side: "node",
  readBack: "the sysctl: a whole number",
  sideEffects: "none",
  writers: WRITERS,
  sources: SOURCES,
  propose: (node) => larger(node, "net.core.netdev_budget", 1_200, "softnet.time_squeeze", "a CPU had more to receive than its budget"),
};

function larger(node: NodeFacts, name: string, most: number, counter: string, meaning: string): ReturnType<Change["propose"]> {
  const evidence = counted(node, counter, meaning);
  if (evidence.weight === "none") return { kind: "not here", because: `${counter} stands at 0: nothing would be gained` };
  const now = numberOf(node.sysctls[name]);
  if (Number.isNaN(now)) return { kind: "not here", because: `${name} is not in this namespace` };
  return proposalOf(sysctlStep(node, name, String(Math.max(now, Math.min(now * 4, most)))), evidence);
}
