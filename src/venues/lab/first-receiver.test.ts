import { describe, expect, test } from "vitest";
import { MODES } from "../../modes/index.js";
import { firstReceiver } from "./first-receiver.js";

const TOPOLOGY = { nodes: 2, mtu: 1500 };

const receiverOf = (name: string, nodes = 2): string => {
  const wiring = MODES.find((mode) => mode.name === name)?.wire({ ...TOPOLOGY, nodes });
  const path = wiring?.paths["pod-pod"] ?? wiring?.paths["host-host"];
  if (wiring === undefined || path === undefined) throw new Error(`no path of ${name}`);
  const receiver = firstReceiver(wiring, path);
  return receiver === undefined ? "unknown" : `${receiver.in} ${receiver.device}`;
};

test.each([
  ["host", "node-b eth0"],
  ["flannel-host-gw", "node-a vethpoda"],
  ["flannel-vxlan", "node-a vethpoda"],
  ["macvlan", "node-b eth0"],
  ["ipvlan-l2", "node-b eth0"],
  ["ipvlan-l3s", "node-b eth0"],
  ["vlan", "node-a vethpoda"],
])("%s: %s", (name, receiver) => {
  expect(receiverOf(name)).toBe(receiver);
});

test("between three hosts the switch is first", () => {
  expect(receiverOf("host", 3)).toBe("switch port-a");
  expect(receiverOf("macvlan", 3)).toBe("switch port-a");
});

describe("every mode", () => {
  test.each(MODES.map((mode) => mode.name))("%s has one on its main path", (name) => {
    expect(receiverOf(name)).not.toBe("unknown");
  });
});

test("a device that nothing is known of has none", () => {
  expect(firstReceiver({ namespaces: [], steps: [], paths: {} }, { from: "node-a", device: "eth0" })).toBeUndefined();
});
