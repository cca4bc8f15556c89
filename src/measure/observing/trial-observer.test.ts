/** Trials on a venue whose loads are seen as a test plans. */
import { expect, test } from "vitest";
import { fakePath, fakeVenue } from "../../../test/synthetic/fake-venue.js";
import { handClock } from "../../../test/synthetic/hand-clock.js";
import { loadOf } from "../../../test/synthetic/load.js";
import { readingAt } from "../../../test/synthetic/outcome.js";
import type { Clock } from "../../machine/ports.js";
import type { LoadTrialProbe } from "../../probes/contract.js";
import { failure } from "../../probes/failure.js";
import { initialSizing, requestsOf, type Sizing, windowOf } from "../../probes/sizing.js";
import { milliseconds } from "../../units/quantity.js";
import type { LoadOutcome, Path } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";
import { ConnectionTracking } from "./connection-tracking.js";
import type { Observed } from "./observer.js";
import { TrialObserver } from "./trial-observer.js";

const PATH = fakePath("host");
const LANE: Lane = { workload: "http", path: PATH, stayKey: "host" };
const SIGN = { counter: { protocol: "Tcp.PassiveOpens" }, begins: 1 } as const;
const TOO_BRIEF = { unseen: "the load was over before it had settled", brief: true } as const;
const ABSENT = { unseen: "no load arrived within 3 s" };

/** A trial of HTTP whose result is what was seen of its load. */
const probeOf = (sizing: Sizing): LoadTrialProbe => ({
  kind: "trial",
  workload: "http",
  programs: [],
  closesConnections: true,
  servers: () => [],
  command: () => ({ argv: ["ab-tool", String(requestsOf(sizing, "http", PATH))], reason: "load", timeout: milliseconds(12_000) }),
  window: () => ({ ...windowOf(sizing, { arriving: SIGN, leaving: SIGN }, 5), until: 950 }),
  parse: (_outcome, _path, seen) =>
    "unseen" in seen
      ? { ...failure(seen.unseen), ...(seen.brief === true ? { brief: true } : {}) }
      : { ok: true, sample: { values: { http: seen.amount / seen.seconds }, work: 1 } },
});

interface Tried {
  readonly one: Observed;
  readonly loads: number;
  /** How many loads there had been each time that connections were forgotten. */
  readonly forgotten: readonly number[];
}

interface Setting {
  readonly interruption?: AbortController;
  /** Why connections cannot be forgotten. */
  readonly refused?: string;
}

async function observed(seen: readonly LoadOutcome[], { interruption, refused }: Setting = {}): Promise<Tried> {
  let loads = 0;
  const forgotten: number[] = [];
  const time = handClock();
  const sleep: Clock["sleep"] = async (duration, signal) => {
    interruption?.abort();
    await time.sleep(duration, signal);
  };
  const clock = { ...time, sleep };
  const load = (_path: Path, nth: number): LoadOutcome => {
    loads = nth + 1;
    return seen[nth] ?? { unseen: "no more is planned" };
  };
  const forget = (): void => {
    if (refused !== undefined) throw new Error(refused);
    forgotten.push(loads);
  };
  const session = fakeVenue({ paths: [PATH], load, forget }, time);
  const { signal } = interruption ?? new AbortController();
  const tracking = new ConnectionTracking({ session, closesConnections: true, how: "trial" });
  const observer = new TrialObserver({ session, tracking, probeOf, sizing: initialSizing(), clock, signal });
  return { one: await observer.observe(LANE, { round: 0, position: 0, startedAt: 0 }), loads, forgotten };
}

test("a load of which too little was seen is tried once more, with twice the requests", async () => {
  const { one, loads, forgotten } = await observed([TOO_BRIEF, loadOf({ amount: 5_000, seconds: 0.1 })]);
  expect([loads, forgotten]).toEqual([2, [1]]);
  expect(one.observation).toMatchObject({ values: { http: 50_000 }, facts: { tries: 2 } });
  expect(Number(one.raw?.argv[1])).toBeGreaterThanOrEqual(2_000);
});

test("its clock and CPU time are those of the part that was counted", async () => {
  const cpu = { busy: 1, softirq: 0.5, steal: 0, idle: 2 };
  const after = { ...readingAt(3e8), cpu };
  const { one } = await observed([loadOf({ before: readingAt(1e8), after })]);
  expect(one.observation).toMatchObject({ elapsed: 0.2, cpu });
  expect(one.observation.facts?.["tries"]).toBeUndefined();
});

test("after an interruption there is no other try", async () => {
  expect(await observed([TOO_BRIEF, loadOf()], { interruption: new AbortController() })).toMatchObject({ loads: 1, forgotten: [] });
});

test("twice unseen is an error, and so is at once what would not pass", async () => {
  const twice = await observed([TOO_BRIEF, TOO_BRIEF, loadOf()]);
  expect(twice).toMatchObject({ loads: 2, one: { observation: { error: TOO_BRIEF.unseen } } });
  const once = await observed([ABSENT, loadOf()]);
  expect(once).toMatchObject({ loads: 1, one: { observation: { error: ABSENT.unseen } } });
});

test("there is no second try beside what the first left in connection tracking", async () => {
  const tried = await observed([TOO_BRIEF, loadOf()], { refused: "conntrack: no" });
  expect(tried).toMatchObject({ loads: 1, one: { observation: { error: TOO_BRIEF.unseen } } });
});

test("a load that cannot be looked at any more is ended, so that it does not run on into the next observation", async () => {
  const load = (): never => {
    throw new Error("there are no counters of eth0");
  };
  const clock = handClock();
  const session = fakeVenue({ paths: [PATH], load }, clock);
  const sends = (sizing: Sizing): LoadTrialProbe => ({
    ...probeOf(sizing),
    command: () => ({ argv: ["iperf3"], reason: "a load without an end", timeout: milliseconds(12_000) }),
  });
  const { signal } = new AbortController();
  const observer = new TrialObserver({ session, probeOf: sends, sizing: initialSizing(), clock, signal });
  await expect(observer.observe(LANE, { round: 0, position: 0, startedAt: 0 })).rejects.toThrow("there are no counters of eth0");
  expect(session.started.map(({ tool }) => tool)).toEqual(["iperf3"]);
  expect(session.running).toEqual([]);
});
