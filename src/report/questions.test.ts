import { expect, test } from "vitest";
import { loadInWords } from "./questions.js";

const LAB = { venue: "lab", linkBitsPerSecond: 1e9, maxRate: undefined } as const;

test("what is measured is a load, not one of its figures", () => {
  expect(loadInWords("latency.tcp", LAB)).toBe("round trips");
  expect(loadInWords("http", LAB)).toBe("HTTP with new connections");
});
