import type { Change } from "../../contract.js";
import { larger, SOURCES, WRITERS } from "./softnet.js";

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
