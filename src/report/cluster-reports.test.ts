/** Reports of a cluster's run: its rows are paths, and what they are compared with is the hosts' own path. */
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ClusterOptions, clusterRun, clusterSummary } from "../../test/synthetic/cluster-run.js";
import { oddNodes } from "../compare/odd-node.js";
import { isBaseline, PATH_NAMES, pathTitle } from "../model/path.js";
import type { Cell, Verdict } from "../model/summary.js";
import { clusterHeadline } from "./cluster-headline.js";
import { renderCsv } from "./csv/observations.js";
import { renderHtml } from "./html/page.js";
import { renderMarkdown } from "./markdown/ticket.js";
import { columnsOf } from "./outline.js";
import { renderTerminal } from "./terminal/table.js";
import { displayWidth } from "./terminal/text.js";

/** Prose as one line, however it was wrapped. */
const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

/** All forms of a run's report. */
function reports(options: ClusterOptions = {}) {
  const run = clusterRun({ workloads: ["tcp", "pps", "latency.udp", "http"], rounds: 14, ...options });
  const summary = clusterSummary(run);
  const terminal = (width: number): string => renderTerminal(summary, run, { width, colour: false });
  return { run, summary, terminal, html: renderHtml(summary, run), markdown: renderMarkdown(summary, run) };
}

const usual = reports();
const pairs = (["a b", "a c", "b c"] as const).map((ends, index) => {
  const [from = "", to = ""] = ends.split(" ").map((letter) => `worker-${letter}.corp.example.net`);
  const middle = index === 0 ? 0.55 : 0.41;
  return { from, to, path: "pod-pod" as const, metric: "tcp", median: middle, low: middle - 0.02, high: middle + 0.02, n: 18 };
});
const matrix = { pairs, odd: oddNodes(pairs) };

