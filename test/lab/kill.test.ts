import { type ChildProcess, spawn } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { becoming, copyBuilt, USERS, type User } from "./built-lab.js";
import { allProcesses, callersState, family, type ProcessEntry } from "./bystander.js";

const built = copyBuilt();
afterAll(built.remove);

/** Modes with bridges, tunnels and rules; with both copies of each they take about half a second to build. */
const MODES = ["host", "flannel-vxlan", "docker-nat", "macvlan"];
/** Kills of every user who can be tried; with one user only, that one gets them all. */
const KILLS = Number(process.env["PODWIRE_KILLS"] ?? 60);
/** Half of the kills come while the lab is built, half while it measures, at a random moment of so many milliseconds. */
const MOMENTS_MS = { building: 400, measuring: 300 } as const;
/** All must be gone by then. */
const GONE_WITHIN_MS = 2_000;

/** Repeats a failing run: PODWIRE_KILL_SEED=... npx vitest run test/lab/kill.test.ts */
const seed = Number(process.env["PODWIRE_KILL_SEED"] ?? Date.now() % 1_000_000);
const users = USERS.filter(({ untried }) => untried === undefined).map(({ user }) => user);

/** A lab that is built and loaded in a process of its own; its command lines hold `mark`. */
interface Victims {
  readonly driver: ChildProcess;
  readonly mark: string;
}

let labs = 0;

function startLab(user: User): Victims {
  const mark = `run-${String(++labs)}-of-${String(process.pid)}`;
  symlinkSync(built.folder, join(built.folder, mark));
  const agent = join(built.folder, mark, "dist/venues/agent/program/sandbox.js");
  const [program = "", ...args] = [...becoming(user), process.execPath, built.driver, agent, ...MODES];
  return { driver: spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] }), mark };
}

/** Resolves when the lab is built; a driver says so with its first line. */
async function isOpen({ driver }: Victims): Promise<void> {
  await new Promise((resolve) => driver.stdout?.once("data", resolve));
}

const KINDS = ["podwire", "unshare", "agent", "inside"] as const;
type Kind = (typeof KINDS)[number];

/** The processes of a lab by their place in the chain. */
function chain({ driver }: Victims): Readonly<Record<Kind, readonly ProcessEntry[]>> {
  const [podwire, unshare, agent, ...inside] = family(driver.pid ?? 0);
  const one = (entry: ProcessEntry | undefined): readonly ProcessEntry[] => (entry === undefined ? [] : [entry]);
  return { podwire: one(podwire), unshare: one(unshare), agent: one(agent), inside };
}

/** What is left of a lab: processes that carry its mark or live in its pid namespace. */
function remains(victims: Victims, pidNamespaces: ReadonlySet<string>): readonly string[] {
  return allProcesses()
    .filter((entry) => entry.command.includes(victims.mark) || pidNamespaces.has(entry.pidNamespace))
    .map((entry) => `${String(entry.pid)} ${entry.command}`);
}

describe("a lab whose processes are killed at random moments", () => {
  const random = randomNumbers(seed);
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const killed: Record<Kind, number> = { podwire: 0, unshare: 0, agent: 0, inside: 0 };

  function kill(kind: Kind, victims: Victims): boolean {
    const victim = pick(chain(victims)[kind]);
    if (victim === undefined) return false;
    try {
      process.kill(victim.pid, "SIGKILL");
    } catch {
      return false; // It has ended by itself since it was looked up.
    }
    killed[kind]++;
    return true;
  }

  const phases = ["building", "measuring"] as const;
  const plan = Array.from({ length: KILLS }, (_, index) => {
    const phase = phases[index % 2] ?? "building";
    const user = users[Math.floor(index / 2) % users.length] ?? "ordinary user";
    const kind = KINDS[Math.floor(index / 2 / users.length) % KINDS.length] ?? "podwire";
    return { kill: `${String(index + 1)}: ${kind} of ${user}`, phase, user, kind, moment: Math.round(random() * MOMENTS_MS[phase]) };
  });

  test.each(plan)(`leaves nothing behind (seed ${String(seed)}), $kill, $moment ms into $phase`, async ({ user, kind, phase, moment }) => {
    const before = callersState();
    const own = new Set(allProcesses().map((entry) => entry.pidNamespace));
    const victims = startLab(user);
    if (phase === "measuring") await isOpen(victims);
    await delay(moment); // The random moment itself, not a wait for something.
    const seen = family(victims.driver.pid ?? 0).map((entry) => entry.pidNamespace);
    const pidNamespaces = new Set(seen.filter((namespace) => namespace !== "" && !own.has(namespace)));
    if (kind === "inside") {
      // The lab may go on without it; the caller's side must not have changed, and the chain still holds.
      kill("inside", victims);
      expect(callersState()).toBe(before);
      kill("podwire", victims);
    } else if (!kill(kind, victims)) kill("podwire", victims);
    await expect.poll(() => remains(victims, pidNamespaces), { timeout: GONE_WITHIN_MS, interval: 20 }).toEqual([]);
    expect(callersState()).toBe(before);
  });

  test(`has really been killed ${String(KILLS)} times and more, each link of the chain at least once`, () => {
    for (const kind of KINDS) expect(killed[kind], kind).toBeGreaterThan(0);
    expect(killed.podwire + killed.unshare + killed.agent + killed.inside).toBeGreaterThanOrEqual(KILLS);
  });
});

describe.each(users)("a lab of %s that is told to end", (user) => {
  test("ends by itself with exit code 0 and leaves nothing behind", async () => {
    const before = callersState();
    const victims = startLab(user);
    const output = victims.driver.stdout?.toArray() ?? Promise.resolve([]);
    const exit = new Promise((resolve) => victims.driver.once("exit", resolve));
    victims.driver.stdin?.end();
    expect(await exit).toBe(0);
    expect(remains(victims, new Set())).toEqual([]);
    const events = Buffer.concat((await output) as Buffer[]).toString();
    expect(events).toMatch(/"event":"open","paths":14,"failures":\{\}[\s\S]*"event":"closed"/);
    expect(callersState()).toBe(before);
  });
});

/** Mulberry32: a small seeded generator, so that a failing run can be repeated. */
function randomNumbers(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
