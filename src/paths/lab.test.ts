import { describe, expect, test } from "vitest";
import { syntheticRun } from "../../test/synthetic/run.js";
import type { Run } from "../model/run.js";
import { labPaths } from "./lab.js";

const { scenario } = syntheticRun();
const VARIANT = "gce+kube-proxy-iptables:100";
const host = { mode: "host", status: "built" } as const;
const plain = { mode: "gce", status: "built" } as const;
const variant: Run["modes"][number] = {
  mode: VARIANT,
  status: "built",
  layers: [{ layer: "kube-proxy-iptables", argument: 100, carries: "services" }],
};

const planOf = (built: Run["modes"], configuredBaseline = false) =>
  labPaths({ ...scenario, modes: built.map(({ mode }) => mode), configuredBaseline }, built);
const names = (paths: readonly { readonly mode: string; readonly path: string }[]): string[] =>
  paths.map(({ mode, path }) => `${mode} ${path}`);

describe("the paths of a lab", () => {
  test("of a mode are its pods', and of one with Services also that to a Service, which stands first", () => {
    expect(names(planOf([host, plain, variant]).paths)).toEqual([
      "host host-host",
      "gce pod-pod",
      `${VARIANT} pod-service`,
      `${VARIANT} pod-pod`,
    ]);
  });

  test("to a Service carry what uses sockets, and say why not the rest, as in a cluster", () => {
    const path = planOf([host, variant]).paths.find(({ path: name }) => name === "pod-service");
    expect(path?.unsupportedWorkloads).toEqual({
      pps: expect.stringContaining("raw frames are addressed to a device") as unknown,
      "latency.icmp": "nothing answers echo requests at a Service's address",
    });
  });

  test("both decide, against the bare host and beside their own nodes", () => {
    const { comparisons } = planOf([host, variant], true);
    expect(comparisons.map(({ numerator, denominator, decides }) => [numerator.path, denominator.mode, decides])).toEqual([
      ["pod-service", "host", true],
      ["pod-service", VARIANT, false],
      ["pod-pod", "host", true],
      ["pod-pod", VARIANT, false],
      ["host-host", "host", false],
    ]);
  });

  test("to a Service that does not answer are failed, and the pods are measured", () => {
    const { paths } = planOf([host, { ...variant, serviceFault: "does not answer" }]);
    expect(paths.filter(({ mode }) => mode === VARIANT).map(({ path, status, reason }) => [path, status, reason])).toEqual([
      ["pod-service", "failed", "does not answer"],
      ["pod-pod", "built", undefined],
    ]);
  });

  test("of a variant that could not be built are there with the reason", () => {
    const { paths } = planOf([host, { ...variant, status: "unsupported", reason: "needs nft" }]);
    expect(paths.filter(({ mode }) => mode === VARIANT).map(({ status, reason }) => [status, reason])).toEqual([
      ["unsupported", "needs nft"],
      ["unsupported", "needs nft"],
    ]);
  });
});
