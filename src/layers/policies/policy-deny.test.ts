import { expect, test } from "vitest";
import type { RuleChain } from "../../model/wiring.js";
import { standingOf } from "../../variants/standing.js";
import { resolveVariant } from "../../variants/variant.js";
import { policyDeny } from "./policy-deny.js";

const chainsOf = (name: string): readonly RuleChain[] =>
  resolveVariant(name)
    .wire({ nodes: 2, mtu: 1500, pods: [2, 1] })
    .steps.flatMap((step) => (step.kind === "ruleset" && step.in === "node-a" ? step.tables : []))
    .filter((table) => table.name === "filter")
    .flatMap(({ chains }) => chains);

test("stands on Calico's modes, and nowhere else", () => {
  expect(standingOf(policyDeny).on).toEqual(["calico-routed", "calico-ipip", "calico-vxlan"]);
  expect(() => resolveVariant("flannel-vxlan+policy-deny")).toThrow("it has no felix whose chains could hold a policy");
});

test("every pod's chain asks the policy before its profiles, once the connection is known to be new", () => {
  const chains = chainsOf("calico-routed+policy-deny").filter(({ name }) => name.startsWith("cali-tw-"));
  expect(chains).toHaveLength(2);
  for (const { rules } of chains) {
    const order = [
      "RELATED,ESTABLISHED",
      "Start of tier default",
      "-j cali-pi-",
      "Return if policy accepted",
      "Drop if no policies",
      "-j cali-pri-",
    ];
    const places = order.map((words) => rules.findIndex((rule) => rule.includes(words)));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places).not.toContain(-1);
  }
});

test("what pods send asks nothing more: the policy has rules for one direction", () => {
  const from = (name: string): readonly RuleChain[] => chainsOf(name).filter((chain) => chain.name.startsWith("cali-fw-"));
  expect(from("calico-vxlan+policy-deny")).toEqual(from("calico-vxlan"));
});
