import { expect, test } from "vitest";
import { nodeAddress, UNDERLAY_ROUTER } from "./addresses.js";
import { segmentPodAddress, slice } from "./segment.js";

const last = (address: string): number => Number(address.split(".")[3]);

test("eight slices of the segment overlap neither each other nor the nodes and their router", () => {
  const taken = new Set<number>([last(UNDERLAY_ROUTER)]);
  for (let index = 0; index < 8; index += 1) taken.add(last(nodeAddress(index)));
  for (let index = 0; index < 8; index += 1) {
    const [base = "", length] = slice(index).split("/");
    expect(length).toBe("28");
    expect(last(base) % 16).toBe(0);
    expect(last(segmentPodAddress(index))).toBe(last(base) + 1);
    for (let offset = 0; offset < 16; offset += 1) {
      expect(taken).not.toContain(last(base) + offset);
      taken.add(last(base) + offset);
    }
  }
  expect(Math.max(...taken)).toBeLessThan(255);
});
