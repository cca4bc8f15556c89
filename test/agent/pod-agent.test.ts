import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { realClock } from "../../src/machine/clock.js";
import { realProcesses } from "../../src/machine/processes.js";
import { milliseconds } from "../../src/units/quantity.js";
import type { AgentClient, AgentHome } from "../../src/venues/agent/client.js";
import { PROTOCOL_VERSION, type SpawnOrder } from "../../src/venues/agent/protocol.js";
import { IMPATIENT_PROGRAM, POD_PROGRAM, startPodAgent } from "./pod-agents.js";

const scratch = mkdtempSync(join(tmpdir(), "podwire-pod-"));
const ground = { processes: realProcesses(process.env["PATH"]), clock: realClock };
const agents: AgentClient[] = [];
afterEach(async () => {
  await Promise.all(agents.splice(0).map(async (agent) => agent.close()));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

async function start(more: Partial<AgentHome> = {}): Promise<AgentClient> {
  const agent = await startPodAgent(ground, ["env", `PODWIRE_SCRATCH=${scratch}`, process.execPath, POD_PROGRAM], more);
  agents.push(agent);
  return agent;
}

const order = { files: {}, collect: [], watch: [], timeout: 100_000 } as const;

/** A program that tells its process id, and a child of it in the same group. */
async function family(agent: AgentClient): Promise<readonly number[]> {
  const pids = join(scratch, "pids");
  rmSync(pids, { force: true });
  const script = `trap '' TERM INT HUP; sleep 1000 & echo $$ $! > ${pids}.part; mv ${pids}.part ${pids}; wait`;
  await agent.order<"spawn">({ kind: "spawn", argv: ["sh", "-c", script], ...order });
  await expect.poll(() => existsSync(pids)).toBe(true);
  return readFileSync(pids, "utf8").trim().split(" ").map(Number);
}

const alive = (pids: readonly number[]): readonly number[] => pids.filter((pid) => isAlive(pid));

function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${String(pid)}/stat`, "latin1"));
  } catch {
    return false;
  }
}

describe("an agent in a pod", () => {
  test("says what its machine is", async () => {
    const facts = await (await start()).order<"facts">({ kind: "facts" });
    expect(facts.bootId).toBe(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
    expect(facts.congestionControl).toBe(readFileSync("/proc/sys/net/ipv4/tcp_congestion_control", "utf8").trim());
    expect(facts).toMatchObject({ architecture: process.arch, user: process.getuid?.() });
    expect(facts.allowedCpus).toBe(/^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
    const most = "/proc/sys/net/netfilter/nf_conntrack_max";
    expect(facts.tracked?.most).toBe(existsSync(most) ? Number(readFileSync(most, "utf8")) : undefined);
  });

  test("reads the counters of its own network namespace", async () => {
    const { counters } = await (await start()).order<"read">({ kind: "read", watch: [{ id: "here" }] });
    expect(counters["here"]?.devices["lo"]).toBeDefined();
    expect(counters["here"]?.protocols["Tcp.InSegs"]).toBeTypeOf("number");
  });

  test("gives back what a program printed and wrote, however long", async () => {
    const agent = await start();
    const script = "seq 1 400000; seq 1 400000 > {files}/log";
    const number = await agent.order<"spawn">({ kind: "spawn", argv: ["sh", "-c", script], ...order, collect: ["log"] });
    const outcome = await agent.outcome(number);
    const lines = outcome.stdout.split("\n");
    expect([lines.length, lines[0], lines[399_999]]).toEqual([400_001, "1", "400000"]);
    expect(outcome.collected["log"]).toBe(outcome.stdout);
  });

  test("its programs write to the scratch space", async () => {
    const agent = await start();
    const { stdout } = await agent.order<"run">({ kind: "run", argv: ["sh", "-c", "mktemp; pwd"], timeout: 10_000 });
    expect(stdout.split("\n").filter((line) => line.startsWith(`${scratch}/agent-`))).toHaveLength(2);
  });

  test.each([
    ["when its input closes", {}, (agent: AgentClient) => void agent.close()],
    ["when it is asked to end", {}, (agent: AgentClient) => process.kill(agent.pid ?? 0, "SIGTERM")],
  ])("%s, it ends with all that it has started", async (_, more, cut) => {
    const agent = await start(more);
    const pids = await family(agent);
    expect(alive(pids)).toEqual(pids);
    cut(agent);
    await agent.ended;
    await expect.poll(() => alive(pids)).toEqual([]);
  });

  describe("that hears nothing", () => {
    const impatient = async (beats: boolean): Promise<AgentClient> => {
      const agent = await startPodAgent(ground, ["env", `PODWIRE_SCRATCH=${scratch}`, process.execPath, IMPATIENT_PROGRAM], { beats });
      agents.push(agent);
      return agent;
    };

    test("stops its load and says why; what serves, what is suspended, and the agent itself go on", async () => {
      const agent = await impatient(false);
      const start = async (more: Partial<SpawnOrder> = {}): Promise<number> =>
        agent.order<"spawn">({ kind: "spawn", argv: ["sleep", "1000"], ...order, ...more });
      const [load, server, suspended] = [await start(), await start({ serves: true }), await start({ suspendAfter: 1 })];
      const { stderr, signal } = await agent.outcome(load);
      expect({ stderr, signal }).toEqual({
        stderr: "\npodwire: podwire was not heard for 0.4 s, so the load was stopped\n",
        signal: "SIGKILL",
      });
      for (const left of [server, suspended]) await agent.order<"end">({ kind: "end", process: left, signal: "SIGTERM", grace: 1_000 });
      expect([await agent.outcome(server), await agent.outcome(suspended)]).toMatchObject([
        { stderr: "", signal: "SIGTERM" },
        { stderr: "", signal: "SIGTERM" },
      ]);
      expect((await agent.order<"clock">({ kind: "clock" })).clock).toBeGreaterThan(0);
    });

    test("for long ends with all that it has started", async () => {
      const agent = await impatient(false);
      const number = await agent.order<"spawn">({ kind: "spawn", argv: ["sleep", "1000"], ...order, serves: true });
      const { stdout } = await agent.order<"run">({ kind: "run", argv: ["pgrep", "-P", String(agent.pid), "sleep"], timeout: 10_000 });
      const pids = stdout.trim().split("\n").map(Number);
      expect([number, alive(pids)]).toEqual([1, pids]);
      await agent.ended;
      await expect.poll(() => alive(pids)).toEqual([]);
    });

    test("but beats for longer than that goes on with its load", async () => {
      const agent = await impatient(true);
      expect(await agent.order<"run">({ kind: "run", argv: ["sleep", "4"], timeout: 10_000 })).toMatchObject({ exitCode: 0 });
    });
  });

  test("suspends a program by itself that is not to run on, and resumes it when it is asked to", async () => {
    const agent = await start();
    const number = await agent.order<"spawn">({ kind: "spawn", argv: ["sleep", "1000"], ...order, suspendAfter: 50 });
    const state = async (): Promise<string> =>
      (await agent.order<"run">({ kind: "run", argv: ["ps", "-o", "stat=", "--ppid", String(agent.pid)], timeout: 10_000 })).stdout;
    await expect.poll(state).toMatch(/^T/m);
    await agent.order<"resume">({ kind: "resume", process: number });
    expect(await state()).not.toMatch(/^T/m);
  });

  test("when it is killed, what it has started ends too", async () => {
    const agent = await start();
    const number = await agent.order<"spawn">({ kind: "spawn", argv: ["sleep", "1000"], ...order });
    const { stdout } = await agent.order<"run">({ kind: "run", argv: ["pgrep", "-P", String(agent.pid), "sleep"], timeout: 10_000 });
    const pids = stdout.trim().split("\n").map(Number);
    expect([number, alive(pids)]).toEqual([1, pids]);
    process.kill(agent.pid ?? 0, "SIGKILL");
    await agent.ended;
    await expect.poll(() => alive(pids)).toEqual([]);
  });

  test("that answers nothing any more, though its stream is open, is given up", async () => {
    const agent = await start({ patience: milliseconds(3_000) });
    const pid = agent.pid ?? 0;
    const waiting = agent.order<"run">({ kind: "run", argv: ["sleep", "1000"], timeout: 1_000_000 });
    process.kill(pid, "SIGSTOP");
    await expect(waiting).rejects.toThrow("the pod has not answered for 3 s");
    await agent.ended;
    expect(alive([pid])).toEqual([]);
  });

  test("of another version is refused with both versions", async () => {
    const other = `{"type":"ready","version":99,"podwire":"9.9.9","node":"v18.0.0"}`;
    const saying = startPodAgent(ground, ["sh", "-c", `echo '${other}'; cat`]);
    await expect(saying).rejects.toThrow(
      `the agent of the pod (of podwire 9.9.9) speaks protocol 99, this podwire ${String(PROTOCOL_VERSION)}. Use the image of this podwire.`,
    );
  });

  test("that speaks no protocol is quoted", async () => {
    await expect(startPodAgent(ground, ["sh", "-c", "echo 'exec format error'; cat"])).rejects.toThrow(
      "the pod sent something that no agent says: exec format error",
    );
  });

  test("whose scratch space cannot be written says so", async () => {
    const argv = ["env", "PODWIRE_SCRATCH=/proc/nowhere", process.execPath, POD_PROGRAM] as const;
    await expect(startPodAgent(ground, argv)).rejects.toThrow(/\/proc\/nowhere/);
  });
});
