import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const ROOT = new URL("..", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");
const ROWS = [...read("docs/core-findings.md").matchAll(/^\| ([A-Z]\d+) \| [^|]+ \| `([^`]+)`: ([^|]+) \|$/gm)];

describe("a finding of the core's review", () => {
  test.each(ROWS.map(([, finding = "", file = "", title = ""]) => ({ finding, file, title })))(
    "$finding has its test",
    ({ file, title }) => {
      expect(read(file)).toContain(title);
    },
  );

  test("has a test or a sentence, each of them", () => {
    const all = [...read("docs/core-findings.md").matchAll(/^\| ([A-Z]\d+) \|/gm)].map(([, finding]) => finding);
    const bySentence = [...read("docs/core-findings.md").matchAll(/^\| ([A-Z]\d+) \| [^|]+ \| a sentence: /gm)].map(
      ([, finding]) => finding,
    );
    expect([...ROWS.map(([, finding]) => finding), ...bySentence].sort()).toEqual([...all].sort());
    expect(bySentence).toEqual(["L5", "F6", "F7"]);
  });
});
