/** Layers that try a change of `podwire tune` set what that sets. */
import { expect, test } from "vitest";
import { offloadGro } from "../../tuning/changes/offloads/gro.js";
import { notrackRules } from "../../tuning/changes/rules/notrack-tunnel.js";
import { standingOf } from "../../variants/standing.js";
import { resolveVariant } from "../../variants/variant.js";
import { groOn } from "./gro-on.js";
import { notrackVxlan } from "./notrack-vxlan.js";

const TOPOLOGY = { nodes: 3, mtu: 1500 } as const;

test("notrack-vxlan has the rules of notrack-tunnel, in iptables' words, on every node", () => {
  const { steps } = resolveVariant("flannel-vxlan+notrack-vxlan").wire(TOPOLOGY);
  const own = steps.flatMap((step) => (step.kind === "ruleset" && step.id === "notrack-vxlan" ? [step] : []));
  expect(own.map((step) => step.in)).toEqual(["node-a", "node-b", "node-c"]);
  const inNft = [...notrackRules([8472]).matchAll(/hook (\w+) priority raw; policy accept; udp dport (\d+) notrack/g)];
  const inIptables = own[0]?.tables.flatMap(({ name, chains }) =>
    chains.flatMap((chain) =>
      chain.rules.map((rule) => [name, chain.name.toLowerCase(), /^-p udp -m udp --dport (\d+) -j CT --notrack$/.exec(rule)?.[1]]),
    ),
  );
  expect(inIptables).toEqual(inNft.map(([, hook, port]) => ["raw", hook, port]));
});

test("notrack-vxlan stands where a tunnel is tracked, and nowhere else", () => {
  expect(standingOf(notrackVxlan).on).toEqual(["flannel-vxlan"]);
  expect(() => resolveVariant("calico-vxlan+notrack-vxlan")).toThrow("it leaves its tunnel's packets untracked by itself");
});

test("gro-on switches the feature of offload-gro on, at both ends of every pod's link", () => {
  const { steps } = resolveVariant("flannel-host-gw+gro-on").wire(TOPOLOGY);
  const own = steps.flatMap((step) => (step.kind === "offload" ? [step] : []));
  expect(own.map((step) => `${step.in} ${step.device}`)).toEqual([
    "node-a vethpoda",
    "pod-a eth0",
    "node-b vethpodb",
    "pod-b eth0",
    "node-c vethpodc",
    "pod-c eth0",
  ]);
  const [feature] = new Set(own.flatMap(({ features }) => features));
  expect(offloadGro.sets).toContain(`${feature ?? ""} on`);
  expect(standingOf(groOn).on).not.toContain("macvlan");
});
