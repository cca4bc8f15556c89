import { expect, test } from "vitest";
import type { RuleCost, RuleCosts } from "../../model/rule-costs.js";
import { withEarlier } from "./rule-costs.js";

const of = (measured: string, ...backends: readonly RuleCost[]): RuleCosts => ({
  ...{ schema: "podwire/rule-costs@1", measured, kernel: "6.18", cpu: "a CPU", rules: 4000, rounds: 15 },
  backends: [...backends],
});
const figure = (nanoseconds: number): RuleCost["cost"] => ({ nanoseconds, low: nanoseconds - 1, high: nanoseconds + 1 });
const nft = { backend: "nft", status: "measured", cost: figure(6) } as const;
const failed = { backend: "nft", status: "failed", reason: "nft -f -: no" } as const;
const absent = { backend: "nft", status: "unsupported", reason: "nft is not installed" } as const;
const legacy = (nanoseconds: number): RuleCost => ({ backend: "iptables-legacy", status: "measured", cost: figure(nanoseconds) });

test("a backend that failed keeps its earlier figure with its time, however often", () => {
  const first = of("t1", legacy(5), nft);
  const second = withEarlier(of("t2", legacy(7), failed), first);
  expect(second).toEqual(of("t2", legacy(7), { ...nft, measured: "t1" }));
  expect(withEarlier(of("t3", legacy(8), failed), second)).toEqual(of("t3", legacy(8), { ...nft, measured: "t1" }));
});

test.each([
  ["of another kernel", of("t2", failed), { ...of("t1", nft), kernel: "6.1" }],
  ["of another CPU", of("t2", failed), { ...of("t1", nft), cpu: "another" }],
  ["where the backend was measured anew", of("t2", { ...nft, cost: figure(9) }), of("t1", nft)],
  ["where the backend is not there any more", of("t2", absent), of("t1", nft)],
  ["where it had none", of("t2", failed), of("t1", failed)],
])("%s nothing is kept", (_what, now, before) => {
  expect(withEarlier(now, before)).toEqual(now);
});