describe("every report", () => {
  test.each(["terminal", "html", "markdown"] as const)("has a row for each path, baselines first (%s)", (form) => {
    const text = form === "terminal" ? usual.terminal(140) : usual[form];
    const places = PATH_NAMES.map((path) => text.search(new RegExp(`(^|[|>\\s])${path}([|<\\s])`, "m")));
    for (const place of places) expect(place).toBeGreaterThan(-1);
    expect(text).not.toMatch(/bare host|undefined|NaN/);
  });

  test("says how close pods come to their hosts, then path by path", () => {
    const claim = /Pods of this cluster reach 0\.55\d of their hosts in tcp, 0\.5\d+ in pps and 0\.5\d+ in http on pod-pod/;
    const answer =
      /Between nodes this cluster&#39;s pod network reaches 55 % of the hosts in packets per second, and 56 % in TCP and HTTP with new connections, and takes 1\.8\d times the hosts&#39; UDP round trip p50/;
    expect(usual.html.replaceAll(/<\/?span[^>]*>/g, "")).toMatch(answer);
    expect(usual.markdown.replaceAll("\\", "").replaceAll("'", "&#39;")).toMatch(answer);
    expect(flat(usual.terminal(140))).toMatch(claim);
    expect(flat(usual.terminal(140))).toMatch(/on the other paths: pod-pod-local: tcp 0\.8\d+, pps .*; pod-service: tcp 0\.5/);
  });

  test("says first what is decided, and marks what is not", () => {
    const headlineOf = (verdicts: Readonly<Record<string, Verdict>>): string => {
      const judged = (cell: Cell): Cell => {
        const verdict = verdicts[cell.metric];
        return cell.ratio === undefined || verdict === undefined ? cell : { ...cell, ratio: { ...cell.ratio, verdict } };
      };
      return clusterHeadline({ ...usual.summary, modes: usual.summary.modes.map((mode) => ({ ...mode, cells: mode.cells.map(judged) })) })
        .claim;
    };
    expect(headlineOf({ tcp: "undecided", pps: "slower", http: "undecided" })).toMatch(
      /reach 0\.\d+ of their hosts in pps, 0\.\d+ in tcp \(undecided\) and 0\.\d+ in http \(undecided\) on pod-pod/,
    );
    expect(headlineOf({ tcp: "same", pps: "undecided", http: "slower" })).toMatch(
      /reach as much as their hosts in tcp, 0\.\d+ of their hosts in http and 0\.\d+ in pps \(undecided\)/,
    );
  });

  test("gives baselines in figures, and the others as ratios", () => {
    const line = (path: string): string =>
      usual
        .terminal(140)
        .split("\n")
        .find((one) => one.startsWith(`${path} `)) ?? "";
    for (const path of PATH_NAMES) {
      if (isBaseline(path)) expect(line(path)).toMatch(/bit\/s \(n 42\)/);
      else expect(line(path)).toMatch(/0\.\d+ \[0\.\d+, \d\.\d+\]/);
    }
  });

  test("says in words what the paths are, and which is compared with which", () => {
    const told = usual.terminal(400);
    for (const path of PATH_NAMES) {
      expect(told).toContain(`${path.padEnd("pod-service-local".length)}  ${pathTitle(path)}`);
      expect(usual.html).toContain(pathTitle(path).replaceAll("'", "&#39;"));
    }
    expect(usual.html).toContain("host-host-local (two processes of one host, by its address) for pod-pod-local and pod-service-local");
  });

  test("speaks of no link and no machine that a cluster does not have", () => {
    expect(usual.html).not.toMatch(/capped link|uncapped|cost of tcp: whole machine/);
    expect(usual.html).toContain("the whole machines at both ends");
  });

  test("says whether a CPU cost is net of what the machines do without load", () => {
    const { summary, run } = usual;
    const titles = (shown: typeof run): readonly string[] =>
      columnsOf(summary, shown)
        .filter(({ name }) => name.endsWith(".cpu"))
        .map(({ title }) => title);
    const net = expect.stringContaining(", less what is used without load") as string;
    expect(titles({ ...run, idle: [] }).length).toBeGreaterThan(0);
    for (const title of titles({ ...run, idle: [] })) expect(title).toEqual(net);
    for (const title of titles(run)) expect(title).not.toEqual(net);
  });

  test("ranks nothing: there is one mode", () => {
    for (const text of [usual.terminal(140), usual.html, usual.markdown]) expect(text).not.toMatch(/\bRanking\b/);
  });

  test.each([80, 100, 140])("fits %d columns", (width) => {
    for (const line of usual.terminal(width).split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  test("tells observations by path in the CSV", () => {
    const csv = renderCsv(usual.run);
    for (const path of PATH_NAMES) expect(csv).toContain(`,flannel-vxlan,${path},`);
  });
});

describe("a rate that generators are held to", () => {
  const capped = reports({ workloads: ["tcp", "http"], maxRate: 1e8, paths: ["host-host", "pod-pod", "pod-host"], rounds: 20 });

  test("stands at its figures, and sameness reaches no further", () => {
    expect(capped.terminal(140)).toContain("tcp up to 100 Mbit/s");
    expect(capped.terminal(140)).toContain("generators held to 100 Mbit/s (--max-rate)");
    const same = reports({
      workloads: ["tcp"],
      maxRate: 1e8,
      paths: ["host-host", "pod-host"],
      rounds: 40,
      mode: "kindnet",
      truth: { "pod-host": 1 },
    });
    expect(same.terminal(140)).toMatch(/= +same up to 100 Mbit\/s/);
    expect(same.markdown).toContain("same up to 100 Mbit/s");
    expect(same.html).toContain("same up to 100 Mbit/s");
  });

  test("leaves out what cannot be held, with its reason", () => {
    expect(capped.terminal(140)).toMatch(/host-host, pod-pod, pod-host: http.*: unsupported: ab cannot be held to a rate/);
  });
});

describe("what is missing", () => {
  const noHost = "--no-host: pods on the host network were not asked for";
  const without = reports({ places: [{ path: "host-host", status: "unsupported", reason: noHost }], paths: ["host-host", "pod-pod"] });

  test("is said once for a whole path, and figures stay without ratios", () => {
    expect(without.terminal(140)).toContain(`host-host: unsupported: ${noHost}`);
    expect(without.terminal(140)).toContain("No path of this cluster could be compared with its hosts");
    expect(without.html).toContain("no ratio: host-host unsupported");
  });
});

describe("pairs of nodes", () => {
  const three = reports({ matrix });

  test("stand in a grid, with the node that stands out and its interval", () => {
    const finding =
      /worker-c\.corp\.example\.net stands out: the ratios of its pairs lie within 0\.390 to 0\.430, wholly below those of all other pairs, 0\.530 to 0\.570/;
    for (const text of [flat(three.terminal(140)), three.html]) expect(text).toMatch(finding);
    expect(three.markdown.replaceAll("\\", "")).toMatch(finding);
    expect(three.terminal(140)).toContain("worker-a.corp.example.net -> worker-b.corp.example.net  0.550 [0.530, 0.570] n 18");
    expect(three.html).toContain('<a href="#pairs">');
    expect(usual.html).not.toContain('id="pairs"');
  });
});

/** For eyes: `LOOK=/tmp/look npx vitest run src/report/cluster-reports.test.ts` writes the reports there. */
test.skipIf(process.env["LOOK"] === undefined)("written down where LOOK says, to be looked at", () => {
  const folder = process.env["LOOK"] ?? "";
  const { terminal, html, markdown } = reports({ matrix });
  mkdirSync(folder, { recursive: true });
  for (const width of [80, 140]) writeFileSync(`${folder}/terminal-${String(width)}.txt`, terminal(width));
  writeFileSync(`${folder}/report.html`, html);
  writeFileSync(`${folder}/report.md`, markdown);
});
