import type { Change, PlannedStep } from "../../contract.js";
import { carrying, proposalOf } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

/** Interrupt coalescing. */
export const coalescing: Change = {
  name: "coalescing",
  sets: "adaptive receive coalescing on, where the driver has it",
  why: "The card interrupts once for several packets when many come, and at once when few do.",
  scope: "device",
  risk: "low",
  breaks: "Round trips grow by the time that the card waits.",
  acts: "at once",
  side: "node",
  readBack: "`ethtool -c`: on or off",
  sideEffects: "Drivers may change rx-usecs along with it; it is restored.",
  writers: [{ owner: "tuned", instead: "coalesce of the [net] section of its profile" }],
  sources: ["ethtool(8), -C"],
  propose,
};

function propose(node: NodeFacts): ReturnType<Change["propose"]> {
  const able = carrying(node).filter(({ coalescing: of }) => of?.["adaptive-rx"] !== undefined);
  if (able.length === 0) return { kind: "not here", because: "no device has adaptive coalescing" };
  const steps = able.map(
    ({ name, coalescing: of = {} }): PlannedStep => ({
      knob: { kind: "coalescing", device: name, parameter: "adaptive-rx" },
      now: of["adaptive-rx"] ?? "off",
      wanted: "on",
      coupled: ["rx-usecs", "rx-frames"].flatMap((parameter) =>
        of[parameter] === undefined ? [] : [{ kind: "coalescing", device: name, parameter }],
      ),
    }),
  );
  return proposalOf(steps, { weight: "none", says: `${able.map(({ name }) => name).join(", ")}: coalescing does not follow the load` });
}
