import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { host } from "../../src/modes/host.js";
import { medianOf } from "../../src/statistics/median.js";
import { milliseconds } from "../../src/units/quantity.js";
import type { AgentClient } from "../../src/venues/agent/client.js";
import { sliceAcross } from "../../src/venues/agent/slice-across.js";
import { TiedAgent } from "../../src/venues/agent/tied-agent.js";
import type { Path, Slice, VenueProcess } from "../../src/venues/contract.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, isRoot, machineOf } from "../lab/built-lab.js";
import { POD_PROGRAM, startPodAgent } from "./pod-agents.js";

/** The far agent's clock is ahead by so much: it lives in a time namespace (time_namespaces(7)). */
const AHEAD_S = 100_000;
const SETTLE = milliseconds(10);
const LENGTH = milliseconds(20);
const SLICES = 40;
const PORTS = { agents: "5301", lab: "5302" } as const;
const LIMIT = milliseconds(110_000);

const built = copyBuilt();
const machine = machineOf(isRoot ? "root" : "ordinary user", built);
let lab: LabSession;
let path: Path;
let near: TiedAgent;
let far: TiedAgent;
const agents: AgentClient[] = [];

beforeAll(async () => {
  lab = await openLab(machine, { modes: [host], links: ["open"], mtu: 1500, nodes: 2 });
  const [first] = lab.paths;
  if (first === undefined) throw new Error("the lab has no path");
  path = first;
  near = await tieIn(path.from.id, []);
  far = await tieIn(path.to.id, ["unshare", "--time", "--monotonic", String(AHEAD_S), "--fork", "--kill-child"]);
});
afterAll(async () => {
  await Promise.all(agents.map(async (agent) => agent.close()));
  await lab.close();
  built.remove();
});

async function tieIn(endpoint: string, words: readonly string[]): Promise<TiedAgent> {
  const [first, ...rest] = [...words, process.execPath, POD_PROGRAM];
  const agent = await startPodAgent(machine, lab.enter(endpoint.replaceAll("/", "."), [first, ...rest]));
  agents.push(agent);
  return TiedAgent.tie(agent);
}

/** A load that keeps going, suspended: by the near agent, and by the lab. */
async function suspendedLoads(): Promise<{ readonly byAgent: number; readonly byLab: VenueProcess }> {
  for (const port of Object.values(PORTS)) await serve(port);
  const byAgent = await near.agent.order<"spawn">({
    kind: "spawn",
    argv: ["iperf3", "-c", path.address, "-p", PORTS.agents, "-t", "100"],
    timeout: LIMIT,
    files: {},
    collect: [],
    watch: [],
  });
  const argv = ["iperf3", "-c", path.address, "-p", PORTS.lab, "-t", "100"] as const;
  const byLab = await lab.spawn(path.from, { argv, reason: "load", timeout: LIMIT });
  await expect
    .poll(async () => (await lab.slice([], milliseconds(0), LENGTH, [path.to])).after.counters[path.to.id]?.protocols["Tcp.InSegs"])
    .toBeGreaterThan(100);
  await near.agent.order<"stop">({ kind: "stop", process: byAgent });
  await byLab.stop();
  return { byAgent, byLab };
}

async function serve(port: string): Promise<void> {
  await lab.spawn(path.to, { argv: ["iperf3", "-s", "-p", port], reason: "server", timeout: LIMIT });
  const listening = async (): Promise<string> => {
    const look = await lab.spawn(path.to, { argv: ["ss", "-ltnH", `sport = :${port}`], reason: "is it up", timeout: LIMIT });
    return (await look.finished).stdout;
  };
  await expect.poll(listening).toContain(port);
}

const watchNear = () => [{ id: path.from.id }];
const watchFar = () => [{ id: path.to.id }];
const across = async (number: number): Promise<Slice> =>
  sliceAcross(
    [
      { tied: near, processes: [number], watch: watchNear() },
      { tied: far, processes: [], watch: watchFar() },
    ],
    SETTLE,
    LENGTH,
  );

/** Bytes a second that arrived at the far end, by that end's own clock where it has one. */
function received({ before, after }: Slice): number {
  const bytes = (reading: Slice["before"]): number => reading.counters[path.to.id]?.devices[path.arrival.device]?.rxBytes ?? Number.NaN;
  const clock = (reading: Slice["before"]): number => reading.counters[path.to.id]?.clock ?? reading.clock;
  return (bytes(after) - bytes(before)) / ((clock(after) - clock(before)) / 1e9);
}

describe("a slice across two agents whose clocks differ", () => {
  test("the clocks are a day apart, and the offset is known to a fraction of that", async () => {
    const offsets = await Promise.all([near, far].map(async (tied) => tied.offset()));
    const apart = ((offsets[1]?.offset ?? 0) - (offsets[0]?.offset ?? 0)) / 1e9;
    expect(apart).toBeCloseTo(AHEAD_S, 1);
    expect(offsets[1]?.error).toBeLessThan(50e6);
  });

  test("counts what the lab's slices of the same path count", async () => {
    const { byAgent, byLab } = await suspendedLoads();
    const counted = { agents: [] as number[], lab: [] as number[] };
    for (let round = 0; round < SLICES; round++) {
      const slice = await across(byAgent);
      const length = slice.after.clock - slice.before.clock;
      expect(length).toBeGreaterThanOrEqual(20e6);
      expect(slice.after.counters[path.to.id]?.clock).toBeGreaterThan(AHEAD_S * 1e9);
      expect(slice.after.counters[path.from.id]?.clock).toBeUndefined();
      counted.agents.push(received(slice));
      counted.lab.push(received(await lab.slice([byLab], SETTLE, LENGTH, [path.from, path.to])));
    }
    const [together, alone] = [medianOf(counted.agents) ?? 0, medianOf(counted.lab) ?? 0];
    const ratio = together / alone;
    // Two cores, one stream each: single slices scatter by a tenth and more, medians of forty by a few hundredths.
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
    // The suspended load does nothing between slices.
    const idle = await lab.slice([], milliseconds(0), LENGTH, [path.to]);
    expect(received(idle)).toBeLessThan(alone / 100);
  });

  test("an order that comes late is said to be late and does nothing", async () => {
    const { clock } = await far.agent.order<"clock">({ kind: "clock" });
    const past = clock - 5e6;
    const answer = await far.agent.order<"window">({
      kind: "window",
      processes: [],
      letGo: past,
      opens: past,
      closes: past + 1e6,
      stop: past + 1e6,
      watch: watchFar(),
    });
    expect(answer).toHaveProperty("late");
    expect("late" in answer && answer.late).toBeGreaterThanOrEqual(5);
  });
});
