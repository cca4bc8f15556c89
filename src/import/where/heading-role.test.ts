import { describe, expect, test } from "vitest";
import { importTexts } from "../../../test/synthetic/imported-texts.js";
import { tellsOfAChange } from "./heading-role.js";

const receiver = (rate: number): string => `[  5]   0.00-10.00  sec   884 MBytes   ${String(rate)} Mbits/sec                  receiver\n`;
const below = (heading: string): readonly (string | null)[] =>
  importTexts({ t: `Between pods:\n\n${receiver(465)}\n${heading}\n\n${receiver(934)}` }).figures.map(({ role }) => role);

describe("a heading with a verb of changing", () => {
  test.each([
    "Updated host results:",
    "Updated host numbers:",
    "Upgraded node throughput:",
    "The updated node benchmarks:",
    "Updated host TCP results:",
  ])("%s names the ends of what follows", (heading) => {
    expect(tellsOfAChange(heading)).toBe(false);
    expect(below(heading)).toEqual(["pod", "host"]);
  });

  test.each([
    "I rebooted the nodes and got:",
    "Updated the nodes, and the results now:",
    "Rebooted the nodes and ran tests:",
    "I updated the nodes and the test shows:",
  ])("%s says what was done to them", (heading) => {
    expect(tellsOfAChange(heading)).toBe(true);
    expect(below(heading)).toEqual(["pod", "pod"]);
  });
});
