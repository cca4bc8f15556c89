import { expect, test } from "vitest";
import type { PacketPath } from "../../model/packet-path.js";
import { renderPacketPath } from "./packet-path.js";

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
