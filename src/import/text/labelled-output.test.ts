import { expect, test } from "vitest";
import { importTexts } from "../../../test/synthetic/imported-texts.js";
import { labelledOutput } from "./labelled-output.js";

test("a label before what a tool printed is its heading", () => {
  expect(labelledOutput("pod to pod: rtt min/avg/max/mdev = 0.301/0.388/0.512/0.055 ms")).toEqual({
    label: "pod to pod:",
    output: "rtt min/avg/max/mdev = 0.301/0.388/0.512/0.055 ms",
  });
  const { comparisons } = importTexts({
    t: "in container  Requests per second:    5120.44 [#/sec] (mean)\non host       Requests per second:    7980.12 [#/sec] (mean)\n",
  });
  expect(comparisons.map(({ metric, ratio }) => [metric, ratio])).toEqual([["http", 5120.44 / 7980.12]]);
});

test("a label without ends, and a tool's line alone, are none", () => {
  expect(labelledOutput("second try: rtt min/avg/max/mdev = 0.301/0.388/0.512/0.055 ms")).toBeUndefined();
  expect(labelledOutput("rtt min/avg/max/mdev = 0.301/0.388/0.512/0.055 ms")).toBeUndefined();
  expect(labelledOutput("[  5]   0.00-10.00  sec  1.09 GBytes   934 Mbits/sec                  receiver")).toBeUndefined();
});
