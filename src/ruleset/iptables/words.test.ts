import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wordsOf } from "./words.js";

describe("words of a line", () => {
  test.each([
    ["-s 10.0.0.1/32  -j ACCEPT", ["-s", "10.0.0.1/32", "-j", "ACCEPT"]],
    ["", []],
    ["  ", []],
    [' -m comment --comment "a b" -j DROP ', ["-m", "comment", "--comment", "a b", "-j", "DROP"]],
    ['--comment ""', ["--comment", ""]],
    ['--log-prefix "say \\"no\\" \\\\ "', ["--log-prefix", 'say "no" \\ ']],
    ['a"b c"d"e"', ["ab cde"]],
  ])("%j", (line, words) => {
    expect(wordsOf(line)).toEqual(words);
  });

  test.each(['--comment "a', '"', 'a "b\\'])("a quote that is not closed is an error: %j", (line) => {
    expect(() => wordsOf(line)).toThrow("a quote is not closed");
  });

  test("any words come back, quoted where they must be", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "é", "-", " ", '"', "\\", "/"), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const line = words.map((one) => (/^[^\s"\\]+$/.test(one) ? one : `"${one.replaceAll(/["\\]/g, "\\$&")}"`)).join(" ");
        expect(wordsOf(line)).toEqual(words);
      }),
    );
  });
});
