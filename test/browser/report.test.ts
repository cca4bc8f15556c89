/** The HTML report in a real browser: light, dark, phone and paper. Skipped, with a reason, where there is no Chromium. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, launchChromium } from "../../scripts/chromium.mjs";
import { compareRuns } from "../../src/compare/comparison.js";
import { predict } from "../../src/compare/prediction/predict.js";
import type { Summary } from "../../src/model/summary.js";
import { MODES } from "../../src/modes/index.js";
import { renderComparisonHtml } from "../../src/report/compare/html.js";
import { renderPredictionHtml } from "../../src/report/compare/prediction/html.js";
import { renderHtml } from "../../src/report/html/page.js";
import { questionTable } from "../../src/report/question-table.js";
import { shortRatio } from "../../src/report/short-ratio.js";
import { VERDICT_WORDS } from "../../src/report/words.js";
import { clusterRun, clusterSummary } from "../synthetic/cluster-run.js";
import { syntheticRun } from "../synthetic/run.js";
import { syntheticSummary } from "../synthetic/summary.js";

const run = syntheticRun({ needs: ["services"], configuredBaseline: true });
const summary = ofTwelveModes(syntheticSummary(run));
const table = questionTable(summary, run);
const HOSTILE = "<script>document.title='owned'</script><img src=http://198.51.100.1/x onerror=\"document.title='owned'\">";

/** The synthetic run measures eleven modes; the twelfth is another's copy, with a longer name. */
function ofTwelveModes(eleven: Summary): Summary {
  const copied = eleven.modes.find(({ mode }) => mode === "flannel-host-gw");
  const ranked = eleven.ranking.find(({ mode }) => mode === "flannel-host-gw");
  if (copied === undefined || ranked === undefined) throw new Error("the synthetic run lacks flannel-host-gw");
  const mode = "flannel-host-gw+offload-off";
  return {
    ...eleven,
    modes: [...eleven.modes, { ...copied, mode }],
    ranking: [...eleven.ranking, { ...ranked, mode, rank: eleven.ranking.length + 1 }],
  };
}

function clusterPage(): string {
  const measured = clusterRun({ workloads: ["tcp", "pps", "latency.tcp", "http"], rounds: 14 });
  return renderHtml(clusterSummary(measured), measured);
}

/** Ping does not cross a published port, so that a cell has a word where others have a number. */
function gapsPage(): string {
  const measured = syntheticRun({ workloads: ["tcp", "pps", "latency.icmp", "http"] });
  return renderHtml(syntheticSummary(measured), measured);
}

function comparisonPage(): string {
  const side = (file: string, seed: number) => {
    const measured = syntheticRun({ seed });
    return { file, run: measured, summary: syntheticSummary(measured) };
  };
  const [a, b] = [side("before.json", 1), side("after.json", 2)];
  return renderComparisonHtml(compareRuns(a, b, [], "warn"), b.run.scenario);
}

function predictionPage(): string {
  const [measured, there] = [syntheticRun({ seed: 1 }), clusterRun({ rounds: 14 })];
  const lab = { file: "lab.json", run: measured, summary: syntheticSummary(measured) };
  return renderPredictionHtml(predict(lab, [{ file: "cluster.json", run: there, summary: clusterSummary(there) }]), there.scenario);
}

// What runs in the page is text: this project's TypeScript knows no DOM.
const OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
/** Inks with the paper that each stands on, the nearest one that is not transparent. */
const INKS = `[...document.querySelectorAll("h1, .answer, .note, .matrix .number, .matrix .marks, .matrix .sign, .matrix th a, .matrix th span, .legend li, figcaption p, .plot td, .plot th, .ticks text, .card p, .card code, .remedy, summary, .mode span, nav a, .pairs dt, .page-end")]
  .filter((one) => one.getClientRects().length > 0 && one.textContent.trim() !== "" && !one.closest(".unseen"))
  .map((one) => {
    let paper = one;
    while (paper !== document.body && getComputedStyle(paper).backgroundColor === "rgba(0, 0, 0, 0)") paper = paper.parentElement;
    const style = getComputedStyle(one);
    return { what: one.className.baseVal ?? (one.className || one.tagName), ink: one.tagName === "text" ? style.fill : style.color, paper: getComputedStyle(paper).backgroundColor };
  })`;
