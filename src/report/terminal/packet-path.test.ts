import { expect, test } from "vitest";
import type { PacketPath } from "../../model/packet-path.js";
import { renderPacketPath } from "./packet-path.js";
import { displayWidth } from "./text.js";

test("the longest kind of hop is set apart from what it says", () => {
  const hops: PacketPath["request"]["hops"] = [
    { in: "node-b", kind: "decapsulation", name: "flannel.1", says: "unwrapped" },
    { in: "node-b", kind: "hook", name: "postrouting", says: "1 rule is looked at" },
  ];
  const found: PacketPath = {
    schema: "podwire/packet-path@1",
    variant: "flannel-vxlan",
    path: "pod-pod",
    says: "Nothing is lost.",
    burst: { connections: 1, answered: 1 },
    request: { packet: "tcp 1.2.3.4 > 5.6.7.8", hops, ends: "unknown" },
  };
  expect(renderPacketPath(found, { width: 100, colour: false, utf8: false })).toContain("decapsulation  flannel.1: unwrapped");
});

test.each([60, 80, 100])("no line is wider than %i columns, and what was counted and dropped is there", (width) => {
  const counter = { what: "received", packets: 12_345, dropped: 678 } as const;
  const says = "unwrapped, with a sentence that is longer than the room that it has beside what was counted on the device";
  const hops: PacketPath["request"]["hops"] = [
    { in: "node-b", kind: "device", name: "flannel.1", says, counter, ends: "dropped" },
    { in: "node-b", kind: "device", name: "cni0", says: "short", counter: { ...counter, packets: 20, dropped: 0 } },
  ];
  const request = { packet: "tcp 198.18.101.101:40000 > 198.18.102.102:20000 of a connection that is new", hops, ends: "dropped" } as const;
  const found: PacketPath = {
    ...{ schema: "podwire/packet-path@1", variant: "flannel-vxlan", path: "pod-pod", says, request },
    burst: { connections: 1, answered: 1 },
  };
  const text = renderPacketPath(found, { width, colour: false, utf8: true });
  for (const line of text.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  expect(text).toMatch(/^ {2}│ +received 12\u00a0345, 678 dropped$/m);
  expect(text).toMatch(/^ {2}▼ device +cni0: short +received 20$/m);
});
