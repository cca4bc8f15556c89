import { expect, test } from "vitest";
import { fakePath } from "../../../test/synthetic/fake-venue.js";
import type { Endpoint } from "../../venues/contract.js";
import { placesOf } from "./measuring.js";

/** A session whose sending pods may use these CPUs; the others may use all. */
const sessionWith = (cpusOfSenders: string) => {
  const path = { ...fakePath("calico", "pod-pod"), congestionControl: "bbr" };
  return {
    paths: [path],
    failedPaths: [{ path: "pod-service" as const, reason: "it does not answer" }],
    allowedCpusOf: ({ id }: Endpoint) => (id === path.from.id ? cpusOfSenders : "0-7"),
  };
};

const REQUEST = { paths: ["pod-pod", "pod-service", "pod-pod-local"], workloads: ["pps", "tcp-open"] } as const;
const PREPARED = { without: [{ path: "pod-pod-local", reason: "one node" }] } as const;

test("a path is built, or says why not", () => {
  expect(placesOf(REQUEST, PREPARED, sessionWith("0-3"))).toEqual([
    { path: "pod-pod", status: "built", congestionControl: "bbr" },
    { path: "pod-service", status: "failed", reason: "it does not answer" },
    { path: "pod-pod-local", status: "unsupported", reason: "one node" },
  ]);
});

test("what a path carries depends on the CPUs of the pod that sends on it", () => {
  const [first] = placesOf(REQUEST, PREPARED, sessionWith("2-3"));
  expect(first?.unsupportedWorkloads).toEqual({ pps: expect.stringContaining("may use CPUs 2-3 only (its cpuset)") as string });
});
