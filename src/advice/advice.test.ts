import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { syntheticRun } from "../../test/synthetic/run.js";
import { summarise } from "../measure/summarise.js";
import type { LogRatio, MeasuredRun } from "../model/adviser.js";
import { METRICS } from "../model/metric.js";
import { NONE_TO_BE_RUN } from "../model/put-layer.js";
import type { Summary } from "../model/summary.js";
import { MODES } from "../modes/index.js";
import { adviserOf } from "./advice.js";
import type { ModeKnowledge } from "./knowledge.js";
import { rank } from "./ranking.js";
import { scoreOf, weightsOf } from "./score.js";

const YES = { met: "yes", because: "it does" } as const;
const NO = { met: "no", because: "it does not" } as const;
const CARE = { met: "with-care", because: "mind the gap" } as const;

function knowledge(name: string, needs: Partial<ModeKnowledge["needs"]> = {}): ModeKnowledge {
  return {
    name,
    requires: [`${name} wants a switch`],
    requiresInBrief: "a switch",
    givesUp: [`${name} gives up sleep`],
    needs: { services: YES, policy: YES, encryption: NO, "no-l2": YES, ipv6: YES, ...needs },
  };
}

const around = (ratio: number, width = 0.01): LogRatio => ({
  estimate: Math.log(ratio),
  low: Math.log(ratio) - width,
  high: Math.log(ratio) + width,
});

/** A run of `tcp-open` alone, in which modes have these speeds, known to within `width`. */
function runOf(
  speeds: Readonly<Record<string, number>>,
  options: { readonly width?: number; readonly needs?: string[]; readonly status?: "complete" | "partial" } = {},
): MeasuredRun {
  const { width = 0.01, needs = [], status = "complete" } = options;
  const base = syntheticRun({ rounds: 1 }).scenario;
  const speedOf = (mode: string) => (mode === "host" ? 1 : (speeds[mode] ?? Number.NaN));
  const modes = Object.entries(speeds).map(([mode, speed]): Summary["modes"][number] => ({
    mode,
    status: "measured",
    cells: [
      {
        metric: "tcp-open",
        path: "pod-pod",
        status: "measured",
        unit: "bit/s",
        better: "higher",
        median: 1e9 * speed,
        n: 12,
        ratio: {
          baseline: "host",
          median: speed,
          low: speed * Math.exp(-width),
          high: speed * Math.exp(width),
          verdict: "undecided",
          margin: 0.05,
          n: 12,
          method: "order-statistic",
        },
      },
    ],
  }));
  const between = (mode: string, other: string) => new Map([["tcp-open", around(speedOf(mode) / speedOf(other), width)]]);
  return {
    scenario: { ...base, modes: ["host", ...Object.keys(speeds)], workloads: ["tcp-open"], metrics: ["tcp-open"], needs },
    status,
    modes,
    between,
  };
}

const ranksOf = (run: MeasuredRun) =>
  rank(
    run,
    run.modes.map(({ mode }) => mode),
  ).map(({ mode, rank: place }) => `${String(place)} ${mode}`);

