import { expect, test } from "vitest";
import { allowedCpus, cpusIn, whyNotOn } from "./allowed-cpus.js";

test.each([
  ["0-1\n", [0, 1]],
  ["0", [0]],
  ["0,2-4,8\n", [0, 2, 3, 4, 8]],
  ["", []],
])("%j are %j", (list, cpus) => {
  expect(cpusIn(list)).toEqual(cpus);
});

const status = (list: string): string => `Name:\tnode\nCpus_allowed:\tffff\nCpus_allowed_list:\t${list}\nMems_allowed_list:\t0\n`;

test("the allowed CPUs are those of the process, on machines of more than 64 too", () => {
  expect(allowedCpus(status("1-3,126-127"))).toEqual([1, 2, 3, 126, 127]);
  expect(allowedCpus("Name:\tnode\n")).toBeUndefined();
});

test("a tool that is bound to a CPU which is not allowed is named with what is", () => {
  const trafgen = { program: "trafgen", cpu: 0 };
  const podwire = { who: "podwire", by: "a cpuset or taskset" };
  expect(whyNotOn(trafgen, "0-127", podwire)).toBeUndefined();
  expect(whyNotOn(trafgen, undefined, podwire)).toBeUndefined();
  expect(whyNotOn(trafgen, "2", podwire)).toBe("trafgen sends from CPU 0 only, and podwire may use CPU 2 only (a cpuset or taskset)");
  expect(whyNotOn(trafgen, "1-3", podwire)).toContain("may use CPUs 1-3 only");
});
