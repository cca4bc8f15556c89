/** A variant with a planted fault on which nothing arrives is broken, and that is its result. */
import { describe, expect, test } from "vitest";
import { syntheticRun, withPaths } from "../../../test/synthetic/run.js";
import { adviserOf } from "../../advice/advice.js";
import { type Observation, type Run, runSchema } from "../../model/run.js";
import { type Summary, summarySchema } from "../../model/summary.js";
import { MODES } from "../../modes/index.js";
import { summarise } from "../summarise.js";

const FAULTY = "flannel-vxlan+fault.mtu-1400";
const SOUND = "flannel-vxlan";
const METRIC = "tcp-open";

/** What the two variants show in a round; the host always shows 1. */
interface Seen {
  readonly sound?: Partial<Observation>;
  readonly faulty: Partial<Observation>;
  readonly host?: Partial<Observation>;
}

const carries = (value: number): Partial<Observation> => ({ values: { [METRIC]: value }, work: value });
const NOTHING = carries(0);
const FAILS: Partial<Observation> = { values: {}, work: 0, error: "iperf3: unable to connect to server" };

function runOf({ sound = carries(0.9), faulty, host = carries(1) }: Seen, layers = true, more: Partial<Run["modes"][number]> = {}): Run {
  const base = syntheticRun({ rounds: 1, workloads: [METRIC] });
  const planted: Run["modes"][number] = {
    mode: FAULTY,
    status: "built",
    ...(layers ? { layers: [{ layer: "fault.mtu-1400", fault: "slow" as const }] } : {}),
    ...more,
  };
  const shown: readonly (readonly [string, Partial<Observation>])[] = [
    ["host", host],
    [SOUND, sound],
    [FAULTY, faulty],
    ["host", host],
  ];
  const observations = Array.from({ length: 30 }, (_, round) =>
    shown.map(
      ([mode, seen], position): Observation => ({
        workload: METRIC,
        round,
        position,
        mode,
        path: mode === "host" ? "host-host" : "pod-pod",
        startedAt: round,
        elapsed: 1,
        values: {},
        work: 1,
        cpu: { busy: 1, softirq: 0.25, steal: 0, idle: 1 },
        ...seen,
      }),
    ),
  ).flat();
  const modes: Run["modes"] = [{ mode: "host", status: "built" }, { mode: SOUND, status: "built" }, planted];
  const scenario = { ...base.scenario, modes: modes.map(({ mode }) => mode), metrics: [METRIC] };
  return withPaths({ ...base, scenario, modes, observations });
}

const summaryOf = (run: Run): Summary => summarySchema.parse(summarise(runSchema.parse(run), adviserOf(MODES)));
const modeOf = (summary: Summary, mode: string) => summary.modes.find((one) => one.mode === mode);
const cellOf = (summary: Summary, mode: string) => modeOf(summary, mode)?.cells.find(({ metric }) => metric === METRIC);

describe("a variant with a planted fault", () => {
  test.each([
    ["moved nothing", NOTHING, "nothing arrived in 30 observations"],
    ["failed", FAILS, "nothing arrived in 30 observations: iperf3: unable to connect to server"],
  ])("whose path %s each time is broken, last in the ranking and named there", (_, faulty, reason) => {
    const summary = summaryOf(runOf({ faulty }));
    expect(cellOf(summary, FAULTY)).toMatchObject({ status: "broken", reason, median: null });
    expect(modeOf(summary, FAULTY)).toMatchObject({ status: "broken", reason });
    expect(summary.ranking.map(({ mode, rank }) => [mode, rank])).toEqual([
      [SOUND, 1],
      [FAULTY, 2],
    ]);
    expect(summary.ranking.at(-1)).toMatchObject({ score: 0, scoreLow: null, scoreHigh: null, why: `Broken: tcp-open: ${reason}.` });
    expect(summary.recommendation?.mode).toBe(SOUND);
  });

  test("whose path could not be reached when it was built is broken without an observation", () => {
    const reason = "the pod-pod path on the open link does not answer";
    const run = runOf({ faulty: NOTHING }, true, { brokenPaths: { "pod-pod": reason } });
    const unmeasured = { ...run, observations: run.observations.filter(({ mode }) => mode !== FAULTY) };
    expect(run.paths.find(({ mode }) => mode === FAULTY)).toMatchObject({ status: "broken", reason });
    const summary = summaryOf(unmeasured);
    expect(cellOf(summary, FAULTY)).toMatchObject({ status: "broken", reason });
    expect(summary.ranking.at(-1)).toMatchObject({ mode: FAULTY, score: 0, why: `Broken: tcp-open: ${reason}.` });
  });

  test("on which little arrives is measured as any other, and never advised", () => {
    const summary = summaryOf(runOf({ sound: carries(0.1), faulty: carries(0.5) }));
    expect(cellOf(summary, FAULTY)?.status).toBe("measured");
    expect(summary.ranking.map(({ mode }) => mode)).toEqual([FAULTY, SOUND]);
    expect(summary.recommendation?.mode).toBe(SOUND);
  });

  test("is not broken where the host carried nothing either: the tool may be the cause", () => {
    expect(cellOf(summaryOf(runOf({ faulty: FAILS, host: FAILS })), FAULTY)?.status).toBe("failed");
  });

  test("without its layer is a mode like any other: what fails has failed", () => {
    expect(cellOf(summaryOf(runOf({ faulty: FAILS }, false)), FAULTY)?.status).toBe("failed");
  });
});
