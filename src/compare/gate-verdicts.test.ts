import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { summarised, type Told } from "../../test/synthetic/summarised.js";
import type { GateResult } from "../model/run-comparison.js";
import { GateError, parseGate } from "./gate.js";
import { judgeGate, requireAsked, type Undecided } from "./gate-verdicts.js";
import type { SummarisedRun } from "./sides.js";

const names = { modes: ["macvlan", "gce", "kindnet"], metrics: ["http", "tcp", "latency.udp.p99"] };
const SURE: Told = [0.9, 0.88, 0.92];
const gone = (status: "unsupported" | "refused" | "failed"): Told => ({ status, reason: "because of it" });

function judge(text: string, a: SummarisedRun, b: SummarisedRun, undecided: Undecided = "warn"): GateResult {
  return judgeGate(parseGate(text, names), a, b, undecided);
}
const one = (told: Told, metric = "http"): SummarisedRun => summarised({ macvlan: { [metric]: told } });

describe("a gate on B alone", () => {
  test.each([
    ["http<0.95", SURE, "failed"],
    ["http<0.92", SURE, "warned"],
    ["http<0.93", SURE, "failed"],
    ["http<0.9", SURE, "warned"],
    ["http<0.88", SURE, "passed"],
    ["http>0.92", SURE, "passed"],
    ["http>0.9", SURE, "warned"],
    ["http>0.88", SURE, "warned"],
    ["http>0.87", SURE, "failed"],
    ["http<0.95", [0.9, null, null, 2], "warned"],
    ["http<0.95", [0, 0, 0], "failed"],
  ] as const)("%s on %j: %s", (text, told, outcome) => {
    const result = judge(text, one([1, 0.99, 1.01]), one(told));
    expect(result.outcome).toBe(outcome);
    expect(judge(text, one(SURE), one(told)).outcome).toBe(outcome);
    expect(judge(text, one(SURE), one(told), "fail").outcome).toBe(outcome === "warned" ? "failed" : outcome);
  });

  test("says what it judged, with its interval, its rounds and why", () => {
    expect(judge("http<0.95", one(SURE), one(SURE)).judgements).toEqual([
      {
        mode: "macvlan",
        outcome: "failed",
        reason: "0.900 [0.880, 0.920] of the host (n 20): the whole interval is below 0.95",
        median: 0.9,
        low: 0.88,
        high: 0.92,
        n: 20,
      },
    ]);
  });

  test("is about every mode without one, and as bad as the worst of them", () => {
    const b = summarised({ macvlan: { http: [1, 0.99, 1.01] }, gce: { http: SURE }, kindnet: { http: gone("unsupported") } });
    const result = judge("http<0.95", b, b);
    expect(result.judgements.map(({ mode, outcome }) => [mode, outcome])).toEqual([
      ["macvlan", "passed"],
      ["gce", "failed"],
      ["kindnet", "skipped"],
    ]);
    expect(result.outcome).toBe("failed");
    expect(judge("macvlan:http<0.95", b, b).outcome).toBe("passed");
  });
});

describe("what B has no figure of", () => {
  const beside = (told: Told): SummarisedRun => summarised({ macvlan: { http: told }, gce: { http: [1, 0.99, 1.01] } });
  test.each([
    ["refused", SURE, "failed"],
    ["failed", SURE, "failed"],
    ["refused", gone("unsupported"), "failed"],
    ["unsupported", SURE, "failed"],
    ["unsupported", gone("failed"), "failed"],
    ["unsupported", gone("unsupported"), "skipped"],
  ] as const)("%s, with %j in A: %s", (status, before, outcome) => {
    const [judgement] = judge("http<0.95", beside(before), beside(gone(status))).judgements;
    expect(judgement).toMatchObject({ outcome, reason: `${status} in B: because of it` });
    expect(judgement).not.toHaveProperty("median");
  });

  test("a gate that could judge no mode fails", () => {
    const lacking = one(gone("unsupported"));
    expect(judge("http<0.95", lacking, lacking)).toMatchObject({
      outcome: "failed",
      judgements: [{ outcome: "failed", reason: "nothing could be judged: unsupported in B: because of it" }],
    });
  });
});

