import { describe, expect, test } from "vitest";
import type { ExplainedMetric } from "../model/explanation.js";
import { inPoints, sentencesOf } from "./answer.js";

const LAB = { venue: "lab", linkBitsPerSecond: 1e9, maxRate: undefined } as const;

const effect = (layer: string, title: string, points: number, half: number) => ({
  layer,
  layers: [layer],
  title,
  points,
  low: points - half,
  high: points + half,
});
const http: ExplainedMetric = {
  metric: "http",
  better: "higher",
  ratio: { median: 0.57, low: 0.55, high: 0.59 },
  rounds: 40,
  effects: [
    effect("namespace-veth", "namespace and veth", -12, 3),
    effect("bridge", "bridge", -1, 4),
    effect("encapsulation", "VXLAN", -30, 3),
  ],
  unexplained: { points: 0, low: -2, high: 2 },
  rungs: [],
  takenAway: [],
};
const text = (metrics: ExplainedMetric[], cheaper: Parameters<typeof sentencesOf>[0]["cheaper"] = []): string =>
  sentencesOf({ variant: "flannel-vxlan", metrics, missing: [], cheaper, status: "complete" }, LAB)
    .map((sentence) => sentence.text)
    .join(" ");

describe("the answer", () => {
  test("says how much is lost and to what, the costliest first, and nothing of what is within its noise", () => {
    expect(text([http])).toBe(
      "flannel-vxlan has 0.57 of the host's figure in HTTP with new connections (0.55 to 0.59): most is lost to VXLAN (-30 ±3 points) and namespace and veth (-12 ±3).",
    );
  });

  test("says what to change, and what one gives up for it", () => {
    const cheaper = [
      {
        layers: ["encapsulation"],
        instead: "flannel-host-gw",
        points: -30,
        low: -33,
        high: -27,
        givesUp: ["nodes in other subnets", "no-l2"],
      },
    ];
    expect(text([http], cheaper)).toContain(
      "flannel-host-gw does without encapsulation (-30 ±3 points); one gives up: nodes in other subnets; and 1 more",
    );
  });

  test("says of a saving that cannot be told from nothing that it is within the noise", () => {
    const cheaper = [{ layers: ["bridge"], instead: "calico-routed", points: -7, low: -30, high: 16, givesUp: [] }];
    expect(text([http], cheaper)).toContain(
      "calico-routed does without bridge (-7 ±23 points, within the noise of this run), and gives up",
    );
  });

  test("calls layers most of a loss only where they cost half of it", () => {
    const metric = { ...http, effects: [effect("bridge", "bridge", -5, 2)] };
    expect(text([metric])).toContain("beyond the noise of this run something is lost to bridge (-5 ±2 points).");
    expect(text([{ ...metric, ratio: { median: 1.2, low: 1.1, high: 1.3 } }])).toContain("something is lost to bridge");
    // Within the noise of the whole there is no gap of which anything could be most.
    expect(text([{ ...metric, ratio: { median: 0.95, low: 0.9, high: 1.01 } }])).toContain("something is lost to bridge");
  });

  test("names what is not explained only where it is more than noise", () => {
    expect(text([http])).not.toContain("Not explained");
    expect(text([{ ...http, unexplained: { points: -6, low: -8, high: -4 } }])).toContain("Not explained: -6 ±2 points.");
  });

  test("of a time counts a loss as what is added", () => {
    const ratio = { median: 1.4, low: 1.3, high: 1.5 };
    const icmp: ExplainedMetric = { ...http, metric: "latency.icmp", better: "lower", ratio, effects: [effect("bridge", "bridge", 40, 5)] };
    expect(text([icmp])).toBe(
      "flannel-vxlan has 1.40 times the host's figure in ping time (1.30 to 1.50): most is added by bridge (+40 ±5 points).",
    );
  });

  test("names three layers and more that stand together by the costliest of them", () => {
    const layers = ["routing", "bridge", "conntrack"];
    const rungs = [effect("routing", "routing", -2, 6), effect("bridge", "bridge", 1, 6), effect("conntrack", "conntrack", -12, 13)];
    const joined = { ...effect("routing+bridge+conntrack", "routing + bridge + conntrack", -13, 6), layers };
    const metric = {
      ...http,
      ratio: { median: 0.87, low: 0.8, high: 0.9 },
      effects: [joined],
      rungs: rungs.map((one) => ({ ...one, ratio: http.ratio })),
    };
    expect(text([metric])).toContain("most is lost to conntrack and 2 layers that cannot be told apart from it (-13 ±6 points).");
  });

  describe("of several metrics", () => {
    const open: ExplainedMetric = { ...http, metric: "tcp-open", ratio: { median: 0.37, low: 0.36, high: 0.38 } };
    const cheaper = [{ layers: ["encapsulation"], instead: "flannel-host-gw", points: -30, low: -33, high: -27, givesUp: ["no-l2"] }];
    const missing = [
      { what: "latency.tcp.p50", reason: "sockperf ended with 1" },
      { what: 'the rung "bridge" in http', reason: "too few rounds" },
    ];
    const sentences = sentencesOf({ variant: "flannel-vxlan", metrics: [http, open], missing, cheaper, status: "complete" }, LAB);

    test("has a sentence for each in their order, before what to change", () => {
      const [first, second, third, fourth] = sentences.map((sentence) => sentence.text);
      expect(first).toMatch(/^flannel-vxlan has 0\.57 of the host's figure in HTTP with new connections/);
      expect(second).toMatch(/^In TCP .* it has 0\.37 of the host's figure \(0\.36 to 0\.38\): most is lost to VXLAN/);
      expect(third).toBe("In round trip p50 it has no figure: sockperf ended with 1.");
      expect(fourth).toContain("flannel-host-gw does without");
      expect(sentences).toHaveLength(4);
    });

    test("leaves none of them out for want of room", () => {
      for (const { short } of sentences) expect(short).not.toBe("");
      expect(sentences[1]?.short).toMatch(/^In TCP .* it has 0\.37\.$/);
    });
  });

  test("of a run that was cut short says so", () => {
    const [last] = sentencesOf({ variant: "kindnet", metrics: [http], missing: [], cheaper: [], status: "partial" }, LAB).slice(-1);
    expect(last?.text).toBe("The run was cut short, so more rounds may change this.");
  });

  test("of nothing says so", () => {
    expect(text([])).toBe("Nothing can be said of flannel-vxlan: it has no figures.");
  });
});

test.each([
  [-0.2, "0 ±1"],
  [0.2, "0 ±1"],
  [3.4, "+3 ±1"],
  [-14.6, "-15 ±1"],
])("%d points are written as %s", (points, expected) => {
  expect(inPoints({ points, low: points - 1, high: points + 1 })).toBe(expected);
});

test.each([
  [-14, 2.1, "-14 ±3"],
  [-14.23, 0.31, "-14.2 ±0.4"],
  [0.02, 0.004, "0 ±0.1"],
  [-0.3, 0.2, "-0.3 ±0.2"],
  [-3, 0, "-3 ±0"],
])("half-widths are rounded up, and 0 is of no interval that has a width: %d ±%d", (points, half, expected) => {
  expect(inPoints({ points, low: points - half, high: points + half })).toBe(expected);
});

test.each([
  ["beyond its noise though less than half as wide", { points: -21, low: -57, high: -1 }, "-21 [-57, -1]"],
  ["that ends close to 0", { points: -21, low: -57, high: -0.4 }, "-21 [-57, -0.4]"],
  ["within its noise though more than half as wide", { points: -27, low: -43, high: 4 }, "-27 [-43, +4]"],
])("an effect %s is written with its interval's ends", (_what, effectOf, expected) => {
  expect(inPoints(effectOf)).toBe(expected);
});
