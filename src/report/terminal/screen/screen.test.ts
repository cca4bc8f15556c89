import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyRun, anySummary } from "../../../../test/synthetic/arbitrary.js";
import { clusterRun } from "../../../../test/synthetic/cluster-run.js";
import { triedRun, triedVariant } from "../../../../test/synthetic/conformance.js";
import { syntheticRun } from "../../../../test/synthetic/run.js";
import { adviserOf } from "../../../advice/advice.js";
import { summarise } from "../../../measure/summarise.js";
import type { RunConformance } from "../../../model/conformance.js";
import { CHECKS } from "../../../model/doubt.js";
import { METRICS } from "../../../model/metric.js";
import type { Run } from "../../../model/run.js";
import type { CellRatio, Summary } from "../../../model/summary.js";
import { MODES } from "../../../modes/index.js";
import { displayWidth } from "../text.js";
import { screenOf } from "./of-run.js";
import { renderScreen, type Screen, type ScreenOptions } from "./screen.js";

const FILES = [
  ["run file", "podwire-runs/20260101T120000.123.json"],
  ["HTML report", "report.html"],
] as const;
const ESCAPE = "\u001b";
const COLOUR = new RegExp(`${ESCAPE}\\[\\d+m`, "g");
const WIDTHS = [160, 100, 80, 60] as const;

const summaryOf = (run: Run): Summary => summarise(run, adviserOf(MODES));
const linesOf = (summary: Summary, run: Run, options: Partial<ScreenOptions> = {}, files: Screen["files"] = FILES): readonly string[] =>
  renderScreen(screenOf(summary, run, files), { width: 100, colour: false, utf8: true, ...options })
    .trimEnd()
    .split("\n");

/** The synthetic run with twelve measured modes of which each is doubted by every check, in every main figure. */
function crowded(): { readonly summary: Summary; readonly run: Run } {
  const run = syntheticRun({ partialReason: "interrupted: only the rounds that were finished are reported" });
  const summary = summaryOf(run);
  const measured = summary.modes.filter(({ status }) => status === "measured");
  const twelve = [...measured, ...measured.slice(-1).map((one) => ({ ...one, mode: "kindnet+offload-off" }))];
  const doubted = twelve.map((mode) => ({
    ...mode,
    cells: mode.cells.map((cell) => ({
      ...cell,
      flags: CHECKS.map((check) => ({ check, sentence: "a long sentence ".repeat(20), evidence: [] })),
    })),
  }));
  return { run, summary: { ...summary, modes: [...doubted, ...summary.modes.filter(({ status }) => status !== "measured")] } };
}

/** The crowded run's twelve modes as these modes, each with these numbers of Services; 0 is the mode itself. */
function withServices(bases: readonly string[], counts: readonly number[]): { readonly summary: Summary; readonly run: Run } {
  const { run, summary } = crowded();
  const wanted = bases.flatMap((base) => counts.map((count) => ({ base, count })));
  const measured = summary.modes.filter(({ mode, status }) => mode !== "host" && status === "measured").slice(0, wanted.length);
  const renamed = measured.map((own, index) => {
    const { base, count } = wanted[index] ?? { base: "", count: 0 };
    if (count === 0) return { ...own, mode: base };
    const loaded = { what: `${String(count)} Services`, seconds: 1, loads: [{ link: "open" as const, node: "a", seconds: 1, steps: 1 }] };
    const layer = { layer: "kube-proxy-iptables", argument: count, counts: "Services", carries: "services" as const, loaded };
    return { ...own, mode: `${base}+kube-proxy-iptables:${String(count)}`, layers: [layer] };
  });
  const names = new Map(measured.map(({ mode }, index) => [mode, renamed[index]?.mode ?? mode]));
  const ranking = summary.ranking.flatMap((entry) => {
    const mode = names.get(entry.mode);
    return mode === undefined ? [] : [{ ...entry, mode }];
  });
  const host = summary.modes.filter(({ mode }) => mode === "host");
  const others = summary.modes.filter(({ status }) => status !== "measured");
  return { run, summary: { ...summary, modes: [...host, ...renamed, ...others], ranking, excluded: [] } };
}

