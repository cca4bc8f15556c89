import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, suggestion } from "./nearest.js";

describe("suggestion", () => {
  const modes = ["host", "flannel-vxlan", "flannel-host-gw", "macvlan", "calico-vxlan"];
  test("names the nearest", () => {
    expect(suggestion("flanel-vxlan", modes)).toBe(" Did you mean flannel-vxlan?");
    expect(suggestion("host-gw", modes)).toBe(" Did you mean flannel-host-gw?");
    expect(suggestion("maclvan", modes)).toBe(" Did you mean macvlan?");
  });
  test("says nothing when none is near", () => {
    expect(suggestion("quic", modes)).toBe("");
  });
});

describe("editDistance", () => {
  test("is 0 for the same word, symmetric, and at most the longer length", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 12 }), fc.string({ unit: "grapheme-ascii", maxLength: 12 }), (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
  });
});
