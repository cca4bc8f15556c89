import { describe, expect, test } from "vitest";
import { syntheticRun } from "../../../test/synthetic/run.js";
import { adviserOf } from "../../advice/advice.js";
import { summarise } from "../../measure/summarise.js";
import { MODES } from "../../modes/index.js";
import { scoreText } from "../words.js";
import { painter } from "./paint.js";
import { ranking } from "./ranking.js";
import { displayWidth } from "./text.js";

const run = syntheticRun({ needs: ["services"] });
const summary = summarise(run, adviserOf(MODES));
const [first] = summary.ranking;
const best = summary.ranking.filter((entry) => entry.rank === first?.rank).map((entry) => entry.mode);
const at = (width: number): readonly string[] => ranking(summary, run, width, painter(false));

/** The lines of a mode's place: its row and what continues it. */
function placeOf(lines: readonly string[], mode: string): readonly string[] {
  const start = lines.findIndex((line) => line.trim().split(/ +/)[1] === mode);
  const next = lines.findIndex((line, index) => index > start && !line.startsWith("      "));
  return lines.slice(start, next);
}

describe.each([80, 120, 200])("at %d columns", (width) => {
  test("a ranked mode takes two lines at most, its score with the interval in the first", () => {
    for (const entry of summary.ranking) {
      const lines = placeOf(at(width), entry.mode);
      expect(lines.length, entry.mode).toBeLessThanOrEqual(2);
      expect(lines[0]).toContain(scoreText(entry));
    }
  });

  test("no line is wider", () => {
    expect(Math.max(...at(width).map(displayWidth))).toBeLessThanOrEqual(width);
  });

  test("only modes that one might run say what they need", () => {
    const lines = at(width);
    const heading = lines.findIndex((line) => line.startsWith("What they need"));
    const told = lines.slice(heading + 1).flatMap((line) => /^ {2}([\w-]+(?:, [\w-]+)*): /.exec(line)?.[1]?.split(", ") ?? []);
    expect(told).toEqual(expect.arrayContaining(best));
    expect(told.length).toBeLessThan(summary.ranking.length);
    for (const mode of told) expect(best.includes(mode) || summary.advice.includes(mode), mode).toBe(true);
  });
});

test("what was measured stands beside the score where there is room, whole where there is much", () => {
  expect(placeOf(at(200), first?.mode ?? "").join(" ")).toMatch(/ Keeps .*\[.*\].* of the host's/);
  expect(placeOf(at(80), first?.mode ?? "")).toHaveLength(1);
});

test("a mode that is left out says why, however narrow the terminal", () => {
  for (const { mode, why } of summary.excluded) {
    for (const width of [40, 80, 200])
      expect(at(width).join(" ").replaceAll(/\s+/g, " "), mode).toContain(why.replaceAll(/\s+/g, " ").slice(0, 40));
  }
  expect(summary.excluded.length).toBeGreaterThan(0);
});

test("nothing ranked, no section", () => {
  expect(ranking({ ...summary, ranking: [], excluded: [] }, run, 80, painter(false))).toEqual([]);
});
