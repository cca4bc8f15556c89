import type { Doubt } from "../../model/doubt.js";
import type { Observation } from "../../model/run.js";
import { doubt, figure, portion, says } from "./doubt.js";
import { ALLOWED_LOSS, type CellEvidence, type Check, SEVERAL, severityOf, total } from "./evidence.js";

/**
 * Echo requests and HTTP requests that did not come back whole, and bursts that lost a datagram. What is lost has no time and so makes a path look quicker: a percentile is nowhere
 * known when more is lost than lies beyond it, and no path is faster by what it loses. Floods have a check of their own.
 */
export const losses: Check = (cell) => {
  const { metric, own, host, ratio } = cell;
  if (metric.workload === "pps") return undefined;
  if (metric.workload === "latency.udp") return lostDatagrams(cell);
  const [here, there] = [undelivered(own), undelivered(host)];
  const share = here.lost / here.offered;
  if (!(share > ALLOWED_LOSS) || here.lost < SEVERAL) return undefined;
  const lost = portion("not delivered", here.lost, here.offered, metric.workload.startsWith("http") ? "requests" : "messages");
  const beside =
    host.length === 0 || there.offered === 0
      ? ""
      : says` (host ${figure("not delivered on the host", there.lost / there.offered, "share")})`;
  const { estimator } = metric;
  if (estimator.kind === "percentile" && share >= 1 - estimator.p)
    return doubt(
      "losses",
      "refuse",
      says`${lost} did not come back${beside}, which is more than lies beyond this percentile: what was lost may be its value`,
    );
  if (ratio?.verdict === "faster")
    return doubt(
      "losses",
      "refuse",
      says`${lost} did not come back${beside}, and a path that loses must not count as faster than the host`,
    );
  const timesOfTheRest = metric.better === "lower" && severityOf(here.lost, here.offered) === "refuse";
  return doubt("losses", timesOfTheRest ? "refuse" : "flag", says`${lost} did not come back${beside}: the figure is of those that did`);
};

/**
 * A client waits for the answer to a lost datagram for as long as it lives, so that one loss costs a burst, and those of its client after it: what counts is
 * that it happened. With many such bursts the cell is refused for its lost rounds.
 */
function lostDatagrams({ own, failed }: CellEvidence): Doubt | undefined {
  const lost = total(failed, ({ counts }) => counts?.lost);
  if (lost === 0) return undefined;
  const bursts = portion("bursts that lost a datagram", lost, own.length + failed.length, "bursts");
  return doubt("losses", "flag", says`${bursts} lost a datagram and ended there: the figure is of the others`);
}

function undelivered(observations: readonly Observation[]): { readonly offered: number; readonly lost: number } {
  const offered = total(observations, ({ counts }) => counts?.offered);
  return { offered, lost: total(observations, ({ counts }) => (counts?.lost ?? 0) + (counts?.failed ?? 0)) };
}
