import { expect, test } from "vitest";
import type { Reading } from "../../contract.js";
import { joinReadings } from "./readings.js";

const reading = (clock: number, busy: number, endpoint: string): Reading => ({
  clock,
  cpu: { busy, softirq: busy / 10, steal: 0, idle: 1, perCpu: { cpu0: busy } },
  counters: { [endpoint]: { devices: {}, protocols: { "Tcp.OutSegs": busy } } },
});

test("two machines' CPU times add up, one machine's count once", () => {
  const [near, far] = [reading(10, 1, "pod-a"), reading(99, 2, "pod-b")];
  expect(joinReadings({ reading: near, bootId: "m1" }, { reading: far, bootId: "m2" }).cpu).toMatchObject({
    busy: 3,
    idle: 2,
    perCpu: { "m1 cpu0": 1, "m2 cpu0": 2 },
  });
  expect(joinReadings({ reading: near, bootId: "m1" }, { reading: far, bootId: "m1" }).cpu).toMatchObject({
    busy: 1,
    perCpu: { "m1 cpu0": 1 },
  });
});

test("the clock is the near one's, and each endpoint keeps the clock it was read by", () => {
  const joined = joinReadings({ reading: reading(10, 1, "pod-a"), bootId: "m1" }, { reading: reading(99, 2, "pod-b"), bootId: "m2" });
  expect(joined.clock).toBe(10);
  expect([joined.counters["pod-a"]?.clock, joined.counters["pod-b"]?.clock]).toEqual([10, 99]);
});
