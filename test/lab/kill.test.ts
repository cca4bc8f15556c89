import { setTimeout as delay } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { copyBuilt, USERS } from "./built-lab.js";
import { allProcesses, callersState, family } from "./bystander.js";
import { chain, isOpen, KINDS, type Kind, randomNumbers, remains, startLab, type Victims } from "./victims.js";

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
    const victims = startLab(built, user, MODES);
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
    const victims = startLab(built, user, MODES);
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
