import type { Doubt } from "../../model/doubt.js";
import type { Observation } from "../../model/run.js";
import { figure, quantity, refuse, says } from "./doubt.js";
import { busiestCpuShare, type CellEvidence, type Check, CPU_MAY_LIMIT, medianValue } from "./evidence.js";

/** Headers take 4.4 % of an Ethernet link at an MTU of 1500; a bare host that leaves a fifth of it empty was held back by something. */
const HOST_FILLS = 0.8;
/** A trial of 80 ms may hold 10 ms' worth of a full bucket on top. */
const NO_MORE_THAN = 1.25;

/** A capped link says itself what the bare host must carry, and what nothing can: a figure beyond either is the tool's, not the link's. */
export const linkRate: Check = (cell) => {
  const { cap, metric, own, host } = cell;
  if (cap === undefined || metric.estimator.kind === "percentile") return undefined;
  const bare = host.length > 0 ? host : own.filter(({ path }) => path === "host-host");
  return beyond("", own, cap, cell) ?? beyond("the host's ", host, cap, cell) ?? unfilled(bare, cap, cell);
};

function beyond(whose: string, observations: readonly Observation[], cap: number, { metric }: CellEvidence): Doubt | undefined {
  const carried = medianValue(metric.workload, observations);
  if (carried <= cap * NO_MORE_THAN) return undefined;
  const [seen, link] = [quantity("carried", carried, "bit/s"), quantity("link", cap, "bit/s")];
  return refuse("link-rate", says`${whose}${seen} cannot have crossed a link of ${link}: the amount or the time is wrong`);
}

function unfilled(observations: readonly Observation[], cap: number, { metric }: CellEvidence): Doubt | undefined {
  const carried = medianValue(metric.workload, observations);
  const busy = busiestCpuShare(observations);
  if (carried >= cap * HOST_FILLS || !(busy <= CPU_MAY_LIMIT)) return undefined;
  const [seen, link] = [quantity("carried on the host", carried, "bit/s"), quantity("link", cap, "bit/s")];
  return refuse(
    "link-rate",
    says`the host carried ${seen} of the link's ${link} while no CPU was more than ${figure("busiest CPU", busy, "share")} busy: neither the link nor a CPU was the limit, so what was measured is the measuring`,
  );
}