/** What the first 800 pixels show: the outermost elements of the page, and where the picture ends. */
const FIRST_SCREEN = `({
  seen: [...document.querySelector("main").children, document.querySelector(".page-end")].filter((one) => one.getBoundingClientRect().top < 800 && one.getClientRects().length > 0).map((one) => one.className),
  parts: [...document.querySelector(".first").children].map((one) => one.tagName),
  end: document.querySelector(".picture").getBoundingClientRect().bottom,
})`;
/** A cell of the matrix as it is seen. */
interface SeenCell {
  readonly text: string;
  readonly verdict: string;
  readonly sign: boolean;
  readonly strip: number;
  readonly paper: string;
  readonly overflow: number;
}
const CELLS = `[...document.querySelectorAll(".matrix tbody td")].map((cell) => {
  const [box, number, marks, strip] = [cell, cell.querySelector(".number"), cell.querySelector(".marks"), cell.querySelector(".strip")].map((one) => one?.getBoundingClientRect());
  const sign = cell.querySelector(".sign");
  return {
    text: cell.querySelector(".number").innerText.replace(/\\s+/g, " ").trim(),
    verdict: cell.className,
    sign: sign !== null && sign.getClientRects().length > 0,
    strip: strip.width,
    paper: getComputedStyle(cell).backgroundColor,
    overflow: Math.max(number.right - box.right, (marks?.right ?? 0) - box.right, box.left - number.left),
  };
})`;
/** Pixels between the ticks of each strip of a table. */
const TICK_GAPS = `((table) => [...document.querySelectorAll(table + " svg.ticks")].filter((one) => one.getClientRects().length > 0).flatMap((strip) => {
  const boxes = [...strip.querySelectorAll("text")].map((one) => one.getBoundingClientRect()).filter(({ width }) => width > 0).sort((one, other) => one.left - other.left);
  return boxes.slice(1).map((box, index) => box.left - boxes[index].right);
}))`;
/** By how much headings leave their columns, how wide strips are, and what is between ticks. */
const MATRIX_ROOM = `({
  heads: [...document.querySelectorAll(".matrix thead th")].map((th) => Math.max(...[...th.querySelectorAll(".question, .brief, .host-figure")].filter((one) => one.getClientRects().length > 0).map((one) => one.getBoundingClientRect().right)) - th.getBoundingClientRect().right),
  strips: [...document.querySelectorAll(".matrix tbody .strip")].map((one) => one.getBoundingClientRect().width),
  ticks: ${TICK_GAPS}(".matrix"),
})`;
const MARK_COLOURS = `Object.fromEntries(["same", "slower", "faster", "undecided"].map((verdict) => [verdict, getComputedStyle(document.querySelector(".legend ." + verdict + " .mark")).stroke]))`;
/** What is drawn of one plot, in pixels from the window's left. */
interface Plot {
  readonly ticks: readonly { readonly ratio: number; readonly x: number }[];
  /** Those beyond the axis are arrows at its end. */
  readonly marks: readonly { readonly ratio: number; readonly x: number; readonly arrow: boolean }[];
  readonly band: { readonly left: number; readonly right: number };
}
const PLOTS = `(document.querySelectorAll("details").forEach((one) => { one.open = true; }), [...document.querySelectorAll("table.plot")].map((plot) => {
  const box = (element) => element.getBoundingClientRect();
  const middle = (element) => box(element).left + box(element).width / 2;
  return {
    ticks: [...plot.querySelectorAll("text.tick")].map((tick) => ({ ratio: Number(tick.getAttribute("data-ratio")), x: middle(tick) })),
    marks: [...plot.querySelectorAll(".mark")].map((mark) => ({ ratio: Number(mark.getAttribute("data-ratio")), x: middle(mark.firstElementChild), arrow: /^M-?6 /.test(mark.firstElementChild.getAttribute("d") ?? "") })),
    band: { left: box(plot.querySelector("rect.band")).left, right: box(plot.querySelector("rect.band")).right },
  };
}))`;

