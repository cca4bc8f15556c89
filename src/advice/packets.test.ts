import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { triedRun, triedVariant } from "../../test/synthetic/conformance.js";
import { CELL_RESULTS, CHECK_NAMES, CHECKS_BY_SET, type CheckName } from "../model/conformance.js";
import type { PutLayer } from "../model/put-layer.js";
import type { Run } from "../model/run.js";
import { NEEDS } from "../modes/contract.js";
import { checksOfNeed, isAnsweredByPackets, modesToTry, NEED_NAMES, untriedNeeds } from "./needs.js";
import { answeredByPackets, cellsKept } from "./packets.js";

const SOCKET_LB: PutLayer = { layer: "socket-lb", argument: 100, carries: "services" };

describe("names of needs", () => {
  test("are those of modes' files first, then sets and checks, each once", () => {
    expect(NEED_NAMES.slice(0, NEEDS.length)).toEqual(NEEDS);
    expect(NEED_NAMES).toEqual(expect.arrayContaining(["pods", "external", "egress", "source-kept", "multicast"]));
    expect(NEED_NAMES).not.toContain("also-seen");
    expect(new Set(NEED_NAMES).size).toBe(NEED_NAMES.length);
  });

  test("lead to the checks of a set, to one check, or to none", () => {
    expect(checksOfNeed("external")).toEqual(CHECKS_BY_SET.external);
    expect(checksOfNeed("source-kept")).toEqual(["source-kept"]);
    expect(checksOfNeed("ipv6")).toEqual([]);
  });

  test("services are answered by packets where a layer carries them, and else by the mode's file", () => {
    expect(isAnsweredByPackets("services", { layers: [SOCKET_LB] })).toBe(true);
    expect(isAnsweredByPackets("services", { layers: [{ layer: "no-netfilter" }] })).toBe(false);
    expect(isAnsweredByPackets("services", {})).toBe(false);
    expect(isAnsweredByPackets("nodeport-outside", {})).toBe(true);
    expect(isAnsweredByPackets("ipv6", { layers: [SOCKET_LB] })).toBe(false);
  });
});

describe("what is tried in a run", () => {
  const modes: Run["modes"] = [
    { mode: "host", status: "built" },
    { mode: "gce", status: "built" },
    { mode: "macvlan+socket-lb:100", status: "built", layers: [SOCKET_LB] },
    { mode: "vlan", status: "unsupported", reason: "no 802.1q" },
  ];
  const toTry = (needs: readonly string[], conformance?: true) =>
    modesToTry({ modes, scenario: { venue: "lab", needs, ...(conformance && { conformance }) } as unknown as Run["scenario"] });

  test("is what a stated need asks for, on modes that stand", () => {
    expect(toTry([])).toEqual([]);
    expect(toTry(["policy"])).toEqual([]);
    expect(toTry(["services"])).toEqual(["macvlan+socket-lb:100"]);
    expect(toTry(["services", "egress"])).toEqual(["gce", "macvlan+socket-lb:100"]);
    expect(toTry([], true)).toEqual(["gce", "macvlan+socket-lb:100"]);
  });

  test("and what was not is known", () => {
    expect(untriedNeeds({ modes }, ["services", "policy"])).toEqual([{ need: "services", modes: ["macvlan+socket-lb:100"] }]);
    const conformance = triedRun(triedVariant("macvlan+socket-lb:100"));
    expect(untriedNeeds({ modes, conformance }, ["services"])).toEqual([]);
    expect(untriedNeeds({ modes, conformance }, ["services", "egress"])).toEqual([{ need: "egress", modes: ["gce"] }]);
  });
});

describe("a need that packets answer", () => {
  const TRAP = "the reply is never translated back";

  test("is met where every cell works", () => {
    expect(answeredByPackets("services", triedVariant("x")).met).toBe("yes");
    expect(cellsKept(["services", "affinity"], triedVariant("x"))).toBe(2 * CHECKS_BY_SET.services.length);
  });

  test("is not met where one does not: with its name, why, and what was seen", () => {
    expect(answeredByPackets("services", triedVariant("x", { hairpin: "does-not-work" }, TRAP))).toEqual({
      met: "no",
      because: `hairpin does not work: ${TRAP} (hairpin by tcp: silence for 500 ms; last seen in node-a: eth0 sent 1)`,
      inBrief: "hairpin does not work",
    });
    const many = Object.fromEntries(CHECKS_BY_SET.services.map((check) => [check, "not-offered" as const]));
    const answered = answeredByPackets("services", triedVariant("x", { ...many, affinity: "does-not-work" }));
    expect(answered.inBrief).toBe("affinity and 9 more fail");
    expect(answered.because).toMatch(/^affinity, clusterip-local and 8 more fail: /);
    expect(answeredByPackets("external", triedVariant("x", { affinity: "does-not-work" })).met).toBe("yes");
  });

  test("of one check has no need to name it", () => {
    expect(answeredByPackets("hairpin", triedVariant("x", { hairpin: "does-not-work" }, TRAP)).because).toMatch(
      /^it does not work: the reply/,
    );
  });

  test("names the sockets where only some fail", () => {
    const tried = triedVariant("x");
    const cells = tried.cells.map((cell) =>
      cell.check === "endpoint-removed" && cell.protocol === "udp" ? { ...cell, result: "does-not-work" as const } : cell,
    );
    expect(answeredByPackets("services", { ...tried, cells }).inBrief).toBe("endpoint-removed (udp) does not work");
  });

  test("cannot be vouched for where it was not tried", () => {
    expect(answeredByPackets("services", undefined)).toMatchObject({ met: "no", because: "it was not tried with packets" });
    const failure = { status: "failed", reason: "ip: no such device" } as const;
    expect(answeredByPackets("services", { variant: "x", failure, cells: [] }).because).toContain("ip: no such device");
    const older = triedVariant("x");
    expect(answeredByPackets("services", { ...older, cells: older.cells.filter(({ check }) => check !== "hairpin") }).because).toBe(
      "hairpin was not tried with packets",
    );
  });

  test("without a meaning holds for its set, which says so, and not for who names it", () => {
    const tried = triedVariant("x", { masquerade: "not-applicable" }, "pods are known outside");
    expect(answeredByPackets("egress", tried)).toEqual({
      met: "with-care",
      because: "masquerade has no meaning there: pods are known outside",
    });
    expect(answeredByPackets("masquerade", tried).met).toBe("no");
  });

  test("is met exactly where none of its cells fails, whatever the others do", () => {
    const results = fc.dictionary(fc.constantFrom(...CHECK_NAMES), fc.constantFrom(...CELL_RESULTS));
    fc.assert(
      fc.property(results, fc.constantFrom("pods", "services", "external"), (broken, need) => {
        const own = checksOfNeed(need).map((check: CheckName) => broken[check] ?? "works");
        const fails = own.some((result) => result === "does-not-work" || result === "not-offered");
        expect(answeredByPackets(need, triedVariant("x", broken)).met === "no").toBe(fails);
      }),
    );
  });
});
