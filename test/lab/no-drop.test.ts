/** A short no-drop search on real paths: as root it finds rates, as an ordinary user it says why it cannot. */
import { describe, expect, test } from "vitest";
import { standardGoals } from "../../src/measure/no-drop/goals.js";
import { searchNoDrop } from "../../src/measure/no-drop/no-drop.js";
import type { NoDropSearch } from "../../src/model/no-drop.js";
import type { MeasuredPath } from "../../src/model/path.js";
import type { PathPlan } from "../../src/model/run.js";
import { flannelHostGw } from "../../src/modes/flannel-host-gw.js";
import { host } from "../../src/modes/host.js";
import { randomFrom } from "../../src/statistics/random.js";
import { milliseconds } from "../../src/units/quantity.js";
import type { Path } from "../../src/venues/contract.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, isRoot, machineOf, type User } from "./built-lab.js";

/** Three trials of 0.2 s decide about a load, and the bounds may lie a fifth apart: seconds instead of minutes. */
const GOALS = standardGoals().map((goal) => ({ ...goal, finalTrialSeconds: 0.2, durationSumSeconds: 0.6, width: 0.2 }));

const HOST: MeasuredPath = { mode: "host", path: "host-host" };
const PODS: MeasuredPath = { mode: "flannel-host-gw", path: "pod-pod" };
const PATHS: PathPlan = {
  paths: [HOST, PODS].map((path) => ({ ...path, status: "built" })),
  comparisons: [{ numerator: PODS, denominator: HOST, baseline: "host", label: PODS.mode, decides: true }],
};

interface Opened {
  readonly session: LabSession;
  /** Searches both paths with a short plan. */
  readonly search: () => Promise<readonly NoDropSearch[]>;
}

async function inLab(user: User, look: (opened: Opened) => Promise<void>): Promise<void> {
  const built = copyBuilt();
  const machine = machineOf(user, built);
  const session = await openLab(machine, { modes: [host, flannelHostGw], links: ["open"], mtu: 1500, nodes: 2 });
  const random = randomFrom(1);
  const search = async (): Promise<readonly NoDropSearch[]> =>
    searchNoDrop({
      session,
      paths: PATHS,
      plan: { goals: [...GOALS], frameSizes: ["64"], searches: 1 },
      clock: machine.clock,
      random: (below) => random.integer(below),
      signal: new AbortController().signal,
      onEvent: () => undefined,
    });
  try {
    await look({ session, search });
  } finally {
    await session.close();
    built.remove();
  }
}

/** What the steered device's queue says, read in its namespace. */
async function maskOf(session: LabSession, search: NoDropSearch): Promise<string> {
  const [namespace = "", device = ""] = search.steering?.device.split(" ") ?? [];
  const argv = ["ip", "netns", "exec", namespace, "cat", `/sys/class/net/${device}/queues/rx-0/rps_cpus`] as const;
  return (await session.agent.order<"run">({ kind: "run", argv, timeout: milliseconds(5_000) })).stdout.trim();
}

const pacersOf = async (session: LabSession, path: Path): Promise<string> => {
  const argv = ["tc", "qdisc", "show", "dev", path.frame.device] as const;
  return (await (await session.spawn(path.from, { argv, reason: "see what is left", timeout: milliseconds(5_000) })).finished).stdout;
};

describe.skipIf(!isRoot)("as root", () => {
  test("the host and a pod network are searched, steered, and left as they were", async () => {
    await inLab("root", async ({ session, search }) => {
      const searches = await search();
      expect(searches.map(({ mode }) => mode).sort()).toEqual(["flannel-host-gw", "host"]);
      for (const found of searches) {
        expect(found.error).toBeUndefined();
        expect(found.steering?.device).toMatch(found.mode === "host" ? /node-b eth0$/ : /node-a vethpoda$/);
        expect(Number.parseInt(await maskOf(session, found), 16)).toBe(Number.parseInt(found.steering?.cpus ?? "", 16));
        expect(found.results.map(({ metric }) => metric)).toEqual(["ndr", "pdr"]);
        for (const trial of found.trials) {
          expect(trial.lost).toBe(trial.offered - trial.forwarded);
          expect(trial.offered).toBeGreaterThan(0);
        }
        // On a busy machine a path may be too unsteady; then it says so.
        for (const { stop, reason, conditionalThroughput = 0, relevantLower = 0 } of found.results) {
          if (stop === "width" || stop === "max-load") expect(conditionalThroughput).toBeGreaterThan(0);
          else expect(reason ?? stop).not.toBe("");
          expect(conditionalThroughput).toBeLessThanOrEqual(relevantLower);
        }
      }
      for (const path of session.paths) expect(await pacersOf(session, path)).not.toContain("tbf");
    });
  });
});

test("as an ordinary user a search is unsupported, with the reason", async () => {
  await inLab("ordinary user", async ({ search }) => {
    const searches = await search();
    expect(searches).toHaveLength(2);
    for (const found of searches)
      expect(found).toMatchObject({ trials: [], results: [], unsupported: expect.stringContaining("needs root") as string });
  });
});
