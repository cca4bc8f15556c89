import { expect, test } from "vitest";
import { unsupportedIn } from "./unsupported.js";

const WORKLOADS = ["pps", "tcp-open", "latency.icmp"] as const;

test("a pod that may not use the CPU which trafgen binds itself to sends no flood, and carries everything else", () => {
  expect(unsupportedIn("pod-pod", WORKLOADS, "2-5")).toEqual({
    pps: "trafgen sends from CPU 0 only, and pod pod-a may use CPUs 2-5 only (its cpuset)",
  });
});

test("one that may, or of which it is not known, sends it", () => {
  expect(unsupportedIn("pod-pod", WORKLOADS, "0,3")).toEqual({});
  expect(unsupportedIn("pod-pod", WORKLOADS, undefined)).toEqual({});
});

test("what the path itself cannot carry has that reason, and what is not asked for has none", () => {
  expect(unsupportedIn("pod-service", WORKLOADS, "2-5")).toEqual({
    pps: expect.stringContaining("raw frames are addressed to a device") as string,
    "latency.icmp": expect.stringContaining("nothing answers echo requests") as string,
  });
  expect(unsupportedIn("pod-service", ["tcp-open"], "2-5")).toEqual({});
});
