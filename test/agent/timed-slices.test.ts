import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { host } from "../../src/modes/host.js";
import { medianOf } from "../../src/statistics/median.js";
import { milliseconds } from "../../src/units/quantity.js";
import type { AgentClient } from "../../src/venues/agent/client.js";
import type { AgentSlice } from "../../src/venues/agent/protocol.js";
import { sliceAcross } from "../../src/venues/agent/slice-across.js";
import { SyncedAgent } from "../../src/venues/agent/synced-agent.js";
import type { Path } from "../../src/venues/contract.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, isRoot, machineOf } from "../lab/built-lab.js";
import { POD_PROGRAM, startPodAgent } from "./pod-agents.js";

/** The far agent's clock is ahead by so much: it lives in a time namespace (time_namespaces(7)). */
const AHEAD_S = 100_000;
const SETTLE = milliseconds(10);
const LENGTH = milliseconds(20);
const SLICES = 40;
const PORT = "5301";
const LIMIT = milliseconds(110_000);

const built = copyBuilt();
const machine = machineOf(isRoot ? "root" : "ordinary user", built);
let lab: LabSession;
let path: Path;
let near: SyncedAgent;
let far: SyncedAgent;
const agents: AgentClient[] = [];

beforeAll(async () => {
  lab = await openLab(machine, { modes: [host], links: ["open"], mtu: 1500, nodes: 2 });
  const [first] = lab.paths;
  if (first === undefined) throw new Error("the lab has no path");
  path = first;
  near = await syncIn(path.from.id, []);
  far = await syncIn(path.to.id, ["unshare", "--time", "--monotonic", String(AHEAD_S), "--fork", "--kill-child"]);
});
afterAll(async () => {
  await Promise.all(agents.map(async (agent) => agent.close()));
  await lab.close();
  built.remove();
});

async function syncIn(endpoint: string, words: readonly string[]): Promise<SyncedAgent> {
  const [first, ...rest] = [...words, process.execPath, POD_PROGRAM];
  const agent = await startPodAgent(machine, lab.enter(endpoint.replaceAll("/", "."), [first, ...rest]));
  agents.push(agent);
  return SyncedAgent.sync(agent);
}

/** A load that keeps going, suspended. */
async function suspendedLoad(): Promise<number> {
  await lab.spawn(path.to, { argv: ["iperf3", "-s", "-p", PORT], reason: "server", timeout: LIMIT });
  const listening = async (): Promise<string> => {
    const look = await lab.spawn(path.to, { argv: ["ss", "-ltnH", `sport = :${PORT}`], reason: "is it up", timeout: LIMIT });
    return (await look.finished).stdout;
  };
  await expect.poll(listening).toContain(PORT);
  const argv = ["iperf3", "-c", path.address, "-p", PORT, "-t", "100"] as const;
  const load = await near.client.order<"spawn">({ kind: "spawn", argv, timeout: LIMIT, files: {}, collect: [], watch: [] });
  const segments = async (): Promise<number> => {
    const { counters } = await near.client.order<"read">({ kind: "read", watch: watchNear() });
    return counters[path.from.id]?.protocols["Tcp.OutSegs"] ?? 0;
  };
  await expect.poll(segments).toBeGreaterThan(1_000);
  await near.client.order<"stop">({ kind: "stop", process: load });
  return load;
}

const watchNear = () => [{ id: path.from.id }];
const watchFar = () => [{ id: path.to.id }];
const across = async (number: number): Promise<AgentSlice> =>
  sliceAcross(
    [
      { agent: near, processes: [number], watch: watchNear() },
      { agent: far, processes: [], watch: watchFar() },
    ],
    SETTLE,
    LENGTH,
  );

/** As the lab does it: one agent, one clock, both ends watched. The near agent sees the lab's namespaces. */
const alone = async (number: number): Promise<AgentSlice> =>
  near.client.order<"slice">({
    kind: "slice",
    processes: [number],
    settle: SETTLE,
    length: LENGTH,
    watch: [...watchNear(), { id: path.to.id, namespace: path.to.id.replaceAll("/", ".") }],
  });

/** What a slice read, of whichever side. */
type Readings = Pick<AgentSlice, "before" | "after">;

/** Bytes a second that an end's device has seen, by that end's own clock where it has one. */
function rate({ before, after }: Readings, end: Path["from"], device: string, direction: "rxBytes" | "txBytes"): number {
  const bytes = (reading: AgentSlice["before"]): number => reading.counters[end.id]?.devices[device]?.[direction] ?? Number.NaN;
  const clock = (reading: AgentSlice["before"]): number => reading.counters[end.id]?.clock ?? reading.clock;
  return (bytes(after) - bytes(before)) / ((clock(after) - clock(before)) / 1e9);
}

const received = (slice: Readings): number => rate(slice, path.to, path.arrival.device, "rxBytes");
const sent = (slice: Readings): number => rate(slice, path.from, path.frame.device, "txBytes");

describe("a slice across two agents whose clocks differ", () => {
  test("the clocks are a day apart, and the offset is known to a fraction of that", async () => {
    const offsets = await Promise.all([near, far].map(async (agent) => agent.offset()));
    const apart = ((offsets[1]?.offset ?? 0) - (offsets[0]?.offset ?? 0)) / 1e9;
    expect(apart).toBeCloseTo(AHEAD_S, 1);
    expect(offsets[1]?.error).toBeLessThan(50e6);
  });

  test("counts what the lab's slices of the same path count", async () => {
    const load = await suspendedLoad();
    const counted = { across: [] as number[], alone: [] as number[], receivedOfSent: [] as number[] };
    for (let round = 0; round < SLICES; round++) {
      const slice = await across(load);
      expect(slice.after.clock - slice.before.clock).toBeGreaterThanOrEqual(20e6);
      expect(slice.after.counters[path.to.id]?.clock).toBeGreaterThan(AHEAD_S * 1e9);
      expect(slice.after.counters[path.from.id]?.clock).toBeUndefined();
      counted.across.push(received(slice));
      // On a starved machine a load may get no CPU for a whole slice, which says nothing of what is lost.
      if (sent(slice) > 0) counted.receivedOfSent.push(received(slice) / sent(slice));
      counted.alone.push(received(await alone(load)));
    }
    // Each end counts in a window of its own by a clock of its own; nothing is lost between them.
    expect(medianOf(counted.receivedOfSent)).toBeGreaterThan(0.95);
    expect(medianOf(counted.receivedOfSent)).toBeLessThan(1.05);
    // Two busy cores: medians of forty of the same kind differ by a tenth from one half minute to the next.
    const ratio = (medianOf(counted.across) ?? 0) / (medianOf(counted.alone) ?? 0);
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
    // The suspended load does nothing between slices.
    const idle = await lab.slice([], milliseconds(0), LENGTH, [path.to]);
    expect(received(idle)).toBeLessThan((medianOf(counted.alone) ?? 0) / 100);
  });

  test("an order that comes late is said to be late and does nothing", async () => {
    const { clock } = await far.client.order<"clock">({ kind: "clock" });
    const past = clock - 5e6;
    const answer = await far.client.order<"window">({
      kind: "window",
      processes: [],
      resumeAt: past,
      opens: past,
      closes: past + 1e6,
      stop: past + 1e6,
      watch: watchFar(),
    });
    expect(answer).toHaveProperty("late");
    expect("late" in answer && answer.late).toBeGreaterThanOrEqual(5);
  });
});
