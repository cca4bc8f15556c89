import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHECK_NAMES, type Expectations } from "../model/conformance.js";
import type { AskTry, ExchangeOutcome, ExchangeProtocol, Tried, Try, TryOutcome } from "../model/exchange.js";
import { MODES } from "../modes/index.js";
import { milliseconds } from "../units/quantity.js";
import { allAnswered } from "./check.js";
import { CHECKS } from "./checks/index.js";
import { CONFORMANCE_TOPOLOGY, groundOf } from "./ground.js";
import { cellOf, isTried } from "./judge.js";
import { lastSeen, wayOf, whereLost } from "./last-seen.js";
import { RESPONDER_PORT } from "./responders.js";
import { clusterAddress } from "./services.js";

const WITH_PODS = MODES.filter(({ name }) => name !== "host");
const took = milliseconds(1);

const answered = (who: string, source = "198.19.1.2:40000", from = "198.19.2.2"): ExchangeOutcome => ({
  result: "answered",
  who,
  source,
  bytes: 0,
  from,
  took,
});
const SILENT: ExchangeOutcome = { result: "silence", detail: "no connection", took: milliseconds(500) };

const ground = (mode: (typeof MODES)[number]) => groundOf(mode.wire(CONFORMANCE_TOPOLOGY), mode.conformance ?? {});
const [flannel] = WITH_PODS.filter(({ name }) => name === "flannel-vxlan");
if (flannel === undefined) throw new Error("flannel-vxlan is gone");

const checkOf = (name: string) => {
  const check = CHECKS.find((one) => one.name === name);
  if (check === undefined) throw new Error(`no check ${name}`);
  return check;
};
const triedOf = (name: string, outcome: (asked: Try) => TryOutcome): Tried[] =>
  checkOf(name)
    .tries(ground(flannel), "tcp")
    .map((asked) => ({ asked, outcome: outcome(asked) }));

test("last packets have every size from 100 bytes below the MTU to 20 above", () => {
  const asked = triedOf("segment-sizes", () => answered("pod-b")).map(({ asked: one }) => (one.kind === "ask" ? one.exchange.asks : 0));
  // IP and TCP headers with timestamps; flannel's pods have 1,450 bytes.
  expect(asked.map((payload) => payload + 20 + 32)).toEqual(Array.from({ length: 121 }, (_, more) => 1_350 + more));
});

test("Services are asked by all three kinds of sockets, but for a refusal, which a socket without a peer does not hear", () => {
  const byTwo = CHECKS.filter(({ set, protocols }) => set === "services" && protocols.length < 3);
  expect(byTwo.map(({ name }) => name)).toEqual(["no-endpoints"]);
});

test("affinity asks another Service by the socket without a peer, since the kinds are tried side by side", () => {
  const asked = (protocol: ExchangeProtocol): readonly string[] =>
    checkOf("affinity")
      .tries(ground(flannel), protocol)
      .flatMap((one) => (one.kind === "ask" ? [one.exchange.address] : []));
  expect(new Set(asked("udp"))).toEqual(new Set([clusterAddress("affine")]));
  expect(new Set(asked("udp-unconnected"))).toEqual(new Set([clusterAddress("affine-unconnected")]));
});

test("every name has its check, once, in the order of tables", () => {
  expect(CHECKS.map(({ name }) => name)).toEqual(CHECK_NAMES);
});

describe.each(WITH_PODS.map((mode) => [mode.name, mode] as const))("%s", (_, mode) => {
  test("has every place that is tried, and each question goes to an address of the lab", () => {
    const here = ground(mode);
    for (const check of CHECKS) {
      if (!isTried({ check, protocol: null, family: "ipv4" }, mode.conformance ?? {})) continue;
      for (const asked of check.tries(here, "tcp")) {
        expect(here.namespaces).toContain(asked.from);
        expect(here.namespaces).toContain(asked.to);
        const address = asked.kind === "ping" ? asked.address : asked.exchange.address;
        expect(address).toMatch(/^198\.1[89]\.\d+\.\d+$|^239\.198\.18\.1$|^127\.0\.0\.1$/);
      }
    }
  });

  test("has a reason for each expectation that is not simply to work", () => {
    for (const { because } of Object.values(mode.conformance ?? {})) expect(because).toMatch(/^[a-z].*[^.]$/);
  });
});

