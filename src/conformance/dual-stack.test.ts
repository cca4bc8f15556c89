import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Step } from "../model/wiring.js";
import { MODES } from "../modes/index.js";
import { ipv6Of, withIpv6, withIpv6OnNodes } from "../modes/parts/dual-stack.js";
import { formatAddress, parseAddress } from "../units/address.js";
import { CONFORMANCE_TOPOLOGY, groundOf } from "./ground.js";

const byte = fc.nat(255);

test("every IPv4 address has one IPv6 address of its own, in the form of RFC 5952 and within 2001:2::/48", () => {
  fc.assert(
    fc.property(byte, byte, byte, byte, (a, b, c, d) => {
      const text = `${String(a)}.${String(b)}.${String(c)}.${String(d)}`;
      const [four, six] = [parseAddress(text), parseAddress(ipv6Of(text))];
      if (four === undefined || six === undefined) throw new Error(`${text} has no address: ${ipv6Of(text)}`);
      expect(six.value & 0xffff_ffffn).toBe(four.value);
      expect(six.value >> 80n).toBe(0x2001_0002_0000n);
      expect(formatAddress(six)).toBe(ipv6Of(text));
    }),
  );
});

test.each([
  ["198.19.1.0/24", "2001:2::c613:100/120"],
  ["198.18.0.11/32", "2001:2::c612:b/128"],
  ["0.0.0.1", "2001:2::1"],
  ["224.0.0.0/4", "ff00::/8"],
  ["default", "::/0"],
])("%s is %s", (ipv4, ipv6) => {
  expect(ipv6Of(ipv4)).toBe(ipv6);
});

const WITH_PODS = MODES.filter(({ name }) => name !== "host");

describe.each(WITH_PODS.map((mode) => [mode.name, mode] as const))("%s in both families", (_, mode) => {
  const plain = mode.wire(CONFORMANCE_TOPOLOGY);
  const { dualStack = {} } = mode;
  const wiring = withIpv6(plain, "lacks" in dualStack ? {} : dualStack);

  test("every place has an address of either family", () => {
    const [four, six] = (["ipv4", "ipv6"] as const).map((family) => groundOf(wiring, {}, family));
    for (const name of ["node-a", "node-b", "outside", "pod-a", "pod-a2", "pod-b"])
      expect(six?.addressOf(name)).toBe(ipv6Of(four?.addressOf(name) ?? ""));
  });

  test("no step for IPv6 holds an address of IPv4, and none of IPv4 is lost but what layers load", () => {
    const own = (step: Step): string => JSON.stringify({ ...step, id: undefined });
    const before = new Set(plain.steps.map(own));
    const added = wiring.steps.filter((step) => !before.has(own(step)) && step.kind !== "link");
    expect(added.filter((step) => /\b\d+\.\d+\.\d+\.\d+\b/.test(JSON.stringify({ ...step, reason: "" })))).toEqual([]);
    expect(wiring.steps.length).toBeGreaterThan(plain.steps.length);
    expect(wiring.steps.some((step) => step.kind === "sysctl" && step.name.endsWith("disable_ipv6") && step.value !== "0")).toBe(false);
  });

  test("a network without IPv6 still has it on its nodes, and on no pod", () => {
    const nodes = withIpv6OnNodes(plain);
    expect(groundOf(nodes, {}, "ipv6").addressOf("node-b")).toBe("2001:2::c612:c");
    expect(() => groundOf(nodes, {}, "ipv6").addressOf("pod-b")).toThrow("pod-b has no address");
  });
});

test("IPv6 has a tunnel device of its own, with the nodes' IPv6 addresses at its ends; flannel's is as wide as the one for IPv4, Calico's is not", () => {
  const tunnels = (name: string) => {
    const mode = MODES.find((one) => one.name === name);
    if (mode === undefined || mode.dualStack === undefined || "lacks" in mode.dualStack) throw new Error(`${name} has no tunnel`);
    return withIpv6(mode.wire(CONFORMANCE_TOPOLOGY), mode.dualStack).steps.flatMap((step) =>
      step.kind === "link" && step.type === "vxlan" && step.in === "node-a" ? [[step.name, step.common?.[1], step.options?.[3]]] : [],
    );
  };
  expect(tunnels("flannel-vxlan")).toEqual([
    ["flannel.1", "1450", "198.18.0.11"],
    ["flannel-v6.1", "1450", "2001:2::c612:b"],
  ]);
  expect(tunnels("calico-vxlan")).toEqual([
    ["vxlan.calico", "1450", "198.18.0.11"],
    ["vxlan-v6.calico", "1430", "2001:2::c612:b"],
  ]);
});

test("a program that serves the tunnel serves the one for IPv6 too, by a port of its own and the nodes' IPv6 addresses", () => {
  const mode = MODES.find(({ name }) => name === "wireguard");
  if (mode?.dualStack === undefined || "lacks" in mode.dualStack) throw new Error("wireguard has no tunnel");
  const programs = withIpv6(mode.wire(CONFORMANCE_TOPOLOGY), mode.dualStack).steps.flatMap((step) =>
    step.kind === "daemon" && step.in === "node-a" ? [step.argv.slice(-5)] : [],
  );
  expect(programs).toEqual([
    ["flannel-wg", "51820", "node-b", "198.18.0.12:51820", "198.19.2.0/24"],
    ["flannel-wg-v6", "51821", "node-b", "[2001:2::c612:c]:51821", "2001:2::c613:200/120"],
  ]);
});

test("a published port leads to the container's IPv6 address, in brackets", () => {
  const mode = MODES.find(({ name }) => name === "docker-nat");
  const wiring = withIpv6(mode?.wire(CONFORMANCE_TOPOLOGY) ?? { namespaces: [], steps: [], paths: {} });
  const rules = wiring.steps.flatMap((step) =>
    step.kind === "ruleset" && step.tool === "ip6tables" ? step.tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules)) : [],
  );
  expect(rules.filter((rule) => rule.includes("DNAT"))).toContainEqual(expect.stringMatching(/--to-destination \[2001:2::c613:2\]:\d+/));
});
