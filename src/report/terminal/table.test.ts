import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyRun, anySummary } from "../../../test/synthetic/arbitrary.js";
import { syntheticRun } from "../../../test/synthetic/run.js";
import { summaryOfServices } from "../../../test/synthetic/services.js";
import { syntheticSummary } from "../../../test/synthetic/summary.js";
import type { Summary } from "../../model/summary.js";
import { formatRatio } from "../../units/format.js";
import { VERDICT_SIGNS } from "./cells.js";
import { renderTerminal } from "./table.js";
import { displayWidth } from "./text.js";

const run = syntheticRun({ needs: ["services"] });
const summary = syntheticSummary(run);
const at = (width: number, more = {}): string => renderTerminal(summary, run, { width, colour: false, ...more });

/** The lines from a heading to the next empty line. */
function section(text: string, heading: string): string[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(heading));
  const end = lines.indexOf("", start);
  return start < 0 ? [] : lines.slice(start + 1, end < 0 ? undefined : end);
}

describe.each([80, 120, 200])("at %d columns", (width) => {
  test("no line is wider than the terminal", () => {
    for (const line of at(width).split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  test("every measured mode has its ratio, interval and sign for every metric", () => {
    // Limits are set below each other.
    const text = at(width).replace(/\s+/g, "");
    for (const mode of summary.modes.filter((one) => one.mode !== "host")) {
      for (const { path, ratio } of mode.cells) {
        if (ratio === undefined || path !== "pod-pod") continue;
        expect(text).toContain(formatRatio(ratio.median, ratio.low, ratio.high).replace(/\s+/g, ""));
      }
    }
  });
});

describe.each([60, 80])("of a run with Services, at %d columns", (columns) => {
  const counts = [100, 1_000, 10_000, 30_000];
  const variants = counts.map((services) => ({
    base: "flannel-host-gw",
    layer: "kube-proxy-iptables",
    services,
    toService: 0.7,
    podToPod: 0.6,
  }));
  const made = summaryOfServices({ "flannel-host-gw": 0.8 }, variants);
  const names = made.modes.flatMap(({ mode }) => (mode === "host" ? [] : [mode]));
  const loaded: Summary = {
    ...made,
    ranking: names.map((mode, index) => ({ mode, rank: index + 1, score: 0.7, scoreLow: 0.6, scoreHigh: 0.8, why: "it loses little" })),
  };
  const lines = renderTerminal(loaded, run, { width: columns, colour: false }).split("\n");

  test("no line is wider than the terminal", () => {
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  });

  test("every number of Services has its figure with its distance, and what loading took", () => {
    const tables = lines.slice(
      lines.findIndex((line) => line.startsWith("HTTP requests, a new connection")),
      lines.findIndex((line) => line.startsWith("Ranking")),
    );
    const text = tables.join("\n").replaceAll("\u00a0", " ");
    // Requests and their time, each without Services and with four numbers of them.
    expect(text.match(/ ±6%/g)).toHaveLength(2 * 5);
    for (const count of ["100", "1 000", "10 000", "30 000"]) expect(text).toMatch(new RegExp(` {2}${count}(?: {2}|\n)`));
    expect(text).toMatch(/Loading, which no budget counts\n[\s\S]* 30 s/);
  });
});

test("the wider the terminal, the fewer lines", () => {
  const [narrow, middle, wide] = [80, 120, 200].map((width) => at(width).split("\n").length);
  expect(narrow).toBeGreaterThan(middle ?? 0);
  expect(middle).toBeGreaterThanOrEqual(wide ?? 0);
});

test("verdicts carry a sign, and a word where the width allows it", () => {
  const row =
    at(200)
      .split("\n")
      .find((line) => line.startsWith("flannel-vxlan")) ?? "";
  expect(row).toMatch(/^flannel-vxlan +0\.9\d\d \[0\.9\d\d, 0\.9\d\d\] - +slower +0\.5\d\d/);
  const narrow =
    at(80)
      .split("\n")
      .find((line) => line.startsWith("flannel-vxlan")) ?? "";
  expect(narrow).toMatch(/\] -\s+0\.5\d\d \[.*\] -$/);
});

test("modes that stall are marked", () => {
  expect(
    at(120)
      .split("\n")
      .find((line) => line.startsWith("flannel-udp")),
  ).toContain(`${VERDICT_SIGNS.slower}~`);
  expect(at(120)).toContain("~ stalls at times");
});

test("the host's absolute medians head the columns", () => {
  expect(section(at(120), "Throughput")[2]).toMatch(
    /^host +942 Mbit\/s \(n 48\) +2\d\.\d Gbit\/s \(n 48\) +2\d\.\d Gbit\/s \(n 48\) +1\.\d\d Mframe\/s \(n 48\)$/,
  );
});

test("rows come in the order of the ranking, those left out last", () => {
  const modes = section(at(120), "HTTP")
    .slice(4)
    .map((line) => line.split(" ")[0]);
  expect(modes).toEqual([...summary.ranking.map((entry) => entry.mode), "l2-bridge", "macvlan"]);
});

test("what is missing stands there with its reason", () => {
  const text = section(at(120), "Not measured").join(" ");
  expect(text).toContain("ipvlan-l2: unsupported: this kernel lacks ipvlan: needs CONFIG_IPVLAN");
  expect(text).toContain("vlan: failed: ip link add");
  expect(text).toContain("docker-nat: latency.icmp: unsupported: ICMP");
  expect(text).toContain("refused: too few");
});

test("the ranking names needs, equal ranks and modes left out", () => {
  expect(at(120)).toContain("Ranking under services");
  const ranking = section(at(120), "Ranking under").join("\n");
  expect(ranking).toMatch(/ {2}1 {2}kindnet +0\.\d{3} \[/);
  expect(ranking).toMatch(/ {2}- {2}macvlan +left out {2}services:/);
});

test("the score's weights are printed", () => {
  expect(section(at(200), "Ranking under").join(" ").replaceAll(/\s+/g, " ")).toContain("weights: tcp 50 %; tcp-open, tcp8,");
});

test("the end says what to run and where the files are", () => {
  const text = at(120, {
    files: [
      ["run file", "podwire-runs/x.json"],
      ["report", "r.html"],
    ],
  });
  expect(text.indexOf("come closest to the wire")).toBeGreaterThan(text.indexOf("Ranking"));
  expect(text.trimEnd().split("\n").slice(-2)).toEqual(["run file  podwire-runs/x.json", "report    r.html"]);
});

test("a partial run says so and why", () => {
  const early = syntheticRun({ partialReason: "interrupted by Ctrl-C", rounds: 2 });
  const text = renderTerminal(syntheticSummary(early), early, { width: 80, colour: false });
  expect(text).toContain("partial: interrupted by Ctrl-C");
  expect(text).toContain("no interval");
});

test("with the second baseline every mode has a row against its own hosts", () => {
  const both = syntheticRun({ configuredBaseline: true, workloads: ["tcp"] });
  const lines = section(renderTerminal(syntheticSummary(both), both, { width: 80, colour: false }), "Throughput");
  const place = lines.findIndex((line) => line.startsWith("calico-ipip"));
  expect(lines[place + 1]).toMatch(/^ {2}of its own hosts +0\.98\d \[/);
});

test("colour only where asked for, and it changes nothing else", () => {
  expect(at(120)).not.toContain("\u001b");
  const coloured = at(120, { colour: true });
  expect(coloured).toContain("\u001b[31m");
  // What is left without the codes is the same, but for spaces at line ends that stand inside of a colour.
  const stripped = coloured
    .replaceAll(/\p{Cc}\[\d*m/gu, "")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
  expect(stripped).toBe(at(120));
});

test("any summary can be shown at any width, without escape sequences of its own", () => {
  fc.assert(
    fc.property(anySummary, anyRun, fc.integer({ min: 40, max: 240 }), (anything, its, width) => {
      const text = renderTerminal(anything, its, { width, colour: false });
      expect(text.endsWith("\n")).toBe(true);
      expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    }),
    { numRuns: 300 },
  );
});
