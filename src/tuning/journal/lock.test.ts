import { expect, test } from "vitest";
import type { Ending, Files, LineProcess } from "../../machine/ports.js";
import { asOnlyTuner, type LockPorts, underOrdersLock } from "./lock.js";

const ENDED: Ending = { exitCode: 0, signal: undefined, stderr: "" };
/** As flock(1) ends when it was told to by `--conflict-exit-code`. */
const CONFLICT: Ending = { ...ENDED, exitCode: 75 };
const HOLDER = { pid: 7, since: "2026-11-30T15:00:00.000Z" };

interface Started {
  readonly argv: readonly string[];
  readonly end: (ending: Ending) => void;
  /** Whether its input was closed, with which flock gives the lock back. */
  closed: boolean;
}

/** Ports whose locks are all free but for that of orders, which ends as a test says. */
function ports(): {
  readonly ports: LockPorts;
  readonly started: Started[];
  readonly written: string[];
  readonly texts: string[];
  readonly begun: () => Promise<Started>;
} {
  const started: Started[] = [];
  const written: string[] = [];
  const texts: string[] = [];
  let announce: (one: Started) => void = () => undefined;
  const begun = new Promise<Started>((resolve) => {
    announce = resolve;
  });
  const start: LockPorts["processes"]["start"] = (argv, onLine): LineProcess => {
    let end: Started["end"] = () => undefined;
    const ended = new Promise<Ending>((resolve) => {
      end = resolve;
    });
    const one: Started = { argv, end, closed: false };
    started.push(one);
    if (argv.at(-1) === "true") announce(one);
    return {
      pid: 1,
      send: (line) => {
        onLine(line);
      },
      closeInput: () => {
        one.closed = true;
        end(ENDED);
      },
      kill: () => undefined,
      ended,
    };
  };
  const files = {
    writeText: async (path: string, text: string) => {
      written.push(path);
      texts.push(text);
      return Promise.resolve();
    },
    readText: async () => Promise.resolve(`${JSON.stringify(HOLDER)}\n`),
  } as unknown as Files;
  return { ports: { processes: { start }, files }, started, written, texts, begun: async () => begun };
}

test("whoever tunes a node after another waits until all that was ordered has been carried out", async () => {
  const { ports: own, begun, started, written } = ports();
  let worked = false;
  const tuning = asOnlyTuner("j.lock", own, HOLDER, 600, async () => {
    worked = true;
    return Promise.resolve("done");
  });
  const orders = await begun();
  // With the tuner's lock in hand: no other one gives orders meanwhile.
  expect(started.map(({ argv }) => argv)).toEqual([
    ["flock", "--timeout", "600", "--conflict-exit-code", "75", "j.lock", "cat"],
    ["flock", "--timeout", "600", "--conflict-exit-code", "75", "j.lock.orders", "true"],
  ]);
  // Whoever comes meanwhile is told who waits.
  expect({ worked, written }).toEqual({ worked: false, written: ["j.lock.holder"] });
  orders.end(ENDED);
  expect(await tuning).toBe("done");
});

test("what is still being carried out after its tuner's end is an error, with that tuner's pid, and the lock is given back", async () => {
  const { ports: own, begun, started, texts } = ports();
  const work = async (): Promise<never> => Promise.reject(new Error("something was done"));
  const tuning = asOnlyTuner("j.lock", own, { ...HOLDER, pid: 8 }, undefined, work);
  (await begun()).end(CONFLICT);
  await expect(tuning).rejects.toThrow(
    "podwire with pid 7, begun at 2026-11-30T15:00:00.000Z, has ended, and what it had ordered is still being carried out: try again",
  );
  expect(started.map(({ closed }) => closed)).toEqual([true, false]);
  // Whoever only waited is not the one that the next one is told of.
  expect(texts).toEqual([`${JSON.stringify({ ...HOLDER, pid: 8 })}\n`, `${JSON.stringify(HOLDER)}\n`]);
});

test("a program that carries out orders runs under the lock that others wait for", () => {
  expect(underOrdersLock("j.lock", ["agent", "guest"])).toEqual([
    "flock",
    "--nonblock",
    "--conflict-exit-code",
    "75",
    "j.lock.orders",
    "agent",
    "guest",
  ]);
});

test("without flock nothing is done, and the program that lacks is named", async () => {
  const lost: LineProcess = {
    pid: undefined,
    send: () => undefined,
    closeInput: () => undefined,
    kill: () => undefined,
    ended: Promise.resolve({ ...ENDED, exitCode: undefined, startError: "spawn flock ENOENT" }),
  };
  const without: LockPorts = { ...ports().ports, processes: { start: () => lost } };
  const work = async (): Promise<never> => Promise.reject(new Error("it was done"));
  await expect(asOnlyTuner("/state/node.jsonl.lock", without, HOLDER, undefined, work)).rejects.toThrow(
    "flock cannot be started (spawn flock ENOENT): it keeps two tuners apart, and nothing is changed without it (Debian: util-linux)",
  );
});