describe("a judgement", () => {
  test("holds only where the one who was asked answered", () => {
    expect(allAnswered(triedOf("pod-pod-across", () => answered("pod-b")))).toEqual({
      works: true,
      evidence: `pod-b answered pod-a at 198.19.2.2:${String(RESPONDER_PORT)}, which it saw as 198.19.1.2:40000`,
    });
    const other = allAnswered(triedOf("pod-pod-across", () => answered("pod-a2")));
    expect(other.works).toBe(false);
    expect(other.evidence).toContain("pod-a2, not pod-b answered");
  });

  test("shows the first that failed of many", () => {
    let count = 0;
    const judged = allAnswered(triedOf("segment-sizes", () => (++count === 7 ? SILENT : answered("pod-b"))));
    expect(judged).toEqual({ works: false, evidence: expect.stringContaining("silence for 500 ms (no connection)") as string });
  });

  test("of a Service without endpoints asks for a refusal within the time of silence", () => {
    const isRefusal = (milli: number): boolean =>
      checkOf("no-endpoints").judge(
        triedOf("no-endpoints", () => ({ result: "refused", detail: "ECONNREFUSED", took: milliseconds(milli) })),
        ground(flannel),
      ).works;
    expect([isRefusal(1), isRefusal(500), isRefusal(501)]).toEqual([true, true, false]);
  });

  test("of affinity asks for one pod, whichever it is, that answers from the Service's address", () => {
    const { tries, judge } = checkOf("affinity");
    const judged = (whoIs: (place: number) => string, from?: string) =>
      judge(
        tries(ground(flannel), "udp-unconnected").map((asked, place) => ({
          asked,
          outcome: answered(whoIs(place), "198.19.1.2:40000", from ?? (asked.kind === "ask" ? asked.exchange.address : "")),
        })),
        ground(flannel),
      );
    expect(judged(() => "pod-b")).toEqual({ works: true, evidence: "8 new sockets were answered by pod-b 8 times" });
    expect(judged((place) => (place === 5 ? "pod-a2" : "pod-b"))).toEqual({
      works: false,
      evidence: "8 new sockets were answered by pod-b 7 times, pod-a2 1 times",
    });
    // As where nothing translates the reply back: a connected socket would not take it.
    expect(judged(() => "pod-b", "198.19.2.2")).toEqual({
      works: false,
      evidence: expect.stringMatching(/^pod-b answered pod-a at .*; the answer came from 198\.19\.2\.2$/) as string,
    });
  });

  test("of masquerading asks for the node's address in place of the pod's", () => {
    const { judge } = checkOf("masquerade");
    const seen = (source: string) =>
      judge(
        triedOf("masquerade", () => answered("outside", source)),
        ground(flannel),
      );
    expect(seen("198.18.0.11:1024").works).toBe(true);
    expect(seen("198.19.1.2:1024")).toEqual({
      works: false,
      evidence: expect.stringMatching(/which it saw as 198\.19\.1\.2:1024, which is not its node$/) as string,
    });
    // An address that begins with the node's is another one.
    expect(seen("198.18.0.110:1024").works).toBe(false);
  });
});