describe("a gate against A", () => {
  test.each([
    ["http<0.95A", [0.5, 0.495, 0.505], [0.45, 0.446, 0.454], "failed"],
    ["http<0.95A", [0.5, 0.495, 0.505], [0.5, 0.495, 0.505], "passed"],
    ["http<0.95A", [0.5, 0.4, 0.6], [0.45, 0.446, 0.454], "warned"],
    ["http<0.95A", [0.5, null, null], [0.45, 0.446, 0.454], "warned"],
    ["http>1.05A", [0.5, 0.495, 0.505], [0.6, 0.59, 0.61], "failed"],
    ["http<0.95A", gone("failed"), SURE, "failed"],
    ["http<0.95A", gone("refused"), SURE, "failed"],
    ["http<0.95A", [0, 0, 0], SURE, "failed"],
  ] as const)("%s with A %j and B %j: %s", (text, a, b, outcome) => {
    expect(judge(text, one(a), one(b)).outcome).toBe(outcome);
  });

  test("skips what A could not do or was not asked for, as long as something is left to judge", () => {
    const a = summarised({ macvlan: { http: SURE }, gce: { http: gone("unsupported") } });
    const b = summarised({ macvlan: { http: SURE }, gce: { http: SURE }, kindnet: { http: SURE } });
    const outcomes = judge("http<0.95A", a, b).judgements.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(["passed", "skipped", "skipped"]);
    expect(judge("gce:http<0.95A", a, b).outcome).toBe("failed");
  });

  test("names the rounds of both", () => {
    const [judgement] = judge("http<0.95A", one([0.5, 0.49, 0.51, 11]), one([0.5, 0.49, 0.51, 12])).judgements;
    expect(judgement).toMatchObject({ n: 12, nOfA: 11 });
    expect(judgement?.reason).toContain("(n 11 in A, 12 in B)");
  });
});

test("narrowing an interval never turns a pass into a failure or back", () => {
  const limits = fc.tuple(
    fc.double({ min: 0.1, max: 2, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(limits, fc.double({ min: 0.1, max: 2, noNaN: true }), fc.constantFrom("<", ">"), ([low, width, part], number, sign) => {
      const high = low + width;
      const middle = low + width / 2;
      const narrow = [middle, middle - (part * width) / 2, middle + (part * width) / 2] as const;
      const gate = { path: "pod-pod", metric: "http", sign: sign === "<" ? "<" : ">", number, reads: "b" } as const;
      const wide = judgeGate(gate, one(SURE), one([middle, low, high]), "warn").outcome;
      const sharper = judgeGate(gate, one(SURE), one(narrow), "warn").outcome;
      if (wide !== "warned") expect(sharper).toBe(wide);
    }),
  );
});

test("a flag leaves the judgement standing and is named in it", () => {
  const flags = [{ check: "steal" as const, sentence: "the machine was robbed", evidence: [] }];
  const b = summarised({ macvlan: { http: SURE } }, { flags });
  expect(judge("http<0.95", b, b).judgements).toMatchObject([
    { outcome: "failed", reason: "0.900 [0.880, 0.920] of the host (n 20): the whole interval is below 0.95 (B flagged by steal)" },
  ]);
  expect(judge("http<0.95A", b, b).judgements[0]?.reason).toContain("(A flagged by steal; B flagged by steal)");
});

describe("gates about what was not measured", () => {
  const a = summarised({ macvlan: { http: SURE } }, { file: "a.json" });
  const b = summarised({ macvlan: { http: SURE }, gce: { http: SURE } }, { file: "b.json" });
  test.each([
    ["pod-service:http<0.8", "pod-service was not measured in B (b.json), which has pod-pod"],
    ["host-host:http<0.8", "host-host was not measured in B (b.json)"],
    ["tcp<0.8", "tcp was not measured in B (b.json), which has http"],
    ["kindnet:http<0.8", "kindnet was not measured in B (b.json), which has macvlan, gce"],
    ["gce:http<0.8A", "gce was not measured in A (a.json), which has macvlan"],
  ])("%s", (text, message) => {
    const gates = [parseGate(text, names)];
    expect(() => {
      requireAsked(gates, a, b);
    }).toThrow(GateError);
    expect(() => {
      requireAsked(gates, a, b);
    }).toThrow(message);
  });

  test("a run with no mode but the host has nothing to judge", () => {
    const bare = summarised({}, { metrics: ["http"] });
    expect(() => {
      requireAsked([parseGate("http<0.8", names)], a, bare);
    }).toThrow("measured no mode but host");
  });

  test("what was asked for passes, measured or not", () => {
    expect(() => {
      requireAsked([parseGate("gce:http<0.8", names), parseGate("http<0.8A", names)], a, b);
    }).not.toThrow();
  });
});
