import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyRun, anySummary } from "../../../test/synthetic/arbitrary.js";
import { syntheticRun } from "../../../test/synthetic/run.js";
import { syntheticSummary } from "../../../test/synthetic/summary.js";
import { CHECKS } from "../../model/doubt.js";
import type { Run } from "../../model/run.js";
import type { Summary, Verdict } from "../../model/summary.js";
import { formatQuantity, formatRatio } from "../../units/format.js";
import { stripX } from "../charts/ratio-strip.js";
import { commonAxes, ownAxis } from "../charts/strip-axis.js";
import { questionTable, type RatioCell } from "../question-table.js";
import { shortRatio } from "../short-ratio.js";
import { VERDICT_SIGNS, VERDICT_WORDS } from "../words.js";
import { renderHtml } from "./page.js";

const run = syntheticRun({ needs: ["services"], configuredBaseline: true });
const summary = syntheticSummary(run);
const page = renderHtml(summary, run, {
  notes: [
    {
      name: "flannel-udp",
      title: "flannel udp",
      requires: [],
      givesUp: [],
      deviations: ["a program of ours stands in for flannel's own proxy"],
    },
  ],
});

/** The part of the page between a section's id and the next section. */
const section = (id: string): string => page.split(`<section id="${id}"`)[1]?.split("<section ")[0] ?? "";
const textOf = (markup: string): string => markup.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

/** In a run every ratio has a verdict. */
function judged({ verdict }: RatioCell): Verdict {
  if (verdict === undefined) throw new Error("a ratio without a verdict");
  return verdict;
}

