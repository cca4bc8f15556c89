import { describe, expect, test } from "vitest";
import { CHECKS } from "../../../conformance/checks/index.js";
import { type CheckName, SERVICE_CHECKS } from "../../../model/conformance.js";
import { placesOf, untried } from "./needs.js";

const placesFor = (name: CheckName): readonly string[] => {
  const check = CHECKS.find((one) => one.name === name);
  if (check === undefined) throw new Error(`no check ${name}`);
  return placesOf(check);
};

describe("the places that a check takes", () => {
  test.each([
    ["pod-pod-local", ["pod-a", "pod-a2"]],
    ["host-own-pod", ["node-a", "pod-a"]],
    ["clusterip-local", ["pod-a", "pod-a2"]],
    // Both pods stand behind these, whichever answers first.
    ["affinity", ["pod-a", "pod-a2", "pod-b"]],
    ["endpoint-removed", ["pod-a", "pod-a2", "pod-b"]],
    ["nodeport-outside", ["outside", "pod-b"]],
    ["masquerade", ["pod-a", "outside"]],
  ] as const)("%s: %j", (name, places) => {
    expect(new Set(placesFor(name))).toEqual(new Set(places));
  });
});

describe("what is not tried", () => {
  const WHY = "it is not there";
  const names = (lacking: Parameters<typeof untried>[1]): string[] => Object.keys(untried(CHECKS, lacking));

  test("nothing where nothing is lacking", () => {
    expect(names({ places: {}, checks: {} })).toEqual([]);
  });

  test("is what takes a place that is lacking, with the reason", () => {
    expect(names({ places: { "node-a": WHY, "node-b": WHY }, checks: {} })).toEqual([
      ...["pod-own-host", "pod-host-across", "host-own-pod", "host-pod-across"],
      ...["clusterip-from-host-local", "clusterip-from-host-across", "nodeport-from-node", "nodeport-localhost"],
    ]);
    expect(untried(CHECKS, { places: { outside: WHY }, checks: {} }).masquerade).toEqual({ expected: "not-applicable", because: WHY });
  });

  test("is every Service where none can be made, and single checks", () => {
    expect(new Set(names({ places: {}, services: WHY, checks: {} }))).toEqual(new Set(SERVICE_CHECKS));
    expect(names({ places: {}, checks: { "external-ip": WHY } })).toEqual(["external-ip"]);
  });
});
