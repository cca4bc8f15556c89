import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayWidth, padEnd, plain, truncate, truncateMiddle, wrap } from "./text.js";

const anyText = fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }));

test.each([
  ["abc", 3],
  ["é", 1],
  ["e\u0301", 1],
  ["网络", 4],
  ["👩‍👩‍👧‍👦", 2],
  ["─●┊", 3],
  ["", 0],
])("%s takes %d columns", (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

describe("plain", () => {
  test("takes the power out of escape sequences and line breaks", () => {
    expect(plain("\u001b[2Jred\r\nnext\u0007")).toBe("[2Jred next");
    expect(plain("a\u202eb")).toBe("a\ufffdb");
  });
  test("leaves no control character", () => {
    fc.assert(fc.property(anyText, (text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(plain(text))));
  });
});

test("cut texts fit, and say that they are cut", () => {
  expect(truncate("flannel-host-gw", 8)).toBe("flannel~");
  expect(truncate("网络模式", 4)).toBe("网~");
  fc.assert(fc.property(anyText, fc.nat(30), (text, width) => displayWidth(truncate(plain(text), width)) <= width));
});

test("padded texts are as wide as asked", () => {
  fc.assert(
    fc.property(anyText.map(plain), fc.nat(60), (text, width) => displayWidth(padEnd(text, width)) === Math.max(width, displayWidth(text))),
  );
});

test("wrapped lines fit, and lose no word", () => {
  expect(wrap("one two three", 8)).toEqual(["one two", "three"]);
  fc.assert(
    fc.property(anyText, fc.integer({ min: 8, max: 60 }), (text, width) => {
      const lines = wrap(text, width);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      expect(lines.join("").replaceAll(" ", "")).toBe(plain(text).replaceAll(" ", ""));
    }),
  );
});

test("a text that is cut in its middle keeps both ends and its width", () => {
  expect(truncateMiddle("kindnet+offload-off+variant-07", 16)).toBe("kindnet~riant-07");
  expect(truncateMiddle("short", 16)).toBe("short");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 40 }), (text, width) => {
      expect(displayWidth(truncateMiddle(plain(text), width))).toBeLessThanOrEqual(width);
    }),
  );
});
