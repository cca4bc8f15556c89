import type { Change } from "../../contract.js";
import { larger, SOURCES, WRITERS } from "./softnet.js";

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
