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
  expect(whyNotOn(0, "trafgen", status("0-127"))).toBeUndefined();
  expect(whyNotOn(0, "trafgen", status("2"))).toBe("trafgen sends from CPU 0 only, and podwire may use CPU 2 only (a cpuset or taskset)");
  expect(whyNotOn(0, "trafgen", status("1-3"))).toContain("may use CPUs 1-3 only");
});
