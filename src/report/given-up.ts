/**
 * What a run gave up on its way, one entry a reason: as few lines as say it all.
 * @packageDocumentation
 */

import { groupBy } from "../model/grouped.js";
import { metricsOf } from "../model/metric.js";
import type { Summary } from "../model/summary.js";
import { placeOf } from "./outline.js";

/** What was given up for one reason. */
export interface Abandoned {
  /** `flannel-udp, vlan: http (trials)`. */
  readonly subject: string;
  /** `after 34 s: socat ended (exit code 1)`. */
  readonly text: string;
}

const WAYS = { slice: "slices", burst: "bursts", trial: "trials" } as const;

/** What was given up, in the order in which it was; what left at the same moment for the same reason stands together. */
export function givenUpIn(summary: Summary): readonly Abandoned[] {
  const alike = groupBy(summary.givenUp ?? [], ({ workload, how, at, reason }) => JSON.stringify([workload, how, at, reason]));
  return [...alike.values()].map((lanes) => {
    const [first] = lanes;
    const rows = lanes.map(({ mode, path, workload }) => {
      const { row, remark } = placeOf(summary, mode, { path, metric: metricsOf(workload)[0]?.name ?? workload });
      return `${row}${remark}`;
    });
    return {
      subject: `${rows.join(", ")}: ${first.workload} (${WAYS[first.how]})`,
      text: `after ${first.at.toFixed(0)} s: ${first.reason}`,
    };
  });
}