/** What works on the measured modes of a summary: everything on one in four. */
function triedOn({ modes }: Summary): RunConformance {
  const measured = modes.filter(({ mode, status }) => mode !== "host" && status === "measured");
  return triedRun(...measured.map(({ mode }, index) => triedVariant(mode, index % 4 === 0 ? {} : { affinity: "does-not-work" })));
}

/** The summary with other ratios. */
const withRatios = (summary: Summary, change: (ratio: CellRatio) => CellRatio): Summary => ({
  ...summary,
  modes: summary.modes.map((mode) => ({
    ...mode,
    cells: mode.cells.map((cell) => (cell.ratio === undefined ? cell : { ...cell, ratio: change(cell.ratio) })),
  })),
});

describe("the screen of a lab", () => {
  const run = syntheticRun();
  const summary = summaryOf(run);

  test("is the answer, one table in rank order, what to know, and where the rest is", () => {
    const lines = linesOf(summary, run);
    expect(lines[0]).toMatch(/^Run macvlan, tied overall with /);
    const modes = lines.flatMap((line) => /^ *\d+ ([a-z][\w-]+) /.exec(line)?.[1] ?? []);
    expect(modes).toEqual(summary.ranking.map(({ mode }) => mode));
    expect(lines.find((line) => line.includes("flannel-vxlan "))).toMatch(/^ *9 flannel-vxlan +0\.96±1%▼ +0\.55±3%▼ .* 1\.75±6%▼/);
    expect(lines).toContainEqual(expect.stringMatching(/^! ipvlan-l2.*: not measured: this kernel lacks CONFIG_IPVLAN/));
    expect(lines).toContainEqual(expect.stringMatching(/^! kindnet: packets per second: refused: /));
    expect(lines.slice(-3)).toEqual([
      "run file     podwire-runs/20260101T120000.123.json",
      "HTML report  report.html",
      "everything   podwire report podwire-runs/20260101T120000.123.json --full",
    ]);
  });

  test("calls everything by the names of the field", () => {
    const codenames = METRICS.map(({ name }) => name).filter((name) => /[.-]|pps|tcp8/.test(name));
    const text = linesOf(summary, run).join(" ");
    for (const name of [...codenames, ...CHECKS.filter((check) => check.includes("-"))]) expect(text).not.toContain(name);
    expect(linesOf(summary, run, { width: 160 }).join("\n")).toMatch(
      /TCP +TCP +packets\/s +round trip +HTTP +HTTP +CPU per\n +1 Gbit\/s +no limit +64 bytes +p50/,
    );
  });

  test("marks the rows of which something is said, and only those", () => {
    const quiet: Summary = {
      ...summary,
      modes: summary.modes.map((mode) => ({
        ...mode,
        cells: mode.cells.map((cell) => ({
          ...cell,
          flags: mode.mode === "gce" && cell.metric === "tcp" ? [{ check: "steal" as const, sentence: "s", evidence: [] }] : [],
        })),
      })),
    };
    const marked = linesOf(quiet, run).filter((line) => /[▲=▼?] !$/.test(line));
    expect(marked.map((line) => line.trim().split(/ +/)[1])).toEqual(["kindnet", "gce"]);
    expect(linesOf(quiet, run)).toContainEqual("! gce: TCP at 1 Gbit/s: the hypervisor gave CPU time to others");
  });

  test("gives names of more than 16 columns a letter", () => {
    const long = { ...summary, modes: summary.modes.map((one) => (one.mode === "gce" ? { ...one, mode: "gce+offload-off+much" } : one)) };
    const lines = linesOf(long, run);
    expect(lines).toContainEqual(expect.stringMatching(/^ +A +1\.00±/));
    expect(lines).toContainEqual("A: gce+offload-off+much");
  });

  test("joins names of one rank where ranks have no room", () => {
    const tied = { ...summary, ranking: summary.ranking.map((entry, index) => ({ ...entry, rank: index < 3 ? 1 : index + 1 })) };
    const names = (utf8: boolean): readonly string[] =>
      linesOf(tied, run, { width: 80, utf8 }).flatMap((line) => /^[a-z][\w-]+ *[┐│┘\\|/](?=[ \d])/.exec(line)?.[0].slice(-1) ?? []);
    expect([names(true), names(false)]).toEqual([
      ["┐", "│", "┘"],
      ["\\", "|", "/"],
    ]);
    expect(linesOf(tied, run, { width: 80 }).join(" ")).toContain("┐│┘ cannot be told apart by score");
    expect(linesOf(tied, run).join(" ")).not.toContain("┐");
  });

  test("says what a distance in multiples means, and breaks no percentage of the legend", () => {
    const wide = withRatios(summary, (ratio) => ({ ...ratio, low: ratio.median / 4, high: ratio.median * 3.5 }));
    expect(linesOf(wide, run, { width: 80, utf8: false }).join(" ")).toContain("2x: 200 %");
    expect(linesOf(summary, run, { width: 80, utf8: false }).join(" ")).not.toContain("2x");
    for (let width = 40; width <= 110; width += 1)
      for (const line of linesOf(summary, run, { width }))
        expect(line.trim()).not.toMatch(/^%|same within [\d. %or]*\d$|(?:^|[;,] )[▲▼=?±]$/);
  });

  test("sets a mark apart from the last cell where there is room for it", () => {
    for (const width of [100, 101, 106, 107]) {
      for (const line of linesOf(crowded().summary, run, { width })) expect(line).not.toMatch(/[▲=▼?]!$/);
    }
  });

  test("says the verdicts by signs, and by colour only beside them", () => {
    const plainText = linesOf(summary, run).join("\n");
    const coloured = renderScreen(screenOf(summary, run, FILES), { width: 100, colour: true, utf8: true });
    expect(coloured.replaceAll(COLOUR, "").trimEnd().replaceAll(/ +$/gm, "")).toBe(plainText);
    expect(coloured).toContain("\u001b[31m");
  });
});