describe.skipIf(CHROMIUM === undefined)("the HTML report in Chromium", () => {
  let browser: Browser;
  let folder: string;
  let address: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "podwire-report-"));
    address = await written("report.html", renderHtml(summary, run, { notes: MODES }));
    browser = await launchChromium(folder);
  });

  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function written(name: string, text: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return pathToFileURL(path).href;
  }

  /** Opens the page and collects what it says on the console and asks of the network. */
  async function opened(options: BrowserContextOptions, url = address): Promise<{ page: Page; complaints: string[]; requests: string[] }> {
    const page = await browser.newPage(options);
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(url);
    return { page, complaints, requests };
  }

  test.each([
    [1280, "light"],
    [1280, "dark"],
    [768, "light"],
    [700, "light"],
    [390, "light"],
    [390, "dark"],
    [360, "light"],
  ] as const)("fits a width of %d in %s, says nothing on the console and asks for nothing", async (width, colorScheme) => {
    const { page, complaints, requests } = await opened({ viewport: { width, height: 800 }, colorScheme });
    expect(await page.evaluate<number>(OVERFLOW)).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([address]);
    await page.close();
  });

  test.each(["light", "dark"] as const)(
    "the first screen holds the answer and the matrix of twelve modes, and nothing else (%s)",
    async (colorScheme) => {
      const { page } = await opened({ viewport: { width: 1280, height: 800 }, colorScheme });
      const { seen, parts, end } = await page.evaluate<{ seen: string[]; parts: string[]; end: number }>(FIRST_SCREEN);
      expect(seen).toEqual(["first"]);
      expect(parts).toEqual(["H1", "P", "FIGURE"]);
      expect(end).toBeLessThanOrEqual(800);
      expect([table.rows.length, table.questions.length]).toEqual([12, 7]);
      await page.close();
    },
  );

  test.each([
    ["a cluster's run", clusterPage, 30],
    ["a run with gaps", gapsPage, 30],
    ["a comparison", comparisonPage, 30],
    ["a lab beside a cluster", predictionPage, 10],
  ] as const)("the report of %s begins alike and fits every width", async (_what, made, least) => {
    const url = await written("other.html", made());
    for (const width of [1280, 700, 390]) {
      const { page, complaints } = await opened({ viewport: { width, height: 800 }, colorScheme: "dark" }, url);
      expect(await page.evaluate<number>(OVERFLOW), String(width)).toBe(0);
      expect(complaints).toEqual([]);
      if (width === 1280) {
        const { seen, parts, end } = await page.evaluate<{ seen: string[]; parts: string[]; end: number }>(FIRST_SCREEN);
        expect([seen, parts.filter((part) => part !== "P")]).toEqual([["first"], ["H1", "FIGURE"]]);
        expect(end).toBeLessThanOrEqual(800);
      }
      const cells = await page.evaluate<SeenCell[]>(CELLS);
      expect(cells.length).toBeGreaterThan(least);
      for (const { text, overflow } of cells) expect([text !== "", overflow < 1]).toEqual([true, true]);
      await page.close();
    }
  });

  test.each([1280, 1001, 1000, 768, 701])(
    "at %d pixels strips are wide enough to be read, and neither headings nor ticks run into each other",
    async (width) => {
      const { page } = await opened({ viewport: { width, height: 800 } });
      const { heads, strips, ticks } = await page.evaluate<{ heads: number[]; strips: number[]; ticks: number[] }>(MATRIX_ROOM);
      expect([heads.length, strips.length > 80, ticks.length > 3]).toEqual([8, true, true]);
      expect(Math.max(...heads)).toBeLessThan(1);
      expect(Math.min(...strips)).toBeGreaterThan(40);
      expect(Math.min(...ticks)).toBeGreaterThan(0);
      await page.close();
    },
  );

  test("on a phone the ticks of a plot do not run into each other", async () => {
    const { page } = await opened({ viewport: { width: 390, height: 800 } });
    const gaps = await page.evaluate<number[]>(`${TICK_GAPS}("table.plot")`);
    expect(gaps.length).toBeGreaterThan(4);
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    await page.close();
  });

  test("every cell of the matrix has its dot and its number; below 700 pixels colour, sign and number", async () => {
    const expected = table.rows.flatMap(({ cells }) => cells);
    const wide = await cellsAt(1280);
    const narrow = await cellsAt(390);
    for (const seen of [wide, narrow]) {
      expect(seen).toHaveLength(expected.length);
      for (const [index, cell] of expected.entries()) {
        if (cell.kind === "ratio" && cell.verdict !== undefined)
          expect(seen[index]).toMatchObject({ text: `${shortRatio(cell.ratio)} ${VERDICT_WORDS[cell.verdict]}`, verdict: cell.verdict });
        expect(seen[index]?.overflow).toBeLessThan(1);
      }
    }
    for (const { strip, sign } of wide) expect([strip > 40, sign]).toEqual([true, false]);
    const measured = narrow.filter(({ verdict }) => verdict !== "without");
    for (const { strip, sign } of measured) expect([strip, sign]).toEqual([0, true]);
    const papers = new Map(measured.map(({ verdict, paper }) => [verdict, paper]));
    expect([...papers.keys()].sort()).toEqual(["same", "slower", "undecided"]);
    expect(new Set(papers.values()).size).toBe(papers.size);
  });

  async function cellsAt(width: number): Promise<readonly SeenCell[]> {
    const { page } = await opened({ viewport: { width, height: 800 } });
    const cells = await page.evaluate<SeenCell[]>(CELLS);
    await page.close();
    return cells;
  }

  test.each([
    [1280, "light"],
    [1280, "dark"],
    [390, "light"],
    [390, "dark"],
  ] as const)("texts stand out from their paper by at least 4.5 to 1 (%d, %s)", async (width, colorScheme) => {
    const { page } = await opened({ viewport: { width, height: 800 }, colorScheme });
    const inks = await page.evaluate<{ what: string; ink: string; paper: string }[]>(INKS);
    expect(inks.length).toBeGreaterThan(200);
    const faint = inks.filter(({ ink, paper }) => contrast(ink, paper) < 4.5).map(({ what, ink, paper }) => `${what}: ${ink} on ${paper}`);
    expect([...new Set(faint)]).toEqual([]);
    const papers = new Set(inks.map(({ paper }) => paper));
    expect([...papers].some((paper) => luminance(paper) < 0.1 === (colorScheme === "dark"))).toBe(true);
    await page.close();
  });

  test.each(["light", "dark"] as const)("better, same and worse are told apart without red or green cones (%s)", async (colorScheme) => {
    const { page } = await opened({ viewport: { width: 1280, height: 800 }, colorScheme });
    const colours = await page.evaluate<Record<string, string>>(MARK_COLOURS);
    for (const [lacking, matrix] of Object.entries(COLOUR_BLIND)) {
      for (const [one, other] of [
        ["slower", "faster"],
        ["slower", "same"],
        ["faster", "same"],
        ["slower", "undecided"],
        ["faster", "undecided"],
      ] as const) {
        const apart = distance(lab(colours[one] ?? "", matrix), lab(colours[other] ?? "", matrix));
        expect(apart, `${one} and ${other}, ${lacking}`).toBeGreaterThan(20);
      }
    }
    await page.close();
  });

  test("folds open without a script, also from the name in the matrix", async () => {
    const { page } = await opened({ viewport: { width: 1280, height: 800 }, javaScriptEnabled: false });
    const needs = page.locator("#mode-1");
    expect(await needs.isVisible()).toBe(false);
    await page.locator(".matrix tbody a").first().click();
    await needs.waitFor({ state: "visible" });
    expect(await needs.textContent()).toBe(`Needs a segment that ${summary.ranking[0]?.mode ?? "the first mode"} reaches.Gives up sleep.`);
    const every = page.locator("#full table");
    expect(await every.isVisible()).toBe(false);
    await page.locator("#full summary").click();
    await every.waitFor({ state: "visible" });
    await page.close();
  });

  test("marks stand at their ratios: on a logarithmic axis through the ticks", async () => {
    const { page } = await opened({ viewport: { width: 1280, height: 800 } });
    const plots = await page.evaluate<Plot[]>(PLOTS);
    expect(plots.length).toBe(25);
    for (const { ticks, marks, band } of plots) {
      const [first, last] = [ticks.at(0), ticks.at(-1)];
      if (first === undefined || last === undefined) throw new Error("a plot has no ticks");
      const slope = (last.x - first.x) / Math.log(last.ratio / first.ratio);
      const xOf = (ratio: number): number => first.x + Math.log(ratio / first.ratio) * slope;
      const inside = marks.filter(({ arrow }) => !arrow);
      expect(inside.length).toBeGreaterThanOrEqual(marks.length - 2);
      for (const mark of inside) expect(Math.abs(mark.x - xOf(mark.ratio))).toBeLessThan(1.5);
      expect(band.left).toBeLessThan(xOf(1));
      expect(band.right).toBeGreaterThan(xOf(1));
    }
    await page.close();
  });

  test("on paper nothing is cut off, the contents' links are gone, and needs and losses are unfolded", async () => {
    // A4 with 14 mm margins at 96 dpi.
    const { page } = await opened({ viewport: { width: 688, height: 970 } });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const seen = {
      overflow: await page.evaluate<number>(OVERFLOW),
      nav: await page.evaluate<string>("getComputedStyle(document.querySelector('nav')).display"),
      paper: await page.evaluate<string>("getComputedStyle(document.body).backgroundColor"),
    };
    expect(seen).toEqual({ overflow: 0, nav: "none", paper: "rgb(255, 255, 255)" });
    const heights = await page.evaluate<number[]>(
      "[...document.querySelectorAll('.mode > div, .matrix, .matrix .mark')].map((one) => one.getBoundingClientRect().height)",
    );
    expect(heights.length).toBeGreaterThan(80);
    for (const height of heights) expect(height).toBeGreaterThan(0);
    expect(await page.locator("#full table").isVisible()).toBe(false);
    await page.close();
  });

  test("a hostile run file runs nothing and asks for nothing", async () => {
    const evil = { ...run, podwire: HOSTILE, environment: { [HOSTILE]: HOSTILE } };
    const hostile = {
      ...summary,
      advice: HOSTILE,
      recommendation: { mode: HOSTILE, tied: [HOSTILE], needs: HOSTILE, care: [HOSTILE] },
      environment: evil.environment,
      excluded: [{ mode: HOSTILE, why: HOSTILE }],
    };
    const { page, complaints, requests } = await opened(
      { viewport: { width: 360, height: 800 } },
      await written("hostile.html", renderHtml(hostile, evil)),
    );
    expect(await page.title()).toMatch(/^podwire: /);
    expect(await page.evaluate<number>("document.querySelectorAll('script, img').length")).toBe(0);
    expect(await page.evaluate<number>(OVERFLOW)).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("data:"))).toHaveLength(1);
    await page.close();
  });
});

