import { describe, expect, test } from "vitest";
import { VERDICTS } from "../../model/summary.js";
import { ratioStrip, stripTicks, stripX } from "./ratio-strip.js";
import { commonAxes, ownAxis } from "./strip-axis.js";

const axis = commonAxes([
  { median: 0.3, better: "higher" },
  { median: 1, better: "higher" },
])("higher");
const drawn = (value: Parameters<typeof ratioStrip>[0]): string => ratioStrip(value, axis).text;

test("each verdict has a shape of its own, so that none depends on colour", () => {
  const shapes = VERDICTS.map((verdict) => {
    const [, kind = "", shape = ""] =
      /class="mark (\w+)"[^>]*>(<[^>]*>)/.exec(drawn({ median: 0.5, low: null, high: null, verdict })) ?? [];
    expect(kind).toBe(verdict);
    return verdict === "undecided" ? `hollow ${shape}` : shape;
  });
  expect(new Set(shapes).size).toBe(VERDICTS.length);
});

describe("the interval", () => {
  const line = (low: number | null, high: number | null): readonly string[] =>
    /class="whisker same" x1="([^"]*)" x2="([^"]*)"/.exec(drawn({ median: 0.5, low, high, verdict: "same" }))?.slice(1) ?? [];

  test("goes from limit to limit", () => {
    expect(line(0.4, 0.7)).toEqual([stripX(axis, 0.4), stripX(axis, 0.7)]);
  });
  test("goes to the end where a limit is not known", () => {
    expect(line(null, 0.7)).toEqual(["0", stripX(axis, 0.7)]);
    expect(line(0.4, null)).toEqual([stripX(axis, 0.4), "100%"]);
    const times = ownAxis([{ low: 1, high: 3 }], 0.05, "lower");
    expect(ratioStrip({ median: 2, low: 1.5, high: null, verdict: "slower" }, times).text).toContain(`x1="${stripX(times, 1.5)}" x2="0"`);
  });
  test("goes to the edge where a limit lies beyond the axis, further than one at its end", () => {
    expect(line(0.001, 0.7)).toEqual(["0", stripX(axis, 0.7)]);
    expect(line(0.4, 50)).toEqual([stripX(axis, 0.4), "100%"]);
    expect(stripX(axis, 0.001)).not.toBe("0");
  });
  test("is not drawn where there is none", () => {
    expect(line(null, null)).toEqual([]);
  });
});

test("what lies beyond the axis is an arrow at its end", () => {
  const [far, near] = [0.001, 0.3].map((median) => drawn({ median, low: null, high: null, verdict: "slower" }));
  expect(far).toContain(`data-ratio="0.001" x="${stripX(axis, 0.001)}"`);
  expect(far).toContain('d="M-6 0L');
  expect(near).not.toContain('d="M-6 0L');
});

test("a ratio to a second baseline is drawn small below the first", () => {
  const value = { median: 0.5, low: 0.4, high: 0.6, verdict: "slower" } as const;
  const both = ratioStrip(value, axis, { ...value, median: 0.8 }).text;
  expect(both).toContain(`class="second" x="${stripX(axis, 0.8)}" y="78%"`);
  expect(ratioStrip(value, axis).text).not.toContain("second");
});

test("labels stand at their ratios, the host's among them", () => {
  const { text } = stripTicks(axis);
  for (const tick of axis.ticks) expect(text).toContain(`data-ratio="${String(tick)}" x="${stripX(axis, tick)}"`);
  expect(text).toContain('class="tick one"');
});

test("labels keep apart from each other", () => {
  const crowded = ownAxis([{ low: 0.94, high: 1.04 }], 0.02, "higher");
  const places = [...stripTicks(crowded).text.matchAll(/data-ratio="([^"]+)"/g)].map(([, ratio]) => crowded.place(Number(ratio)));
  expect(crowded.ticks.length).toBeGreaterThan(places.length);
  expect(places.length).toBeGreaterThan(1);
  for (const [index, place] of places.entries())
    for (const other of places.slice(index + 1)) expect(Math.abs(place - other)).toBeGreaterThanOrEqual(0.2);
});
