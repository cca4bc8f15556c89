import fc from "fast-check";
import { expect, test } from "vitest";
import { cpuMask, usableCpus } from "./steering.js";

test("usable are the CPUs that are online and allowed: a cpuset may leave some out, and the kernel lists some that are not there", () => {
  expect(usableCpus("0-3\n", "Cpus_allowed_list:\t1-127\n")).toEqual([1, 2, 3]);
  expect(usableCpus("0-127\n", "Cpus_allowed_list:\t0,64-66\n")).toEqual([0, 64, 65, 66]);
  expect(usableCpus("0-1\n", "")).toEqual([0, 1]);
});

test.each([
  [[1], "2"],
  [[1, 2, 3], "e"],
  [[31], "80000000"],
  [[33], "2,00000000"],
  [[0, 64], "1,00000000,00000001"],
  [[], undefined],
])("%j as a mask", (cpus, mask) => {
  expect(cpuMask(cpus)).toBe(mask);
});

test("a mask has exactly the bits of its CPUs", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(200), { minLength: 1 }), (cpus) => {
      const bits = BigInt(`0x${cpuMask(cpus)?.replaceAll(",", "") ?? "0"}`);
      expect([...Array(201).keys()].filter((cpu) => ((bits >> BigInt(cpu)) & 1n) === 1n)).toEqual([...cpus].sort((a, b) => a - b));
    }),
  );
});
