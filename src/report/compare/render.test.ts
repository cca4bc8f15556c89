import { describe, expect, test } from "vitest";
import { syntheticRun } from "../../../test/synthetic/run.js";
import { summarised } from "../../../test/synthetic/summarised.js";
import { syntheticSummary } from "../../../test/synthetic/summary.js";
import { compareRuns } from "../../compare/comparison.js";
import { parseGate } from "../../compare/gate.js";
import { runComparisonSchema } from "../../model/run-comparison.js";
import { displayWidth } from "../terminal/text.js";
import { renderComparisonHtml } from "./html.js";
import { renderComparisonJson } from "./json.js";
import { renderComparisonMarkdown } from "./markdown.js";
import { renderComparisonTerminal } from "./terminal.js";

const names = { modes: ["macvlan", "gce", "kindnet", "vlan"], metrics: ["http", "tcp"] };

const a = summarised(
  { macvlan: { http: [1, 0.99, 1.01, 21] }, gce: { http: [0.9, 0.89, 0.91] }, "docker-nat": { http: [0.6, 0.59, 0.61] } },
  { file: "before.json", startedAt: "2026-02-03T08:00:00.000Z" },
);
const later = summarised(
  {
    macvlan: { http: [0.8, 0.79, 0.81, 22] },
    gce: { http: { status: "failed", reason: "ab ended with 1: <b>connection refused</b> | @all" } },
    kindnet: { http: [0.95, 0.9, 1] },
  },
  { file: "after.json" },
);
const b = { ...later, run: { ...later.run, environment: { ...later.run.environment, kernel: "Linux 6.8.0" } } };
const comparison = compareRuns(a, b, [parseGate("http<0.95", names), parseGate("macvlan:http<0.95A", names)], "warn");

const { scenario } = b.run;

/** Two whole runs, as large as they come. */
const large = (): ReturnType<typeof compareRuns> => {
  const [one, other] = [syntheticRun({ seed: 1, configuredBaseline: true }), syntheticRun({ seed: 2, configuredBaseline: true })];
  const side = (file: string, run: typeof one) => ({ file, run, summary: syntheticSummary(run) });
  return compareRuns(side("a.json", one), side("b.json", other), [], "warn");
};

describe("on a terminal", () => {
  const text = renderComparisonTerminal(comparison, { width: 140, colour: false });
  const lines = text.split("\n");
  const at = (part: string): number => lines.findIndex((line) => line.includes(part));

  test("what differs comes before the figures, gates come last", () => {
    expect(at("What differs around them")).toBeGreaterThan(at("after.json"));
    expect(at("B Linux 6.8.0")).toBeGreaterThan(at("What differs around them"));
    expect(at("http  higher is better, margin ±5 %")).toBeGreaterThan(at("Linux 6.8.0"));
    expect(at("Not in both")).toBeGreaterThan(at("http  higher is better"));
    expect(at("Gates")).toBeGreaterThan(at("Not in both"));
    expect(lines.at(-2)).toBe("2 of 2 gates fail; 1 judgement is undecided.");
  });

  test("a change has both ratios, its interval, its verdict and the rounds of both", () => {
    expect(lines[at("B/A 0.800")]?.trim()).toMatch(
      /^macvlan {2}A 1\.000 \[0\.990, 1\.010\] {2}B 0\.800 \[0\.790, 0\.810\] {2}B\/A 0\.800 \[0\.787, 0\.813\] {2}slower {5}n 21, 22$/,
    );
  });

  test("what one run lacks has its reason", () => {
    expect(text).toContain("gce http: A measured; B failed: ab ended with 1: <b>connection refused</b> | @all");
    expect(text).toContain("only in A: docker-nat");
    expect(text).toContain("only in B: kindnet");
  });

  test("a gate says on each mode what it came to", () => {
    expect(text).toContain("FAIL  macvlan: 0.800 [0.790, 0.810] of the host (n 22): the whole interval is below 0.95");
    expect(text).toContain("warn  kindnet: 0.950 [0.900, 1.000] of the host");
    expect(text).toContain("FAIL  gce: failed in B: ab ended with 1");
  });

  test.each([40, 60, 80, 100, 140, 200])("fits %i columns", (width) => {
    for (const one of [comparison, large()]) {
      const drawn = renderComparisonTerminal(one, { width, colour: false }).split("\n");
      expect(drawn.filter((line) => displayWidth(line) > width)).toEqual([]);
    }
  });

  test("no escape sequence of a run's texts gets through, and colour only where it was asked for", () => {
    const hostile = { ...comparison, warnings: ["\u001b[2Jgone"], a: { ...comparison.a, file: "\u001b]0;x\u0007" } };
    const start = "\u001b";
    expect(renderComparisonTerminal(hostile, { width: 100, colour: false })).not.toContain(start);
    expect(renderComparisonTerminal(comparison, { width: 100, colour: true })).toContain(`${start}[31m`);
  });

  test("every cell that both runs have stands in it", () => {
    const all = large();
    const drawn = renderComparisonTerminal(all, { width: 160, colour: false });
    for (const verdict of ["slower", "faster", "same", "undecided"] as const) {
      const called = all.cells.filter(({ change }) => change?.verdict === verdict).length;
      expect(drawn.split("\n").filter((line) => line.includes(` ${verdict}  `) && line.includes(" n ")).length).toBe(called);
    }
  });
});

