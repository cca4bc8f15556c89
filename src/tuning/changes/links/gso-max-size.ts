import type { Change, PlannedStep } from "../../contract.js";
import { carrying, proposalOf } from "../../evidence.js";

/** The kernel's own value (GSO_LEGACY_MAX_SIZE), bytes. */
const USUAL = 65_536;

/** How large a packet may be until it is cut. */
export const gsoMaxSize: Change = {
  name: "gso-max-size",
  sets: `gso_max_size ${String(USUAL)} of every device where it is less and the driver takes that much`,
  why: "Packets are handed to the device in pieces of this size; a small one gives away what TSO and GSO gain.",
  scope: "device",
  risk: "medium",
  breaks: "A driver that cannot carry large packets loses them.",
  acts: "new connections",
  bulkOnly: true,
  side: "either",
  readBack: "`ip -details link`: bytes",
  sideEffects: "none",
  writers: [{ owner: "cilium", instead: "enableIPv4BIGTCP of its values" }],
  sources: ["ip-link(8), gso_max_size"],
  propose: (node) => {
    const able = carrying(node).filter(({ gsoMaxSize: now, tsoMaxSize }) => now !== undefined && (tsoMaxSize ?? 0) >= USUAL);
    const steps = able.flatMap(({ name, gsoMaxSize: now = USUAL }): PlannedStep[] =>
      now >= USUAL ? [] : [{ knob: { kind: "link", device: name, attribute: "gso_max_size" }, now: String(now), wanted: String(USUAL) }],
    );
    return proposalOf(steps, {
      weight: "strong",
      says: steps.map(({ knob, now }) => `${"device" in knob ? knob.device : ""} cuts at ${now} bytes`).join("; "),
    });
  },
};
