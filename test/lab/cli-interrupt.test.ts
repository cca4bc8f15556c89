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

const FRAME_END = "\u001b[0J";
const SHOW_CURSOR = "\u001b[?25h";

/** Lines of a terminal's text, whose line ends its driver has made longer. */
const linesOf = (text: string): readonly string[] => text.trimEnd().split(/\r*\n/);

/** The headings of a table, each of its two lines joined: they stand right above its first row. */
function headingsAbove(lines: readonly string[], row: string): readonly string[] {
  const first = lines.findIndex((line) => line.trimStart().startsWith(row));
  const [top = [], bottom = []] = [lines[first - 2], lines[first - 1]].map((line = "") => line.trim().split(/\s{2,}/));
  return top.map((word, column) => `${word} ${bottom[column] ?? ""}`);
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

  test("ends while it tries what works, and keeps what it has measured", async () => {
    const short = ["--modes", "flannel-host-gw", "--metrics", "tcp", "--budget", "2s"];
    const start = program.start(["lab", ...short, "--conformance", "--json", "--out", OUT]);
    await start.descendant("exchange.js");
    const run = await expectPartial(await interrupt(start, "SIGINT to its process group"));
    expect(run.partialReason).toMatch(/what works was tried on some modes only/);
    expect(run.observations.length).toBeGreaterThan(0);
    expect(run.conformance?.variants).toEqual([]);
  });

  test("ends in its first round", async () => {
    const start = program.start([...LAB, "--metrics", "tcp", "--link", "10mbit"]);
    await start.descendant("--client");
    await expectPartial(await interrupt(start, "SIGINT to the process"));
  });

  test.each(["SIGINT to the process", "SIGHUP to the process"] as const)("keeps the rounds that were finished: %s", async (signal) => {
    const start = program.start([...LAB, "--metrics", "tcp,latency.icmp"]);
    // A line comes every ten seconds; by then each workload of so few paths has finished a round.
    await start.said("measuring ");
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
    await start.said("measuring TCP at 100 Mbit/s, round ");
    // A client that runs is waited for, and the agent will not say when it has ended.
    await start.descendant("--client");
    process.kill(await start.descendant("program/sandbox.js"), "SIGSTOP");
    await expectPartial(await interrupt(start, "SIGINT to the process"));
  });

  test("leaves on its terminal what is known, in the form of the view that it takes away", async () => {
    const words = ["--modes", "macvlan,flannel-host-gw", "--metrics", "latency.icmp,latency.tcp", "--budget", "60s", "--out", OUT].join(
      " ",
    );
    const look = { LC_ALL: "C.UTF-8", NO_COLOR: "1" };
    const script = program.startShell(`exec script -qefc "stty columns 80 rows 24; exec $PODWIRE lab ${words}" /dev/null`, look);
    const pid = await script.descendant(`node ${program.bin} lab`);
    for (const mode of ["macvlan", "flannel-host-gw"])
      await expect.poll(script.stdout, { timeout: 60_000, interval: 20 }).toMatch(new RegExp(`${mode} .*\\d\\.\\d\\d±`));
    process.kill(pid, "SIGINT");
    const { code, stdout } = await script.ended;
    expect(code).toBe(130);
    // The last frame ends with what clears the lines below it; it is taken away before the cursor comes back, and then there is the screen.
    const [drawn = "", screen = ""] = stdout.split(SHOW_CURSOR);
    const view = linesOf((drawn.split(FRAME_END).at(-3) ?? "").replaceAll(/\p{Cc}\[\d*[AK]/gu, ""));
    const lines = linesOf(screen);
    expect(lines.length).toBeLessThanOrEqual(40);
    // The same table: headings of the view, its rows, and in them figures, now with verdicts.
    const headings = headingsAbove(lines, "bare host");
    expect(headings).toContain("ping mean");
    expect(headingsAbove(view, "flannel-host-gw")).toEqual(expect.arrayContaining([...headings]));
    for (const mode of ["macvlan", "flannel-host-gw"])
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^ \\d ${mode} .*\\d\\.\\d\\d±\\S+[▲=▼?]`)));
    expect(lines).toContainEqual(expect.stringMatching(/^- cut short: interrupted/));
    expect(lines.slice(-2)).toEqual([`run file    ${OUT}`, `everything  podwire report ${OUT} --full`]);
    // The saved run has the very same screen whenever it is looked at again.
    expect(savedRun()).toMatchObject({ status: "partial" });
    const again = await program.run(["report", OUT], { environment: { ...look, COLUMNS: "80" } });
    expect(linesOf(again.stdout)).toEqual(lines);
  });

  test("ends at once at a second signal, and gives the terminal its cursor back", async () => {
    // script(1) gives the program a terminal, and stands between it and the test.
    const words = ["lab", "--modes", "macvlan", "--metrics", "latency.icmp", "--budget", "60s"].join(" ");
    const script = program.startShell(`exec script -qefc "exec $PODWIRE ${words}" /dev/null`);
    const pid = await script.descendant(`node ${program.bin} lab`);
    const agent = await script.descendant("program/sandbox.js");
    await expect.poll(script.stdout, { timeout: 60_000, interval: 20 }).toContain("measuring ping time");
    process.kill(agent, "SIGSTOP");
    const at = performance.now();
    process.kill(pid, "SIGINT");
    // Another one, since two alike that are pending are one.
    process.kill(pid, "SIGTERM");
    const { code, stdout } = await script.ended;
    expect(performance.now() - at).toBeLessThan(END_WITHIN_MS);
    expect(code).toBe(130);
    expect(stdout.lastIndexOf("\u001b[?25h")).toBeGreaterThan(stdout.lastIndexOf("\u001b[?25l"));
    expect(stdout).not.toMatch(/Ranking|everything {2}podwire/);
  });
});

describe("a run that goes on after it had ended", () => {
  /** With a margin that neither a look by width nor a verdict reaches within a few rounds. */
  const FIRST = ["lab", "--modes", "macvlan", "--metrics", "latency.icmp", "--margin", "0.1%", "--budget", "60s", "--json", "--out", OUT];
  const resume = (budget: number): string[] => ["lab", "--resume", OUT, "--budget", `${String(budget)}s`, "--json", "--out", OUT];
  const roundsOf = ({ observations }: Run): number => new Set(observations.map(({ round }) => round)).size;
  const endOf = ({ observations }: Run): number => Math.max(...observations.map(({ startedAt, elapsed }) => startedAt + elapsed));
  /** Rounds before which no path may leave. */
  const FEWEST = 9;

  /** A part of so many seconds more, which ends by itself. */
  async function part(earlier: Run, seconds: number): Promise<{ readonly run: Run; readonly stdout: string }> {
    const { code, stdout, stderr } = await program.run(resume(Math.ceil(endOf(earlier)) + seconds));
    expect(code, stderr).toBe(0);
    return { run: savedRun(), stdout };
  }

  test("has the ends of its parts in its file, each of which was a look: after three there is none left", async () => {
    const start = program.start(FIRST);
    // A line in ten seconds: by then it has rounds.
    await start.said("measuring ping time, round ");
    const first = await expectPartial(await interrupt(start, "SIGINT to the process"));
    expect(first.partEnds).toBeUndefined();
    const { run: second } = await part(first, 2);
    expect(second.partEnds).toEqual([endOf(first)]);
    const { run: third } = await part(second, 2);
    expect(third.partEnds).toEqual([endOf(first), endOf(second)]);
    // The end of the third part was the last look: however large its budget is, the fourth finds that there is nothing left to measure.
    const { run: last, stdout } = await part(third, 60);
    expect(last).toMatchObject({ status: "complete", partEnds: [endOf(first), endOf(second), endOf(third)] });
    expect(roundsOf(last)).toBeLessThanOrEqual(Math.max(FEWEST, roundsOf(third) + 1));
    const { modes } = summarySchema.parse(JSON.parse(stdout));
    const cells = modes.find(({ mode }) => mode === "macvlan")?.cells;
    const decided = cells?.find(({ metric, path }) => metric === "latency.icmp" && path === "pod-pod")?.ratio?.decided;
    expect(decided?.look).toBe("end");
    expect(decided?.round).toBeLessThan(roundsOf(third));
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