describe("as Markdown", () => {
  const text = renderComparisonMarkdown(comparison, scenario);

  test("the answer and the matrix come first, gates and differences before the figures", () => {
    expect(text).toMatch(
      /^\*\*2 of 2 gates fail; 1 judgement is undecided\.\*\* B is worse than A in the one figure that both runs have: HTTP with new connections of macvlan is 0\.80/,
    );
    expect(text.split("\n").slice(2, 5)).toEqual(["| mode | HTTP, new connections |", "| --- | --: |", "| macvlan | 0.80 ±2 % ▼ |"]);
    expect(text).toContain("<details><summary>Gates: 2 of 2 gates fail; 1 judgement is undecided</summary>");
    expect(text.indexOf("<summary>Gates")).toBeLessThan(text.indexOf("<summary>What differs around the runs"));
    expect(text.indexOf("<summary>What differs")).toBeLessThan(text.indexOf("<summary>Every figure"));
    expect(text).toContain(
      "| macvlan | 1.000 \\[0.990, 1.010\\] | 0.800 \\[0.790, 0.810\\] | 0.800 \\[0.787, 0.813\\] | **slower**, n 21, 22 |",
    );
  });

  test("two whole runs take 25 lines before anything is unfolded", () => {
    const whole = renderComparisonMarkdown(large(), scenario);
    const lines = whole
      .replaceAll(/(<details><summary>.*?<\/summary>).*?<\/details>/gs, "$1")
      .trimEnd()
      .split("\n");
    expect(lines.filter((line) => / ±.* [▲=▼?]/.test(line) && line.startsWith("| "))).toHaveLength(11);
    expect(lines.length).toBeLessThanOrEqual(25);
  });

  test("texts of a run are texts: no HTML, no column, no mention", () => {
    expect(text).toContain("&lt;b&gt;connection refused&lt;/b&gt; \\| &#64;all");
    expect(text).not.toContain("<b>");
  });

  test("every row has the columns of its head", () => {
    for (const one of [text, renderComparisonMarkdown(large(), scenario)]) {
      let columns = 0;
      let previous = "";
      for (const line of one.split("\n")) {
        const now = line.startsWith("| ") ? line.split(/(?<!\\)\|/).length : 0;
        if (now > 0 && previous.startsWith("| ")) expect(now, line).toBe(columns);
        columns = now;
        previous = line;
      }
    }
  });

  test("all cells that both runs have stand in it", () => {
    const all = large();
    const rows = renderComparisonMarkdown(all, scenario)
      .split("\n")
      .filter((line) => /, n \d+, \d+ \|$/.test(line));
    expect(rows).toHaveLength(all.cells.filter(({ change }) => change !== undefined).length);
  });
});

describe("as HTML", () => {
  const page = renderComparisonHtml(comparison, scenario);
  const textOf = (markup: string): string =>
    markup
      .replace(/<style>.*?<\/style>/s, "")
      .replace(/<[^>]*>/g, " ")
      .replace(/\s+/g, " ");

  test("opens with the answer and the matrix of B over A", () => {
    const first = /<header class="first">(.*?)<\/header>/s.exec(page)?.[1] ?? "";
    expect(textOf(first)).toContain("2 of 2 gates fail; 1 judgement is undecided.");
    expect(textOf(first)).toContain("macvlan 0.80 worse ▼");
    expect(textOf(first)).toContain("B&#39;s ratio to its host over A&#39;s, with its interval");
    expect(textOf(first)).toContain("A: before.json, 2026-02-03 08:00 UTC. B: after.json");
  });

  test("has both runs' ratios, gates, differences and what one run lacks", () => {
    const text = textOf(page);
    expect(text).toMatch(/macvlan 0\.800 ▼ worse \[0\.787, 0\.813\] A 1\.000 \[0\.990, 1\.010\], n 21 B 0\.800 \[0\.790, 0\.810\], n 22/);
    expect(text).toMatch(/fails http&lt;0\.95 macvlan 0\.800 \[0\.790, 0\.810\] of the host \(n 22\): the whole interval is below 0\.95/);
    expect(text).toContain("kernel");
    expect(text).toContain("Linux 6.8.0");
    expect(text).toContain("A measured; B failed: ab ended with 1: &lt;b&gt;connection refused&lt;/b&gt; | @all");
    expect(text).toContain("only in A: docker-nat");
  });

  test("all cells that both runs have stand in it, and it leads nowhere else", () => {
    const all = large();
    const whole = renderComparisonHtml(all, scenario);
    expect(whole.match(/<td class="ratio">/g)).toHaveLength(all.cells.filter(({ change }) => change !== undefined).length);
    const ids = [...whole.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of whole.matchAll(/href="([^"]*)"/g)) expect(target === "data:," || ids.includes(target?.slice(1))).toBe(true);
    expect(whole).not.toMatch(/<script|NaN|undefined</);
  });
});

test("flagged figures are listed by check", () => {
  const flags = [{ check: "steal" as const, sentence: "the machine was robbed", evidence: [] }];
  const one = compareRuns(a, summarised({ macvlan: { http: [0.8, 0.79, 0.81] } }, { flags }), [], "warn");
  expect(renderComparisonTerminal(one, { width: 140, colour: false })).toContain("steal in B: macvlan http");
  expect(renderComparisonMarkdown(one, scenario)).toContain("- steal in B: macvlan http");
  expect(renderComparisonHtml(one, scenario)).toContain(
    "<b>The hypervisor gave CPU time to others</b> <code>steal</code> in B: macvlan http",
  );
});

test("as JSON it keeps to its schema", () => {
  expect(runComparisonSchema.parse(JSON.parse(renderComparisonJson(comparison)))).toEqual(comparison);
  expect(() => renderComparisonJson(large())).not.toThrow();
});
