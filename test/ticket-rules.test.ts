import { expect, test } from "vitest";
import { judge, TICKET_MODES } from "../scripts/bench/ticket-rules.mjs";
import type { Flag } from "../src/model/doubt.js";
import type { Summary } from "../src/model/summary.js";
import { syntheticRun } from "./synthetic/run.js";
import { syntheticSummary } from "./synthetic/summary.js";

const run = syntheticRun({ workloads: ["tcp"] });
const TRUE_RATIOS: Readonly<Record<string, number>> = { "flannel-vxlan": 0.965, "calico-vxlan": 0.965, "flannel-udp": 0.4 };

const CPU_BOUND: readonly Flag[] = [{ check: "cpu-bound", sentence: "a CPU was 99 % busy", evidence: [] }];

/** A summary in which tcp has these ratios, the ticket's own where none is given, and flannel-udp these doubts. */
function summaryWith(ratios: Readonly<Record<string, number>>, ofUdp: readonly Flag[] = CPU_BOUND): Summary {
  const summary = syntheticSummary(run);
  const modes = summary.modes.map((result) => ({
    ...result,
    cells: result.cells.map((cell) =>
      cell.ratio === undefined
        ? cell
        : {
            ...cell,
            ratio: { ...cell.ratio, median: ratios[result.mode] ?? TRUE_RATIOS[result.mode] ?? 0.99 },
            ...(result.mode === "flannel-udp" ? { flags: [...ofUdp] } : {}),
          },
    ),
  }));
  return { ...summary, modes };
}

const failing = (...asked: Parameters<typeof summaryWith>): string[] =>
  judge(summaryWith(...asked)).flatMap(({ mode, met }) => (met ? [] : [mode]));

test("what the ticket saw is met by every mode of it", () => {
  expect(judge(summaryWith({})).map(({ mode }) => mode)).toEqual(TICKET_MODES);
  expect(failing({})).toEqual([]);
});

test.each([
  ["a routed mode below 0.97", { "flannel-host-gw": 0.969 }, ["flannel-host-gw"]],
  ["a tunnel without its overhead", { "calico-vxlan": 0.99 }, ["calico-vxlan"]],
  ["a tunnel that is too slow", { "flannel-vxlan": 0.92 }, ["flannel-vxlan"]],
  ["a proxy that is not last", { "flannel-udp": 0.5, "docker-nat": 0.4 }, ["flannel-udp"]],
])("%s is noticed", (_what, ratios, expected) => {
  expect(failing(ratios)).toEqual(expected);
});

test("the proxy may be as fast as the machine makes it, while a CPU is its limit", () => {
  expect(failing({ "flannel-udp": 0.89 })).toEqual([]);
  expect(failing({ "flannel-udp": 0.89 }, [])).toEqual(["flannel-udp"]);
});

test("a mode that was not measured is not met, and says why", () => {
  const summary = summaryWith({});
  const without = {
    ...summary,
    modes: summary.modes.map((one) => (one.mode === "gce" ? { ...one, reason: "no router", cells: [] } : one)),
  };
  expect(judge(without).find(({ mode }) => mode === "gce")).toMatchObject({ met: false, seen: "no router" });
});
