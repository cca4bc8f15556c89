import fc from "fast-check";
import { expect, test } from "vitest";
import { anyRun, anySummary } from "../../../test/synthetic/arbitrary.js";
import { syntheticRun } from "../../../test/synthetic/run.js";
import { syntheticSummary } from "../../../test/synthetic/summary.js";
import { plainText } from "./plain-text.js";
import { renderMarkdown } from "./ticket.js";

const run = syntheticRun({ needs: ["services"] });
const text = renderMarkdown(syntheticSummary(run), run);
/** Cells of a table row. */
const cells = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

test("the first line is the answer and the advice", () => {
  expect(text.split("\n")[0]).toMatch(
    /^\*\*kindnet, calico-routed and flannel-host-gw come closest to the wire, and cannot be told apart\.\*\* Run macvlan/,
  );
});

test("the table has a row a mode and a column a main metric", () => {
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  expect(cells(lines[0] ?? "").map((cell) => cell.split(" ")[0])).toEqual([
    "mode",
    "tcp",
    "tcp-open",
    "tcp8",
    "pps",
    "latency.udp.p50",
    "latency.tcp.p50",
    "latency.icmp",
    "http",
    "http-keepalive",
  ]);
  expect(cells(lines[2] ?? "").slice(0, 2)).toEqual(["host", "942 Mbit/s, n 48"]);
  expect(cells(lines.find((line) => line.startsWith("| flannel-vxlan")) ?? "")[1]).toMatch(
    /^0\.96\d \\\[0\.9\d\d, 0\.9\d\d\\\] slower, n 12$/,
  );
  expect(cells(lines.find((line) => line.startsWith("| docker-nat")) ?? "")).toContain("unsupported");
});

test("details are folded, gaps are not", () => {
  expect(text.indexOf("**Not measured**")).toBeLessThan(text.indexOf("<details>"));
  expect(text).toContain("- ipvlan-l2: unsupported: this kernel lacks ipvlan: needs CONFIG\\_IPVLAN");
  expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0);
});

test("texts from a run file are text: no markup, mention, link or table break", () => {
  expect(plainText("a|b\n# c @team <b> [x](http://y) `z` *s*")).toBe(
    "a\\|b &#35; c &#64;team &lt;b&gt; \\[x\\](http&#58;//y) \\`z\\` \\*s\\*",
  );
  expect(plainText("- item")).toBe("\\- item");
  expect(plainText("1. item")).toBe("1\\. item");
});

test("any summary gives tables whose rows all have as many cells as their heads", () => {
  fc.assert(
    fc.property(anySummary, anyRun, (anything, its) => {
      const markdown = renderMarkdown(anything, its);
      for (const table of markdown.split("\n\n").filter((part) => part.startsWith("| "))) {
        const widths = new Set(
          table
            .split("\n")
            .filter((line) => line.startsWith("|"))
            .map((line) => cells(line.replaceAll("\\\\", "")).length),
        );
        expect(widths.size).toBe(1);
      }
      expect(markdown).not.toContain("<script");
    }),
    { numRuns: 150 },
  );
});
