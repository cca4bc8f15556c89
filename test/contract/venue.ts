/**
 * What every venue must do. A venue's own test opens it and hands it over.
 * @packageDocumentation
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { milliseconds } from "../../src/units/quantity.js";
import type {
  Condition,
  ConditionCommand,
  ConditionStep,
  EndpointCommand,
  EndpointCounters,
  Path,
  ProcessOutcome,
  Reading,
  VenueProcess,
  VenueSession,
} from "../../src/venues/contract.js";

type Argv = readonly [string, ...string[]];

/** Time after which a program of these tests has gone wrong. */
const LIMIT = milliseconds(30_000);

const MOST_OUTPUT = 64 * 1024 * 1024;

/**
 * Declares the contract's tests.
 * @param open - opens the venue with at least one path
 * @param scratch - a folder of the venue that its programs may write to, and that goes with it
 */
export function venueContract(open: () => Promise<VenueSession>, scratch: string): void {
  let session: VenueSession;
  let path: Path;

  beforeAll(async () => {
    session = await open();
    const [first] = session.paths;
    if (first === undefined) throw new Error(`the venue has no path: ${JSON.stringify(session.failures)}`);
    path = first;
  });
  afterAll(async () => {
    await session.close();
  });

  const spawn = async (argv: Argv, more: Partial<EndpointCommand> = {}): Promise<VenueProcess> =>
    session.spawn(path.from, { argv, reason: "the venue's contract", timeout: LIMIT, ...more });
  const run = async (argv: Argv, more: Partial<EndpointCommand> = {}): Promise<ProcessOutcome> => (await spawn(argv, more)).finished;
  /** Echo requests that have arrived at the path's far end: counted apart from ARP, which the kernel sends when it likes. */
  const echoes = (reading: Reading): number => reading.counters[path.to.id]?.protocols["Icmp.InEchos"] ?? Number.NaN;
  const echoesSoFar = async (): Promise<number> => echoes((await run(["true"], { watch: [path.to] })).before);
  /** Echo requests that arrive while something else happens for a while, as another path's observation would. */
  const meanwhile = async (): Promise<number> => {
    const { before, after } = await run(["sleep", "0.1"], { watch: [path.to] });
    return echoes(after) - echoes(before);
  };
  /** A program that keeps sending small packets along the path. */
  const sender = async (): Promise<VenueProcess> => {
    const process = await spawn(["ping", "-n", "-q", "-i", "0.002", path.address]);
    await expect.poll(meanwhile).toBeGreaterThan(0);
    return process;
  };

  describe("paths", () => {
    test("have ids of their own", () => {
      expect(new Set(session.paths.map((one) => one.id)).size).toBe(session.paths.length);
    });

    test("answer, each one", async () => {
      for (const { from, address } of session.paths) {
        const ping = await session.spawn(from, {
          argv: ["ping", "-n", "-q", "-c", "1", "-w", "5", address],
          reason: "does it answer",
          timeout: LIMIT,
        });
        expect(await ping.finished).toMatchObject({ exitCode: 0 });
      }
    });

    test("name the devices and MAC addresses that raw frames need", () => {
      const mac = expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/) as unknown;
      for (const { frame } of session.paths) expect(frame).toMatchObject({ sourceMac: mac, destinationMac: mac });
    });
  });

  describe("a reading", () => {
    test("has the CPU times of the endpoints' machines and the counters of each of them", async () => {
      for (const path of session.paths) {
        const ends = [path.from, path.to];
        const before = await session.read(ends);
        const after = await session.read(ends);
        expect(Object.keys(after.counters).toSorted()).toEqual([...new Set(ends.map(({ id }) => id))].toSorted());
        expect(after.clock).toBeGreaterThan(before.clock);
        expect(after.cpu.busy + after.cpu.idle).toBeGreaterThanOrEqual(before.cpu.busy + before.cpu.idle);
        expect(after.counters[path.to.id]?.devices[path.arrival.device]).toBeDefined();
      }
    });

    test("of no endpoint is a mistake", async () => {
      await expect(session.read([])).rejects.toThrow("one endpoint at least");
    });

    test("can be shared by paths that name the same machines", () => {
      for (const path of session.paths) expect(session.machinesOf(path)).toHaveLength(new Set(session.machinesOf(path)).size);
      expect(session.paths.every((path) => session.machinesOf(path).length > 0)).toBe(true);
    });
  });

  describe("a process", () => {
    test("gives its exit code and what it printed", async () => {
      const outcome = await run(["sh", "-c", "echo out; echo err >&2; exit 3"]);
      expect(outcome).toMatchObject({ exitCode: 3, timedOut: false, stdout: "out\n", stderr: "err\n" });
      expect([outcome.signal, outcome.startError]).toEqual([undefined, undefined]);
    });

    test("reads the text it is given, and nothing when it is given none", async () => {
      expect((await run(["cat"], { stdin: "some\ntext" })).stdout).toBe("some\ntext");
      expect((await run(["cat"])).stdout).toBe("");
    });

    test("gets an environment of its own, not the caller's", async () => {
      process.env["PODWIRE_TEST_SECRET"] = "seen";
      const { stdout } = await run(["env"]);
      delete process.env["PODWIRE_TEST_SECRET"];
      expect(stdout).toContain("LC_ALL=C\n");
      expect(stdout).toMatch(/^PATH=.*\/usr\/sbin/m);
      expect(stdout).not.toContain("PODWIRE_TEST_SECRET");
    });

    test("finds its files in a folder of its own, and gives back what it wrote there", async () => {
      const outcome = await run(["sh", "-c", "cat {files}/given; cp {files}/given {files}/made"], {
        files: { given: "a file\n" },
        collect: ["made", "never-written"],
      });
      expect(outcome.stdout).toBe("a file\n");
      expect(outcome.collected).toEqual({ made: "a file\n" });
    });

    test("that is not installed is a start error, not an exception", async () => {
      const outcome = await run(["podwire-no-such-program"]);
      expect(outcome.startError).toContain("podwire-no-such-program");
      expect(outcome.exitCode).toBeUndefined();
      expect(outcome).toMatchObject({ timedOut: false, stdout: "" });
    });

    test("that hangs is ended by its time limit, with its children", async () => {
      const outcome = await run(["sh", "-c", "trap '' INT TERM HUP; echo started; sleep 1000 & wait; sleep 1000"], {
        timeout: milliseconds(300),
      });
      expect(outcome).toMatchObject({ timedOut: true, signal: "SIGKILL", stdout: "started\n" });
    });

    test("that ends while a child of it keeps its output open is seen to have ended", async () => {
      expect(await run(["sh", "-c", "sleep 1000 & echo done"])).toMatchObject({ exitCode: 0, stdout: "done\n", timedOut: false });
    });

    test("that floods its output is bounded and says so", async () => {
      const flood = "yes | head -c 80000000 | tee {files}/log";
      const outcome = await run(["sh", "-c", flood], { collect: ["log"] });
      expect(outcome.exitCode).toBe(0);
      expect(outcome.stdout.length).toBeLessThanOrEqual(MOST_OUTPUT);
      expect(outcome.collected["log"]?.length).toBeLessThanOrEqual(MOST_OUTPUT);
      expect(outcome.stderr).toMatch(/of output .*dropped[\s\S]*of log .*dropped/);
    });

    test("is ended on request, and killed when it does not listen", async () => {
      const polite = await sender();
      expect(await polite.end("SIGINT")).toMatchObject({ exitCode: 0, timedOut: false });
      const deaf = await spawn(["sh", "-c", `trap '' INT TERM; ping -n -q -i 0.002 ${path.address} & while :; do sleep 1; done`]);
      await expect.poll(meanwhile).toBeGreaterThan(0);
      expect(await deaf.end("SIGTERM")).toMatchObject({ signal: "SIGKILL", timedOut: false });
    });

    test("can be ended while it is suspended, and again when it has ended", async () => {
      const process = await sender();
      await process.stop();
      expect(await process.end()).toMatchObject({ exitCode: 0 });
      expect(await process.end()).toMatchObject({ exitCode: 0 });
      await expect(process.stop()).resolves.toBeUndefined();
    });
  });

  describe("readings", () => {
    test("lie around the process", async () => {
      const { before, after } = await run(["sleep", "0.05"]);
      expect(after.clock - before.clock).toBeGreaterThanOrEqual(50e6);
      expect(after.cpu.busy + after.cpu.idle).toBeGreaterThanOrEqual(before.cpu.busy + before.cpu.idle);
      expect(after.cpu.softirq).toBeGreaterThanOrEqual(before.cpu.softirq);
    });

    test("hold the counters of the watched endpoints, and of no others", async () => {
      const { before, after } = await run(["ping", "-n", "-q", "-c", "20", "-i", "0.002", path.address], { watch: [path.to] });
      expect(Object.keys(after.counters)).toEqual([path.to.id]);
      expect(packetsAt(path, after.counters) - packetsAt(path, before.counters)).toBeGreaterThanOrEqual(20);
      expect(echoes(after) - echoes(before)).toBe(20);
    });
  });

  describe("a condition", () => {
    const file = `${scratch}/condition`;
    const stateOf = async (): Promise<string> => (await run(["sh", "-c", `cat ${file}`])).stdout;
    const write = (text: string): ConditionCommand => ({ argv: ["tee", file], stdin: text });
    const change = (to: string): ConditionStep => ({
      ...{ at: path.from, reason: "the venue's contract" },
      ...{ read: { argv: ["cat", file] }, apply: write(`${to}\n`), undo: write("{before}\n") },
    });
    const twice = (): Condition => ({ name: "twice", steps: [change("first"), change("second")] });

    beforeAll(async () => {
      await run(["tee", file], { stdin: "as it was\n" });
    });
    afterAll(async () => {
      await run(["rm", file]);
    });

    test("holds while the work is done, whose result it gives, and not afterwards", async () => {
      expect(await session.under(twice(), stateOf)).toBe("second\n");
      expect(await stateOf()).toBe("as it was\n");
    });

    test("is taken back when the work fails", async () => {
      await expect(session.under(twice(), async () => Promise.reject(new Error("the work failed")))).rejects.toThrow("the work failed");
      expect(await stateOf()).toBe("as it was\n");
      expect(session.gone).toBeUndefined();
    });

    test("of which a step cannot be applied is an error with the command's words; the work is not begun, and the steps before are taken back", async () => {
      const broken: ConditionStep = { ...change("never"), apply: { argv: ["cat", "/no/such/file"] } };
      let begun = false;
      const work = async (): Promise<void> => {
        begun = true;
        return Promise.resolve();
      };
      await expect(session.under({ name: "broken", steps: [change("first"), broken] }, work)).rejects.toThrow(
        /^broken cannot be applied: cat \/no\/such\/file ended \(exit code 1\): .*No such file/,
      );
      expect(begun).toBe(false);
      expect(await stateOf()).toBe("as it was\n");
    });
  });

  describe("suspending", () => {
    test("a stopped process does nothing until it is resumed", async () => {
      const process = await sender();
      await process.stop();
      expect(await meanwhile()).toBe(0);
      await process.resume();
      await expect.poll(meanwhile).toBeGreaterThan(0);
      await process.end();
    });

    test("a process is stopped with its children", async () => {
      const process = await spawn(["sh", "-c", `ping -n -q -i 0.002 ${path.address} & wait`]);
      await expect.poll(meanwhile).toBeGreaterThan(0);
      await process.stop();
      expect(await meanwhile()).toBe(0);
      await process.end("SIGKILL");
    });

    test("a slice counts only the time that the process ran", async () => {
      const process = await sender();
      await process.stop();
      const start = await echoesSoFar();
      let counted = 0;
      for (let round = 0; round < 5; round++) {
        const slice = await session.slice([process], milliseconds(5), milliseconds(20), [path.to]);
        expect(slice.after.clock - slice.before.clock).toBeGreaterThanOrEqual(20e6);
        counted += echoes(slice.after) - echoes(slice.before);
        expect(await meanwhile()).toBe(0);
      }
      expect(counted).toBeGreaterThan(0);
      expect(counted).toBeLessThanOrEqual((await echoesSoFar()) - start);
      await process.end();
    });

    test("a slice of a process that has ended is a slice all the same", async () => {
      const process = await spawn(["true"]);
      await process.finished;
      const slice = await session.slice([process], milliseconds(0), milliseconds(1), []);
      expect(slice.after.clock).toBeGreaterThan(slice.before.clock);
      expect(slice.ended).toEqual([process]);
    });

    test("a slice says which of its processes have ended within it", async () => {
      const [brief, lasting] = [await spawn(["sh", "-c", "kill -STOP $$; exit 3"]), await sender()];
      await Promise.all([brief.stop(), lasting.stop()]);
      const ended = async () => (await session.slice([brief, lasting], milliseconds(0), milliseconds(20), [])).ended;
      // The first slice at the latest suspends it by its own hand, the next one sees it go.
      await expect.poll(ended).toEqual([brief]);
      expect((await brief.finished).exitCode).toBe(3);
      await lasting.end("SIGKILL");
    });
  });

  test("facts explain a figure and name nobody", async () => {
    const facts = await session.facts();
    expect(facts["kernel"]).toMatch(/^\d+\.\d+/);
    for (const [name, fact] of Object.entries(facts)) expect(`${name} ${fact}`).not.toMatch(/undefined|NaN/);
  });

  test("close ends what runs, twice is as good as once, and nothing can be ordered afterwards", async () => {
    const process = await sender();
    expect(session.gone).toBeUndefined();
    await session.close();
    await session.close();
    expect(session.gone).toContain("closed");
    await expect(process.finished).rejects.toThrow();
    await expect(spawn(["true"])).rejects.toThrow();
  });
}

/** Packets that have arrived by the device that a path names. */
function packetsAt(path: Path, counters: Readonly<Record<string, EndpointCounters>>): number {
  const device = counters[path.to.id]?.devices[path.arrival.device];
  if (device === undefined) throw new Error(`no counters of ${path.arrival.device} in ${path.to.id}`);
  return device.rxPackets;
}
