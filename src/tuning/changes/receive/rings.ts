import type { Change, PlannedStep } from "../../contract.js";
import { carrying, proposalOf } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

const RINGS = ["rx", "tx"] as const;

/** Ring sizes. */
export const rings: Change = {
  name: "rings",
  sets: "receive and transmit rings at the largest that the driver takes",
  why: "A burst that comes while the CPU is away is kept in the ring instead of being dropped by the card.",
  scope: "device",
  risk: "medium",
  breaks: "Most drivers reset the card: the link is down for a moment. Larger rings keep packets longer, which may cost latency and cache.",
  acts: "at once",
  side: "node",
  readBack: "`ethtool -g`: entries, rounded by the driver",
  sideEffects: "The link may go down and up.",
  writers: [
    { owner: "systemd-networkd", instead: "RxBufferSize= and TxBufferSize= of the device's .link file" },
    { owner: "tuned", instead: "the [net] section of its profile" },
  ],
  sources: ["ethtool(8), -G"],
  propose,
};

function propose(node: NodeFacts): ReturnType<Change["propose"]> {
  const able = carrying(node).filter((device) => device.rings !== undefined);
  if (able.length === 0) return { kind: "not here", because: "no device has rings that can be set" };
  const steps = able.flatMap(({ name, rings: of = {} }) =>
    RINGS.flatMap((ring): PlannedStep[] => {
      const state = of[ring];
      return state === undefined || state.most === 0
        ? []
        : [{ knob: { kind: "ring", device: name, ring }, now: String(state.now), wanted: String(Math.max(state.now, state.most)) }];
    }),
  );
  const missed = able.filter(({ name }) => (node.growth?.grown[`device.${name}.rx_missed`] ?? 0) > 0).map(({ name }) => name);
  return proposalOf(
    steps,
    missed.length > 0
      ? { weight: "strong", says: `${missed.join(", ")}: the card drops for want of room in its ring` }
      : { weight: "none", says: "rings are below their maximum, and no card drops for want of room" },
  );
}
