import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { captured, importTexts } from "../../../test/synthetic/imported-texts.js";
import { importedSchema } from "../../import/imported.js";
import { displayWidth } from "../terminal/text.js";
import { renderImportCsv } from "./csv.js";
import { renderImportHtml } from "./html.js";
import { renderImportMarkdown } from "./markdown.js";
import { renderImportTerminal } from "./terminal.js";
import { ratioText, valueText, WEAKNESS } from "./words.js";

const ticket = importTexts({ "ticket.md": captured("tickets/flannel-slow.en.md"), "lost.txt": captured("ping-iputils.txt") });
const evil = importTexts({
  '<img src=x onerror=1>"|`.txt':
    "between hosts: 934 Mbit/s <script>alert(1)</script> | @all\nbetween pods: 465 Mbit/s\n\u001b]0;title\u0007pods: =1+1 5 Mbit/s\n",
});

describe("terminal", () => {
  const text = renderImportTerminal(ticket, { width: 100, colour: false });

  test("every comparison has pods, hosts, ratio and the lines that it rests on, and no path twice", () => {
    expect(text).toMatch(/TCP throughput \(iperf3, streams 1\) +465 Mbit\/s +934 Mbit\/s +0\.498 +b35 \/ b20/);
    expect(text.match(/ticket\.md/g)).toHaveLength(2);
    expect(text.indexOf("0.498")).toBeLessThan(text.indexOf("Not compared"));
  });

  test("in full it has n of both sides, verdict, reason, and why each figure stands there", () => {
    const full = renderImportTerminal(ticket, { width: 100, colour: false, full: true });
    expect(full).toContain("0.498 [no interval]  ? undecided at ±5 %");
    expect(full).toContain("pods  465 Mbit/s (n 1: 1 run)");
    expect(full).toContain("hosts 934 Mbit/s (n 1: 1 run)");
    expect(full).toContain("ticket.md:35, read as iperf3 text; the words in ticket.md:24");
  });

  test("what was not used is listed with its reason, ten lines of it", () => {
    const many = importTexts({ t: `between pods: 5 Gbit/s\n${"hosts up to 940 Mbit/s\n".repeat(15)}` });
    const shown = renderImportTerminal(many, { width: 100, colour: false });
    expect(shown.match(/a bound, not a measurement/g)).toHaveLength(10);
    expect(shown).toContain("and 5 more: --full");
    expect(renderImportTerminal(many, { width: 100, colour: false, full: true }).match(/a bound, not/g)).toHaveLength(15);
  });

  test("the evidence is called weaker, and the rest is reported", () => {
    expect(text.replace(/\s+/g, " ")).toContain(WEAKNESS);
    for (const title of ["Stated shares", "Known troubles", "Rulesets", "Not compared", "Files"]) expect(text).toContain(title);
    const full = renderImportTerminal(ticket, { width: 100, colour: false, full: true });
    expect(full).toContain("a10 side not known: pings lost 0 %, ICMP round trip mean 76.0 us");
  });

  test.each([60, 80, 100])("what is not compared is one line each at %i columns, with the beginning of figures and reason", (width) => {
    const one = importTexts({ t: `on a pod:\n${captured("ab.txt")}`, "lost.txt": `on a pod:\n${captured("ping-iputils.txt")}` });
    const lines = renderImportTerminal(one, { width, colour: false }).split("\n");
    const at = lines.findIndex((line) => line.startsWith("Not compared"));
    const left = lines.slice(at + 1, lines.indexOf("", at));
    expect(left).toHaveLength(2);
    for (const line of left) {
      expect(line).toMatch(/^ {2}[ab]\d+ pods: [A-Zp].*: there is no such/);
      expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }
    expect(left.join("\n")).toMatch(/: HTTP request rate.*\.\.\.: there is/);
    const full = renderImportTerminal(one, { width, colour: false, full: true }).replace(/\s+/g, " ");
    expect(full).toMatch(/ HTTP request rate .*, p50 .*: there is no such figure between hosts; /);
  });

  test.each([100, 60])("at %i columns the table stands first, then what was not compared, and how to read it last", (width) => {
    const lines = renderImportTerminal(ticket, { width, colour: false }).trimEnd().split("\n");
    expect(lines[0]).toMatch(width === 100 ? /^ +pods +hosts +ratio +lines \(pods \/ hosts\)$/ : /^ +pods +hosts +ratio +lines$/);
    const titles = lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split(",")[0]);
    expect(titles).toEqual(
      ["Stated shares of the host", "Not compared", "Not used", "Known troubles", "Rulesets", "Files", "How this is read"].filter(
        (title) => title !== "Not used" || ticket.failures.length > 0,
      ),
    );
    const ratios = lines.slice(0, lines.indexOf("")).filter((line) => / b\d+ \/ b\d+$/.test(line));
    expect(ratios).toHaveLength(ticket.comparisons.length);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  test("a terminal too narrow for the table has lines with the same numbers", () => {
    const shown = renderImportTerminal(ticket, { width: 44, colour: false });
    expect(shown.replace(/\s+/g, " ")).toContain("pods 465 Mbit/s, hosts 934 Mbit/s: ratio 0.498; lines b35 / b20");
  });

  test("what is not compared is said in words of the field: an output is one line, units are those of the table", () => {
    const one = importTexts({ t: `on a pod:\n${captured("ab.txt")}` });
    const shown = renderImportTerminal(one, { width: 120, colour: false });
    const full = renderImportTerminal(one, { width: 120, colour: false, full: true }).replace(/\s+/g, " ");
    const left = shown.split("\n").filter((line) => /^ {2}\d+ pods: /.test(line));
    expect(shown).not.toMatch(/http\.time|latency\.|rr\.tcp|thousand/);
    expect(left).toHaveLength(1);
    expect(left[0]).toMatch(/HTTP request rate [\d.]+ kreq\/s, HTTP request time mean /);
    expect(full).toMatch(/HTTP request rate [\d.]+ kreq\/s, HTTP request time mean .*, p50 /);
  });

  test("no line is wider than the terminal, and none holds control characters", () => {
    for (const width of [40, 60, 80, 120]) {
      for (const one of [ticket, evil]) {
        const lines = renderImportTerminal(one, { width, colour: false }).split("\n");
        expect(lines.every((line) => !/\p{Cc}/u.test(line))).toBe(true);
        expect(lines.filter((line) => line.length > Math.max(width, 60))).toEqual([]);
      }
    }
  });
});

describe("HTML and Markdown", () => {
  test("imported text is shown, never markup", () => {
    const page = renderImportHtml(evil);
    expect(page).not.toContain("<img");
    expect(page).not.toContain("<script");
    expect(page).toContain("default-src &#39;none&#39;");
    const text = renderImportMarkdown(evil);
    expect(text).not.toMatch(/<(?:img|script)/);
    expect(text).not.toMatch(/(?<!\S)@all/);
  });

  test("both say what the terminal says", () => {
    for (const text of [renderImportHtml(ticket), renderImportMarkdown(ticket).replaceAll("\\", "")]) {
      for (const part of ["465", "934", "0.498", "undecided", "flannel host-gw", "ticket.md:35", "PodCIDR"]) expect(text).toContain(part);
    }
  });
});

describe("CSV and JSON", () => {
  test("a line a figure, and no formulas", () => {
    const lines = renderImportCsv(ticket).trimEnd().split("\r\n");
    expect(lines).toHaveLength(ticket.figures.length + 1);
    const formula = { ...ticket, figures: ticket.figures.slice(0, 1).map((one) => ({ ...one, text: '=HYPERLINK("x")' })) };
    expect(renderImportCsv(formula)).toContain(`"'=HYPERLINK(""x"")"`);
  });

  test("JSON survives a round trip through its schema", () => {
    expect(importedSchema.parse(JSON.parse(JSON.stringify(ticket)))).toEqual(ticket);
  });
});

test("values carry their units", () => {
  expect([
    valueText(465e6, "bit/s"),
    valueText(252350, "packet/s"),
    valueText(0.59, "%"),
    valueText(23456.78, "transaction/s"),
    valueText(470, "us"),
  ]).toEqual(["465 Mbit/s", "252 kpacket/s", "0.590 %", "23.5 thousand transaction/s", "470 us"]);
});

test("an unpaired interval is called so", () => {
  const [first] = ticket.comparisons;
  expect(first === undefined ? "" : ratioText({ ...first, ratio: 0.5, low: 0.4, high: 0.6, method: "unpaired-t" })).toBe(
    "0.500 [0.400, 0.600] unpaired",
  );
});

test("no import breaks a report", () => {
  const line = fc.constantFrom(
    ...captured("tickets/flannel-slow.en.md").split("\n"),
    ...captured("iperf3-tcp8.txt").split("\n"),
    ...captured("ab.txt").split("\n"),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      const result = importTexts({ t: lines.join("\n") });
      renderImportTerminal(result, { width: 80, colour: true });
      renderImportHtml(result);
      renderImportMarkdown(result);
      renderImportCsv(result);
    }),
    { numRuns: 50 },
  );
});
