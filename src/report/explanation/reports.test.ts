import { describe, expect, test } from "vitest";
import { explainedRun } from "../../../test/synthetic/explained-run.js";
import { BRIDGE, profiledTable } from "../../../test/synthetic/profile.js";
import type { Explanation } from "../../model/explanation.js";
import { explanationOf } from "../../use-cases/explanation.js";
import { displayWidth } from "../terminal/text.js";
import { renderExplanationHtml } from "./html.js";
import { renderExplanationMarkdown } from "./markdown.js";
import { waterfallRows } from "./rows.js";
import { renderExplanation, renderExplanationFull } from "./terminal.js";

const run = explainedRun({ metrics: ["http", "tcp-open"] });
if (run.explanation === undefined) throw new Error("the run explains nothing");
const explanation = explanationOf(run, run.explanation);
const screen = (width: number, utf8 = true): string =>
  renderExplanation({ explanation, scenario: run.scenario }, [["run file", "x.json"]], { width, colour: false, utf8 });

describe("the waterfall", () => {
  test("begins with the host, ends with the variant, and each bar begins where the last one ended", () => {
    const [metric] = explanation.metrics;
    if (metric === undefined) throw new Error("no metric");
    const rows = waterfallRows(metric, "flannel-vxlan");
    expect(rows[0]).toMatchObject({ kind: "host", to: 100 });
    expect(rows.at(-1)).toMatchObject({ kind: "variant", label: "flannel-vxlan" });
    for (const [place, row] of rows.slice(1, -1).entries()) expect(row.from).toBeCloseTo(rows[place]?.to ?? Number.NaN, 9);
    expect(rows.at(-2)?.to).toBeCloseTo(rows.at(-1)?.to ?? Number.NaN, 9);
  });
});

describe("layers that stand together", () => {
  const [metric] = explanation.metrics;
  if (metric === undefined) throw new Error("no metric");
  const title = "namespace and veth + routing + bridge + br_netfilter + conntrack";
  const together = { ...explanation, metrics: [{ ...metric, effects: metric.effects.slice(0, 1).map((one) => ({ ...one, title })) }] };
  const brief = "namespace and veth to conntrack (5 layers)";

  test("have the first and the last one's names where there is no room for all", () => {
    const setting = { width: 100, colour: false, utf8: true };
    expect(renderExplanation({ explanation: together, scenario: run.scenario }, [], setting)).toContain(brief);
    expect(renderExplanationHtml(together, run)).toContain(`>${brief}</text>`);
  });
});

