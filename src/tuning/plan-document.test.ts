import { describe, expect, test } from "vitest";
import { LADDER, type LadderFigures } from "./ladder.js";
import { LADDER_FIGURES } from "./ladder-figures.js";
import { ladderOf } from "./plan-document.js";

describe("the way out of netfilter", () => {
  const gain = { median: 1.2, low: 1.1, high: 1.3 };
  const figure = {
    mode: "flannel-vxlan",
    variant: "flannel-vxlan+kube-proxy-nftables:10000",
    metric: "http",
    overStart: gain,
    overStep: gain,
  };
  const measured: LadderFigures = {
    ...{ at: "2026-11-30", machine: "two cores", services: 10_000 },
    figures: [{ ...figure, step: "kube-proxy in nftables mode" }],
  };

  test("has what was measured with the step that it is of, and nothing with the others", () => {
    const { ladder = [], ladderMeasured } = ladderOf(measured);
    expect(ladder.map(({ gains }) => gains)).toEqual([[], [figure], [], [], []]);
    expect(ladderMeasured).toEqual({ at: "2026-11-30", machine: "two cores", services: 10_000 });
    expect(ladderOf(undefined).ladder?.flatMap(({ gains }) => gains)).toEqual([]);
  });

  test("has a step for every figure that is kept with the program", () => {
    const steps = LADDER.map(({ step }) => step);
    for (const { step } of LADDER_FIGURES?.figures ?? []) expect(steps).toContain(step);
  });
});
