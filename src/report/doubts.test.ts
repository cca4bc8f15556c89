import { describe, expect, test } from "vitest";
import { syntheticRun } from "../../test/synthetic/run.js";
import { syntheticSummary } from "../../test/synthetic/summary.js";
import type { Flag } from "../model/doubt.js";
import type { Cell, CellRatio, Summary } from "../model/summary.js";
import { confidenceText, intervalName } from "./confidence.js";
import { decisionOf, decisionsText } from "./decisions.js";
import { doubtedCells, doubtText } from "./doubts.js";
import { renderHtml } from "./html/page.js";
import { renderMarkdown } from "./markdown/ticket.js";
import { renderTerminal } from "./terminal/table.js";

const run = syntheticRun({ rounds: 10 });
const METRICS = ["tcp", "tcp8", "http"];

/** The synthetic summary with cells changed. */
function changed(change: (mode: string, cell: Cell) => Partial<Cell>): Summary {
  const summary = syntheticSummary(run);
  return {
    ...summary,
    modes: summary.modes.map((mode) => ({ ...mode, cells: mode.cells.map((cell) => ({ ...cell, ...change(mode.mode, cell) })) })),
  };
}

const changedRatios = (change: (mode: string, metric: string) => Partial<CellRatio>): Summary =>
  changed((mode, cell) => (cell.ratio === undefined ? {} : { ratio: { ...cell.ratio, ...change(mode, cell.metric) } }));

const flag = (check: Flag["check"], sentence: string): Flag => ({
  check,
  sentence,
  evidence: [{ what: "share", value: 0.1, unit: "share" }],
});

describe("doubts", () => {
  const summary = changed((mode, { metric }) => {
    if (metric === "tcp8" && ["macvlan", "gce"].includes(mode)) return { flags: [flag("host-noise", "the machine is too noisy")] };
    if (metric === "pps" && mode !== "host") return { flags: [flag("udp-loss", `${mode} lost frames`)] };
    if (metric.startsWith("tcp") && mode === "flannel-udp") return { flags: [flag("retransmissions", `${metric} was sent again`)] };
    return {};
  });

  test("stand together by check, with the cells and one sentence", () => {
    expect(doubtedCells(summary).map(({ check }) => check)).toEqual(["host-noise", "udp-loss", "retransmissions"]);
    const [noise, loss, resent] = doubtedCells(summary).map(doubtText);
    expect(noise).toBe("gce, macvlan: tcp8: the machine is too noisy");
    expect(loss).toMatch(/^docker-nat, flannel-udp, .*: pps: for instance pps of docker-nat: docker-nat lost frames$/);
    expect(resent).toBe(
      "flannel-udp: tcp, tcp-open, tcp8, tcp.cpu, tcp-open.cpu, tcp8.cpu: for instance tcp of flannel-udp: tcp was sent again",
    );
  });

  test("show in every report: a sign at the cell and the sentence", () => {
    const terminal = renderTerminal(summary, run, { width: 100, colour: false });
    expect(terminal).toMatch(/\nflannel-udp +0\.4\d\d \[[\d., ]+\] -.!/);
    expect(terminal).toContain("! a check doubts the figure");
    expect(terminal).toMatch(/\nDoubts\n {2}host-noise: gce, macvlan: tcp8: the machine/);
    expect(renderMarkdown(summary, run)).toContain("- host-noise: gce, macvlan: tcp8: the machine is too noisy");
    expect(renderMarkdown(summary, run)).toContain("(host-noise: see Doubts)");
    const page = renderHtml(summary, run);
    expect(page).toMatch(
      /<h2 id="doubts-title">Doubts.*<b>The host itself varied by as much<\/b> <code>host-noise<\/code> gce, macvlan: tcp8: the machine is too noisy <span class="remedy">Give it a longer/s,
    );
    expect(page).toContain('<span class="doubt" title="the host itself varied by as much: the machine is too noisy">!</span>');
  });

  test("take no room where there are none", () => {
    const clean = renderTerminal(syntheticSummary(run), run, { width: 100, colour: false });
    expect(clean).not.toContain("Doubts");
    expect(clean).not.toContain("!");
    expect(renderHtml(syntheticSummary(run), run)).not.toContain('id="doubts"');
  });
});

describe("decisions", () => {
  const decidedAt = (seconds: number) => ({ verdict: "slower" as const, decided: { look: 1 as const, round: 8, seconds } });
  const open = (rounds: number) => ({ verdict: "undecided" as const, stillNeeds: { rounds, seconds: rounds / 2 } });

  test("say how many, when, and what the others need, the least first", () => {
    const summary = changedRatios((mode, metric) => {
      if (metric === "tcp") return decidedAt(mode === "kindnet" ? 70 : 20);
      if (metric === "http") return { verdict: "undecided", decided: { look: 3, round: 99, seconds: 90 } };
      return open(mode === "kindnet" ? 1200 : 40);
    });
    expect(decisionsText(summary, METRICS)).toBe(
      "11 of 33 ratios to the host are decided (11 at the first look), nine in ten of these by 20 s, the last at 1 min 10 s. " +
        "11 lie so near the margin that three looks left them undecided. " +
        "Still open, to their next look: tcp8 of 11 modes 1\u00a0200 more rounds at most, about 10 min.",
    );
  });

  test("of one cell fit a column", () => {
    const cell = syntheticSummary(run)
      .modes.flatMap(({ cells }) => cells)
      .find(({ ratio }) => ratio !== undefined);
    if (cell?.ratio === undefined) throw new Error("no cell with a ratio");
    const text = (change: Partial<CellRatio>) => decisionOf({ ...cell, ratio: { ...(cell.ratio as CellRatio), ...change } });
    expect(text(decidedAt(20))).toBe("look 1, round 9, 20 s");
    expect(text(open(40))).toBe("open: 40 more rounds");
    expect(text(open(1))).toBe("open: 1 more round");
    expect(text({ verdict: "undecided", decided: { look: 3, round: 99, seconds: 90 } })).toBe("given up at look 3, round 100, 1 min 30 s");
  });

  test("are silent about a summary that does not say", () => {
    expect(decisionsText(syntheticSummary(run), METRICS)).toBe("");
  });
});

describe("the confidence of intervals", () => {
  test("stands in the heading where all have the same", () => {
    const summary = changedRatios(() => ({ confidence: 0.982 }));
    expect(intervalName(summary, METRICS)).toBe("98.2 % interval");
    expect(renderTerminal(summary, run, { width: 100, colour: false })).toMatch(
      /^podwire lab: ratio to the bare host \[98\.2 % interval\] verdict/,
    );
    expect(renderMarkdown(summary, run)).toContain("\\[interval: 98.2 %\\]");
  });

  test("is told apart where they differ", () => {
    const summary = changedRatios((_, metric) => ({ confidence: metric === "http" ? 0.95 : 0.982 }));
    expect(confidenceText(summary, METRICS)).toBe("98.2 %, 95 % for cells of http");
    const terminal = renderTerminal(summary, run, { width: 200, colour: false });
    expect(terminal).toContain("ratio to the bare host [interval] verdict");
    expect(terminal.replace(/\s+/g, " ")).toContain(
      "intervals: 98.2 %, 95 % for cells of http (98.2 % where a cell may be looked at three times",
    );
    expect(renderHtml(summary, run)).toContain('<span class="soft">95\u00a0%</span>');
  });
});
