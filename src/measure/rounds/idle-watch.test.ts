import { expect, test } from "vitest";
import { fakePath, fakeVenue } from "../../../test/synthetic/fake-venue.js";
import { handClock } from "../../../test/synthetic/hand-clock.js";
import type { IdleReadings, Run } from "../../model/run.js";
import { milliseconds } from "../../units/quantity.js";
import type { Path, VenueSession } from "../../venues/contract.js";
import { IdleWatch } from "./idle-watch.js";

const PATHS = ["host", "vxlan", "local"].map((mode) => fakePath(mode));

/** A watch over paths, of which `local` has its ends on one machine and the others on two. */
function watching(earlier?: Pick<Run, "idle">) {
  const clock = handClock();
  const venue = fakeVenue({ paths: PATHS }, clock);
  const session = {
    paths: PATHS,
    read: venue.read.bind(venue),
    machinesOf: ({ mode }: Path) => (mode === "local" ? ["b"] : mode === "host" ? ["a", "b"] : ["b", "a"]),
  } as unknown as VenueSession;
  const seen: IdleReadings[] = [];
  const abort = new AbortController();
  const progress = { addIdle: (one: IdleReadings) => void seen.push(one) };
  const watch = new IdleWatch({ session, metrics: ["pps.cpu"], clock, signal: abort.signal, progress, earlier });
  return { clock, watch, seen, abort, seconds: () => clock.monotonic() / 1e3 };
}

const readingsOf = ({ all }: IdleWatch): number[] => (all ?? []).map(({ readings }) => readings.length);

test("paths with the same machines are read together, three times at first and then at growing distances", async () => {
  const { clock, watch, seconds } = watching();
  await watch.readIfDue(seconds);
  expect(watch.all?.map(({ paths }) => paths.map(({ mode }) => mode))).toEqual([["host", "vxlan"], ["local"]]);
  expect(readingsOf(watch)).toEqual([3, 3]);
  await watch.readIfDue(seconds);
  expect(readingsOf(watch)).toEqual([3, 3]);
  const moments: number[] = [];
  for (let second = 0; second < 60; second += 1) {
    await clock.sleep(milliseconds(1_000));
    const [before] = readingsOf(watch);
    await watch.readIfDue(seconds);
    if (readingsOf(watch)[0] !== before) moments.push(second);
  }
  const distances = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
  expect(distances).toEqual(distances.toSorted((one, other) => one - other));
  expect(distances.at(-1)).toBeLessThanOrEqual(11);
});

test("what earlier parts read stays, and a run from before there were readings has none", async () => {
  const reading = { startedAt: 1, elapsed: 0.2, cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 } };
  const paths = PATHS.slice(0, 2).map(({ mode, name }) => ({ mode, path: name }));
  const resumed = watching({ idle: [{ paths, readings: [reading] }] });
  await resumed.watch.readIfDue(resumed.seconds);
  expect(readingsOf(resumed.watch)).toEqual([4, 3]);
  const older = watching({});
  await older.watch.readIfDue(older.seconds);
  expect(older.watch.all).toBeUndefined();
});

test("a reading that an interruption cuts short is none", async () => {
  const { watch, seen, abort, seconds } = watching();
  abort.abort();
  await watch.readIfDue(seconds);
  expect(seen).toEqual([]);
  expect(watch.all).toEqual([]);
});
