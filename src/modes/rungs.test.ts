import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeOfLayer } from "../model/layer-name.js";
import type { Topology } from "../model/wiring.js";
import { bitsPerSecond } from "../units/quantity.js";
import { MODES } from "./index.js";

const topologies: fc.Arbitrary<Topology> = fc.record(
  {
    nodes: fc.integer({ min: 2, max: 5 }),
    mtu: fc.integer({ min: 1280, max: 9000 }),
    rate: fc.constant(bitsPerSecond(1e9)),
    pods: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
  },
  { requiredKeys: ["nodes", "mtu"] },
);
const PLAIN: Topology = { nodes: 2, mtu: 1500 };
const WITH_PODS = MODES.filter(({ name }) => name !== "host");

test("the bare host has no rungs: it is where every ladder stands", () => {
  const host = MODES.find(({ name }) => name === "host");
  expect(host?.rungs(PLAIN)).toEqual([]);
  expect(host?.without(PLAIN)).toEqual([]);
});

describe.each(WITH_PODS.map((mode) => [mode.name, mode] as const))("the ladder of %s", (_name, mode) => {
  test("ends with the mode's own wiring, step by step", () => {
    fc.assert(
      fc.property(topologies, (topology) => {
        expect(mode.rungs(topology).at(-1)?.wiring).toEqual(mode.wire(topology));
      }),
      { numRuns: 20 },
    );
  });

  test("begins with a namespace, and has each layer once, in the order of layers", () => {
    const layers = mode.rungs(PLAIN).map(({ layer }) => layer);
    expect(layers[0]).toBe("namespace-veth");
    const places = layers.map(placeOfLayer);
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(new Set(layers).size).toBe(layers.length);
  });

  test("has no two rungs alike, and each leads from pod to pod", () => {
    const rungs = mode.rungs(PLAIN);
    expect(new Set(rungs.map(({ wiring }) => JSON.stringify(wiring))).size).toBe(rungs.length);
    for (const { wiring } of rungs) expect(wiring.paths["pod-pod"]).toMatchObject({ from: "pod-a", to: "pod-b" });
  });

  test("is not repeated by what is left without a layer", () => {
    const rungs = new Set(mode.rungs(PLAIN).map(({ wiring }) => JSON.stringify(wiring)));
    const without = mode.without(PLAIN);
    for (const { wiring } of without) expect(rungs.has(JSON.stringify(wiring))).toBe(false);
    expect(new Set(without.map(({ wiring }) => JSON.stringify(wiring))).size).toBe(without.length);
  });

  test("tells why each step is there", () => {
    const wirings = [...mode.rungs(PLAIN), ...mode.without(PLAIN)].map(({ wiring }) => wiring);
    for (const step of wirings.flatMap(({ steps }) => steps)) expect(step.reason.length).toBeGreaterThan(5);
  });
});

const layersOf = (name: string): string[] =>
  MODES.find((mode) => mode.name === name)
    ?.rungs(PLAIN)
    .map(({ layer }) => layer) ?? [];

test.each([
  ["flannel-vxlan", "namespace-veth routing bridge br-netfilter conntrack ruleset:flannel masquerade mtu encapsulation"],
  ["flannel-ipip", "namespace-veth routing bridge br-netfilter conntrack ruleset:flannel masquerade mtu encapsulation"],
  ["flannel-host-gw", "namespace-veth routing bridge br-netfilter conntrack ruleset:flannel masquerade"],
  ["calico-routed", "namespace-veth routing conntrack ruleset:calico masquerade"],
  ["calico-vxlan", "namespace-veth routing conntrack ruleset:calico masquerade mtu encapsulation offload"],
  ["docker-nat", "namespace-veth routing bridge br-netfilter conntrack ruleset:docker masquerade"],
  ["docker-nat-28", "namespace-veth routing bridge conntrack ruleset:docker masquerade"],
  ["kindnet", "namespace-veth routing conntrack masquerade"],
  ["l2-bridge", "namespace-veth bridge"],
  ["ebpf-routed", "namespace-veth ebpf-routing"],
  ["ebpf-vxlan", "namespace-veth ebpf-routing mtu encapsulation"],
  ["macvlan", "namespace-veth"],
])("%s is made of %s", (name, layers) => {
  expect(layersOf(name).join(" ")).toBe(layers);
});

test("a layer takes with it what cannot be without it", () => {
  const without = MODES.find(({ name }) => name === "flannel-vxlan")
    ?.without(PLAIN)
    .map(({ layers }) => layers.join(" "));
  expect(without).toEqual(["bridge br-netfilter", "br-netfilter", "conntrack masquerade", "ruleset:flannel", "masquerade"]);
});

test("connections are tracked from the conntrack rung on, and not before", () => {
  for (const mode of WITH_PODS) {
    for (const [place, { layer, wiring }] of mode.rungs(PLAIN).entries()) {
      const tracked = mode
        .rungs(PLAIN)
        .slice(0, place + 1)
        .some((one) => one.layer === "conntrack");
      const rules = JSON.stringify(wiring.steps.filter(({ kind }) => kind === "ruleset"));
      expect([mode.name, layer, /-m conntrack|MASQUERADE|DNAT/.test(rules)]).toEqual([mode.name, layer, tracked]);
    }
  }
});
