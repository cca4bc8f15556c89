import { expect, test } from "vitest";
import { CHECKS } from "../../conformance/checks/index.js";
import { CONFORMANCE_TOPOLOGY, groundOf } from "../../conformance/ground.js";
import type { Tried } from "../../model/exchange.js";
import type { NamespaceName } from "../../model/wiring.js";
import { milliseconds } from "../../units/quantity.js";
import { resolveVariant } from "../../variants/variant.js";
import { removingCell } from "./endpoint-removal.js";
import type { Trying } from "./trying.js";

const UNSETTLED = "a Service that was made just before did not answer on node-b within 8 s";
const check = CHECKS.find(({ name }) => name === "endpoint-removed");
if (check === undefined) throw new Error("endpoint-removed is gone");
const mode = resolveVariant("flannel-vxlan+kube-proxy-iptables:1");

/** A ground on which pod-b answers at first; where a removal does not take, who is removed answers from then on. */
function trying(unsettled: string | undefined, takes: boolean): Trying {
  let who: NamespaceName = "pod-b";
  const remove: Trying["remove"] = async (_, gone) => {
    who = (gone === "pod-b") === takes ? "pod-a2" : "pod-b";
    return Promise.resolve(unsettled);
  };
  return {
    ground: groundOf(mode.wire(CONFORMANCE_TOPOLOGY), {}),
    expectations: {},
    carryOut: async (tries) =>
      Promise.resolve(
        tries.map(
          (asked): Tried => ({
            asked,
            outcome: { result: "answered", who, source: "10.0.0.1:40000", bytes: 0, from: "10.0.0.2", took: milliseconds(1) },
          }),
        ),
      ),
    keepAsking: async (_, { protocol }, { onFirst }) => {
      const first = who;
      await onFirst(first);
      // A connection stays with the one that it was made to.
      return Array.from({ length: 20 }, () => `answer ${protocol === "tcp" ? first : who}`);
    },
    remove,
    onward: milliseconds(0),
    counts: async () => Promise.resolve({ devices: {} }),
    copies: 1,
  };
}

test.each(["tcp", "udp", "udp-unconnected"] as const)(
  "by %s: what did not settle after a removal stands in the cell's evidence",
  async (protocol) => {
    const stale = await removingCell(trying(UNSETTLED, false), { check, protocol, family: "ipv4" });
    expect(stale.result).toBe("does-not-work");
    expect(stale.evidence).toMatch(protocol === "tcp" ? /^pod-a2 was removed/ : /^pod-b was removed/);
    expect(stale.evidence.endsWith(`; ${UNSETTLED}`)).toBe(true);
    const sound = await removingCell(trying(undefined, true), { check, protocol, family: "ipv4" });
    expect(sound.result).toBe("works");
    expect(sound.evidence).not.toContain("undefined");
  },
);

test("a connection to the endpoint that stays and that ends is no success, whatever new ones do", async () => {
  const sound = trying(undefined, true);
  const ended: Trying = {
    ...sound,
    keepAsking: async (from, exchange, meanwhile) => [...(await sound.keepAsking(from, exchange, meanwhile)), "error ECONNRESET"],
  };
  const { result, evidence } = await removingCell(ended, { check, protocol: "tcp", family: "ipv4" });
  expect(result).toBe("does-not-work");
  expect(evidence).toBe("pod-a2 was removed; a connection to pod-b did not go on: error ECONNRESET");
});

test.each(["tcp", "udp"] as const)("by %s: what came in place of an answer is told", async (protocol) => {
  const mute: Trying = {
    ...trying(undefined, true),
    keepAsking: async () => Promise.resolve(["error ECONNREFUSED", "error ECONNREFUSED"]),
  };
  const { result, evidence } = await removingCell(mute, { check, protocol, family: "ipv4" });
  expect(result).toBe("does-not-work");
  expect(evidence).toMatch(/^one (?:connection|socket) asked again and again, and no answer came: error ECONNREFUSED$/);
});

test("new connections that were answered only when they were asked again are told as such", async () => {
  const sound = trying(undefined, true);
  let asked = 0;
  const late: Trying = {
    ...sound,
    carryOut: async (tries) => {
      const tried = await sound.carryOut(tries);
      asked += 1;
      // The second time are the new connections at first.
      return asked === 2
        ? tried.map((one) => ({ ...one, outcome: { result: "silence", detail: "no connection", took: milliseconds(500) } }))
        : tried;
    },
  };
  const { result, evidence } = await removingCell(late, { check, protocol: "tcp", family: "ipv4" });
  expect(result).toBe("works");
  expect(evidence).toMatch(/; only when it was asked again$/);
});
