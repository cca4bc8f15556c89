import { describe, expect, test } from "vitest";
import { triedRun, triedVariant } from "../../../test/synthetic/conformance.js";
import { syntheticRun } from "../../../test/synthetic/run.js";
import { adviserOf } from "../../advice/advice.js";
import { summarise } from "../../measure/summarise.js";
import type { Conformance, ConformanceCell } from "../../model/conformance.js";
import { MODES } from "../../modes/index.js";
import { renderHtml } from "../html/page.js";
import { renderMarkdown } from "../markdown/ticket.js";
import { notesOf } from "../notes.js";
import { renderConformance } from "../terminal/conformance.js";
import { keptSets } from "../terminal/kept-sets.js";
import { painter } from "../terminal/paint.js";
import type { Room } from "../terminal/room.js";
import { screenOf } from "../terminal/screen/of-run.js";
import { renderScreen } from "../terminal/screen/screen.js";
import { renderTerminal } from "../terminal/table.js";
import { displayWidth } from "../terminal/text.js";
import { renderConformanceHtml } from "./html.js";
import { conformanceAnswer, matrixOf, rowName, untriedOf, untriedText } from "./matrix.js";

const cell = (more: Partial<ConformanceCell>): ConformanceCell => ({
  check: "pod-pod-across",
  set: "pods",
  family: "ipv4",
  protocol: "tcp",
  result: "works",
  expected: "works",
  evidence: "pod-b answered",
  ...more,
});
const GOOD = cell({});
const BROKEN = cell({ protocol: "udp", result: "does-not-work", evidence: "silence; last seen in node-a: eth0 sent 1" });
const ABSENT = cell({
  check: "host-own-pod",
  result: "not-offered",
  expected: "not-offered",
  evidence: "no <answer>",
  because: "parent and child",
});

const FOUND: Conformance = {
  schema: "podwire/conformance@1",
  variants: [
    { variant: "gce", cells: [GOOD] },
    { variant: "macvlan", cells: [GOOD, ABSENT] },
    { variant: "l2-bridge", cells: [GOOD, BROKEN] },
    { variant: "vlan", failure: { status: "unsupported", reason: "the kernel has no 802.1q" }, cells: [] },
  ],
};

describe("the matrix", () => {
  test("has a row for what was tried on any variant, and none for a variant that could not be there", () => {
    expect(matrixOf(FOUND)).toEqual({
      variants: ["gce", "macvlan", "l2-bridge"],
      rows: [
        { check: "pod-pod-across", family: "ipv4", set: "pods", marks: ["works", "works", "partly"] },
        { check: "host-own-pod", family: "ipv4", set: "pods", marks: ["absent", "not-offered", "absent"] },
      ],
    });
  });

  test("what was tried by IPv6 has rows of its own, and is named so", () => {
    const because = "the backend knows IPv4 only";
    const lacking = cell({ family: "ipv6", result: "not-offered", expected: "not-offered", because });
    const found: Conformance = { ...FOUND, variants: [{ variant: "gce", cells: [GOOD, lacking, { ...BROKEN, family: "ipv6" }] }] };
    expect(matrixOf(found).rows.map((row) => [rowName(row), ...row.marks])).toEqual([
      ["pod-pod-across", "works"],
      ["pod-pod-across, IPv6", "partly"],
    ]);
    const text = renderConformance(found, { width: 120, colour: false, utf8: true, full: false });
    expect(text).toContain("pod-pod-across by IPv6 not offered: the backend knows IPv4 only");
    expect(text).toContain("gce: pod-pod-across (udp, IPv6) does not work");
  });

  test("the answer names who does everything, what contradicts, and what is not there", () => {
    expect(conformanceAnswer(FOUND)).toBe(
      "gce does everything that was tried. In 1 of 5 cells packets contradict what is said of the variant: l2-bridge. " +
        "vlan is unsupported here.",
    );
  });

  test("what could not be tried is one sentence of the answer, and its reasons stand once each", () => {
    const lost = (variant: string, reason: string, status: "failed" | "unsupported" = "unsupported") => ({
      variant,
      failure: { status, reason },
      cells: [],
    });
    const found: Conformance = {
      ...FOUND,
      variants: [
        ...FOUND.variants,
        lost("vlan-2", "the kernel has no 802.1q"),
        lost("ipvlan-l2", "no ipvlan"),
        lost("kindnet", "no such device", "failed"),
      ],
    };
    expect(conformanceAnswer(found)).toMatch(/\. kindnet could not be tried; vlan, vlan-2 and ipvlan-l2 are unsupported here\.$/);
    expect(untriedOf(found).map((one) => `${one.variants.join(", ")}: ${untriedText(one)}`)).toEqual([
      "kindnet: failed: no such device",
      "vlan, vlan-2: unsupported: the kernel has no 802.1q",
      "ipvlan-l2: unsupported: no ipvlan",
    ]);
  });
});