describe("the screen", () => {
  test.each([60, 80, 100, 140])("of %d columns is one screen, no line wider than it is", (width) => {
    const lines = screen(width).trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  test.each([40, 60, 80, 100, 140])(
    "of %d columns speaks of each metric in the order asked, in no more lines than an answer has",
    (width) => {
      const metrics = ["latency.tcp.p50", "http", "tcp-open", "http.cpu"];
      const asked = explainedRun({ metrics });
      if (asked.explanation === undefined) throw new Error("the run explains nothing");
      const text = renderExplanation({ explanation: explanationOf(asked, asked.explanation), scenario: asked.scenario }, [], {
        width,
        colour: false,
        utf8: true,
      });
      const [answer = ""] = text.split("\n\n");
      expect(answer.split("\n").length).toBeLessThanOrEqual(width < 80 ? 6 : 4);
      expect(answer.replaceAll("\n", " ")).toMatch(/ in round trip p50.* In HTTP .* In TCP .* In CPU per HTTP request/);
    },
  );

  test("has the answer first, a waterfall for each metric, and the command for the rest", () => {
    expect(screen(100)).toMatch(/^flannel-vxlan has 0\.\d\d of the host's figure in HTTP with new connections/);
    expect(screen(100)).toContain("HTTP with new connections, points of the host's figure, 40 rounds");
    expect(screen(100)).toContain("TCP without a limit, points of the host's figure");
    expect(screen(60)).toContain("HTTP with new connections, points, 40 rounds, 95 % intervals");
    expect(screen(100)).toContain("podwire report x.json --full");
  });

  test("draws two of several waterfalls and names the others, which --full draws", () => {
    const [first, second] = explanation.metrics;
    if (first === undefined || second === undefined) throw new Error("two metrics");
    const several = { ...explanation, metrics: [first, second, { ...first, metric: "http.p50" }, { ...first, metric: "http.cpu" }] };
    const text = renderExplanation({ explanation: several, scenario: run.scenario }, [], { width: 100, colour: false, utf8: true });
    expect(text).toContain("Waterfalls of HTTP request time p50, CPU per HTTP request: --full.");
    expect(text).not.toContain("HTTP request time p50, points of");
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
    expect(renderExplanationFull(several, { width: 100, colour: false, utf8: true })).toContain("http.cpu, points of");
  });

  describe("beside a profile", () => {
    const OF_HTTP = "HTTP with new connections, points";
    const OF_TCP = "TCP without a limit, points";
    const PROFILE = "CPU time of HTTP with new connections, us/request";

    /** Both metrics with so many layers that are told apart, and a profile of the first one. */
    function profiledWith(layers: number): Explanation {
      const metrics = explanation.metrics.map((metric) => {
        const [effect] = metric.effects;
        if (effect === undefined) throw new Error("no effect");
        return { ...metric, effects: Array.from({ length: layers }, (_, place) => ({ ...effect, title: `layer ${String(place)}` })) };
      });
      return { ...explanation, metrics, profiles: [profiledTable(BRIDGE)] };
    }

    describe.each([80, 100])("at %d columns", (width) => {
      test.each([
        ["draws both waterfalls and the profile where they have room", 3, [OF_HTTP, OF_TCP, PROFILE], [": --full."]],
        [
          "names the profile where the waterfalls take its room",
          8,
          [OF_HTTP, OF_TCP, "\nCPU time of HTTP with new connections: --full.\n"],
          [PROFILE],
        ],
        [
          "names the second waterfall where it has none, and draws the profile as far as it has",
          12,
          [OF_HTTP, "\nWaterfall of TCP without a limit: --full.\n", PROFILE],
          [OF_TCP],
        ],
        [
          "always draws one waterfall",
          24,
          [OF_HTTP, "\nWaterfall of TCP without a limit; CPU time of HTTP with new connections: --full.\n"],
          [OF_TCP, PROFILE],
        ],
      ])("%s", (_says, layers, shown, named) => {
        const setting = { width, colour: false, utf8: true };
        const told = profiledWith(layers);
        const text = renderExplanation({ explanation: told, scenario: run.scenario }, [["run file", "x.json"]], setting);
        const lines = text.trimEnd().split("\n");
        if (layers <= 12) expect(lines.length).toBeLessThanOrEqual(40);
        expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
        for (const words of shown) expect(text).toContain(words);
        for (const words of named) expect(text).not.toContain(words);
        for (const words of ["http, points of", "tcp-open, points of", "CPU time of http, us/request"])
          expect(renderExplanationFull(told, setting)).toContain(words);
      });
    });
  });

  test("calls metrics by the names of the field, which --full does not", () => {
    const [metric] = explanation.metrics;
    if (metric === undefined) throw new Error("no metric");
    const [taken] = metric.takenAway;
    if (taken === undefined) throw new Error("nothing was taken away");
    const interacting = { ...metric, takenAway: [{ ...taken, interaction: { ...taken.interaction, beyondNoise: true } }] };
    const told = {
      ...explanation,
      metrics: [{ ...interacting, metric: "tcp-open" }],
      missing: [
        { what: "latency.tcp.p50", reason: "too few samples" },
        { what: 'the rung "bridge" in http.cpu', reason: "it failed" },
      ],
      profiles: [{ workload: "http-keepalive" as const, unprofiled: "no CPU profile of http-keepalive: perf is not installed" }],
    };
    const options = { width: 100, colour: false, utf8: true };
    const text = renderExplanation({ explanation: told, scenario: run.scenario }, [], options);
    for (const words of [
      "- round trip p50: too few samples",
      '- the rung "bridge" in CPU per HTTP request: it failed',
      "- no CPU profile of HTTP with keep-alive: perf is not installed",
      "- TCP without a limit: without ",
    ])
      expect(text).toContain(words);
    expect(text).not.toMatch(/tcp-open|latency\.tcp|http\.cpu|http-keepalive/);
    expect(renderExplanationFull(told, options)).toMatch(/^tcp-open, points of [\s\S]*^no CPU profile of http-keepalive: /m);
  });

  test("is ASCII where the terminal is", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything beyond ASCII is what must not be there.
    expect(screen(100, false)).toMatch(/^[\x00-\x7f]*$/);
  });

  test("says once that there is no CPU profile of a workload, and why", () => {
    const none = { workload: "http" as const, unprofiled: "no CPU profile of http: perf is not installed; run `apt: x`" };
    const text = renderExplanation({ explanation: { ...explanation, profiles: [none] }, scenario: run.scenario }, [], {
      width: 100,
      colour: false,
      utf8: true,
    });
    expect(text).toContain("- no CPU profile of HTTP with new connections: perf is not installed; run `apt: x`");
    expect(text.match(/CPU profile/g)).toHaveLength(1);
  });

  test("in full has every rung and what taking it away shows", () => {
    const full = renderExplanationFull(explanation, { width: 100, colour: false, utf8: true });
    expect(full).toContain("br_netfilter:");
    expect(full).toContain("without masquerading:");
    expect(full).toContain("What can be had cheaper");
  });
});

describe("the page", () => {
  const page = renderExplanationHtml(explanation, run);

  test("draws a bar for the host, each effect, what is not explained, and the variant", () => {
    for (const [index, { effects }] of explanation.metrics.entries()) {
      const drawing = page.split('<svg class="waterfall"')[index + 1]?.split("</svg>")[0] ?? "";
      expect(drawing.match(/<rect /g)).toHaveLength(effects.length + 3);
    }
  });

  test("has no -0", () => {
    const [metric] = explanation.metrics;
    if (metric === undefined) throw new Error("no metric");
    const small = metric.rungs.map((rung) => ({ ...rung, points: -0.02 }));
    const takenAway = metric.takenAway.map((one) => ({ ...one, costPutOn: -0.3, costTakenAway: -0.3 }));
    const text = renderExplanationHtml({ ...explanation, metrics: [{ ...metric, rungs: small, takenAway }] }, run);
    expect(text).not.toMatch(/>−0\.0<| -0.% /);
    expect(text).toContain(">0.0<");
  });

  test("loads nothing and runs nothing", () => {
    expect(page).not.toMatch(/<script|https?:\/\/(?!github)/);
  });
});

test("Markdown has a table a metric", () => {
  expect(renderExplanationMarkdown(explanation).match(/\| points of the host's figure \|/g)).toHaveLength(2);
});
