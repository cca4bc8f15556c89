import { expect, test } from "vitest";
import { PATH_NAMES } from "../../model/path.js";
import { UsageError } from "../errors.js";
import { type ClusterFlags, clusterRequest } from "./request.js";

const asked = (flags: Partial<ClusterFlags> = {}) => clusterRequest({ host: true, ...flags }, 7);

test("by default every path and metric, for five minutes", () => {
  expect(asked()).toMatchObject({ paths: PATH_NAMES, budgetSeconds: 300, margin: 0.05, quick: false, host: true, seed: 7, leftOut: [] });
  expect(asked().workloads).toContain("pps");
});

test("quick has four paths and the baseline that one of them needs", () => {
  expect(asked({ quick: true }).paths).toEqual(["host-host", "host-host-local", "pod-pod", "pod-pod-local", "pod-service"]);
});

test("a path brings its baseline", () => {
  expect(asked({ paths: "pod-service" }).paths).toEqual(["host-host", "pod-service"]);
  expect(asked({ paths: "pod-pod-local" }).paths).toEqual(["host-host-local", "pod-pod-local"]);
});

test("without hosts there are pod paths only, and raw frames only when they are named", () => {
  const request = asked({ host: false });
  expect(request.paths).toEqual(["pod-pod", "pod-pod-local", "pod-service", "pod-service-local", "pod-headless", "pod-nodeport"]);
  expect(request.workloads).not.toContain("pps");
  expect(request.leftOut.join()).toContain("NET_RAW");
  expect(asked({ host: false, metrics: "pps" }).workloads).toEqual(["pps"]);
  expect(() => asked({ host: false, paths: "host-pod" })).toThrow("--no-host");
});

test.each<[Partial<ClusterFlags>, string]>([
  [{ paths: "pod-pot" }, "no path is called pod-pot. Did you mean pod-pod?"],
  [{ paths: "," }, "--paths: names no path"],
  [{ nodes: "a,a" }, "named twice"],
  [{ nodes: "a", nodeSelector: "x=y" }, "one of the two"],
  [{ namespace: "Bench" }, "not a valid namespace name"],
  [{ imagePullSecret: "s" }, "--namespace"],
  [{ budget: "0s" }, "--budget"],
  [{ margin: "200%" }, "--margin"],
  [{ metrics: "ndr" }, "measured in the lab"],
  [{ seed: "-1" }, "--seed"],
  [{ services: "," }, "--services: names no number"],
  [{ services: "0,200000" }, "--services: 200000 is not a whole number from 0 to 10000"],
  [{ services: "100", namespace: "bench" }, "leave out --namespace"],
  [{ services: "100", host: false }, "--no-host"],
  [{ services: "100", paths: "pod-pod" }, "name it in --paths"],
  [{ services: "100", metrics: "latency" }, "name one of them in --metrics"],
])("%o is refused in words", (flags, words) => {
  expect(() => asked(flags)).toThrow(UsageError);
  expect(() => asked(flags)).toThrow(words);
});

test("numbers of Services are ascending, each once", () => {
  expect(asked({ services: "5000,0,1000,0" }).services).toEqual([0, 1000, 5000]);
  expect(asked()).not.toHaveProperty("services");
});

test("a cap is bits per second", () => {
  expect(asked({ maxRate: "500mbit" }).maxRate).toBe(500e6);
  expect(asked({ maxRate: "none" })).not.toHaveProperty("maxRate");
});
