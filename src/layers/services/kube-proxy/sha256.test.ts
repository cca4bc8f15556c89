import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { base32, sha256 } from "./sha256.js";

const ascii = fc.string({ unit: fc.integer({ min: 0, max: 127 }).map((code) => String.fromCharCode(code)), maxLength: 200 });

test("the digest is SHA-256's", () => {
  fc.assert(
    fc.property(ascii, (text) => {
      expect(Buffer.from(sha256(text)).toString("hex")).toBe(createHash("sha256").update(text, "latin1").digest("hex"));
    }),
  );
});

test("the first characters in base32 are those of RFC 4648", () => {
  const bytes = new TextEncoder().encode("foobar");
  expect(base32(bytes, 9)).toBe("MZXW6YTBO");
});
