import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { locate } from "../../../scripts/setup/programs.mjs";
import { bold, literal, prose, tagged, usage, verbatim } from "./roff.js";

describe("literal", () => {
  test("keeps formatters from changing what is typed", () => {
    expect(literal("a\\b --x 'y' `z` ~ ^")).toBe("a\\eb \\-\\-x \\(aqy\\(aq \\(gaz\\(ga \\(ti \\(ha");
    expect(literal("µ 跨")).toBe("\\[u00B5] \\[u8DE8]");
  });
});

test("prose prints in bold what stands in backquotes, and a single backquote as it is", () => {
  expect(prose("run `podwire lab` and wait")).toBe("run \\fBpodwire lab\\fR and wait");
  expect(prose("a ` b")).toBe("a \\(ga b");
});

test("a line that begins with a dot is text, not a command", () => {
  expect(prose(".TH X")).toBe("\\&.TH X");
  expect(verbatim([".so /etc/passwd"])).toBe(".EX\n\\&.so /etc/passwd\n.EE");
  expect(tagged(bold(".podwirerc"), "text")).toBe(".TP\n\\fB.podwirerc\\fR\ntext");
});

test("usage marks words and placeholders", () => {
  expect(usage("--out <file>")).toBe("\\fB\\-\\-out \\fR\\fIfile\\fR");
  expect(usage("podwire lab shell [options] <mode> [where]")).toBe(
    "\\fBpodwire lab shell \\fR[\\fIoptions\\fR] \\fImode\\fR [\\fIwhere\\fR]",
  );
});

test.skipIf(locate("mandoc") === undefined)("whatever the text, a formatter prints it (skipped where there is no mandoc)", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 6 }), (lines) => {
      const kept = lines.map((line) => `|${line}|`);
      const page = `.TH T 1 2026-01-01\n.SH T\n${verbatim(kept)}\n`;
      const { stdout } = spawnSync("mandoc", ["-T", "ascii", "-O", "width=200,indent=0"], { input: page, encoding: "utf8" });
      for (const line of kept) expect(stdout).toContain(line);
    }),
    { numRuns: 30 },
  );
});