/** Contrast of two `rgb(...)` colours as WCAG 2 defines it. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const channels = (colour: string): readonly number[] =>
  (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => linear(Number(part) / 255));
const linear = (share: number): number => (share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** What linear light becomes without one kind of cones: Machado, Oliveira and Fernandes 2009, severity 1. */
const COLOUR_BLIND: Readonly<Record<string, readonly (readonly number[])[]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

const times = (matrix: readonly (readonly number[])[], vector: readonly number[]): readonly number[] =>
  matrix.map((row) => row.reduce((sum, factor, index) => sum + factor * (vector[index] ?? 0), 0));

/** A colour as such eyes see it, in CIE L*a*b* (D65), in which distances are about as large as they look. */
function lab(colour: string, seen: readonly (readonly number[])[]): readonly number[] {
  const light = times(seen, channels(colour)).map((share) => Math.min(1, Math.max(0, share)));
  const xyz = times(
    [
      [0.4124, 0.3576, 0.1805],
      [0.2126, 0.7152, 0.0722],
      [0.0193, 0.1192, 0.9505],
    ],
    light,
  );
  const [x = 0, y = 0, z = 0] = [xyz[0] ?? 0, xyz[1] ?? 0, xyz[2] ?? 0].map((value, index) => {
    const share = value / ([0.9505, 1, 1.089][index] ?? 1);
    return share > 0.008856 ? Math.cbrt(share) : 7.787 * share + 16 / 116;
  });
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = (one: readonly number[], other: readonly number[]): number =>
  Math.hypot(...one.map((value, index) => value - (other[index] ?? 0)));
