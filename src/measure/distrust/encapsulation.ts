import { payloadOf, wireBytesOf } from "../../probes/packet-sizes.js";
import { againstPromise, figure, quantity, ratioFigure, says } from "./doubt.js";
import { type CellEvidence, type Check, CPU_MAY_LIMIT, medianFact, medianValue, total } from "./evidence.js";
import { retransmissions } from "./retransmissions.js";
import { smallWindow } from "./small-window.js";

/** How far a measured ratio may lie from the arithmetic: acknowledgements, retransmissions and a window's edges; 0.3 % was seen (docs/benches.md). */
const WITHIN = 0.01;

/**
 * Through a full link, an encapsulating mode carries what its headers leave of each packet, no more and no less: through 1 Gbit/s with an MTU of 1500, VXLAN's 1450
 * bytes of 1500 are 0.9655 of the host's goodput. Nothing can carry more. Less has a reason, and a CPU, losses or a window that stayed small are such reasons.
 */
export const encapsulation: Check = (cell) => {
  const { cap, metric, own, host, ratio } = cell;
  const [inner, outer] = [medianFact("plannedMtu", own), medianFact("plannedMtu", host)];
  if (cap === undefined || metric.estimator.kind !== "value" || inner === undefined || outer === undefined || inner >= outer)
    return undefined;
  const full = (cap * payloadOf(outer)) / wireBytesOf(outer);
  // A host that does not fill the link leaves room: what the link's bytes allow is then no limit.
  if (medianValue(metric.name, host) < full * (1 - WITHIN) || ratio === undefined || ratio.low === null || ratio.high === null)
    return undefined;
  const expected = payloadOf(inner) / payloadOf(outer);
  const above = ratio.low > expected * (1 + WITHIN);
  const below = ratio.high < expected * (1 - WITHIN);
  if (!above && !(below && isUnexplained(cell))) return undefined;
  const seen = ratioFigure("ratio to host", ratio);
  const allowed = figure("ratio by bytes", expected, "ratio");
  const mtu = figure("planned MTU", inner, "bytes");
  const why = above ? "no path can carry more than that" : "no CPU was busy, and nothing was lost";
  return againstPromise(
    cell.faulty,
    "encapsulation",
    says`the ratio to the host is ${seen} where packets of ${mtu} through a full link of ${quantity("link", cap, "bit/s")} give ${allowed}: ${why}, so it was not measured right`,
  );
};

/** Whether neither CPU time nor losses explain that a path does not fill its link. A thread moves between CPUs, so their sum counts. */
function isUnexplained(cell: CellEvidence): boolean {
  const busy = total(cell.own, ({ cpu }) => cpu.busy + cpu.steal) / total(cell.own, ({ elapsed }) => elapsed);
  return busy < CPU_MAY_LIMIT && retransmissions(cell) === undefined && smallWindow(cell) === undefined;
}
