import { expect, test } from "vitest";
import type { Path, ProcessOutcome, Reading, Slice, VenueProcess, VenueSession } from "../../venues/contract.js";
import { LoadError, PacedLoad } from "./paced-load.js";

const from = { id: "m/open/pod-a", kind: "pod" } as const;
const to = { id: "m/open/pod-b", kind: "pod" } as const;
const ports = { iperf3: 1, http: 2, sockperf: 3, discard: 9 };
const path: Path = {
  id: "m/open/pod-pod",
  mode: "m",
  name: "pod-pod",
  link: "open",
  from,
  to,
  address: "198.18.0.2",
  ports,
  listen: ports,
  frame: { device: "eth0", sourceMac: "02:00:00:00:00:01", sourceAddress: "198.18.0.1", destinationMac: "02:00:00:00:00:02" },
  arrival: { device: "eth0" },
};

/** A session whose slices take longer than they are asked for, as orders and draining do, on a path that frames never cease to arrive on. */
class NeverAtRest implements Pick<VenueSession, "spawn" | "slice"> {
  /** Nanoseconds. */
  clock = 0;

  constructor(readonly slicesTake: number) {}

  async slice(): Promise<Slice> {
    const before = this.#reading();
    this.clock += this.slicesTake * 1e6;
    return Promise.resolve({ before, after: this.#reading(), drain: { still: false, ms: 0 }, ended: [] });
  }

  async spawn(): Promise<VenueProcess> {
    const reading = this.#reading();
    const ended: ProcessOutcome = {
      exitCode: 0,
      signal: undefined,
      timedOut: false,
      stdout: "",
      stderr: "",
      collected: {},
      before: reading,
      after: reading,
    };
    const finished = Promise.resolve(ended);
    return Promise.resolve({
      finished,
      stop: async () => Promise.resolve(),
      resume: async () => Promise.resolve(),
      end: async () => finished,
    });
  }

  #reading(): Reading {
    const moved = { rxBytes: 0, rxPackets: this.clock, rxDropped: 0, txBytes: 0, txPackets: this.clock, txDropped: 0 };
    const counters = { devices: { eth0: moved }, protocols: {} };
    return { clock: this.clock, cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 }, counters: { [from.id]: counters, [to.id]: counters } };
  }
}

/** A path at rest between its trials, on which each trial of 1,000 frames brings so many more than were sent, and loses so many. */
class Shared implements Pick<VenueSession, "spawn" | "slice"> {
  clock = 0;
  #sent = 0;
  #arrived = 0;
  readonly #programs = new NeverAtRest(5);

  constructor(readonly arriving: number) {}

  async spawn(): Promise<VenueProcess> {
    return this.#programs.spawn();
  }

  async slice(processes: readonly VenueProcess[]): Promise<Slice> {
    const before = this.#reading();
    this.clock += 1e9;
    if (processes.length > 0) {
      this.#sent += 1_000;
      this.#arrived += this.arriving;
    }
    return Promise.resolve({ before, after: this.#reading(), drain: { still: true, ms: 0 }, ended: [] });
  }

  #reading(): Reading {
    const device = (rxPackets: number, txPackets: number) => ({ rxBytes: 0, rxPackets, rxDropped: 0, txBytes: 0, txPackets, txDropped: 0 });
    const end = (rx: number, tx: number) => ({ devices: { eth0: device(rx, tx) }, protocols: {} });
    const counters = { [from.id]: end(0, this.#sent), [to.id]: end(this.#arrived, 0) };
    return { clock: this.clock, cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 }, counters };
  }
}

test("frames that others send hide what is lost, so that a trial with more than a few of them counts nothing", async () => {
  const onPath = async (arriving: number) => PacedLoad.start(new Shared(arriving) as unknown as VenueSession, path, "64", 60);
  await expect(onPath(1_021)).rejects.toThrow("21 more frames arrived than the 1000 that were sent");
  const load = await onPath(1_020);
  expect(await load.flood(1)).toMatchObject({ offered: 1_000, forwarded: 1_000, lost: 0 });
});

test.each([5, 8, 40])("a path that never comes to rest is given up after 10 s, also where a look takes %s ms", async (slicesTake) => {
  const session = new NeverAtRest(slicesTake);
  const started = PacedLoad.start(session as unknown as VenueSession, path, "64", 60);
  await expect(started).rejects.toThrow(new LoadError("m/open/pod-pod did not come to rest within 10 s"));
  expect(session.clock / 1e9).toBeGreaterThanOrEqual(10);
  expect(session.clock / 1e9).toBeLessThanOrEqual(10 + slicesTake / 1e3);
});
