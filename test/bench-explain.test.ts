import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Entry, plantedCase, readLadder, reportOf } from "../scripts/bench/explain/report.mjs";
import { carryOut, Ledger, type Wanted } from "../scripts/bench/ledger.mjs";

const MISSING = { what: "the run", reason: "it was not measured in enough rounds" };

/** A run that is right of both rungs, and the block beside it. */
const rightRun = (seed: number): Entry[] => [
  {
    ...{ part: "ladder", case: "rules", seed, metric: "http", missing: [] },
    said: [
      { rung: "rules-2000", kind: "planted", points: -20, low: -24, high: -16, rounds: 30 },
      { rung: "null-1", kind: "null", points: 0.5, low: -2, high: 3, rounds: 30 },
    ],
  },
  { part: "block", case: plantedCase("rules", "rules-2000"), seed, effect: -20 + (seed % 2), missing: [] },
];

const textOf = (entries: readonly Entry[], runs: number): string => JSON.stringify(reportOf(entries, { runs }).tables);

test("a run without figures is named with its reason and counted, and the others are judged", () => {
  const silent: Entry[] = [
    { part: "ladder", case: "rules", seed: 5, metric: "http", said: [], missing: [MISSING] },
    { part: "block", case: plantedCase("rules", "rules-2000"), seed: 5, effect: null, missing: [{ what: "the block", reason: "no lab" }] },
    { part: "unexplained", case: "macvlan", seed: 1, unexplained: [], missing: [{ what: "tcp-open", reason: "too few rounds" }] },
  ];
  const entries = [1, 2, 3, 4].flatMap(rightRun);
  expect(reportOf(entries, { runs: 4 }).outcomes).toEqual(["met", "met"]);
  const { tables, outcomes } = reportOf([...entries, ...silent], { runs: 5 });
  expect(outcomes).toEqual(["met", "met", "undecided"]);
  expect(tables[0]?.rows.map(([kind, intervals, share]) => [kind, intervals, share])).toEqual([
    ["planted", "4", "100.0 %"],
    ["null", "4", "100.0 %"],
  ]);
  expect(tables.at(-1)).toMatchObject({
    title: "Without figures, in whole or in part: 3 of 11 runs",
    rows: [
      ["ladder", "rules", "5", "the run", MISSING.reason],
      ["block", "rules: rules-2000", "5", "the block", "no lab"],
      ["unexplained", "macvlan", "1", "tcp-open", "too few rounds"],
    ],
  });
  expect(textOf([...entries, ...silent], 5)).not.toContain("NaN");
});

test("nothing is met by runs without figures, nor before all runs are made", () => {
  const silent: Entry = { part: "ladder", case: "rules", seed: 1, metric: "http", said: [], missing: [MISSING] };
  expect(reportOf([silent], { runs: 1 }).outcomes).toEqual(["undecided", "undecided", "undecided"]);
  expect(textOf([silent], 1)).not.toContain("NaN");
  expect(reportOf([1, 2].flatMap(rightRun), { runs: 20 }).outcomes).toEqual(["undecided", "undecided"]);
  // One block has no error of its own, with which anything would agree.
  expect(reportOf(rightRun(1), { runs: 1 }).tables[0]?.rows[0]).toEqual(["planted", "0", "-", "-", "0", "undecided"]);
});

test("a rung that stands only together with the one before it says nothing of itself, and that is told", () => {
  const judged = [
    { name: "null-1", kind: "null" },
    { name: "rules-2000", kind: "planted" },
    { name: "null-2", kind: "null" },
  ] as const;
  const rungs = ["base", "null-1 + rules-2000", "null-2"].map((title) => ({ title, points: -1, low: -2, high: 0 }));
  const missing = [{ what: 'the rung "null-1"', reason: "the path does not answer" }];
  const read = readLadder(judged, { metric: { rounds: 9, rungs }, missing });
  expect(read.said.map(({ rung }) => rung)).toEqual(["null-2"]);
  expect(read.missing).toEqual([
    ...missing,
    { what: 'the rung "rules-2000"', reason: "only together with the one before it: null-1 + rules-2000" },
  ]);
  expect(readLadder(judged, { missing: [{ what: "", reason: MISSING.reason }] })).toEqual({ said: [], missing: [MISSING] });
});

test("a rung of the wrong sign is a miss, however many runs are still to come", () => {
  const wrong = [1, 2].flatMap(rightRun).map((entry): Entry => (entry.part === "block" ? { ...entry, effect: 15 + entry.seed } : entry));
  expect(reportOf(wrong, { runs: 20 }).outcomes[0]).toBe("missed");
});

test("a bench goes on after the runs that its ledger has, and each is written before the next begins", async () => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const folder = mkdtempSync(join(tmpdir(), "podwire-ledger-"));
  onTestFinished(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });
  type Seen = { part: string; case: string; seed: number; written: number };
  const made: string[] = [];
  const lines = (): number => {
    try {
      return readFileSync(`${folder}/runs.jsonl`, "utf8").trim().split("\n").length;
    } catch {
      return 0;
    }
  };
  const wanted = ["a", "b", "c"].map((name): Wanted<Seen> => {
    const key = { part: "ladder", case: name, seed: 1 };
    return {
      ...key,
      work: async () => {
        made.push(name);
        return Promise.resolve({ ...key, written: lines() });
      },
    };
  });
  const open = (): Ledger<Seen> => new Ledger("runs", { short: false, fresh: false }, `${folder}/`);
  await carryOut(open(), wanted.slice(0, 2));
  const ledger = open();
  await carryOut(ledger, wanted);
  expect(made).toEqual(["a", "b", "c"]);
  expect(ledger.entries.map((entry) => entry.written)).toEqual([0, 1, 2]);
});
