import type { Observation } from "../../model/run.js";
import { doubt, figure, portion, says } from "./doubt.js";
import { ALLOWED_LOSS, type Check, SEVERAL, severityOf, total } from "./evidence.js";

/**
 * Echo requests, datagrams and HTTP requests that did not come back whole. What is lost has no time and so makes a path look quicker: a percentile is nowhere
 * known when more is lost than lies beyond it, and no path is faster by what it loses. Floods have a check of their own.
 */
export const losses: Check = ({ metric, own, host, ratio }) => {
  if (metric.workload === "pps") return undefined;
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

function undelivered(observations: readonly Observation[]): { readonly offered: number; readonly lost: number } {
  const offered = total(observations, ({ counts }) => counts?.offered);
  return { offered, lost: total(observations, ({ counts }) => (counts?.lost ?? 0) + (counts?.failed ?? 0)) };
}
