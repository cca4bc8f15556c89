import { describe, expect, test } from "vitest";
import { summarised, type Told } from "../../../test/synthetic/summarised.js";
import { compareRuns } from "../../compare/comparison.js";
import { parseGate } from "../../compare/gate.js";
import type { SummarisedRun } from "../../compare/sides.js";
import type { Cell } from "../../model/summary.js";
import { comparisonNotes } from "./notes.js";

const MODES = ["macvlan", "gce", "vlan", "kindnet"];
const of = (told: Readonly<Record<string, Told>>) => Object.fromEntries(MODES.map((mode) => [mode, told]));
const SAME: Told = [1, 0.99, 1.01];

/** Two runs that begin at one moment would be the same run. */
const later = (side: SummarisedRun): SummarisedRun => ({ ...side, run: { ...side.run, startedAt: "2027-01-01T00:00:00.000Z" } });

function linesOf(a: SummarisedRun, b: SummarisedRun, gated: readonly string[] = []): readonly string[] {
  const gates = gated.map((text) => parseGate(text, { modes: MODES, metrics: ["http"] }));
  return comparisonNotes(compareRuns(a, later(b), gates, "warn"), b.run.scenario).map(({ subject, text }) => `${subject}: ${text}`);
}

/** The run with other cells of modes' own hosts beside those of their pods. */
const withOwnHosts = (side: SummarisedRun, change: Partial<Cell>): SummarisedRun => {
  const { run, summary } = side;
  const modes = summary.modes.map((one) => ({
    ...one,
    cells: one.cells.flatMap((cell): readonly Cell[] => [
      cell,
      ...(one.mode === "gce" ? [{ ...cell, ...change, path: "host-host" as const }] : []),
    ]),
  }));
  return {
    ...side,
    summary: { ...summary, modes },
    run: { ...run, scenario: { ...run.scenario, configuredBaseline: true } as typeof run.scenario },
  };
};

describe("notes of a comparison", () => {
  test("name what one run was not asked for in one line, by the names of the field", () => {
    const lines = linesOf(summarised(of({ http: SAME, "tcp-open": SAME, "tcp-open.cpu": SAME })), summarised(of({ http: SAME })));
    expect(lines).toEqual(["only A measured: TCP without a limit and its CPU cost"]);
    expect(linesOf(summarised(of({ http: SAME })), withOwnHosts(summarised(of({ http: SAME })), {}))).toEqual([
      "own nodes measured too differs: A no; B yes",
      "only B measured: modes' own hosts",
    ]);
  });

  test("name what is missing for one reason once, for all modes and figures", () => {
    const a = summarised(of({ http: SAME, tcp: SAME }));
    const b = summarised(
      Object.fromEntries(
        MODES.map((mode, index) => [
          mode,
          { http: SAME, tcp: { status: "refused", reason: `too few samples: ${String(index)} of 9` } as const },
        ]),
      ),
    );
    expect(linesOf(a, b)).toEqual(["4 modes: TCP at 1 Gbit/s: A measured; B refused: too few samples"]);
  });

  test("name a gate's modes of one judgement once, with the range of their figures", () => {
    const a = summarised(of({ http: SAME }));
    const b = summarised(Object.fromEntries(MODES.map((mode, index) => [mode, { http: [0.9 + index / 100, 0.8, 1] }])));
    expect(linesOf(a, b, ["http<0.9A"])).toEqual(["warn 4 modes: http<0.9A: 0.90 to 0.93, the interval straddles 0.9, so it is undecided"]);
    expect(linesOf(a, b, ["gce:http<0.9A"])).toEqual([expect.stringMatching(/^warn gce: gce:http<0\.9A: 0\.910 \[.*straddles/)]);
  });

  test("tell a doubt about a mode's own hosts from one about its pods, and mark no row for it", () => {
    const flags = [{ check: "generator-bound" as const, sentence: "s", evidence: [] }];
    const [a, b] = [withOwnHosts(summarised(of({ http: SAME })), {}), withOwnHosts(summarised(of({ http: SAME })), { flags })];
    expect(linesOf(a, b)).toEqual(["gce's own hosts: HTTP with new connections: B: the load generator may be the limit"]);
    expect(comparisonNotes(compareRuns(a, later(b), [], "warn"), b.run.scenario)[0]?.rows).toEqual([]);
  });

  test("say once what a check found in both runs", () => {
    const flags = [{ check: "drift" as const, sentence: "s", evidence: [] }];
    const run = summarised({ gce: { http: SAME } }, { flags });
    expect(linesOf(run, run)).toEqual(["gce: HTTP with new connections: A and B: the ratio moved while it was measured"]);
  });

  test("say in words what differs between the runs", () => {
    const run = summarised({ gce: { http: SAME } });
    const other = summarised({ gce: { http: SAME }, macvlan: { http: SAME } });
    expect(linesOf(run, other)).toContain("modes differ: only B has macvlan");
    const much = { ...other, run: { ...other.run, podwire: "9.9.9", scenario: { ...other.run.scenario, budgetSeconds: 1, quick: true } } };
    expect(linesOf(run, much)).toContainEqual(expect.stringMatching(/^differs between the runs: podwire, .*modes/));
  });
});
