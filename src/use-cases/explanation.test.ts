import { describe, expect, test } from "vitest";
import { type ExplainedOptions, explainedRun } from "../../test/synthetic/explained-run.js";
import { type Explanation, explanationSchema } from "../model/explanation.js";
import { explanationOf } from "./explanation.js";

function explained(options: ExplainedOptions = {}): Explanation {
  const run = explainedRun(options);
  if (run.explanation === undefined) throw new Error("the run explains nothing");
  return explanationSchema.parse(explanationOf(run, run.explanation));
}

describe("the explanation of a run", () => {
  const [http] = explained().metrics;

  test("finds what each layer costs, and joins what costs nothing to its neighbour", () => {
    // From costs 1, 1.15, 1.25, 1.35, 1.5, 1.8 of a unit.
    const points = (layer: string): number => http?.rungs.find((rung) => rung.layer === layer)?.points ?? Number.NaN;
    expect(points("namespace-veth")).toBeCloseTo(-13, -0.4);
    expect(points("encapsulation")).toBeCloseTo(-11, -0.4);
    expect(Math.abs(points("br-netfilter"))).toBeLessThan(3);
    expect(http?.effects.flatMap(({ layers }) => layers)).toEqual(http?.rungs.map(({ layer }) => layer));
    expect(http?.ratio.median).toBeCloseTo(1 / 1.8, 1);
  });

  test("names no interaction where costs only add", () => {
    expect(http?.takenAway.length).toBe(5);
    expect(http?.takenAway.filter(({ interaction }) => interaction.beyondNoise)).toEqual([]);
  });

  test("says what could be had cheaper, and what is given up for it", () => {
    const { cheaper, answer } = explained();
    expect(cheaper.map(({ instead }) => instead)).toContain("flannel-host-gw");
    expect(answer).toContain("VXLAN");
    // Its layers are the ladder's last ones, and cost the interval that their difference has.
    const saved = cheaper.find(({ instead }) => instead === "flannel-host-gw");
    expect(saved?.points).toBeCloseTo(-11, -0.4);
    expect(saved?.high).toBeLessThan(0);
    expect(saved?.low).toBeLessThan(saved?.points ?? Number.NaN);
  });

  test("of several metrics has one waterfall each", () => {
    expect(explained({ metrics: ["http", "tcp-open", "latency.icmp"] }).metrics.map(({ metric }) => metric)).toEqual([
      "http",
      "tcp-open",
      "latency.icmp",
    ]);
  });
});

test("a rung that could not be built is part of the next one, and the report says why", () => {
  const { metrics, missing } = explained({
    variant: "kindnet",
    unsupported: { "kindnet+up-to-namespace-veth": "needs CONFIG_NET_ACT_MIRRED" },
  });
  expect(metrics[0]?.rungs[0]).toMatchObject({ layers: ["namespace-veth", "routing"] });
  expect(missing).toEqual([{ what: 'the rung "namespace and veth"', reason: "needs CONFIG_NET_ACT_MIRRED" }]);
});

test("a variant that could not be built has no figures, and says why", () => {
  const { metrics, missing, answer } = explained({ variant: "kindnet", unsupported: { kindnet: "the link is down" } });
  expect(metrics).toEqual([]);
  expect(missing).toContainEqual({ what: "http", reason: "the link is down" });
  expect(answer).toBe("Nothing can be said of kindnet: it has no figures.");
});

test("two rounds are too few", () => {
  expect(explained({ variant: "kindnet", rounds: 2 }).missing).toEqual([
    { what: "http", reason: "too few rounds were finished; give it a larger --budget" },
  ]);
});

test("a round in which a lane failed counts for none of them", () => {
  const run = explainedRun({ variant: "kindnet", rounds: 20 });
  const observations = run.observations.filter(({ mode, round }) => mode !== "kindnet+up-to-routing" || round > 1);
  expect(run.explanation && explanationOf({ ...run, observations }, run.explanation).metrics[0]?.rounds).toBe(18);
});

describe("metrics that only the whole of the rounds yields", () => {
  test.each(["latency.tcp.p50", "latency.udp.p90", "http.p50", "http.cpu", "latency.tcp.cpu"])(
    "%s: a loss is positive, and effects add up to the gap",
    (name) => {
      const [metric] = explained({ metrics: [name] }).metrics;
      // Costs of 1, 1.15, 1.25, 1.35, 1.5, 1.8 of a unit.
      expect(metric).toMatchObject({ metric: name, better: "lower", rounds: 40 });
      expect(metric?.ratio.median).toBeCloseTo(1.8, 0.7);
      const points = (layer: string) => metric?.rungs.find((rung) => rung.layer === layer);
      expect(points("encapsulation")?.points).toBeCloseTo(30, -1);
      expect(points("encapsulation")?.low).toBeGreaterThan(0);
      expect(points("br-netfilter")?.low).toBeLessThan(0);
      expect(points("br-netfilter")?.high).toBeGreaterThan(0);
      const sum = (metric?.effects ?? []).reduce((total, one) => total + one.points, metric?.unexplained.points ?? 0);
      expect(sum).toBeCloseTo(100 * ((metric?.ratio.median ?? 0) - 1), 6);
      expect(metric?.takenAway.filter(({ interaction }) => interaction.beyondNoise)).toEqual([]);
    },
  );

  test("a percentile far out says how many samples are missing", () => {
    const { metrics, missing } = explained({ metrics: ["latency.tcp.p99.9"] });
    expect(metrics).toEqual([]);
    expect(missing).toContainEqual({ what: "latency.tcp.p99.9", reason: "too few samples: 2440 of 20000" });
  });

  test("is said in the words of the field", () => {
    expect(explained({ metrics: ["http.cpu"] }).answer).toMatch(
      /^flannel-vxlan has 1\.\d\d times the host's figure in CPU per HTTP request \(/,
    );
  });
});
