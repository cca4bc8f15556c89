import { describe, expect, test } from "vitest";
import { nextWorkload, type WorkloadState } from "./schedule.js";

const state = (workload: WorkloadState["workload"], rounds: number, spent: number, lastRound = 1, open = true): WorkloadState => ({
  workload,
  rounds,
  spent,
  lastRound,
  open,
});

describe("nextWorkload", () => {
  test("brings every workload to the minimum first, evenly", () => {
    expect(nextWorkload([state("tcp", 2, 1), state("http", 1, 9)], 9, 60)).toBe("http");
  });

  test("then gives the time to the one that had least of it", () => {
    expect(nextWorkload([state("tcp", 9, 30), state("http", 9, 20)], 9, 60)).toBe("http");
  });

  test("leaves out what is decided and what no longer fits", () => {
    expect(nextWorkload([state("tcp", 9, 1, 1, false), state("http", 9, 20, 30), state("pps", 9, 25, 2)], 9, 10)).toBe("pps");
  });

  test("ends when nothing is left", () => {
    expect(nextWorkload([state("tcp", 9, 1, 1, false)], 9, 60)).toBeUndefined();
    expect(nextWorkload([state("tcp", 9, 1, 5)], 9, 2)).toBeUndefined();
  });
});