describe("a cell", () => {
  const asked = { check: checkOf("pod-pod-across"), protocol: "tcp", family: "ipv4" } as const;
  const cell = (expectations: Expectations, outcome: ExchangeOutcome) =>
    cellOf(
      asked,
      expectations,
      ground(flannel),
      triedOf("pod-pod-across", () => outcome),
      "last seen in node-a: eth0 sent 1",
    );

  test("is what packets say, beside what the variant says", () => {
    const notOffered: Expectations = { "pod-pod-across": { expected: "not-offered", because: "it is so" } };
    expect(cell({}, answered("pod-b"))).toMatchObject({ result: "works", expected: "works" });
    expect(cell({}, SILENT)).toMatchObject({
      result: "does-not-work",
      expected: "works",
      evidence: expect.stringContaining("; last seen in node-a: eth0 sent 1") as string,
    });
    expect(cell(notOffered, SILENT)).toMatchObject({
      result: "not-offered",
      expected: "not-offered",
      because: "it is so",
    });
    // The description is wrong, and it must show.
    expect(cell(notOffered, answered("pod-b"))).toMatchObject({ result: "works", expected: "not-offered" });
  });

  test("of which nothing is known is what packets say", () => {
    const either: Expectations = { "pod-pod-across": { expected: "either", because: "it is not known" } };
    expect(cell(either, answered("pod-b"))).toMatchObject({ result: "works", expected: "works", because: "it is not known" });
    expect(cell(either, SILENT)).toMatchObject({ result: "not-offered", expected: "not-offered" });
  });

  test("without a meaning is not tried", () => {
    const expectations: Expectations = { "pod-pod-across": { expected: "not-applicable", because: "it has none" } };
    expect(isTried(asked, expectations)).toBe(false);
    expect(cellOf(asked, expectations, ground(flannel), [])).toMatchObject({
      result: "not-applicable",
      evidence: "not tried",
      because: "it has none",
    });
  });
});

describe("where packets were seen last", () => {
  const devices = (rxPackets: number, txPackets: number) => ({ eth0: { rxPackets, txPackets } });
  const asked = triedOf("pod-pod-across", () => SILENT)[0]?.asked as AskTry;
  const way = wayOf(asked, ground(flannel).namespaces);

  test("the way goes from pod to pod by both nodes and what joins them", () => {
    expect(way).toEqual(["pod-a", "node-a", "switch", "router", "node-b", "pod-b"]);
  });

  test("is the last place on the way whose counters grew", () => {
    const before = Object.fromEntries(way.map((name) => [name, devices(5, 5)]));
    const after = { ...before, "pod-a": devices(5, 6), "node-a": devices(6, 5) };
    expect(lastSeen(way, before, after)).toBe("last seen in node-a: eth0 received 1");
    expect(lastSeen(way, before, before)).toBe("no device on the way counted a packet");
  });

  test("is a place that counted as many as were sent, and rules that ended as many are named", () => {
    const before = { devices: Object.fromEntries(way.map((name) => [name, devices(5, 5)])), rules: { "node-b": { "policy DROP": 1 } } };
    const others = { ...before.devices, "pod-a": devices(5, 70), "node-a": devices(69, 70), "node-b": devices(30, 30) };
    const after = { devices: others, rules: { "node-b": { "policy DROP": 65, "-j DROP": 9 } } };
    expect(whereLost(asked, way, before, after, 64)).toBe(
      "last seen in node-a: eth0 received 64, eth0 sent 65; node-b: policy DROP counted 64",
    );
    expect(whereLost(asked, way, before, { devices: before.devices }, 64)).toBe("no device on the way counted them");
    expect(whereLost(asked, way, before, { devices: before.devices, unread: { "node-b": "no right" } }, 64)).toBe(
      "no device on the way counted them; the rules of node-b cannot be read: no right",
    );
  });

  test("is never a place whose counters stood still", () => {
    const counts = fc.dictionary(fc.constantFrom(...way), fc.record({ eth0: fc.record({ rxPackets: fc.nat(9), txPackets: fc.nat(9) }) }));
    fc.assert(
      fc.property(counts, counts, (before, after) => {
        const named = /^last seen in (\S+):/.exec(lastSeen(way, before, after))?.[1];
        if (named === undefined) return;
        const grown = (key: "rxPackets" | "txPackets") => (after[named]?.eth0[key] ?? 0) > (before[named]?.eth0[key] ?? 0);
        expect(grown("rxPackets") || grown("txPackets")).toBe(true);
      }),
    );
  });
});
