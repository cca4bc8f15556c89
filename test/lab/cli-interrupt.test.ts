import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Run, runSchema } from "../../src/model/run.js";
import { summarySchema } from "../../src/model/summary.js";
import { callersState } from "./bystander.js";
import { copyProgram, type Running } from "./program.js";

const program = copyProgram();
afterAll(program.remove);

/** Issue 3: it ends within 2 s of the signal. */
const END_WITHIN_MS = 2_000;
const OUT = "run.json";
const LAB = ["lab", "--modes", "flannel-host-gw,macvlan", "--budget", "60s", "--json", "--out", OUT];

let before: string;
beforeEach(async () => {
  before = callersState();
  await program.shell(`rm -f ${OUT}`);
});
afterEach(async () => {
  await expect.poll(program.processes, { timeout: END_WITHIN_MS, interval: 20 }).toEqual([]);
  expect(callersState()).toBe(before);
});

const signals = {
  "SIGINT to the process": (start: Running) => process.kill(start.pid, "SIGINT"),
  "SIGTERM to the process": (start: Running) => process.kill(start.pid, "SIGTERM"),
  "SIGHUP to the process": (start: Running) => process.kill(start.pid, "SIGHUP"),
  // What a terminal does at Ctrl-C.
  "SIGINT to its process group": (start: Running) => process.kill(-start.pid, "SIGINT"),
} as const;
type Signal = keyof typeof signals;

interface Interrupted {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from the signal to the end. */
  readonly took: number;
}

async function interrupt(start: Running, signal: Signal): Promise<Interrupted> {
  const at = performance.now();
  signals[signal](start);
  return { ...(await start.ended), took: performance.now() - at };
}

const savedRun = (): Run => runSchema.parse(JSON.parse(readFileSync(join(program.work, OUT), "utf8")));

/** The run was saved as partial, printed as such, and can be read again. */
async function expectPartial({ code, stdout, stderr, took }: Interrupted): Promise<Run> {
  expect(code, stderr).toBe(130);
  expect(took).toBeLessThan(END_WITHIN_MS);
  const run = savedRun();
  expect(run).toMatchObject({ status: "partial" });
  expect(run.partialReason).toMatch(/^interrupted/);
  expect(summarySchema.parse(JSON.parse(stdout)).status).toBe("partial");
  expect(await program.run(["report", OUT, "--json"])).toEqual({ code: 0, stdout, stderr: "" });
  return run;
}

describe("an interrupted lab", () => {
  test.each(["SIGINT to its process group", "SIGTERM to the process"] as const)("ends while it is built: %s", async (signal) => {
    const start = program.start(LAB);
    await start.descendant("program/sandbox.js");
    const { code, stdout, stderr, took } = await interrupt(start, signal);
    expect({ code, stdout }, stderr).toEqual({ code: 130, stdout: "" });
    expect(stderr).toMatch(/^podwire: interrupted before anything was measured: there is nothing to report$/m);
    expect(took).toBeLessThan(END_WITHIN_MS);
  });

  test("ends in its first round", async () => {
    const start = program.start([...LAB, "--metrics", "tcp", "--link", "10mbit"]);
    await start.descendant("--client");
    await expectPartial(await interrupt(start, "SIGINT to the process"));
  });

  test.each(["SIGINT to the process", "SIGHUP to the process"] as const)("keeps the rounds that were finished: %s", async (signal) => {
    const start = program.start([...LAB, "--metrics", "tcp,latency.icmp"]);
    await start.said("measuring latency.icmp, round 1");
    const run = await expectPartial(await interrupt(start, signal));
    const finished = run.observations.filter((one) => one.round === 0 && one.error === undefined);
    for (const mode of ["host", "flannel-host-gw", "macvlan"]) {
      for (const workload of ["tcp", "latency.icmp"]) {
        expect(
          finished.some((one) => one.mode === mode && one.workload === workload),
          `${mode} ${workload}`,
        ).toBe(true);
      }
    }
  });

  test("ends in a block of clients that stay", async () => {
    const start = program.start([...LAB, "--metrics", "latency.icmp,latency.udp,latency.tcp", "--modes", "macvlan"]);
    await start.descendant("sockperf ping-pong");
    await expectPartial(await interrupt(start, "SIGINT to its process group"));
  });

  test("ends although the lab hangs", async () => {
    const start = program.start([...LAB, "--metrics", "tcp", "--link", "100mbit"]);
    await start.said("measuring tcp, round 1");
    // A client that runs is waited for, and the agent will not say when it has ended.
    await start.descendant("--client");
    process.kill(await start.descendant("program/sandbox.js"), "SIGSTOP");
    await expectPartial(await interrupt(start, "SIGINT to the process"));
  });

  test("ends at once at a second signal, and gives the terminal its cursor back", async () => {
    // script(1) gives the program a terminal, and stands between it and the test.
    const words = ["lab", "--modes", "macvlan", "--metrics", "latency.icmp", "--budget", "60s"].join(" ");
    const script = program.startShell(`exec script -qefc "exec $PODWIRE ${words}" /dev/null`);
    const pid = await script.descendant(`node ${program.bin} lab`);
    const agent = await script.descendant("program/sandbox.js");
    await expect.poll(script.stdout, { timeout: 60_000, interval: 20 }).toContain("measuring latency.icmp");
    process.kill(agent, "SIGSTOP");
    const at = performance.now();
    process.kill(pid, "SIGINT");
    // Another one, since two alike that are pending are one.
    process.kill(pid, "SIGTERM");
    const { code, stdout } = await script.ended;
    expect(performance.now() - at).toBeLessThan(END_WITHIN_MS);
    expect(code).toBe(130);
    expect(stdout.lastIndexOf("\u001b[?25h")).toBeGreaterThan(stdout.lastIndexOf("\u001b[?25l"));
    expect(stdout).not.toContain("Ranking");
  });
});

describe("an interrupted lab shell", () => {
  test.each(["SIGINT to its process group", "SIGTERM to the process"] as const)("ends its idle command: %s", async (signal) => {
    const start = program.start(["lab", "shell", "macvlan", "pod-a", "--", "sh", "-c", "echo here >&2; sleep 1000"]);
    await start.said("here");
    const { code, stdout, took } = await interrupt(start, signal);
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(took).toBeLessThan(END_WITHIN_MS);
  });
});

test("an interrupted podwire lab modes ends", async () => {
  const start = program.start(["lab", "modes"]);
  await start.descendant("program/sandbox.js");
  const { code, took } = await interrupt(start, "SIGINT to the process");
  expect(code).toBe(130);
  expect(took).toBeLessThan(END_WITHIN_MS);
});
