import { expect, test } from "vitest";
import type { Reading } from "../contract.js";
import { joinReadings } from "./joined-readings.js";

const reading = (clock: number, busy: number, endpoint: string): Reading => ({
  clock,
  cpu: { busy, softirq: busy / 10, steal: 0, idle: 1, perCpu: { cpu0: busy } },
  counters: { [endpoint]: { devices: {}, protocols: { "Tcp.OutSegs": busy } } },
});

test("two machines' CPU times add up, one machine's count once", () => {
  const [near, far] = [reading(10, 1, "pod-a"), reading(99, 2, "pod-b")];
  expect(
    joinReadings([
      { reading: near, machine: "m1" },
      { reading: far, machine: "m2" },
    ]).cpu,
  ).toMatchObject({
    busy: 3,
    idle: 2,
    perCpu: { "m1 cpu0": 1, "m2 cpu0": 2 },
  });
  expect(
    joinReadings([
      { reading: near, machine: "m1" },
      { reading: far, machine: "m1" },
    ]).cpu,
  ).toMatchObject({ busy: 1, perCpu: { "m1 cpu0": 1 } });
});

test("the clock is the near one's, and far endpoints carry the clock that they were read by", () => {
  const joined = joinReadings([
    { reading: reading(10, 1, "pod-a"), machine: "m1" },
    { reading: reading(99, 2, "pod-b"), machine: "m2" },
  ]);
  expect(joined.clock).toBe(10);
  expect([joined.counters["pod-a"]?.clock, joined.counters["pod-b"]?.clock]).toEqual([undefined, 99]);
});