describe("the lines", () => {
  const { summary, run } = crowded();

  test("are at most 40 at 100 columns for twelve modes with every doubt there is, of which four are the answer's", () => {
    for (const utf8 of [true, false]) {
      const lines = linesOf(summary, run, { utf8 });
      expect(lines.length).toBeLessThanOrEqual(40);
      expect(lines.indexOf("")).toBeLessThanOrEqual(4);
      expect(lines.filter((line) => /^[!-] |^ {2}and /.test(line)).length).toBeLessThanOrEqual(13);
      expect(lines).toContainEqual(expect.stringMatching(/^ {2}and \d+ more: --full$/));
    }
  });

  test.each(WIDTHS)("fit %d columns, with and without UTF-8, and every mode has every question on one of them", (width) => {
    for (const utf8 of [true, false]) {
      const lines = linesOf(summary, run, { width, utf8 });
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      expect(lines.length).toBeLessThanOrEqual(width >= 80 ? 40 : 44);
      for (const mode of ["macvlan", "flannel-udp"]) {
        const row = lines.find((line) => new RegExp(`^ *\\d* ?${mode} `).test(line)) ?? "";
        expect(row.match(/[=?▼▲v^](?= |$|!)/g)).toHaveLength(7);
        expect(row.match(/±|\+-/g) ?? []).toHaveLength(width >= 80 ? 7 : 0);
      }
    }
  });

  test("hold twelve notes where they are free, and what the rest comes to", () => {
    const four = { ...summary, modes: summary.modes.filter(({ mode }) => ["host", "gce", "kindnet", "macvlan"].includes(mode)) };
    const lines = linesOf(four, run);
    expect(lines.filter((line) => /^[!-] /.test(line))).toHaveLength(12);
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}and \d+ more: --full$/));
  });

  test.each([100, 120])("of fifteen modes with long names stay within their number at %d columns", (width) => {
    const [host, mode] = [summary.modes.find((one) => one.mode === "host"), summary.modes.find((one) => one.mode === "gce")];
    if (host === undefined || mode === undefined) throw new Error("no modes");
    const named = (index: number): string => `kindnet+${"offload-off+".repeat(4)}variant-${String(index).padStart(2, "0")}`;
    const modes = [host, ...Array.from({ length: 15 }, (_, index) => ({ ...mode, mode: named(index) }))];
    const lines = linesOf({ ...summary, modes, ranking: [], excluded: [] }, run, { width });
    expect(lines.length).toBeLessThanOrEqual(43);
    for (let index = 0; index < 15; index += 1)
      expect(lines.join("\n")).toMatch(new RegExp(`kindnet.*variant-${String(index).padStart(2, "0")}`));
  });

  test("without UTF-8 are ASCII", () => {
    for (const width of WIDTHS) expect(linesOf(summary, run, { width, utf8: false }).join("\n")).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

describe("a run that tried what works on twelve modes", () => {
  const { summary, run } = crowded();
  const tried = { ...summary, conformance: triedOn(summary) };

  test.each([100, 80, 60])("keeps to its lines at %d columns, with an HTML report and without one", (width) => {
    for (const files of [FILES, FILES.slice(0, 1)]) {
      for (const utf8 of [true, false]) {
        const lines = linesOf(tried, run, { width, utf8 }, files);
        expect(lines.length).toBeLessThanOrEqual(width >= 80 ? 40 : 44);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(lines).toContain("What works, tried with packets in 12 s");
        expect(lines).toContainEqual(expect.stringMatching(/^ {2}\S.*: all$/));
        expect(lines).toContainEqual(expect.stringMatching(/^ {2}\S.*: not all, see --full$/));
        expect(lines.filter((line) => /^[!-] |^ {2}and \d+ more: --full$/.test(line)).length).toBeGreaterThanOrEqual(3);
      }
    }
  });

  test("shows at 100 columns what is lacking on as many modes as have room", () => {
    const rows = linesOf(tried, run).filter((line) => /^ {2}\S+ +\d+\/\d+ +\d+\/\d+ +\d+\/\d+ +\d+\/\d+$/.test(line));
    expect(rows.length).toBeGreaterThanOrEqual(3);
    for (const row of rows) expect(row).toMatch(/ 18\/20 /);
  });

  test("has a row for each of them where there are few", () => {
    const few = { ...summary, modes: summary.modes.filter(({ mode }) => ["host", "gce", "kindnet", "macvlan"].includes(mode)) };
    const lines = linesOf({ ...few, conformance: triedOn(few) }, run);
    for (const mode of ["gce", "kindnet", "macvlan"])
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^ {2}${mode} +20/20 `)));
    expect(lines.join("\n")).not.toMatch(/: all$/m);
  });
});

describe("a run with Services at three counts", () => {
  const COUNTS = [0, 1_000, 10_000];
  const onFour = withServices(["flannel-host-gw", "gce", "kindnet", "l2-bridge"], COUNTS);
  const onOne = withServices(["flannel-host-gw"], COUNTS);

  test.each([true, false])("has at most 40 lines for twelve modes, with UTF-8: %j", (utf8) => {
    const lines = linesOf(onFour.summary, onFour.run, { utf8 });
    expect(lines.length).toBeLessThanOrEqual(40);
    const at = lines.findIndex((line) => /^HTTP with new connections by the number of Services \(\d more tables: --full\)$/.test(line));
    expect(lines[at + 1]).toMatch(/^ +0 +1.000 +10.000$/);
    expect(lines[at + 2]).toMatch(/^ {2}flannel-host-gw, kube-proxy-iptables +\d/);
    expect(lines.join("\n")).not.toMatch(/Loading|HTTP request time, p50 \(nginx/);
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}and \d+ more: --full$/));
  });

  test("on one mode has the whole of its table, and notes where there is room", () => {
    const lines = linesOf(onOne.summary, onOne.run);
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}kube-proxy-iptables( +[\d.]+.k?req\/s ±\d+%){3}$/));
    expect(lines.filter((line) => /^[!-] /.test(line)).length).toBeGreaterThan(5);
  });

  test("keeps to 40 lines where what works was tried on its modes too", () => {
    const { summary, run } = onFour;
    const lines = linesOf({ ...summary, conformance: triedOn(summary) }, run);
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines).toContain("HTTP with new connections by the number of Services: --full");
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}\S.*: not all, see --full$/));
  });

  test.each(WIDTHS)("fits %d columns", (width) => {
    for (const utf8 of [true, false])
      for (const { summary, run } of [onFour, onOne])
        for (const line of linesOf(summary, run, { width, utf8 })) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  test.each([
    [2, /^ {2}and 3 more: --full$/],
    [12, /^HTTP with new connections by the number of Services: --full$/],
  ])("has fewer lines of the table, or one in its place, where what works takes %d lines", (taken, said) => {
    const { summary, run } = onFour;
    const works = (): readonly string[] => Array.from({ length: taken }, () => "  works");
    const lines = renderScreen({ ...screenOf(summary, run, FILES), works }, { width: 100, colour: false, utf8: true })
      .trimEnd()
      .split("\n");
    expect(lines).toContainEqual(expect.stringMatching(said));
    if (taken === 2) expect(lines).toHaveLength(40);
    expect(lines.filter((line) => line.includes(", kube-proxy-iptables"))).toHaveLength(taken === 2 ? 1 : 0);
  });
});

describe("the screen of a cluster", () => {
  test("has its paths as rows, and both baselines", () => {
    const run = clusterRun({});
    const lines = linesOf(summaryOf(run), run);
    expect(lines[0]).toMatch(/^Between nodes this cluster's pod network reaches 55 % of the hosts in packets per second and TCP/);
    expect(lines).toContainEqual(expect.stringMatching(/^hosts +\d/));
    expect(lines).toContainEqual(expect.stringMatching(/^pods on one node +0\.82±1%▼/));
    expect(lines.length).toBeLessThanOrEqual(40);
  });

  describe("that was asked for numbers of Services", () => {
    const ratio = (metric: string, median: number, low = median - 0.01) => ({ metric, median, low, high: median + 0.02, n: 12 });
    const run = clusterRun({
      serviceCounts: [
        { services: 0, figures: [ratio("tcp", 0.97), ratio("http", 0.81, 0.3)] },
        {
          services: 1000,
          seconds: 12.4,
          figures: [ratio("tcp", 0.96), { metric: "http", median: null, low: null, high: null, n: 0, reason: "too few rounds" }],
        },
        { services: 5000, figures: [], reason: `814 of 5000 Services were made: ${"the range is full, ".repeat(6)}` },
      ],
    });
    const summary = summaryOf(run);

    test("has a row for each, in words of the field", () => {
      const lines = linesOf(summary, run);
      const at = lines.indexOf("By the number of Services: to a Service, ratio to the hosts");
      expect(lines.slice(at + 1, at + 5)).toEqual([
        expect.stringMatching(/^ {2}Services {2}TCP +HTTP with new connections {2}made in$/) as string,
        expect.stringMatching(/^ {2}0 +0\.97 ±3% +0\.81 ±63%$/) as string,
        expect.stringMatching(/^ {2}1 000 +0\.96 ±3% +no ratio +12 s$/) as string,
        expect.stringMatching(/^ {2}5 000 {5}814 of 5000 Services were made: the range is full.*\.\.\.$/) as string,
      ]);
      expect(lines.length).toBeLessThanOrEqual(40);
    });

    test.each(WIDTHS)("fits %d columns, with every distance", (width) => {
      for (const utf8 of [true, false]) {
        const lines = linesOf(summary, run, { width, utf8 });
        const at = lines.findIndex((line) => line.startsWith("By the number of Services"));
        for (const line of lines.slice(at, at + 5)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(lines).toContainEqual(expect.stringMatching(/^ {2}0 +0\.97 (?:±|\+-)3% +0\.81 (?:±|\+-)63%$/));
      }
    });

    test("has one line in its place where there is no room", () => {
      const works = (): readonly string[] => Array.from({ length: 20 }, () => "  works");
      const text = renderScreen({ ...screenOf(summary, run, FILES), works }, { width: 100, colour: false, utf8: true });
      expect(text).toContain("\nBy the number of Services: --full\n");
      expect(text).not.toContain("made in");
    });
  });
});

describe("any run", () => {
  test("has a screen within its width and lines, without control characters", () => {
    fc.assert(
      fc.property(anySummary, anyRun, fc.integer({ min: 60, max: 200 }), fc.boolean(), (summary, run, width, utf8) => {
        const lines = linesOf(summary, run, { width, utf8 });
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        const rows = screenOf(summary, run, FILES).table.rows.length;
        if (width >= 100) expect(lines.length).toBeLessThanOrEqual(40 + Math.max(0, rows - 12));
        expect(lines.indexOf("")).toBeLessThanOrEqual(width < 80 ? 6 : 4);
        expect(lines.join("")).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
        if (!utf8) expect(lines.join("")).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