describe("the page", () => {
  test("opens with the answer and the matrix, and nothing else", () => {
    const first = /<header class="first">(.*?)<\/header>/s.exec(page)?.[1] ?? "";
    expect(page.split("<main>")[1]?.trimStart().startsWith('<header class="first">')).toBe(true);
    expect(textOf(first)).toContain("Run macvlan: it matches the bare host in TCP at 1 Gbit/s");
    expect(textOf(first)).toContain("Where nodes share no L2 segment, run gce: it");
    const outside = first
      .replace(/<h1>.*?<\/h1>/s, "")
      .replace(/<p class="answer">.*?<\/p>/s, "")
      .replace(/<figure class="picture"><table.*?<\/figure>/s, "");
    expect(outside.trim()).toBe("");
    expect(page).toMatch(/<title>podwire: Run macvlan: it matches the bare host in TCP at 1 Gbit\/s.*<\/title>/);
  });

  test("the matrix says in its tooltips what the legend and the screen say, without codenames", () => {
    const matrix = page.split(/<table class="matrix[ a-z-]*">/)[1]?.split("</table>")[0] ?? "";
    const titles = [...matrix.matchAll(/ title="([^"]*)"/g)].map(([, title = ""]) => title);
    expect(titles.join("\n")).toMatch(/ worse/);
    expect(titles.join("\n")).not.toMatch(/ (?:slower|faster)/);
    for (const check of CHECKS) expect(titles.join("\n")).not.toContain(`doubted: ${check}`);
  });

  test("each cell of the matrix has its number and its verdict in a word", () => {
    const { questions, rows } = questionTable(summary, run);
    const drawn = page.split(/<table class="matrix[ a-z-]*">/)[1]?.split("</table>")[0] ?? "";
    const lines = drawn.split('<tr><th scope="row">').slice(1);
    expect([questions.length, lines.length]).toEqual([7, rows.length]);
    for (const [index, { label, rank, cells }] of rows.entries()) {
      const [head = "", ...texts] = (lines[index] ?? "").split(/<td /).map((cell) => textOf(`<td ${cell}`).trim());
      expect(head).toBe(`${rank === undefined ? "–" : String(rank)} ${label}`);
      expect(texts).toHaveLength(questions.length);
      for (const [place, cell] of cells.entries()) {
        const expected =
          cell.kind === "empty"
            ? cell.word
            : `${shortRatio(cell.ratio, cell.limit)} ${VERDICT_WORDS[judged(cell)]} ${VERDICT_SIGNS[judged(cell)]}`;
        expect(texts[place]).toMatch(new RegExp(`^${expected.replace(/[.?]/g, "\\$&")}(?:$| |~|!)`));
      }
    }
  });

  test("questions are in words of the field; their codenames stand once, beside their plots", () => {
    const first = textOf(page.split('<header class="first">')[1]?.split("</header>")[0] ?? "");
    for (const { long, metric } of questionTable(summary, run).questions) {
      expect(first).toContain(long);
      expect(page.split(`<code>${metric}</code>`)).toHaveLength(2);
    }
    expect(first).not.toMatch(/latency\.|http-keepalive|tcp-open/);
  });

  test("plots, legends and tooltips say everything in words of the field", () => {
    const doubted = {
      ...summary,
      modes: summary.modes.map((mode) => ({
        ...mode,
        cells: mode.cells.map((cell) => ({ ...cell, flags: [{ check: "cpu-bound" as const, sentence: "a CPU was full", evidence: [] }] })),
      })),
    };
    const drawn = renderHtml(doubted, run, {}).split('<section id="doubts"')[0] ?? "";
    const titles = [...drawn.matchAll(/ title="([^"]*)"/g)].map(([, title = ""]) => title);
    const heads = [...drawn.matchAll(/<(?:h3|summary)>(.*?)<\/(?:h3|summary)>/g)].map(([, head = ""]) =>
      textOf(head.replace(/<code>.*?<\/code>/g, "")),
    );
    const words = [...titles, ...heads, textOf(drawn.split("<body>")[1]?.replaceAll(/<code>.*?<\/code>/g, "") ?? "")].join("\n");
    expect(heads.length).toBeGreaterThan(20);
    expect(titles.join("\n")).toContain("a full CPU is the limit, not the link: a CPU was full");
    expect(words).not.toMatch(/\b(?:slower|faster)\b|latency\.|tcp-open|tcp8|http-keepalive|\.cpu\b|\.p\d\d|\bpps\b|cpu-bound/);
  });

  test("each link leads to something on the page", () => {
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id ?? "");
    expect(targets.length).toBeGreaterThan(15);
    for (const id of targets) expect(page).toContain(` id="${id}"`);
  });

  test("what a mode needs and gives up is folded behind its name", () => {
    const modes = section("modes").split("<details ").slice(1);
    expect(modes).toHaveLength(summary.ranking.length + summary.excluded.length);
    for (const [index, { mode, why }] of summary.ranking.entries()) {
      const fold = modes[index] ?? "";
      expect(textOf(fold.split("</summary>")[0] ?? "")).toContain(mode);
      expect(textOf(fold).includes(`Needs a segment that ${mode} reaches. Gives up sleep.`)).toBe(why.includes("Needs: "));
    }
    expect(summary.ranking.filter(({ why }) => why.includes("Needs: ")).length).toBeGreaterThan(2);
    expect(page).not.toMatch(/<details[^>]* open/);
  });

  test("asks for nothing from outside, and forbids it", () => {
    expect(page).toContain("default-src &#39;none&#39;");
    expect(page.replaceAll(/<(?:svg|desc|title)[^>]*>/g, "")).not.toMatch(
      /\b(?:src|srcset|action|xlink:href)=|@import|url\(|<script|<iframe|<object|<form/i,
    );
    for (const [, target] of page.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^(?:#[a-z][\w-]*|data:,)$/);
  });

  test("holds every ratio with its interval, verdict, median, unit and n", () => {
    const full = textOf(section("full"));
    const expected = summary.modes.flatMap((mode) =>
      mode.cells.flatMap(({ path, ratio }) => {
        const name = path === "host-host" ? `${mode.mode}: its own hosts` : mode.mode;
        return ratio === undefined
          ? []
          : [`${name} ${formatRatio(ratio.median, ratio.low, ratio.high)} ${VERDICT_SIGNS[ratio.verdict]} ${VERDICT_WORDS[ratio.verdict]}`];
      }),
    );
    expect(expected.length).toBeGreaterThan(500);
    expect(expected.filter((text) => !full.includes(text))).toEqual([]);
    const tcp = summary.modes
      .find(({ mode }) => mode === "macvlan")
      ?.cells.find(({ metric, path }) => metric === "tcp" && path === "pod-pod");
    const { ratio, ratioConfigured, median, n } = tcp ?? {};
    if (ratio === undefined || ratioConfigured === undefined) throw new Error("macvlan has no ratios");
    const [own, other] = [ratio, ratioConfigured].map(
      (one) => `${formatRatio(one.median, one.low, one.high)} ${VERDICT_SIGNS[one.verdict]} ${VERDICT_WORDS[one.verdict]}`,
    );
    expect(full).toContain(`macvlan ${own ?? ""} 12 ${other ?? ""} n 12 ${formatQuantity(median ?? 0, "bit/s")} ${String(n)}`);
    expect(full).toMatch(/1 \d{3} \d{3} offered, 1 \d{3} \d{3} forwarded, [\d ]+ lost, 0 failed, 99(?:\.\d+)? % delivered/);
  });

  test("says how it was measured and what stood in", () => {
    const method = textOf(section("method"));
    for (const text of [
      "12 of each workload",
      "seed 20160314",
      "1 Gbit/s",
      "MTU 1500",
      "host-configured",
      /of \d+ intervals about \d+ are expected to miss/.exec(method)?.[0] ?? "the number expected to miss",
    ])
      expect(method).toContain(text);
    expect(textOf(section("deviations"))).toContain("flannel-udp a program of ours stands in");
  });

  test("says into which tables iptables wrote a mode's rules", () => {
    const legacy = {
      ...summary,
      modes: summary.modes.map((mode) => (mode.mode === "kindnet" ? { ...mode, rulesBackend: "legacy" as const } : mode)),
    };
    const text = textOf(renderHtml(legacy, run, {}));
    expect(text).toContain("kindnet iptables wrote its rules into the legacy tables");
    expect(textOf(page)).not.toContain("iptables wrote");
  });

  test("says why a run was cut short", () => {
    const cut = syntheticRun({ workloads: ["tcp"], partialReason: "interrupted after 40 s" });
    const text = textOf(renderHtml(syntheticSummary(cut), cut));
    expect(text).toContain("The run was cut short");
    expect(text).toContain("Cut short interrupted after 40 s");
  });

  test("names what is missing with its reason", () => {
    expect(textOf(section("gaps"))).toContain("ipvlan-l2 unsupported: this kernel lacks ipvlan: needs CONFIG_IPVLAN");
    expect(textOf(section("gaps"))).toContain("docker-nat: latency.icmp unsupported: ");
  });

  test("tables have heads for columns and rows, drawings only repeat what stands beside them", () => {
    for (const table of page.split("<table").slice(1)) {
      expect(table).toContain('scope="col"');
      expect(table).toContain('scope="row"');
    }
    for (const [drawing] of page.matchAll(/<svg[^>]*>/g)) expect(drawing).toMatch(/aria-hidden="true"|class="(?:mark [a-z]+|second)"/);
    const ids = [...page.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("dots lie at their ratios", () => {
  const only = syntheticRun({ workloads: ["tcp-open", "latency.tcp"] });
  const result = syntheticSummary(only);
  const text = renderHtml(result, only);
  const measured = result.modes.filter(({ mode }) => mode !== "host").flatMap(({ cells }) => cells);

  test("on the matrix's common scale", () => {
    const matrix = text.split(/<table class="matrix[ a-z-]*">/)[1]?.split("</table>")[0] ?? "";
    const shown = measured.filter(({ metric }) => metric === "tcp-open" || metric === "latency.tcp.p50");
    const values = shown.flatMap(({ ratio, better }) => (ratio === undefined ? [] : [{ median: ratio.median, better }]));
    expect(values.length).toBeGreaterThan(15);
    const axisFor = commonAxes(values);
    for (const { median, better } of values)
      expect(matrix).toContain(`data-ratio="${String(median)}" x="${stripX(axisFor(better), median)}"`);
  });

  test("on each plot's own scale", () => {
    for (const metric of ["tcp-open", "latency.tcp.p99"]) {
      const cells = measured.filter((cell) => cell.metric === metric);
      const ratios = cells.flatMap(({ ratio }) => ratio ?? []);
      const extents = ratios.map(({ median, low, high }) => ({ low: low ?? median, high: high ?? median }));
      const axis = ownAxis(extents, 0.05, cells[0]?.better ?? "higher");
      const plot = text.split(`id="plot-${metric.replaceAll(".", "-")}"`)[1]?.split("</article>")[0] ?? "";
      expect(ratios.length).toBeGreaterThan(8);
      for (const { median } of ratios) expect(plot).toContain(`data-ratio="${String(median)}" x="${stripX(axis, median)}"`);
    }
  });
});

describe("a hostile run file", () => {
  const ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title><script>1</script>",
    "</style><script>1</script>",
    "</svg><script>1</script>",
    "javascript:alert(1)",
    "]]><script>",
    "<!--",
    "&lt;script&gt;",
  ];

  /** Every string of a value replaced, but for those that the schema fixes. */
  function poisoned<Value>(value: Value, attack: string, fixed: ReadonlySet<string>): Value {
    if (typeof value === "string") return (fixed.has(value) ? value : attack) as Value;
    if (Array.isArray(value)) return value.map((one: unknown) => poisoned(one, attack, fixed)) as Value;
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, poisoned(one as unknown, attack, fixed)])) as Value;
    return value;
  }

  const KEPT = new Set([
    "host",
    "host-host",
    "pod-pod",
    "measured",
    "unsupported",
    "failed",
    "refused",
    "higher",
    "lower",
    "same",
    "slower",
    "faster",
    "undecided",
    "host-configured",
    "none",
    "t-small-n",
    "order-statistic",
    "bootstrap",
    "t-starts",
    "bit/s",
    "us",
    "request/s",
    "frame/s",
    "CPU s/GB",
    "CPU s/million frames",
    "CPU s/thousand requests",
    "CPU s/million round trips",
    "tcp",
    "http",
    "lab",
    "complete",
    "partial",
  ]);

  test.each(ATTACKS)("cannot bring in markup: %s", (attack) => {
    const small = syntheticRun({ workloads: ["tcp", "http"], rounds: 4, partialReason: "x", configuredBaseline: true });
    const evil: Summary = { ...poisoned(syntheticSummary(small), attack, KEPT), environment: { [attack]: attack } };
    const evilRun: Run = poisoned(small, attack, KEPT);
    const text = renderHtml(evil, evilRun, {
      notes: [{ name: attack, title: attack, requires: [attack], givesUp: [attack], deviations: [attack] }],
    });
    expect(text).not.toMatch(/<(?:script|img|iframe|object)/i);
    // Only tags and attributes that the page itself writes: what came from the file is text.
    expect(text.replace(/<[^>]*>/g, (tag) => tag.replace(/"[^"]*"/g, '""'))).not.toMatch(/<[^>]*\son\w+=/i);
    const tags = new Set([...text.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map(([, tag]) => tag));
    for (const tag of tags) expect(KNOWN_TAGS).toContain(tag);
  });

  const KNOWN_TAGS =
    "html head meta link title style body main header p b h1 h2 h3 h4 dl div dt dd nav a section table thead tbody tr th td span svg line path circle rect text g desc ul li article br footer details summary figure figcaption caption tfoot code".split(
      " ",
    );
});

test("any summary gives a whole page", () => {
  fc.assert(
    fc.property(anySummary, anyRun, (anything, its) => {
      // Names are anybody's choice, these words among them.
      fc.pre(!/NaN|undefined/.test(JSON.stringify([anything, its])));
      const text = renderHtml(anything, its);
      expect(text.startsWith("<!doctype html>")).toBe(true);
      expect(text.trimEnd().endsWith("</html>")).toBe(true);
      expect(text).not.toMatch(/NaN|undefined|<script/);
    }),
    { numRuns: 150 },
  );
});
