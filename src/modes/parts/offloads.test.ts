import { describe, expect, test } from "vitest";
import { MODES } from "../index.js";
import { withoutOffloads } from "./offloads.js";

const TOPOLOGY = { nodes: 3, mtu: 1500 } as const;

describe.each(MODES.map((mode) => [mode.name, mode] as const))("%s without offloads", (_, mode) => {
  const plain = mode.wire(TOPOLOGY);
  const cut = withoutOffloads(plain);
  const added = cut.steps.filter((step) => step.kind === "offload" && !plain.steps.includes(step));

  test("is the same wiring but for offloads, which programs of the mode find switched off", () => {
    expect(cut.steps.filter((step) => !added.includes(step))).toEqual([
      ...plain.steps.filter(({ kind }) => kind !== "daemon"),
      ...plain.steps.filter(({ kind }) => kind === "daemon"),
    ]);
    expect({ ...cut, steps: [] }).toEqual({ ...plain, steps: [] });
    const lastOffload = cut.steps.findLastIndex(({ kind }) => kind === "offload");
    const firstDaemon = cut.steps.findIndex(({ kind }) => kind === "daemon");
    if (firstDaemon !== -1) expect(firstDaemon).toBeGreaterThan(lastOffload);
  });

  test("has every card cut, and no link between a pod and its node", () => {
    const cards = added.flatMap((step) => (step.kind === "offload" && step.device === "eth0" ? [step.in] : []));
    const owners = mode.name === "host-device" ? ["node-a", "node-b", "node-c", "pod-a", "pod-b", "pod-c"] : ["node-a", "node-b", "node-c"];
    expect(cards).toEqual(owners);
    expect(added.filter((step) => step.in.startsWith("pod-")).map((step) => step.in)).toEqual(
      owners.filter((owner) => owner.startsWith("pod-")),
    );
  });

  test("has every tunnel cut", () => {
    const devices = new Set(added.flatMap((step) => (step.kind === "offload" && step.in === "node-a" ? [step.device] : [])));
    for (const step of plain.steps.filter((one) => one.in === "node-a")) {
      if ((step.kind === "link" && ["vxlan", "ipip", "vlan"].includes(step.type)) || step.kind === "tun")
        expect(devices).toContain(step.name);
    }
  });
});
