/** The HTML report in a real browser: light, dark, phone and paper. Skipped, with a reason, where there is no Chromium. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderHtml } from "../../src/report/html/page.js";
import { syntheticRun } from "../synthetic/run.js";
import { syntheticSummary } from "../synthetic/summary.js";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
/** Without these Chromium asks Google's hosts at every start. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const run = syntheticRun({ needs: ["services"], configuredBaseline: true });
const HOSTILE = "<script>document.title='owned'</script><img src=http://198.51.100.1/x onerror=\"document.title='owned'\">";

// What runs in the page is text: this project's TypeScript knows no DOM.
const OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
const COLOURS = `({
  paper: getComputedStyle(document.body).backgroundColor,
  inks: ["h1", ".note", ".verdict.same", ".verdict.slower", ".verdict.undecided", ".legend .faster"].map((one) => getComputedStyle(document.querySelector(one)).color),
})`;
/** What is drawn of one plot, in pixels from the window's left. */
interface Plot {
  readonly ticks: readonly { readonly ratio: number; readonly x: number }[];
  readonly marks: readonly { readonly ratio: number; readonly x: number }[];
  readonly band: { readonly left: number; readonly right: number };
}
const PLOTS = `[...document.querySelectorAll("svg.plot")].map((plot) => {
  const box = (element) => element.getBoundingClientRect();
  const middle = (element) => box(element).left + box(element).width / 2;
  return {
    ticks: [...plot.querySelectorAll("text.tick")].map((tick) => ({ ratio: Number(tick.textContent), x: middle(tick) })),
    marks: [...plot.querySelectorAll(".mark")].map((mark) => ({ ratio: Number(mark.getAttribute("data-ratio")), x: middle(mark) })),
    band: { left: box(plot.querySelector("rect.band")).left, right: box(plot.querySelector("rect.band")).right },
  };
})`;

describe.skipIf(CHROMIUM === undefined)("the HTML report in Chromium", () => {
  let browser: Browser;
  let folder: string;
  let address: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "podwire-report-"));
    address = await written("report.html", renderHtml(syntheticSummary(run), run));
    // Whatever its profile, its crash reports are kept in the home folder.
    const env = { ...process.env, HOME: folder };
    browser = await chromium.launch({ executablePath: CHROMIUM ?? "", args: QUIET, env });
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
    [360, "light"],
    [360, "dark"],
  ] as const)("fits a width of %d in %s, says nothing on the console and asks for nothing", async (width, colorScheme) => {
    const { page, complaints, requests } = await opened({ viewport: { width, height: 800 }, colorScheme });
    expect(await page.evaluate<number>(OVERFLOW)).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([address]);
    await page.close();
  });

  test("the table of main metrics fits a desktop window without scrolling", async () => {
    const { page } = await opened({ viewport: { width: 1280, height: 800 } });
    const region = "document.querySelector('#overview .scroll')";
    const hidden = await page.evaluate<number>(`${region}.scrollWidth - ${region}.clientWidth`);
    expect(hidden).toBeLessThanOrEqual(0);
    await page.close();
  });

  test("texts stand out from the paper by at least 4.5 to 1, light and dark", async () => {
    const papers: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      const { page } = await opened({ viewport: { width: 1280, height: 800 }, colorScheme });
      const colours = await page.evaluate<{ paper: string; inks: string[] }>(COLOURS);
      papers.push(colours.paper);
      expect(colours.inks).toHaveLength(6);
      for (const ink of colours.inks) expect(contrast(ink, colours.paper)).toBeGreaterThanOrEqual(4.5);
      await page.close();
    }
    expect(new Set(papers).size).toBe(2);
  });

  test("marks stand at their ratios: on a logarithmic axis through the ticks", async () => {
    const { page } = await opened({ viewport: { width: 1280, height: 800 } });
    const plots = await page.evaluate<Plot[]>(PLOTS);
    expect(plots.length).toBe(26);
    for (const { ticks, marks, band } of plots) {
      const [first, last] = [ticks.at(0), ticks.at(-1)];
      if (first === undefined || last === undefined) throw new Error("a plot has no ticks");
      const slope = (last.x - first.x) / Math.log(last.ratio / first.ratio);
      const xOf = (ratio: number): number => first.x + Math.log(ratio / first.ratio) * slope;
      const inside = marks.filter((mark) => mark.ratio >= first.ratio && mark.ratio <= last.ratio);
      expect(inside.length).toBeGreaterThan(marks.length / 3);
      for (const mark of inside) expect(Math.abs(mark.x - xOf(mark.ratio))).toBeLessThan(1.5);
      expect(band.left).toBeLessThan(xOf(1));
      expect(band.right).toBeGreaterThan(xOf(1));
    }
    await page.close();
  });

  test("on paper nothing is cut off and the contents' links are gone", async () => {
    // A4 with 14 mm margins at 96 dpi.
    const { page } = await opened({ viewport: { width: 688, height: 970 } });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const seen = {
      overflow: await page.evaluate<number>(OVERFLOW),
      nav: await page.evaluate<string>("getComputedStyle(document.querySelector('nav')).display"),
      paper: await page.evaluate<string>("getComputedStyle(document.body).backgroundColor"),
    };
    expect(seen).toEqual({ overflow: 0, nav: "none", paper: "rgb(255, 255, 255)" });
    await page.close();
  });

  test("a hostile run file runs nothing and asks for nothing", async () => {
    const evil = { ...run, podwire: HOSTILE, environment: { [HOSTILE]: HOSTILE } };
    const summary = {
      ...syntheticSummary(run),
      advice: HOSTILE,
      environment: evil.environment,
      excluded: [{ mode: HOSTILE, why: HOSTILE }],
    };
    const { page, complaints, requests } = await opened(
      { viewport: { width: 360, height: 800 } },
      await written("hostile.html", renderHtml(summary, evil)),
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

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
