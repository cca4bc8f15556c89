import { Command, CommanderError } from "commander";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { askedFormat, type FormatFlags, inAskedFormat, isForPrograms, withFormats } from "./output-format.js";

const SHORT = { json: "as JSON", markdown: "as Markdown" };
const command = (): Command =>
  withFormats(new Command("show"), ["json", "yaml", "markdown", "html"], SHORT).option("--out <file>").exitOverride();

/** The flags of a command line, or what commander says against it. */
function flagsOf(...words: readonly string[]): FormatFlags | string {
  const shown = command().configureOutput({ writeErr: () => undefined });
  try {
    return shown.parse([...words], { from: "user" }).opts();
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
}

describe("-o, --output", () => {
  test.each([
    { words: ["-o", "json"], format: "json" },
    { words: ["-ojson"], format: "json" },
    { words: ["-o=json"], format: "json" },
    { words: ["--output=yaml"], format: "yaml" },
    { words: ["--output", "JSON"], format: "json" },
    { words: ["-o", "md"], format: "markdown" },
    { words: ["-o", "yml"], format: "yaml" },
    { words: ["--json"], format: "json" },
    { words: ["--markdown"], format: "markdown" },
    { words: ["--out", "file.json"], format: undefined },
    { words: [], format: undefined },
  ])("$words is $format", ({ words, format }) => {
    expect(askedFormat(flagsOf(...words) as FormatFlags)).toBe(format);
  });

  test.each([
    {
      words: ["-o", "xml"],
      says: "error: option '-o, --output <format>' argument 'xml' is invalid. It is one of json, yaml, markdown, html.",
    },
    { words: ["-o", "jsn"], says: /It is one of .* Did you mean json\?$/ },
    { words: ["-o", "csv"], says: /argument 'csv' is invalid/ },
    { words: ["-o", "runs/a.json"], says: /It is one of json, yaml, markdown, html\. A file is named by --out\.$/ },
    { words: ["--json", "-o", "yaml"], says: "error: option '--json' cannot be used with option '-o, --output <format>'" },
    { words: ["--json", "--markdown"], says: "error: option '--markdown' cannot be used with option '--json'" },
  ])("$words is refused", ({ words, says }) => {
    expect(flagsOf(...words)).toMatch(says);
  });

  test("is said once in the help, with its choices", () => {
    expect(
      command()
        .helpInformation()
        .match(/choices: "json", "yaml", "markdown",\s+"html"/g),
    ).toHaveLength(1);
  });
});

test("programs read JSON and YAML", () => {
  expect([{ json: true }, { output: "yaml" }, { output: "markdown" }, {}].map((flags) => isForPrograms(flags as FormatFlags))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

describe("the output", () => {
  test("is made in the asked format, and no other is made", async () => {
    const made: string[] = [];
    const form = (name: string) => () => {
      made.push(name);
      return name;
    };
    const forms = { text: form("text"), json: form("json"), html: form("html") };
    expect([await inAskedFormat({}, forms), await inAskedFormat({ output: "html" }, forms)]).toEqual(["text", "html"]);
    expect(made).toEqual(["text", "html"]);
  });

  // Keys are names of ours, none of which is YAML 1.1's sign for a merge.
  test("in YAML is what it is in JSON, for readers of YAML 1.1 and 1.2", async () => {
    const awkward = fc.constantFrom(
      "no",
      "yes",
      "on",
      "0x1f",
      "1e3",
      "012",
      "1:30",
      "~",
      "null",
      "- a",
      "a: b",
      "# no",
      "=",
      "<<",
      "2026-01-01",
      " x ",
      "",
    );
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        awkward,
        fc.string(),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("node"), { maxLength: 4 }),
        fc.dictionary(
          fc.oneof(awkward, fc.string()).filter((key) => key !== "__proto__" && key !== "<<"),
          tie("node"),
          { maxKeys: 4, noNullPrototype: true },
        ),
      ),
    })).node;
    await fc.assert(
      fc.asyncProperty(value, async (document) => {
        const text = await inAskedFormat({ output: "yaml" }, { text: String, json: () => JSON.stringify(document) });
        for (const version of ["1.1", "1.2"] as const) expect(parse(text, { version }), text).toEqual(document);
      }),
      { numRuns: 300 },
    );
  });
});
