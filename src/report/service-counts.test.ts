import { describe, expect, test } from "vitest";
import { clusterRun, clusterSummary } from "../../test/synthetic/cluster-run.js";
import type { ServiceCounts } from "../model/service-counts.js";
import { formatCount } from "../units/format.js";
import { renderHtml } from "./html/page.js";
import { renderMarkdown } from "./markdown/ticket.js";
import { SERVICE_COUNTS_MEANING, serviceCountGaps, serviceCountTable } from "./service-counts.js";
import { serviceCountDigest, serviceCountLines } from "./services/in-cluster.js";
import { painter } from "./terminal/paint.js";
import { renderTerminal } from "./terminal/table.js";
import { displayWidth } from "./terminal/text.js";

const COUNTS: ServiceCounts = [
  { services: 0, figures: [{ metric: "http", median: 0.81, low: 0.79, high: 0.83, n: 12 }] },
  { services: 1000, seconds: 12.4, figures: [{ metric: "http", median: 0.6, low: null, high: null, n: 2, reason: "too few rounds" }] },
  { services: 5000, reason: "814 of 5000 Services were made: the range is full", figures: [] },
];

describe("figures by the number of Services", () => {
  test("have a row each, with how long they took to be made, or why there is nothing", () => {
    expect(serviceCountTable({ serviceCounts: COUNTS })).toEqual({
      head: ["Services", "http", "made in"],
      rows: [
        ["0", "0.810 [0.790, 0.830] n 12", ""],
        [formatCount(1000), expect.stringMatching(/^0\.600 .*n 2$/) as string, "12 s"],
        [formatCount(5000), "814 of 5000 Services were made: the range is full", ""],
      ],
    });
    expect(serviceCountTable({})).toBeUndefined();
  });

  test("say why where no number has any", () => {
    expect(serviceCountGaps({ serviceCounts: COUNTS })).toEqual([]);
    expect(serviceCountGaps({ serviceCounts: COUNTS.slice(2) })).toEqual([
      `${formatCount(5000)} Services: 814 of 5000 Services were made: the range is full`,
    ]);
  });

  test.each([40, 60, 80])("keep their limits and reasons on a terminal of %d columns, no line wider", (width) => {
    const reason = "814 of 5000 Services were made: the API server refused the next one, since the range of addresses is full";
    const summary = { serviceCounts: [...COUNTS.slice(0, 2), { services: 5000, reason, figures: [] }] };
    const lines = serviceCountLines(summary, { width, paint: painter(false) });
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    const text = lines.join(" ").replaceAll(/\s+/g, " ");
    for (const said of ["0.810 [0.790, 0.830] n 12", "0.600 [no interval] n 2", "12 s", reason, SERVICE_COUNTS_MEANING])
      expect(text).toContain(said);
    expect(lines).toContainEqual(expect.stringMatching(width >= 60 ? /^ {2}Services {2}http +made in$/ : /^ {2}0 Services: http 0\.810 /));
  });

  test("are columns beside each other where they fit, and sentences where they do not", () => {
    const http = { metric: "http", median: 0.81, low: 0.79, high: 0.83, n: 12 };
    const summary = { serviceCounts: [{ services: 1000, seconds: 12.4, figures: [{ ...http, metric: "tcp" }, http] }] };
    const at = (width: number): readonly string[] => serviceCountLines(summary, { width, paint: painter(false) });
    expect(at(80).slice(2, 4)).toEqual([
      expect.stringMatching(/^ {2}Services {2}tcp +http +made in$/) as string,
      "  1 000     0.810 [0.790, 0.830] n 12  0.810 [0.790, 0.830] n 12  12 s",
    ]);
    expect(at(60).slice(2, 4)).toEqual([
      "  1 000 Services: tcp 0.810 [0.790, 0.830] n 12; http 0.810",
      "    [0.790, 0.830] n 12; made in 12 s",
    ]);
  });

  test("on one screen have shorter names, and then no distances, where there is less room", () => {
    const figure = { median: 0.81, low: 0.3, high: 0.83, n: 12 };
    const figures = ["tcp", "http"].map((metric) => ({ ...figure, metric }));
    const summary = { serviceCounts: [{ services: 1000, seconds: 12.4, figures }] };
    const at = (width: number): readonly string[] =>
      serviceCountDigest(summary, clusterRun().scenario, { width, paint: painter(false), most: 10 }).slice(1);
    expect(at(60)).toEqual([
      "By the number of Services: to a Service, ratio to the hosts",
      expect.stringMatching(/^ {2}Services {2}TCP +HTTP with new connections {2}made in$/) as string,
      expect.stringMatching(/^ {2}1 000 +0\.81 ±63% +0\.81 ±63% +12 s$/) as string,
    ]);
    expect(at(50)).toEqual([
      "By the number of Services",
      "  Services  TCP        HTTP new   made in",
      "  1 000     0.81 ±63%  0.81 ±63%  12 s",
    ]);
    expect(at(40)).toEqual(["By the number of Services", "  Services  TCP   HTTP new  made in", "  1 000     0.81  0.81      12 s"]);
  });

  test("stand in every report", () => {
    const run = clusterRun({ serviceCounts: COUNTS });
    const summary = clusterSummary(run);
    expect(renderTerminal(summary, run, { width: 120, colour: false })).toContain("By the number of Services");
    expect(renderMarkdown(summary, run)).toContain("814 of 5000 Services were made");
    expect(renderHtml(summary, run)).toContain('id="service-counts"');
  });
});
