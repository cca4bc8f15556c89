import { expect, test } from "vitest";
import { ruleCostsSchema } from "../../model/rule-costs.js";
import { renderRuleCosts } from "./rule-costs.js";

const costs = ruleCostsSchema.parse({
  schema: "podwire/rule-costs@1",
  measured: "2026-11-30T19:34:55.000Z",
  kernel: "6.18",
  cpu: "a CPU",
  rules: 4000,
  rounds: 15,
  backends: [
    { backend: "iptables-legacy", status: "measured", cost: { nanoseconds: 6, low: 5, high: 7 } },
    { backend: "nft", status: "failed", reason: "nft -f -: no" },
  ],
});
const SETTING = { width: 100, colour: false };
const lastOf = (place: Parameters<typeof renderRuleCosts>[1]): string => renderRuleCosts(costs, place, SETTING).split("\n\n").at(-1) ?? "";

test("where the figures are kept, and how the walk comes to them", () => {
  expect(lastOf({ file: "/var/lib/podwire/rule-costs.json", isLookedAt: true, kept: costs })).toBe(
    "Kept in /var/lib/podwire/rule-costs.json, where `podwire rules --packet` finds it.\n",
  );
  expect(lastOf({ file: "own.json", isLookedAt: false, kept: costs })).toBe(
    "Kept in own.json: `podwire rules --packet` takes it with --costs own.json.\n",
  );
  expect(renderRuleCosts(costs, undefined, SETTING)).not.toContain("Kept");
});

test("an earlier figure that stays is named, with its time", () => {
  const earlier = {
    backend: "nft",
    status: "measured",
    cost: { nanoseconds: 6, low: 5, high: 7 },
    measured: "2026-10-01T08:00:00.000Z",
  } as const;
  const kept = { ...costs, backends: [...costs.backends.slice(0, 1), earlier] };
  expect(lastOf({ file: "own.json", isLookedAt: false, kept })).toMatch(/earlier figure there still:\s+nft \(2026-10-01[^)]*\)\.\n$/);
});

test("the answer stands first: what a rule costs by each backend that was measured, or that none could be", () => {
  expect(renderRuleCosts(costs, undefined, SETTING)).toMatch(
    /^A rule that does not match costs a packet 6\.00 ns by iptables-legacy\.\n\niptables-legacy {2}6\.00 ns \[5\.00, 7\.00\]\nnft {14}failed: nft -f -: no\n/,
  );
  const none = { ...costs, backends: costs.backends.slice(1) };
  expect(renderRuleCosts(none, undefined, SETTING)).toMatch(/^What a rule costs is not known: no backend could be measured\.\n\nnft /);
});