describe.each([40, 60, 80, 160])("the terminal, %i columns", (width) => {
  test.each([true, false])("no line is wider, in UTF-8 or ASCII (%s)", (utf8) => {
    const text = renderConformance(FOUND, { width, colour: false, utf8, full: true });
    for (const line of text.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for.
    if (!utf8) expect(text).toMatch(/^[\x00-\x7f]*$/);
    expect(text.replaceAll(/\s+/g, " ")).toContain(
      "l2-bridge: pod-pod-across (udp) does not work, where it was expected to work: silence; last seen in node-a: eth0 sent 1",
    );
  });
});

describe.each([60, 80, 100])("the terminal's notes, %i columns", (width) => {
  const many: Conformance = {
    ...FOUND,
    variants: [
      ...FOUND.variants,
      ...Array.from({ length: 20 }, (_, index) => ({
        variant: `mode-${String(index)}`,
        failure: { status: "unsupported" as const, reason: `${"words ".repeat(20)}${String(index)}` },
        cells: [],
      })),
    ],
  };
  const linesOf = (full: boolean): readonly string[] =>
    renderConformance(many, { width, colour: false, utf8: true, full, files: [["HTML report", "page.html"]] }).split("\n");

  test("are a line each and twelve at most, contradictions first; the page is named last", () => {
    const lines = linesOf(false);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    const first = lines.findIndex((line) => line.startsWith("l2-bridge: pod-pod-across (udp) does not work"));
    expect(lines[first - 1]).toBe("");
    expect(lines.slice(first).filter((line) => /^mode-\d+: unsupported: words .*\.\.\.$/.test(line))).toHaveLength(10);
    expect(lines.slice(first + 12)).toEqual(["and 11 more: --full", "", "HTML report  page.html", ""]);
  });

  test("are all there with --full, with every word", () => {
    const lines = linesOf(true);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    expect(lines.filter((line) => /^mode-\d+: unsupported: words /.test(line))).toHaveLength(20);
    expect(lines.join(" ").replaceAll(/\s+/g, " ")).toContain("words 19 ");
    expect(lines.slice(-3)).toEqual(["", "HTML report  page.html", ""]);
  });
});

test("the page has the matrix and every cell's evidence, and nothing of it is markup", () => {
  const page = renderConformanceHtml(FOUND, "0.1.0");
  expect(page).toContain("no &lt;answer&gt;; parent and child");
  expect(page).toContain("silence; last seen in node-a: eth0 sent 1");
  expect(page).toContain('<th scope="col">l2-bridge</th>');
});

test("the page says how long each variant took, where that is known", () => {
  const timed: Conformance = {
    ...FOUND,
    variants: FOUND.variants.map((one) => (one.variant === "gce" ? { ...one, seconds: 11.6 } : one)),
  };
  const page = renderConformanceHtml(timed, "0.1.0");
  expect(page).toContain('<summary>gce <span class="soft">built and tried in 12 s</span></summary>');
  expect(page).toContain("<summary>macvlan</summary>");
});

describe("a run that tried what works", () => {
  const LONG = "flannel-host-gw";
  const conformance = triedRun(
    triedVariant(LONG),
    triedVariant("macvlan", { masquerade: "not-applicable", "host-own-pod": "not-offered" }),
    triedVariant("gce", { affinity: "does-not-work" }, "<nothing> keeps it"),
    { variant: "kindnet", failure: { status: "failed", reason: "no such device" }, cells: [] },
  );
  const run = { ...syntheticRun(), conformance };
  const summary = summarise(run, adviserOf(MODES));
  // In rank order, as the table of figures has them.
  const NAMES = new Map(["macvlan", LONG, "gce"].map((name) => [name, name]));
  const room = (width: number, most = Number.POSITIVE_INFINITY): Room => ({ width, paint: painter(false), most });
  const notes = notesOf(summary, run, []).map(({ subject, text }) => `${subject}: ${text}`);

  test("shows under the table how many cells of each set work", () => {
    const lines = keptSets(conformance, NAMES, room(80));
    expect(lines).toEqual([
      "",
      "What works, tried with packets in 12 s",
      "                         pods    services    external      egress",
      "  macvlan               18/20       20/20       10/10  no meaning",
      "  flannel-host-gw       20/20       20/20       10/10         2/2",
      "  gce                   20/20       18/20       10/10         2/2",
    ]);
    expect(keptSets(conformance, NAMES, room(40))).toContain("  gce: pods 20/20, services 18/20,");
    expect(keptSets(undefined, NAMES, room(80))).toEqual([]);
    const screen = renderScreen(screenOf(summary, run, []), { width: 80, colour: false, utf8: true });
    for (const line of lines) expect(screen.split("\n")).toContain(line);
  });

  describe("where modes have no room for a row each", () => {
    const many = ["macvlan", "vlan", "gce", "l2-bridge", "kindnet", "calico-vxlan", "docker-nat"];
    const lacking = ["vlan", "l2-bridge", "calico-vxlan"];
    const tried = triedRun(...many.map((name) => triedVariant(name, lacking.includes(name) ? { affinity: "does-not-work" } : {})));
    const names = new Map(many.map((name) => [name, name]));
    const HEADING = "What works, tried with packets in 12 s";
    const rowOf = (name: string): unknown => expect.stringMatching(new RegExp(`^ {2}${name} +20/20 +18/20 +10/10 +2/2$`));
    const COLUMNS: unknown = expect.stringMatching(/^ +pods +services +external +egress$/);
    const WHOLE = "  macvlan, gce, kindnet and docker-nat: all";

    test.each([
      [9, ["", HEADING, COLUMNS, ...lacking.map(rowOf), WHOLE]],
      [6, ["", HEADING, COLUMNS, rowOf("vlan"), WHOLE, "  l2-bridge and calico-vxlan: not all, see --full"]],
      [5, ["", HEADING, WHOLE, "  vlan, l2-bridge and calico-vxlan: not all, see --full"]],
      [3, ["", "What works, tried with packets: --full"]],
      [1, ["What works, tried with packets: --full"]],
    ])("%d lines have rows of those that lack something, and the others by name", (most, lines) => {
      expect(keptSets(tried, names, room(80, most))).toEqual(lines);
    });

    test("names as many as a line has room for", () => {
      const lines = keptSets(tried, names, room(40, 4));
      expect(lines).toContain("  macvlan, gce and 2 more: all");
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(40);
    });

    test("shortens the name of a variant that is wider than a line", () => {
      const long = "flannel-host-gw+kube-proxy-iptables:10000";
      const [, , line] = keptSets(triedRun(triedVariant(long), triedVariant("gce"), triedVariant("vlan")), new Map(), room(40, 3));
      expect(line).toMatch(/^ {2}flannel-host.*~.*0000 and 2 more: all$/);
      expect(displayWidth(line ?? "")).toBeLessThanOrEqual(40);
    });

    test("says where a set has no meaning", () => {
      const without = triedRun(triedVariant("macvlan", { masquerade: "not-applicable" }), triedVariant("gce"), triedVariant("kindnet"));
      expect(keptSets(without, names, room(80, 4))).toContain("  macvlan, gce and kindnet: all that has a meaning there");
    });
  });

  test("says what is known not to work, what could not be tried, and what packets contradict", () => {
    expect(notes).toContain("gce: affinity not working, as expected: <nothing> keeps it");
    expect(notes).toContain("kindnet: what works could not be tried: no such device");
    const lying = triedVariant("gce");
    const cells = lying.cells.map((one) => (one.check === "hairpin" ? { ...one, result: "does-not-work" as const } : one));
    const contradicted = { ...summary, conformance: triedRun({ ...lying, cells }) };
    expect(notesOf(contradicted, run, []).map(({ text }) => text)).toContain(
      "packets contradict what is said of it: hairpin (tcp) does not work, where it was expected to work: pod-b answered pod-a",
    );
  });

  test("has the matrix in every long report", () => {
    const terminal = renderTerminal(summary, run, { width: 100, colour: false });
    expect(terminal).toContain("What works\nTried with packets after measuring, in 12 s, which no budget counts.");
    expect(terminal).toMatch(/\naffinity +✓ {2}✓ {2}✗\n/);
    const page = renderHtml(summary, run);
    expect(page).toContain('<a href="#conformance">What works</a>');
    expect(page).toContain("&lt;nothing&gt; keeps it");
    const ticket = renderMarkdown(summary, run);
    expect(ticket).toContain("<details><summary>What works, tried with packets</summary>");
    expect(ticket).toMatch(/\| affinity \| ✓ \| ✓ \| ✗ \|/);
    expect(ticket).toContain("kindnet: failed: no such device");
    expect(ticket).not.toContain("<nothing>");
  });

  test("has nothing of it where nothing was tried", () => {
    const plain = syntheticRun();
    const untried = summarise(plain, adviserOf(MODES));
    for (const text of [
      renderTerminal(untried, plain, { width: 100, colour: false }),
      renderHtml(untried, plain),
      renderMarkdown(untried, plain),
    ])
      expect(text).not.toMatch(/tried with packets|What works/i);
  });
});
