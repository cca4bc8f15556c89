import { expect, test } from "vitest";
import { PATH_NAMES } from "../../../model/path.js";
import { crossesNodes, endsOf, networkOf, nodeOf, pathThrough, podsOf, servicesOf, touchesHost } from "./layout.js";

test("a path has the ends that its name says, and its name ends in local where it stays on one node", () => {
  for (const path of PATH_NAMES) {
    expect(crossesNodes(path)).toBe(!path.endsWith("-local"));
    expect(networkOf(endsOf(path).from)).toBe(path.startsWith("host") ? "host" : "pod");
  }
  expect(endsOf("pod-host")).toEqual({ from: "pod-a", to: "host-b" });
  expect(touchesHost("pod-nodeport")).toBe(false);
  expect(PATH_NAMES.filter(touchesHost)).toEqual(["host-host", "host-host-local", "host-pod", "pod-host"]);
});

test("only pods and Services that a path needs are made", () => {
  expect(podsOf(["host-host-local"]).map(({ name }) => name)).toEqual(["host-a"]);
  expect(podsOf(PATH_NAMES).map(({ name }) => name)).toEqual(["host-a", "host-b", "pod-a", "pod-a2", "pod-b"]);
  expect(servicesOf(["pod-pod", "pod-service-local"]).map(({ name }) => name)).toEqual(["local"]);
  expect(servicesOf(PATH_NAMES)).toHaveLength(4);
});

test("each Service has its path, and that path ends in the Service's pod", () => {
  for (const service of servicesOf(PATH_NAMES))
    expect(endsOf(pathThrough(service.name))).toMatchObject({ to: service.pod, via: service.name });
});

test("clients run on node a", () => {
  for (const path of PATH_NAMES) expect(nodeOf(endsOf(path).from)).toBe("a");
});
