import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { captured, importTexts } from "../../../test/synthetic/imported-texts.js";
import { syntheticRun } from "../../../test/synthetic/run.js";
import { summarised } from "../../../test/synthetic/summarised.js";
import { syntheticSummary } from "../../../test/synthetic/summary.js";
import { TUNING } from "../../../test/synthetic/tuning.js";
import { compareRuns } from "../../compare/comparison.js";
import type { PacketPath } from "../../model/packet-path.js";
import { reportOf } from "../../ruleset/findings.js";
import { renderComparisonTerminal } from "../compare/terminal.js";
import { renderImportTerminal } from "../import/terminal.js";
import { inCharactersOf } from "./characters.js";
import { renderClosedLoop } from "./closed-loop.js";
import { renderPacketPath } from "./packet-path.js";
import { painter } from "./paint.js";
import { renderRulesetReport } from "./rules.js";
import { renderTerminal } from "./table.js";
import { displayWidth, plain } from "./text.js";

const ASCII = { width: 60, utf8: false };

test("a terminal that shows UTF-8 gets the text as it is", () => {
  expect(inCharactersOf("a ±2 %\u00a0│\tä", { width: 3, utf8: true })).toBe("a ±2 %\u00a0│\tä");
});

test("podwire's own signs have others in ASCII; tabs and colours stay, and strange characters become question marks", () => {
  const signs = "1\u00a0234 ±2 % 20 µs ≥1 ≤2 3× ∞ −1 – — … · → ▲▼ ✓✗● █ ─━ ┐│┘ “x” é";
  const inAscii = '1 234 +-2 % 20 us >=1 <=2 3x inf -1 - - ... . -> ^v *xo # -= \\|/ "x" e';
  expect(inCharactersOf(signs, { ...ASCII, width: 200 })).toBe(inAscii);
  expect(inCharactersOf(`\ta ${painter(true)("slower", "▼")}`, ASCII)).toBe(`\ta ${painter(true)("slower", "v")}`);
  expect(inCharactersOf("主机", ASCII)).toBe("??");
});

test("what a person sees as one character is one question mark, and what is not seen takes no column", () => {
  expect(inCharactersOf("a👩‍👩‍👧‍👦b 한 e\u0301 1\ufe0f\u20e3 c\u200bd \u200d.", ASCII)).toBe("a?b ? e 1 cd .");
});

/** podwire's own, which may take more columns than they did. */
const GROWING = /[±≥≤…→∞]/u;

test("no text but podwire's own signs takes more columns than with UTF-8", () => {
  for (const unit of ["grapheme", "binary"] as const) {
    const texts = fc.string({ unit, maxLength: 40 }).map(plain);
    fc.assert(
      fc.property(texts, (text) => {
        const shown = inCharactersOf(text, ASCII);
        expect(shown).toMatch(/^[\n -~]*$/);
        if (!GROWING.test(text.normalize("NFD"))) expect(displayWidth(shown)).toBeLessThanOrEqual(displayWidth(text));
      }),
    );
  }
});

test("columns stay below each other, whatever a sign before them grows or shrinks by", () => {
  const painted = (text: string): string => painter(true)("faster", text);
  const rows = ["pods    0.50±13%   worse", "主机    0.50       same", "hosts   ≥3.2       better"];
  expect(inCharactersOf([...rows, `x       ${painted("±1")}         same`].join("\n"), ASCII).split("\n")).toEqual([
    "pods    0.50+-13%  worse",
    "??      0.50       same",
    "hosts   >=3.2      better",
    `x       ${painted("+-1")}        same`,
  ]);
});

test("a line that fitted still fits: it is broken where it grew too wide, and others are left alone", () => {
  const width = 20;
  const shown = (text: string): readonly string[] => inCharactersOf(text, { width, utf8: false }).split("\n");
  expect(displayWidth("  the same within ±2")).toBe(width);
  expect(shown("  the same within ±2")).toEqual(["  the same within", "  +-2"]);
  expect(shown("  the same within ±2 or ±5 and more")).toEqual(["  the same within +-2 or +-5 and more"]);
  expect(shown("±".repeat(width))).toEqual(["+-".repeat(width)]);
});

/** Texts of renderers that know nothing of a terminal's characters. */
const TEXTS: Readonly<Record<string, (width: number) => string>> = {
  "report --full": (width) => {
    const run = syntheticRun();
    return renderTerminal(syntheticSummary(run), run, { width, colour: false });
  },
  "compare --full": (width) => {
    const side = (ratio: number, file: string) => summarised({ gce: { http: [ratio, ratio - 0.01, ratio + 0.01] } }, { file });
    return renderComparisonTerminal(compareRuns(side(0.9, "a.json"), side(0.7, "b.json"), [], "warn"), { width, colour: false });
  },
  import: (width) => {
    const ticket = importTexts({ "ticket.md": captured("tickets/flannel-slow.en.md") });
    return renderImportTerminal(ticket, { width, colour: false, full: true });
  },
  "tune auto": (width) => renderClosedLoop(TUNING, { width, colour: false }),
  rules: (width) => {
    const report = { ...reportOf({ tables: [] }), owners: [{ owner: "kube-proxy", chains: 1_200, rules: 12_345 }] };
    return renderRulesetReport(report, { width, colour: false });
  },
  "lab path": (width) => {
    const counter = { what: "sent", packets: 12_345, dropped: 0 } as const;
    const hops: PacketPath["request"]["hops"] = [{ in: "node-a", kind: "device", name: "eth0", says: "goes to the cable", counter }];
    const request = { packet: "tcp 1.2.3.4 > 5.6.7.8", hops, ends: "unknown" } as const;
    const burst = { connections: 1, answered: 1 };
    const found: PacketPath = { schema: "podwire/packet-path@1", variant: "gce", path: "pod-pod", says: "All arrived.", burst, request };
    return renderPacketPath(found, { width, colour: false, utf8: true });
  },
};

describe.each(Object.entries(TEXTS))("%s without UTF-8", (_, textAt) => {
  test.each([60, 80, 100])("is ASCII at %i columns, with a sign for each of its own", (width) => {
    const text = textAt(width);
    const shown = inCharactersOf(text, { width, utf8: false });
    expect(text).toMatch(/[^\n -~]/);
    expect(shown).toMatch(/^[\n -~]*$/);
    expect(shown.split("?")).toHaveLength(text.split("?").length);
  });
});
