import { describe, expect, test } from "vitest";
import { clusterRun, clusterSummary } from "../../test/synthetic/cluster-run.js";
import type { ServiceCounts } from "../model/service-counts.js";
import { formatCount } from "../units/format.js";
import { renderHtml } from "./html/page.js";
import { renderMarkdown } from "./markdown/ticket.js";
import { serviceCountGaps, serviceCountTable } from "./service-counts.js";
import { renderTerminal } from "./terminal/table.js";

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

  test("stand in every report", () => {
    const run = clusterRun({ serviceCounts: COUNTS });
    const summary = clusterSummary(run);
    expect(renderTerminal(summary, run, { width: 120, colour: false })).toContain("By the number of Services");
    expect(renderMarkdown(summary, run)).toContain("814 of 5000 Services were made");
    expect(renderHtml(summary, run)).toContain('id="service-counts"');
  });
});
