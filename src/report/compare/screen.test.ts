import { describe, expect, test } from "vitest";
import { summarised } from "../../../test/synthetic/summarised.js";
import { compareRuns } from "../../compare/comparison.js";
import { parseGate } from "../../compare/gate.js";
import type { SummarisedRun } from "../../compare/sides.js";
import { screenOfComparison } from "../terminal/screen/of-comparison.js";
import { renderScreen } from "../terminal/screen/screen.js";
import { displayWidth } from "../terminal/text.js";

const NAMES = { modes: ["macvlan", "gce", "vlan"], metrics: ["tcp", "http", "http.p99"] };
const gates = (...texts: readonly string[]) => texts.map((text) => parseGate(text, NAMES));

const A = summarised(
  {
    macvlan: { tcp: [1, 0.99, 1.01], http: [0.9, 0.89, 0.91], "http.p99": [1.1, 1.08, 1.12] },
    gce: { tcp: [1, 0.99, 1.01], http: [0.8, 0.79, 0.81] },
  },
  { file: "A.json", metrics: ["tcp", "http", "http.p99"] },
);
const B = summarised(
  {
    macvlan: { tcp: [1, 0.99, 1.01], http: [0.6, 0.59, 0.61], "http.p99": [1.1, 1.08, 1.12] },
    gce: { tcp: [1, 0.99, 1.01], http: { status: "refused", reason: "steal: too much" } },
  },
  { file: "B.json", startedAt: "2026-02-04T09:15:00.000Z", metrics: ["tcp", "http", "http.p99"] },
);

function linesOf(a: SummarisedRun, b: SummarisedRun, gated: readonly string[] = [], width = 100): readonly string[] {
  const screen = screenOfComparison(compareRuns(a, b, gates(...gated), "warn"), b.run.scenario, { filesAreNamed: true });
  return renderScreen(screen, { width, colour: false, utf8: true }).trimEnd().split("\n");
}

describe("the screen of a comparison", () => {
  test("says what became worse, with a table of B over A, what is not in both, and which files they are", () => {
    const lines = linesOf(A, B);
    expect(lines.join(" ")).toMatch(
      /^B is worse than A in 1 of 4 figures: HTTP with new connections of macvlan is 0\.67 times A's\. The other 3 are the same\. /,
    );
    expect(lines).toContainEqual(expect.stringMatching(/^macvlan +1\.00±2%[=?] +0\.67±3%▼$/));
    expect(lines).toContainEqual(expect.stringMatching(/^gce +1\.00±2%[=?] +refused !$/));
    expect(lines).toContainEqual("! gce: HTTP with new connections: A measured; B refused: the hypervisor gave CPU time to others");
    expect(lines.slice(-3)).toEqual([
      "A           A.json, 2026-02-03 09:15 UTC",
      "B           B.json, 2026-02-04 09:15 UTC",
      "everything  podwire compare A.json B.json --full",
    ]);
  });

  test("begins with the gates, and names those that fail", () => {
    const lines = linesOf(A, B, ["macvlan:http<0.9A", "macvlan:tcp<0.5"]);
    expect(lines[0]).toMatch(/^1 of 2 gates fails\. /);
    expect(lines).toContainEqual(expect.stringMatching(/^- FAIL macvlan: macvlan:http<0\.9A: /));
  });

  test("says that nothing changed, or that nothing can be compared", () => {
    expect(linesOf(A, A)[0]).toBe("B is the same as A in all 5 figures that both runs have.");
    const other = summarised({ vlan: { "http.p99": [1, 0.9, 1.1] } });
    expect(linesOf(A, other)[0]).toBe("No figure is in both runs.");
  });

  test.each([60, 80, 100, 160])("fits %d columns", (width) => {
    for (const line of linesOf(A, B, ["http<0.9A"], width)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });
});
