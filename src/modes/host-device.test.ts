import { expect, test } from "vitest";
import { hostDevice } from "./host-device.js";

const TOPOLOGY = { nodes: 2, mtu: 1500 } as const;

test("the pods' cards are the two ends of a cable of their own, with nothing of a node's on the way", () => {
  const { steps, paths } = hostDevice.wire(TOPOLOGY);
  const cables = steps.filter((step) => step.kind === "link");
  expect(cables.map(({ in: namespace, peer }) => [namespace, peer?.in])).toEqual([
    ["node-a", "node-b"],
    ["pod-a", "pod-b"],
  ]);
  expect(paths["pod-pod"]).toMatchObject({ from: "pod-a", device: "eth0", to: "pod-b", toDevice: "eth0", address: "198.18.1.12" });
});

test("it says that it shows no card", () => {
  expect(hostDevice.deviations.join(" ")).toContain("it shows the Service layer and the rig, not a card");
});
