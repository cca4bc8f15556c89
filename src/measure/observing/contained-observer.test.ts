import { describe, expect, test } from "vitest";
import { type FakePlan, fakePath, fakeVenue } from "../../../test/synthetic/fake-venue.js";
import { handClock } from "../../../test/synthetic/hand-clock.js";
import type { Forgotten, Path } from "../../venues/contract.js";
import { ConnectionTracking } from "./connection-tracking.js";
import { ContainedObserver, type ContainedOptions } from "./contained-observer.js";
import { type Observed, observationOf, type Slot } from "./observer.js";
import { Servers } from "./servers.js";

const LANES = ["vxlan", "gce"].map((mode) => ({ workload: "http" as const, path: fakePath(mode), stayKey: mode }));
const SLOT: Slot = { round: 0, position: 0, startedAt: 0 };
const READING = { clock: 0, cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 }, counters: {} };

/** An observer of a venue that notes what is forgotten, between the observations of an inner one. */
function contained(how: ContainedOptions["how"], refuse: (nth: number) => boolean = () => false, trackedOn?: FakePlan["trackedOn"]) {
  const clock = handClock();
  const events: string[] = [];
  const forget = ({ mode }: Path, which: Forgotten): void => {
    events.push(`${which} of ${mode}`);
    if (refuse(events.filter((event) => event.includes(" of ")).length)) throw new Error("conntrack: no");
  };
  const session = fakeVenue({ paths: LANES.map(({ path }) => path), forget, ...(trackedOn === undefined ? {} : { trackedOn }) }, clock);
  const observed = (lane: (typeof LANES)[number]): Observed => {
    events.push(`observed ${lane.path.mode}`);
    return {
      observation: observationOf(
        { lane, slot: SLOT, how },
        { ok: true, sample: { values: { http: 1 }, work: 1 } },
        { before: READING, after: READING },
      ),
    };
  };
  const observer = new ContainedObserver({
    session,
    servers: new Servers(session, clock),
    probe: { servers: () => [] },
    tracking: new ConnectionTracking({ session, closesConnections: true, how }),
    how,
    observer: {
      open: async () => {
        events.push("open");
        return Promise.resolve();
      },
      observe: async (lane) => Promise.resolve(observed(lane as (typeof LANES)[number])),
      observeTogether: async (lanes) => Promise.resolve(lanes.map((lane) => observed(lane as (typeof LANES)[number]))),
      close: async () => {
        events.push("close");
        return Promise.resolve([]);
      },
    },
  });
  return { observer, events };
}

describe("tracked connections of a load that closes many", () => {
  test("are forgotten after the start and after each observation", async () => {
    const [first] = LANES;
    if (first === undefined) throw new Error("no lane");
    const { observer, events } = contained("trial");
    await observer.open(LANES);
    await observer.observe({ lanes: [first] }, SLOT);
    await observer.close();
    const all = ["all of vxlan", "all of gce"];
    expect(events).toEqual(["open", ...all, "observed vxlan", "all of vxlan", "close"]);
  });

  test("of suspended clients stay while they are open", async () => {
    const [first, second] = LANES;
    if (first === undefined || second === undefined) throw new Error("no lanes");
    const { observer, events } = contained("slice");
    await observer.open(LANES);
    await observer.observe({ lanes: [first, second] }, SLOT);
    await observer.close();
    const closed = ["closed of vxlan", "closed of gce"];
    expect(events).toEqual(["open", ...closed, "observed vxlan", "observed gce", ...closed, "close", "all of vxlan", "all of gce"]);
  });

  test("that cannot be forgotten cost what would pay for them, not what left them", async () => {
    const [first] = LANES;
    if (first === undefined) throw new Error("no lane");
    const { observer } = contained("trial", (nth) => nth === 3 || nth === 4);
    await observer.open(LANES);
    expect((await observer.observe({ lanes: [first] }, SLOT))[0]?.observation.error).toBeUndefined();
    expect((await observer.observe({ lanes: [first] }, SLOT))[0]?.observation.error).toBe("conntrack: no");
    expect((await observer.observe({ lanes: [first] }, SLOT))[0]?.observation.error).toBeUndefined();
  });
});

describe("tracked connections that cannot be taken away", () => {
  const first = LANES[0];

  test("are counted before each observation", async () => {
    if (first === undefined) throw new Error("no lane");
    let entries = 0;
    const { observer } = contained("trial", undefined, () => {
      entries += 10_000;
      return { entries, most: 65_536 };
    });
    await observer.open(LANES);
    for (const tracked of [10_000, 20_000])
      expect((await observer.observe({ lanes: [first] }, SLOT))[0]?.observation.facts).toMatchObject({ tracked, trackedMost: 65_536 });
  });

  test("are counted on each path of a visit of several, and stand with its own observation", async () => {
    const [one, other] = LANES;
    if (one === undefined || other === undefined) throw new Error("no lanes");
    const { observer } = contained("slice", undefined, ({ mode }) => ({ entries: mode === "gce" ? 7 : 3, most: 100 }));
    await observer.open(LANES);
    const observed = await observer.observe({ lanes: [one, other] }, SLOT);
    expect(observed.map(({ observation }) => [observation.mode, observation.facts?.["tracked"]])).toEqual([
      ["vxlan", 3],
      ["gce", 7],
    ]);
  });

  test("and those that cannot be read cost nothing", async () => {
    if (first === undefined) throw new Error("no lane");
    const { observer } = contained("trial", undefined, () => {
      throw new Error("the agent did not answer");
    });
    await observer.open(LANES);
    const observation = (await observer.observe({ lanes: [first] }, SLOT))[0]?.observation;
    expect(observation).toMatchObject({ values: { http: 1 } });
    expect(observation?.error).toBeUndefined();
    expect(observation?.facts?.["tracked"]).toBeUndefined();
  });
});
