import { describe, expect, test } from "vitest";
import { l2Bridge } from "./l2-bridge.js";
import { vlan } from "./vlan.js";

const TOPOLOGY = { nodes: 3, mtu: 1500 } as const;

describe("l2-bridge", () => {
  const { steps, paths } = l2Bridge.wire(TOPOLOGY);

  test("moves each node's address from its card to br0", () => {
    const onNodes = steps.flatMap((step) =>
      step.kind === "address" && step.in.startsWith("node-") ? [`${step.device} ${step.address}`] : [],
    );
    expect(onNodes).toEqual(["br0 198.18.0.11/24", "br0 198.18.0.12/24", "br0 198.18.0.13/24"]);
    expect(paths["host-host"]).toMatchObject({ device: "br0", toDevice: "br0", address: "198.18.0.12" });
  });

  test("shows bridged frames to no rules, and says what Services lose by it", () => {
    const shown = steps.filter(
      (step) => step.kind === "sysctl" && step.in !== "switch" && step.name === "net.bridge.bridge-nf-call-iptables",
    );
    expect(shown.map((step) => (step.kind === "sysctl" ? step.value : ""))).toEqual(["0", "0", "0"]);
    expect(steps.some((step) => step.kind === "ruleset")).toBe(false);
    expect(l2Bridge.givesUp.join(" ")).toContain("bridge-nf-call-iptables=1");
  });
});

describe("vlan", () => {
  const { steps, paths } = vlan.wire(TOPOLOGY);

  test("bridges the tagged device, not the card, and leaves the node's address on the card", () => {
    const ports = steps.flatMap((step) =>
      step.kind === "link-set" && step.in === "node-a" && step.settings[0] === "master" ? [step.name] : [],
    );
    expect(ports).toEqual(["eth0.100", "vethpoda"]);
    expect(paths["host-host"]).toMatchObject({ device: "eth0" });
  });

  test("charges the tag to no pod: its link takes frames that are four bytes longer", () => {
    const mtus = steps.flatMap((step) =>
      step.kind === "link" && step.in === "node-a" ? [step.common?.[step.common.indexOf("mtu") + 1]] : [],
    );
    expect(new Set(mtus)).toEqual(new Set(["1500"]));
  });
});
