import { expect, test } from "vitest";
import type { LayerCost } from "../../model/profile.js";
import type { ProfileLayer } from "./symbol-table.js";
import { witnesses as held, type Told } from "./witnesses.js";

const estimate = (value: number, half: number | null) => ({
  value,
  low: half === null ? null : value - half,
  high: half === null ? null : value + half,
});
const cost = (layer: ProfileLayer, difference: number, half: number | null = 1): LayerCost => {
  const beside = { host: estimate(0, 0), variant: estimate(difference, half), difference: estimate(difference, half) };
  return { layer, ...beside, perPacket: beside, inclusive: difference };
};
type Effect = Told["effects"][number];
const effect = (points: number, half: number, ...layers: string[]): Effect => ({ layers, points, low: points - half, high: points + half });

/** Of what stands together the interval is half as wide as the sum of the parts': rounds are drawn for all of them at once. */
function witnesses(effects: readonly Effect[], layers: readonly LayerCost[], better: Told["better"] = "higher") {
  const costOf = (names: readonly string[]) => {
    const own = effects.filter((one) => one.layers.some((layer) => names.includes(layer)));
    const points = own.reduce((sum, one) => sum + one.points, 0);
    const half = own.reduce((sum, { low, high }) => sum + (high - low) / 4, 0);
    return { points, low: points - half, high: points + half };
  };
  const differenceOf = (names: readonly string[]) => {
    const own = layers.filter(({ layer }) => names.includes(layer)).map(({ difference }) => difference);
    const value = own.reduce((sum, one) => sum + one.value, 0);
    const half = own.reduce((sum, one) => sum + (one.high === null ? Number.NaN : one.high - one.value), 0) / (own.length > 1 ? 2 : 1);
    return Number.isNaN(half) ? { value, low: null, high: null } : { value, low: value - half, high: value + half };
  };
  return held({ better, effects, costOf }, { layers, differenceOf });
}

test("a loss in points and more CPU time are the same, and so are a gain and less", () => {
  const layers = [cost("bridge", 5), cost("conntrack", -5), cost("encapsulation", -5), cost("namespace-veth", 0.5)];
  const said = witnesses(
    [
      effect(-10, 2, "namespace-veth"),
      effect(-9, 2, "bridge"),
      effect(4, 2, "conntrack"),
      effect(-14, 3, "encapsulation"),
      effect(1, 2, "routing"),
    ],
    layers,
  );
  expect(said.map(({ layers: names, agreement }) => [names[0], agreement])).toEqual([
    ["namespace-veth", "only the waterfall"],
    ["bridge", "agree"],
    ["conntrack", "agree"],
    ["encapsulation", "disagree"],
    ["routing", "neither"],
  ]);
});

test("steps whose functions are the same are one row: rules of two owners, two kinds of address translation", () => {
  const [rules, nat, ...others] = witnesses(
    [effect(-2, 1, "ruleset:flannel"), effect(-3, 1, "masquerade"), effect(-4, 1, "ruleset:kube-proxy"), effect(-1, 3, "service-nat")],
    [cost("ruleset", 8), cost("masquerade", 3)],
  );
  expect(rules).toMatchObject({
    layers: ["ruleset:flannel", "ruleset:kube-proxy"],
    waterfall: { points: -6, low: -7, high: -5 },
    agreement: "agree",
  });
  expect(nat).toMatchObject({ layers: ["masquerade", "service-nat"], waterfall: { points: -4, low: -6, high: -2, says: "costs" } });
  expect(nat?.agreement).toBe("agree");
  expect(others).toEqual([]);
});

test("a step of several layers stands against the sum of theirs, and joins what shares one of them", () => {
  const [one, ...others] = witnesses(
    [effect(-2, 1, "bridge"), effect(-3, 1, "br-netfilter", "conntrack"), effect(-1, 0.5, "conntrack", "bridge")],
    [cost("bridge", 1), cost("conntrack", 2), cost("br-netfilter", 3)],
  );
  expect(one?.profile.difference).toEqual({ value: 6, low: 4.5, high: 7.5 });
  expect(one?.waterfall?.points).toBe(-6);
  expect(others).toEqual([]);
});

test("a layer without functions is not seen, which contradicts nothing", () => {
  const [mtu] = witnesses([effect(-5, 1, "mtu")], []);
  expect(mtu).toMatchObject({ profile: { says: "blind" }, agreement: "only the waterfall" });
});

test("a layer of the way that no step has is named by the profile alone; parts that every network has are not", () => {
  const said = witnesses([effect(-5, 1, "bridge")], [cost("conntrack", 4), cost("softirq", 9)]);
  expect(said.slice(1)).toMatchObject([{ layers: [], profiled: ["conntrack"], agreement: "only the profile" }]);
  expect(said[1]).not.toHaveProperty("waterfall");
});

test("without intervals nothing is clear", () => {
  const [one] = witnesses([effect(-5, 1, "bridge")], [cost("bridge", 5, null)]);
  expect(one).toMatchObject({ profile: { says: "unclear" }, agreement: "only the waterfall" });
});

test("of a time and of a cost a loss is above 0", () => {
  const [one] = witnesses([effect(10, 2, "bridge")], [cost("bridge", 5)], "lower");
  expect(one).toMatchObject({ waterfall: { says: "costs" }, agreement: "agree" });
});
