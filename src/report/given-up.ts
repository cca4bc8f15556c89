/**
 * What a run gave up on its way, one entry a reason: as few lines as say it all.
 * @packageDocumentation
 */
import type { GivenUp } from "../model/given-up.js";
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
  const alike = new Map<string, GivenUp[]>();
  for (const one of summary.givenUp ?? []) {
    const key = JSON.stringify([one.workload, one.how, one.at, one.reason]);
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  return [...alike.values()].flatMap((lanes) => {
    const [first] = lanes;
    if (first === undefined) return [];
    const rows = lanes.map(({ mode, path }) => {
      const { row, remark } = placeOf(summary, mode, path);
      return `${row}${remark}`;
    });
    return [
      {
        subject: `${rows.join(", ")}: ${first.workload} (${WAYS[first.how]})`,
        text: `after ${first.at.toFixed(0)} s: ${first.reason}`,
      },
    ];
  });
}