describe("weights", () => {
  test("of all metrics add up to 1, and families weigh alike", () => {
    const weights = weightsOf(METRICS.map(({ name }) => name));
    expect(Object.values(weights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(weights["pps"]).toBeCloseTo(0.2, 12);
    expect(weights["tcp"]).toBeCloseTo(0.2 / 3, 12);
  });

  test("of any choice of metrics add up to 1", () => {
    fc.assert(
      fc.property(
        fc.subarray(
          METRICS.map(({ name }) => name),
          { minLength: 1 },
        ),
        (metrics) => {
          expect(Object.values(weightsOf(metrics)).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});

describe("the score", () => {
  test("is the geometric mean, with times and costs inverted", () => {
    const score = scoreOf(
      new Map([
        ["tcp", around(0.5)],
        ["latency.icmp", around(2)],
        ["tcp.cpu", around(2)],
      ]),
    );
    expect(Math.exp(score?.estimate ?? 0)).toBeCloseTo(0.5, 12);
  });

  test("keeps a mode that moved nothing comparable", () => {
    const nothing = { estimate: Number.NEGATIVE_INFINITY, low: Number.NEGATIVE_INFINITY, high: Number.NEGATIVE_INFINITY };
    const score = scoreOf(
      new Map([
        ["tcp", nothing],
        ["pps", around(1)],
      ]),
    );
    expect(score?.estimate).toBeCloseTo(Math.log(0.001) / 2, 12);
    expect(Number.isFinite(score?.low)).toBe(true);
    expect(scoreOf(new Map())).toBeUndefined();
  });

  test("adds the errors of one workload, and those of different ones in squares", () => {
    const same = scoreOf(
      new Map([
        ["http.p50", around(1, 0.1)],
        ["http.p99", around(1, 0.1)],
      ]),
    );
    const different = scoreOf(
      new Map([
        ["tcp", around(1, 0.1)],
        ["pps", around(1, 0.1)],
      ]),
    );
    expect(same?.high).toBeCloseTo(0.1, 12);
    expect(different?.high).toBeCloseTo(0.1 / Math.SQRT2, 12);
  });
});

describe("ranks", () => {
  test("are shared unless the direct comparison lies wholly beyond the margin", () => {
    expect(ranksOf(runOf({ a: 1, b: 0.96, c: 0.5 }))).toEqual(["1 a", "1 b", "3 c"]);
    expect(ranksOf(runOf({ a: 1, b: 0.9, c: 0.89 }))).toEqual(["1 a", "2 b", "2 c"]);
    expect(ranksOf(runOf({ a: 1, b: 0.9, c: 0.5 }, { width: 0.2 }))).toEqual(["1 a", "1 b", "3 c"]);
  });

  test("of modes that no round compares follow from the intervals of their scores", () => {
    const apart = (speeds: Readonly<Record<string, number>>, width?: number): MeasuredRun => {
      const run = runOf(speeds, width === undefined ? {} : { width });
      return { ...run, between: (mode, other) => (other === "host" ? run.between(mode, other) : new Map()) };
    };
    expect(ranksOf(apart({ a: 1, b: 0.01 }))).toEqual(["1 a", "2 b"]);
    expect(ranksOf(apart({ a: 1, b: 0.9 }, 0.05))).toEqual(["1 a", "1 b"]);
    expect(ranksOf(apart({ a: 1, b: 0.96 }))).toEqual(["1 a", "1 b"]);
  });

  test("of equal modes are all the first, whatever the order of their scores", () => {
    const nearOne = fc.double({ min: 0.98, max: 1.02, noNaN: true });
    fc.assert(
      fc.property(fc.array(nearOne, { minLength: 2, maxLength: 15 }), (speeds) => {
        const run = runOf(Object.fromEntries(speeds.map((speed, index) => [`m${String(index)}`, speed])));
        for (const place of ranksOf(run)) expect(place).toMatch(/^1 /);
      }),
    );
  });
});

describe("needs", () => {
  const adviser = adviserOf([knowledge("fast", { services: NO }), knowledge("careful", { services: CARE }), knowledge("slow")]);
  const run = runOf({ fast: 1, careful: 0.9, slow: 0.5 }, { needs: ["services"] });

  test("that are not met exclude a mode with the reason", () => {
    const advised = adviser(run);
    expect(advised.excluded).toEqual([{ mode: "fast", why: "services: it does not" }]);
    expect(advised.ranking.map(({ mode }) => mode)).toEqual(["careful", "slow"]);
  });

  test("that are met with care keep the mode and say what must be done", () => {
    const advised = adviser(run);
    expect(advised.ranking[0]?.why).toContain("With care: services: mind the gap.");
    expect(advised.advice).toContain("services: mind the gap");
  });

  test("that nothing meets leave no advice but the reasons", () => {
    const advised = adviser(runOf({ fast: 1 }, { needs: ["services"] }));
    expect(advised.advice).toBe("No measured mode meets the stated needs (services): fast (services: it does not).");
  });

  test("cannot be vouched for in a mode that this version does not know", () => {
    expect(adviserOf([])(run).excluded).toHaveLength(3);
  });
});

describe("the advice", () => {
  test("says what to run, what it costs with intervals, what it needs and what else to run", () => {
    const { advice } = adviserOf([knowledge("flat", { "no-l2": NO }), knowledge("tunnel")])(runOf({ flat: 0.98, tunnel: 0.55 }));
    expect(advice).toBe(
      "Run flat: it keeps tcp-open 0.980 [0.970, 0.990] of the host's. What flat needs: flat wants a switch. " +
        "Where nodes share no L2 segment, run tunnel: it keeps tcp-open 0.550 [0.545, 0.556] of the host's.",
    );
  });

  test("names those that cannot be told apart", () => {
    const { advice } = adviserOf([knowledge("a"), knowledge("b"), knowledge("c")])(runOf({ a: 1, b: 0.99, c: 0.98 }));
    expect(advice).toContain("b and c cannot be told apart from it by their scores");
  });

  test("names first what has fewer losses in the catalogue elsewhere, and what shares its rank", () => {
    const modes = [knowledge("flat", { "no-l2": NO }), { ...knowledge("nat"), givesUp: ["addresses", "sources"] }, knowledge("routed")];
    const { recommendation, advice } = adviserOf(modes)(runOf({ flat: 1, nat: 0.53, routed: 0.52 }));
    expect(recommendation?.otherwise).toEqual({ where: "Where nodes share no L2 segment", mode: "routed", tied: ["nat"] });
    expect(advice).toContain("segment, run routed or nat: routed keeps tcp-open 0.520 ");
    expect(adviserOf(modes)(runOf({ flat: 1, nat: 0.6, routed: 0.3 })).recommendation?.otherwise).toEqual({
      where: "Where nodes share no L2 segment",
      mode: "nat",
    });
  });

  test("lists several with commas", () => {
    const modes = [knowledge("flat", { "no-l2": NO }), ...["one", "two", "three"].map((name) => knowledge(name))];
    const { advice } = adviserOf(modes)(runOf({ flat: 1, one: 0.53, two: 0.52, three: 0.51 }));
    expect(advice).toMatch(/run one, two or three: one keeps/);
  });

  test("blames needs only where they leave nothing", () => {
    const modes = [knowledge("fast", { services: NO }), knowledge("slow")];
    const run = runOf({ fast: 1, slow: 0.5 }, { needs: ["services"] });
    const unranked = adviserOf(modes)({ ...run, between: () => new Map() });
    expect(unranked.advice).toMatch(/^No mode has a ratio .* Not meeting the stated needs: fast \(services: it does not\)\.$/);
    const failed = run.modes.map((one) => ({ ...one, status: "failed" as const, cells: [] }));
    expect(adviserOf(modes)({ ...run, modes: failed }).advice).toMatch(/^No mode could be measured/);
  });

  test("says so when the run was cut short or there is nothing to choose from", () => {
    expect(adviserOf([knowledge("a")])(runOf({ a: 1 }, { status: "partial" })).advice).toContain("cut short");
    expect(adviserOf([])(runOf({})).advice).toContain("name modes with --modes");
  });
});

describe("a whole run with the real modes", () => {
  const run = syntheticRun({ rounds: 12 });
  const summary = summarise(run, adviserOf(MODES));

  test("ranks every measured mode, the slowest last", () => {
    const measured = summary.modes.filter(({ mode, status }) => mode !== "host" && status === "measured").map(({ mode }) => mode);
    expect(summary.ranking.map(({ mode }) => mode).sort()).toEqual(measured.sort());
    expect(summary.ranking.at(-1)?.mode).toBe("flannel-udp");
  });

  test("gives no figure without its interval in advice and reasons", () => {
    for (const text of [summary.advice, ...summary.ranking.map(({ why }) => why)]) {
      const costs = text.split(/Needs:|What \S+ needs:/)[0] ?? "";
      expect(costs.replace(/\d+\.\d+ \[\d+\.\d+, \d+\.\d+\]/g, "")).not.toMatch(/\d\.\d/);
    }
  });
});

describe("a part of a mode", () => {
  const PART = "flannel-vxlan+up-to-bridge";

  test("is measured and ranked, and never what to run", () => {
    const { recommendation, ranking } = adviserOf(MODES)(runOf({ [PART]: 1, "flannel-vxlan": 0.5 }));
    expect(ranking.map(({ mode }) => mode)).toContain(PART);
    expect(recommendation?.mode).toBe("flannel-vxlan");
  });

  test("by itself leaves nothing to recommend, and that is said", () => {
    const { recommendation, advice } = adviserOf(MODES)(runOf({ [PART]: 1 }));
    expect(recommendation).toBeUndefined();
    expect(advice).toBe(NONE_TO_BE_RUN);
  });
});
