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

  test("has every node's card cut, and no pod's link", () => {
    const cards = added.flatMap((step) => (step.kind === "offload" && step.device === "eth0" ? [step.in] : []));
    expect(cards).toEqual(["node-a", "node-b", "node-c"]);
    expect(added.some((step) => step.in.startsWith("pod-"))).toBe(false);
  });

  test("has every tunnel cut", () => {
    const devices = new Set(added.flatMap((step) => (step.kind === "offload" && step.in === "node-a" ? [step.device] : [])));
    for (const step of plain.steps.filter((one) => one.in === "node-a")) {
      if ((step.kind === "link" && ["vxlan", "ipip", "vlan"].includes(step.type)) || step.kind === "tun")
        expect(devices).toContain(step.name);
    }
  });
});
