import type { Doubt } from "../../model/doubt.js";
import type { Observation } from "../../model/run.js";
import { againstPromise, figure, flag, quantity, refuse, says } from "./doubt.js";
import { busiestCpuShare, type CellEvidence, type Check, CPU_MAY_LIMIT, having, medianValue } from "./evidence.js";

/** Headers take 4.4 % of an Ethernet link at an MTU of 1500; a bare host that leaves a fifth of it empty was held back by something. */
const HOST_FILLS = 0.8;
/**
 * A window begins once a full bucket is empty, and payload is less than the bytes on the link, so that its median lies 1 to 5 % below the link's rate. A whole
 * trial of 80 ms, as older runs have it, may hold 10 ms' worth of a full bucket on top.
 */
const NO_MORE_THAN = { window: 1.01, trial: 1.25 };

/** A capped link says itself what the bare host must carry, and what nothing can: a figure beyond either is the tool's, not the link's. A host whose CPU is the limit compares CPUs. */
export const linkRate: Check = (cell) => {
  const { cap, metric, own, host } = cell;
  if (cap === undefined || metric.estimator.kind === "percentile") return undefined;
  const bare = host.length > 0 ? host : own.filter(({ path }) => path === "host-host");
  return beyond("", own, cap, cell) ?? beyond("the host's ", host, cap, cell) ?? unfilled(bare, cap, cell);
};

function beyond(whose: string, observations: readonly Observation[], cap: number, { metric, faulty }: CellEvidence): Doubt | undefined {
  const carried = medianValue(metric.workload, observations);
  const windows = having("loadSeconds", observations).length > 0;
  if (carried <= cap * (windows ? NO_MORE_THAN.window : NO_MORE_THAN.trial)) return undefined;
  const [seen, link] = [quantity("carried", carried, "bit/s"), quantity("link", cap, "bit/s")];
  return againstPromise(
    faulty && whose === "",
    "link-rate",
    says`${whose}${seen} cannot have crossed a link of ${link}: the amount or the time is wrong`,
  );
}

function unfilled(observations: readonly Observation[], cap: number, { metric }: CellEvidence): Doubt | undefined {
  const carried = medianValue(metric.workload, observations);
  const busy = busiestCpuShare(observations);
  if (carried >= cap * HOST_FILLS || Number.isNaN(busy)) return undefined;
  const [seen, link] = [quantity("carried on the host", carried, "bit/s"), quantity("link", cap, "bit/s")];
  const cpu = figure("busiest CPU", busy, "share");
  if (busy > CPU_MAY_LIMIT)
    return flag(
      "link-rate",
      says`the host carried ${seen} of the link's ${link} and a CPU was ${cpu} busy: what is compared is CPU time, not what a link of that rate leaves of it`,
    );
  return refuse(
    "link-rate",
    says`the host carried ${seen} of the link's ${link} while no CPU was more than ${cpu} busy: neither the link nor a CPU was the limit, so what was measured is the measuring`,
  );
}
