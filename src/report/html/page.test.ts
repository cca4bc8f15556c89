import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyRun, anySummary } from "../../../test/synthetic/arbitrary.js";
import { syntheticRun } from "../../../test/synthetic/run.js";
import { syntheticSummary } from "../../../test/synthetic/summary.js";
import type { Run } from "../../model/run.js";
import type { Summary } from "../../model/summary.js";
import { formatRatio } from "../../units/format.js";
import { plotScale, plotX } from "../charts/interval-plot.js";
import { renderHtml } from "./page.js";
import { VERDICT_SYMBOLS } from "./tables.js";

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

describe("the page", () => {
  test("puts the answer first: title, heading, advice", () => {
    expect(page).toContain(
      "<title>podwire: kindnet, calico-routed and flannel-host-gw come closest to the wire, and cannot be told apart</title>",
    );
    expect(page.indexOf("<h1>")).toBeLessThan(page.indexOf('<section id="ranking"'));
    expect(page.indexOf("Run macvlan where")).toBeLessThan(page.indexOf('<section id="ranking"'));
  });

  test("asks for nothing from outside, and forbids it", () => {
    expect(page).toContain("default-src &#39;none&#39;");
    expect(page.replaceAll(/<(?:svg|desc|title)[^>]*>/g, "")).not.toMatch(
      /\b(?:src|srcset|action|xlink:href)=|@import|url\(|<script|<iframe|<object|<form/i,
    );
    for (const [, target] of page.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^(?:#[a-z]+|data:,)$/);
  });

  test("holds every ratio with its interval, verdict, median, unit and n", () => {
    const full = textOf(section("full"));
    const expected = summary.modes.flatMap((mode) =>
      mode.cells.flatMap(({ path, ratio }) => {
        const name = path === "host-host" ? `${mode.mode}: its own hosts` : mode.mode;
        return ratio === undefined
          ? []
          : [`${name} ${formatRatio(ratio.median, ratio.low, ratio.high)} ${VERDICT_SYMBOLS[ratio.verdict]} ${ratio.verdict}`];
      }),
    );
    expect(expected.length).toBeGreaterThan(500);
    expect(expected.filter((text) => !full.includes(text))).toEqual([]);
    expect(/macvlan 1\.000 \[[\d., ]+\] = same 12 1\.000 \[[\d., ]+\] = same n 12 942 Mbit\/s 12/.test(full)).toBe(true);
    expect(/1 \d{3} \d{3} offered, 1 \d{3} \d{3} forwarded/.test(full)).toBe(true);
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

  test("names what is missing with its reason", () => {
    expect(textOf(section("gaps"))).toContain("ipvlan-l2 : unsupported. this kernel lacks ipvlan: needs CONFIG_IPVLAN");
    expect(textOf(section("gaps"))).toContain("docker-nat: latency.icmp, latency.icmp.cpu : unsupported.");
  });

  test("tables have heads for columns and rows, drawings have names", () => {
    for (const table of page.split("<table").slice(1)) {
      expect(table).toContain('scope="col"');
      expect(table).toContain('scope="row"');
    }
    for (const [, id] of page.matchAll(/aria-labelledby="(plot-\d+-title) /g)) expect(page).toContain(`<title id="${id ?? ""}">`);
    const ids = [...page.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test("dots lie at their ratios", () => {
  const only = syntheticRun({ workloads: ["tcp-open"] });
  const result = syntheticSummary(only);
  const ratios = result.ranking
    .map((entry) => result.modes.find((mode) => mode.mode === entry.mode)?.cells[0]?.ratio)
    .filter((ratio) => ratio !== undefined);
  const rows = ratios.map((ratio) => ({ label: "", sentence: "", value: { ...ratio, stalls: false } }));
  const scale = plotScale(rows, 0.05);
  const plot = renderHtml(result, only).split('<svg class="plot"')[1] ?? "";
  for (const { median } of ratios.filter((ratio) => ratio.verdict === "same")) {
    expect(plot).toContain(`data-ratio="${String(median)}" cx="${String(plotX(scale, median))}"`);
  }
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
    "html head meta link title style body main header p b h1 h2 h3 h4 dl div dt dd nav a section table thead tbody tr th td span svg line path circle rect text g desc ul li article br footer".split(
      " ",
    );
});

test("any summary gives a whole page", () => {
  fc.assert(
    fc.property(anySummary, anyRun, (anything, its) => {
      // Names are anybody's choice, these words among them.
      fc.pre(!/NaN|undefined|script/.test(JSON.stringify([anything, its])));
      const text = renderHtml(anything, its);
      expect(text.startsWith("<!doctype html>")).toBe(true);
      expect(text.trimEnd().endsWith("</html>")).toBe(true);
      expect(text).not.toMatch(/NaN|undefined|<script/);
    }),
    { numRuns: 150 },
  );
});
