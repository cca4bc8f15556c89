import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Reading } from "../contract.js";
import { errorAt, onAgent } from "./clock-offset.js";
import type { WindowReadings } from "./protocol.js";
import { type AgentPart, mergeParts, place, planSlice, type SliceMoments } from "./timed-slice.js";

const MS = 1e6;

const reading = (clock: number, counters: Reading["counters"] = {}, busy = 0): Reading => ({
  clock,
  cpu: { busy, softirq: 0, steal: 0, idle: 1, perCpu: { cpu0: busy } },
  counters,
});

/** Clocks as they are believed and as they truly stand: within the error of each other. */
const clocks = fc
  .record({
    offset: fc.integer({ min: -1e15, max: 1e15 }),
    error: fc.integer({ min: 0, max: 20 * MS }),
    wrong: fc.integer({ min: -1_000, max: 1_000 }),
  })
  .map(({ offset, error, wrong }) => ({ believed: { offset, error, at: 0 }, truth: offset + Math.trunc((error * wrong) / 1_000) }));

type Drawn = typeof clocks extends fc.Arbitrary<infer T> ? T : never;

/** What an agent does that is given the moments on its clock as believed, and wakes up late by so much each time. Gives true moments too. */
function carriesOut({ believed, truth }: Drawn, moments: SliceMoments, runs: boolean, late: number) {
  const at = (moment: number): number => onAgent(believed, moment) + late;
  const answer: WindowReadings = {
    before: reading(at(moments.opens)),
    after: reading(at(moments.closes)),
    drain: { still: true, ms: 0 },
    ended: [],
    ...(runs ? { ran: { from: at(moments.resumeAt), to: at(moments.stop) } } : {}),
  };
  const part: AgentPart = { offset: believed, machine: "m", answer };
  return { part, truly: (shown: number) => shown - truth, answer };
}

describe("the moments of a slice", () => {
  const cases = [clocks, clocks, fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 40 })] as const;

  test("are such that every accepted reading lies in the time in which the generators ran and had settled, whatever the clocks truly are", () => {
    const lates = fc.tuple(fc.integer({ min: 0, max: 8 * MS }), fc.integer({ min: 0, max: 8 * MS }));
    fc.assert(
      fc.property(...cases, lates, (runner, reader, settle, length, [lateRunner, lateReader]) => {
        const moments = planSlice([runner.believed, reader.believed], 1e9, settle, length);
        const ran = carriesOut(runner, moments, true, lateRunner);
        const read = carriesOut(reader, moments, false, lateReader);
        if ("problem" in place([ran.part, read.part], settle)) return;
        const rounding = 4;
        const from = ran.truly(ran.answer.ran?.from ?? 0) + settle * MS;
        const to = ran.truly(ran.answer.ran?.to ?? 0);
        expect(read.truly(read.answer.before.clock)).toBeGreaterThanOrEqual(from - rounding);
        expect(read.truly(read.answer.after.clock)).toBeLessThanOrEqual(to + rounding);
      }),
    );
  });

  test("are accepted when everybody is on time, or late by less than is allowed for", () => {
    const lates = fc.tuple(fc.integer({ min: 0, max: 2 * MS }), fc.integer({ min: 0, max: 2 * MS }));
    fc.assert(
      fc.property(...cases, lates, (runner, reader, settle, length, [lateRunner, lateReader]) => {
        const moments = planSlice([runner.believed, reader.believed], 0, settle, length);
        const parts = [carriesOut(runner, moments, true, lateRunner).part, carriesOut(reader, moments, false, lateReader).part];
        expect(place(parts, settle)).toHaveProperty("parts");
      }),
    );
  });

  test("keep the length", () => {
    const offset = { offset: 0, error: 3 * MS, at: 0 };
    const { resumeAt, opens, closes, stop } = planSlice([offset, offset], 0, 10, 20);
    expect((closes - opens) / MS).toBe(20);
    expect((opens - resumeAt) / MS).toBeGreaterThanOrEqual(10 + 2 * (errorAt(offset, 0) / MS));
    expect((stop - closes) / MS).toBeGreaterThanOrEqual(2 * (errorAt(offset, 0) / MS));
  });

  test("an order that came late is told apart from a reading in the wrong place", () => {
    const offset = { offset: 0, error: 0, at: 0 };
    expect(place([{ offset, machine: "m", answer: { late: 1.25 } }], 0)).toEqual({ problem: "an order came 1.3 ms late", late: true });
    const answer: WindowReadings = {
      before: reading(5 * MS),
      after: reading(30 * MS),
      drain: { still: true, ms: 0 },
      ended: [],
      ran: { from: 0, to: 40 * MS },
    };
    expect(place([{ offset, machine: "m", answer }], 10)).toMatchObject({
      problem: expect.stringContaining("settled") as unknown,
      late: false,
    });
    expect(place([{ offset, machine: "m", answer: { ...answer, ran: { from: 0, to: 20 * MS } } }], 5)).toMatchObject({
      problem: expect.stringContaining("stopped") as unknown,
    });
  });
});

describe("the parts of a slice as one", () => {
  const counters = { devices: {}, protocols: {} };
  const part = (machine: string, id: string, clock: number, drain: WindowReadings["drain"]) => ({
    offset: { offset: 0, error: 0, at: 0 },
    machine,
    answer: {
      before: reading(clock, { [id]: counters }, 1),
      after: reading(clock + 20, { [id]: counters }, 2),
      drain,
      ended: id === "a" ? [7] : [],
    },
  });

  test("have the first one's clock, the others' clocks beside their counters", () => {
    const slice = mergeParts([part("m", "a", 100, { still: true, ms: 1 }), part("n", "b", 900, { still: true, ms: 2 })]);
    expect(slice.before.clock).toBe(100);
    expect(slice.after.counters).toEqual({ a: counters, b: { ...counters, clock: 920 } });
  });

  test("have the programs of the first that were gone", () => {
    const still = { still: true, ms: 0 };
    expect(mergeParts([part("m", "a", 0, still), part("n", "b", 0, still)]).ended).toEqual([7]);
  });

  test("have the CPU time of each machine once", () => {
    const still = { still: true, ms: 0 };
    const two = mergeParts([part("m", "a", 0, still), part("n", "b", 0, still), part("m", "c", 0, still)]);
    expect(two.after.cpu).toMatchObject({ busy: 4, idle: 2, perCpu: { "m cpu0": 2, "n cpu0": 2 } });
    expect(mergeParts([part("m", "a", 0, still), part("m", "b", 0, still)]).after.cpu).toMatchObject({ busy: 2, idle: 1 });
  });

  test("are at rest when all are, and took as long as the slowest", () => {
    const slice = mergeParts([part("m", "a", 0, { still: true, ms: 1 }), part("n", "b", 0, { still: false, ms: 60 })]);
    expect(slice.drain).toEqual({ still: false, ms: 60 });
  });
});
