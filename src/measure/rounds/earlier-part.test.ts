import { describe, expect, test } from "vitest";
import { CAPTURED_PATH } from "../../../test/synthetic/outcome.js";
import type { PathName } from "../../model/path.js";
import type { Observation } from "../../model/run.js";
import { replay, roundsOf, secondsOf } from "./earlier-part.js";
import type { Lane } from "./lanes.js";
import { RoundLedger } from "./round-ledger.js";

const observation = (workload: Observation["workload"], round: number, startedAt: number): Observation => ({
  workload,
  round,
  position: 0,
  mode: "host",
  path: "host-host",
  startedAt,
  elapsed: 0.5,
  values: {},
  work: 0,
  cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 },
});
const earlier = [observation("tcp", 0, 1), observation("tcp", 0, 2), observation("http", 0, 3), observation("tcp", 1, 4)];

describe("a run that goes on", () => {
  test("counts the time that its earlier part took", () => {
    expect(secondsOf(earlier)).toBe(4.5);
    expect(secondsOf([])).toBe(0);
    // Two hours of observations are more than a call takes arguments.
    expect(secondsOf(Array.from({ length: 200_000 }, (_, index) => observation("tcp", index, index)))).toBe(199_999.5);
  });

  test("tells progress of each earlier round of a campaign once, whole, in order", () => {
    const seen: string[] = [];
    replay([...earlier, { ...observation("tcp", 0, 5), how: "slice" }], [{ paths: [], readings: [] }], {
      addIdle: () => seen.push("idle"),
      addRound: (round) => seen.push(`${String(round.length)} of ${round[0]?.how ?? "tool"} ${round[0]?.workload ?? ""}`),
    });
    expect(seen).toEqual(["idle", "2 of tool tcp", "1 of tool http", "1 of tool tcp", "1 of slice tcp"]);
  });

  test("has as many rounds as it visited a path, also where each path has rounds of its own beside the host", () => {
    const lane = (mode: string, name: PathName): Lane => ({ workload: "tcp", path: { ...CAPTURED_PATH, mode, name }, stayKey: mode });
    const subjects = ["a", "b", "c"].map((mode) => lane(mode, "pod-pod"));
    const groups = [{ baseline: lane("host", "host-host"), subjects }];
    const pods = (round: number, mode: string): Observation => ({ ...observation("tcp", round, round), mode, path: "pod-pod" });
    const sideBySide = [0, 1, 2, 3, 4, 5].flatMap((round) => [observation("tcp", round, round), pods(round, "abc"[round % 3] ?? "")]);
    expect(roundsOf({ key: "tcp/trial", groups }, sideBySide)).toBe(2);
    const alternating = [
      ...[0, 1].flatMap((round) => [observation("tcp", round, round), pods(round, "a"), pods(round, "b"), pods(round, "c")]),
      ...[observation("tcp", 2, 2), pods(2, "c")],
    ];
    expect(roundsOf({ key: "tcp/trial", groups }, alternating)).toBe(3);
    expect(roundsOf({ key: "tcp/trial", groups: [{ baseline: lane("host", "host-host"), subjects: [] }] }, earlier)).toBe(2);
    expect(roundsOf({ key: "http/trial", groups }, [])).toBe(0);
  });

  test("numbers its rounds on from there, and keeps what was finished", () => {
    const ledger = new RoundLedger(earlier);
    expect([ledger.begin("tcp"), ledger.begin("tcp"), ledger.begin("http"), ledger.begin("pps")]).toEqual([2, 3, 1, 0]);
    expect([ledger.isFinished("tcp", 1), ledger.isFinished("tcp", 2), ledger.isFinished("pps", 0)]).toEqual([true, false, false]);
    ledger.finish("tcp", 2);
    expect(ledger.isFinished("tcp", 2)).toBe(true);
  });
});
