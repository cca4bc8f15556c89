import fc from "fast-check";
import { expect, test } from "vitest";
import { anyRun, anySummary } from "../../../test/synthetic/arbitrary.js";
import { syntheticRun } from "../../../test/synthetic/run.js";
import { syntheticSummary } from "../../../test/synthetic/summary.js";
import { columnsOf } from "../outline.js";
import { plainText } from "./plain-text.js";
import { renderMarkdown } from "./ticket.js";

const run = syntheticRun({ needs: ["services"] });
const text = renderMarkdown(syntheticSummary(run), run);
/** Cells of a table row. */
const cells = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

/** What GitHub shows before anything is unfolded, line by line: a fold is the line of its summary. */
const unfolded = (markdown: string): readonly string[] =>
  markdown
    .replaceAll(/(<details><summary>.*?<\/summary>).*?<\/details>/gs, "$1")
    .trimEnd()
    .split("\n");

test("the first line is the answer", () => {
  expect(text.split("\n")[0]).toMatch(
    /^\*\*Run macvlan: it matches the bare host in TCP at 1 Gbit\/s.*\.\*\* It needs nodes and pods on one L2 segment\. Where nodes share/,
  );
});

test("the matrix has a row a mode and a column a question, in words of the field", () => {
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  expect(cells(lines[0] ?? "")).toEqual([
    "rank",
    "mode",
    "TCP, 1 Gbit/s link",
    "TCP, no limit",
    "packets per second, 64 bytes",
    "round trip p50",
    "HTTP, new connections",
    "HTTP, keep-alive",
    "CPU per HTTP request",
  ]);
  expect(cells(lines[1] ?? "")).toEqual(["---", "---", ...Array<string>(7).fill("--:")]);
  expect(cells(lines[2] ?? "").slice(0, 3)).toEqual(["", "bare host", "942 Mbit/s"]);
  expect(cells(lines.find((line) => line.includes("| flannel-vxlan |")) ?? "")[2]).toMatch(/^0\.96 ±\d % ▼$/);
});

test("a dozen modes with everything that may be wrong take 25 lines before anything is unfolded", () => {
  const summary = syntheticSummary(run);
  const measured = summary.modes.filter(({ mode, status }) => mode !== "host" && status === "measured");
  const [one] = measured;
  if (one === undefined) throw new Error("nothing was measured");
  const dozen = Array.from({ length: 12 }, (_, index) => ({
    ...(measured[index] ?? one),
    mode: measured[index]?.mode ?? `${one.mode}+offload-off`,
  }));
  const flagged = { check: "steal" as const, sentence: "the machine was robbed", evidence: [] };
  const given = { mode: "macvlan", path: "pod-pod" as const, workload: "http" as const, how: "trial" as const, at: 30, reason: "it broke" };
  const whole = {
    ...summary,
    status: "partial" as const,
    partialReason: "interrupted",
    modes: [
      ...summary.modes.filter((mode) => !measured.includes(mode)),
      ...dozen.map((mode) => ({ ...mode, cells: mode.cells.map((cell) => ({ ...cell, flags: [flagged] })) })),
    ],
    givenUp: [given],
  };
  const markdown = renderMarkdown(whole, run);
  const lines = unfolded(markdown);
  expect(markdown).toContain("Cut short: interrupted");
  expect(lines.filter((line) => line.startsWith("| ") && / [▲=▼?]/.test(line))).toHaveLength(12);
  expect(lines.filter((line) => line.startsWith("<details>"))).toHaveLength(5);
  // A blank line between two folds is none to a reader; GitHub needs it around a table.
  expect(lines.filter((line, index) => line !== "" || !(lines[index + 1] ?? "").startsWith("<details>")).length).toBeLessThanOrEqual(25);
});

test("what stood in the table with its intervals, its n and its own hosts is folded away, not lost", () => {
  const figures = text.split("<summary>Every figure</summary>")[1]?.split("</details>")[0] ?? "";
  const vxlan = figures.split("\n").find((line) => line.startsWith("| flannel-vxlan |")) ?? "";
  expect(cells(vxlan)[1]).toMatch(/^0\.96\d \\\[0\.9\d\d, 0\.9\d\d\\\] slower, n 12$/);
  expect(figures).toContain("| host | 942 Mbit/s, n 48 |");
  expect(cells(figures.split("\n").find((line) => line.startsWith("| docker-nat |") && line.includes("unsupported")) ?? "")).toContain(
    "unsupported",
  );
  const all = columnsOf(syntheticSummary(run), run).map(({ name }) => `${name} (`);
  for (const name of all) expect(figures).toContain(name);
});

test("gaps and doubts are folded with their reasons and remedies", () => {
  expect(text).toContain("- ipvlan-l2: unsupported: this kernel lacks ipvlan: needs CONFIG\\_IPVLAN");
  expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0);
  const flags = [{ check: "steal" as const, sentence: "the machine was robbed", evidence: [] }];
  const summary = syntheticSummary(run);
  const doubted = { ...summary, modes: summary.modes.map((mode) => ({ ...mode, cells: mode.cells.map((cell) => ({ ...cell, flags })) })) };
  expect(renderMarkdown(doubted, run)).toMatch(/- steal: .*the machine was robbed \*\*What to do:\*\* Measure at another hour/);
});

test("texts from a run file are text: no markup, mention, link or table break", () => {
  expect(plainText("a|b\n# c @team <b> [x](http://y) `z` *s*")).toBe(
    "a\\|b &#35; c &#64;team &lt;b&gt; \\[x\\](http&#58;//y) \\`z\\` \\*s\\*",
  );
  expect(plainText("- item")).toBe("\\- item");
  expect(plainText("1. item")).toBe("1\\. item");
});

test("any summary gives tables whose rows all have as many cells as their heads", () => {
  fc.assert(
    fc.property(anySummary, anyRun, (anything, its) => {
      const markdown = renderMarkdown(anything, its);
      for (const table of markdown.split("\n\n").filter((part) => part.startsWith("| "))) {
        const widths = new Set(
          table
            .split("\n")
            .filter((line) => line.startsWith("|"))
            .map((line) => cells(line.replaceAll("\\\\", "")).length),
        );
        expect(widths.size).toBe(1);
      }
      expect(markdown).not.toContain("<script");
    }),
    { numRuns: 150 },
  );
});
