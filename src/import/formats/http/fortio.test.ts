import { describe, expect, test } from "vitest";
import { importTexts } from "../../../../test/synthetic/imported-texts.js";

const figures = (text: string): readonly string[] =>
  importTexts({ t: text }).figures.map(
    ({ role, metric, value, n }) => `${role ?? "-"} ${metric} ${String(Math.round(value))} (${String(n)})`,
  );
const times = (count: number, mean: string, median: string): string =>
  `Aggregated Function Time : count ${String(count)} avg ${mean} +/- 0.0004 min 1e-05 max 0.02 sum 15.9\n# target 50% ${median}\n`;

describe("fortio without its banner", () => {
  test.each([
    ["", ""],
    ["Starting at max qps with 8 thread(s) [gomax 2] for 2s\n", "Starting at max qps with 8 thread(s) [gomax 2] for 2s\n"],
    ["Starting at 100 qps with 4 thread(s) [gomax 2] for 2s\n", "Starting at 100 qps with 4 thread(s) [gomax 2] for 2s\n"],
  ])("a second fragment ends the first: %j", (first, second) => {
    const text = `Between hosts:\n${first}${times(1000, "0.0001", "0.00009")}\nBetween pods:\n${second}${times(800, "0.0002", "0.00018")}`;
    expect(figures(text)).toEqual([
      "host http.time 100 (1000)",
      "host http.time.p50 90 (1000)",
      "pod http.time 200 (800)",
      "pod http.time.p50 180 (800)",
    ]);
  });

  test.each(["## Between hosts\n\n", "# hosts\n", "> between hosts:\n", "hosts:\n"])(
    "a heading between them is none of fortio's lines: %j",
    (heading) => {
      const text = `${heading}${times(1000, "0.0001", "0.00009")}${heading.replace("hosts", "pods")}${times(800, "0.0002", "0.00018")}`;
      expect(figures(text)).toEqual([
        "host http.time 100 (1000)",
        "host http.time.p50 90 (1000)",
        "pod http.time 200 (800)",
        "pod http.time.p50 180 (800)",
      ]);
    },
  );

  test("two fragments without a word between them have their own numbers of requests", () => {
    expect(figures(`${times(1000, "0.0001", "0.00009")}\n${times(800, "0.0002", "0.00018")}`)).toEqual([
      "- http.time 100 (1000)",
      "- http.time.p50 90 (1000)",
      "- http.time 200 (800)",
      "- http.time.p50 180 (800)",
    ]);
  });

  test("a last line with other calls than the times have is of another run", () => {
    const text = `Between hosts:\n${times(1000, "0.0001", "0.00009")}\nBetween pods:\nAll done 800 calls (plus 8 warmup) 0.200 ms avg, 400.0 qps\n`;
    expect(figures(text)).toEqual([
      "host http.time 100 (1000)",
      "host http.time.p50 90 (1000)",
      "pod http 400 (800)",
      "pod http.time 200 (800)",
    ]);
  });

  test("percentiles of answers that were errors are not those of all", () => {
    const text = `Between hosts:\n${times(1000, "0.0001", "0.00009")}Error cases : count 7 avg 0.0034 +/- 0.0007 min 0.0024 max 0.0047 sum 0.02\n# target 50% 0.003\nAll done 1000 calls (plus 8 warmup) 0.100 ms avg, 500.0 qps\n`;
    expect(figures(text)).toEqual(["host http.time 100 (1000)", "host http.time.p50 90 (1000)", "host http 500 (1000)"]);
  });
});
