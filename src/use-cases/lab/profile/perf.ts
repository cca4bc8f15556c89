/**
 * perf as a program that stays: started once, switched on and off by its control channel (perf-record(1), `--control`), and ended with the samples as text.
 * It watches every CPU of the machine and changes nothing.
 * @packageDocumentation
 */
import { SCRIPT_FIELDS } from "../../../explain/profile/perf-script.js";
import type { Ending, LineProcess } from "../../../machine/ports.js";
import { milliseconds } from "../../../units/quantity.js";
import type { LabMachine } from "../../../venues/lab/lab-agent.js";
import { installCommand } from "../../../venues/lab/packages.js";
import { oneLine } from "../../errors.js";

/** Samples a second and CPU: a prime, so that nothing periodic keeps step with it. */
export const HERTZ = 997;

/** What of the machine a profile needs. */
export type PerfMachine = Pick<LabMachine, "commands" | "processes" | "files" | "clock">;

/** Why there can be no profile, with what would change that, in one sentence. */
export interface Refusal {
  readonly refused: string;
}

/** A profiler that is ready and off. */
export interface Perf {
  /** Switches sampling on or off; takes less than a millisecond. */
  switch(on: boolean): void;
  /** Ends it and gives what `perf script` makes of its samples. */
  finish(): Promise<{ readonly text: string } | Refusal>;
  /** Ends it at once. */
  kill(): void;
}

/** What each end waits for at most: perf writes its file and reads the kernel's symbols meanwhile. */
const [READY, WRITTEN, READ] = [milliseconds(10_000), milliseconds(10_000), milliseconds(60_000)];

/**
 * Starts perf with sampling off. Its file lies in the folder, whose removal is the caller's.
 * It dies with podwire, however that ends: setpriv(1) asks the kernel for it.
 */
export async function startPerf(machine: PerfMachine, folder: string): Promise<Perf | Refusal> {
  if ((await machine.commands.locate("perf")) === undefined) {
    return { refused: `perf is not installed; run \`${installCommand(["perf"])}\`` };
  }
  const file = `${folder}/perf.data`;
  const channel = new ControlChannel();
  const process = machine.processes.start(recordArgv(file), (line) => {
    channel.take(line);
  });
  process.send("ping");
  const ready = await within(machine, READY, Promise.race([channel.answered, process.ended]));
  if (ready === "answered") return new RunningPerf(machine, process, file);
  process.kill();
  if (ready === undefined) return { refused: "perf did not answer within 10 s" };
  return { refused: await whyRefused(machine, ready) };
}

const recordArgv = (file: string): readonly [string, ...string[]] => [
  "setpriv",
  "--pdeathsig",
  "KILL",
  "perf",
  "record",
  ...["--event", "cpu-clock", "--freq", String(HERTZ), "--all-cpus"],
  // Of programs it is enough to know that they ran: their stacks would need frame pointers and their symbols.
  ...["-g", "--kernel-callchains"],
  // The clock that the agent reads.
  ...["--clockid", "CLOCK_MONOTONIC"],
  // No cache of binaries in a home folder.
  ...["--no-buildid", "--no-buildid-cache"],
  ...["--delay=-1", "--control", "fd:0,1"],
  ...["--output", file],
];

/** perf answers each order with `ack`. */
class ControlChannel {
  readonly answered: Promise<"answered">;
  #settle: (answer: "answered") => void = () => undefined;

  constructor() {
    this.answered = new Promise((settle) => {
      this.#settle = settle;
    });
  }

  take(line: string): void {
    // The zero byte that ends perf's string in C is sent with it.
    if (line.replaceAll("\u0000", "") === "ack") this.#settle("answered");
  }
}

class RunningPerf implements Perf {
  constructor(
    readonly machine: PerfMachine,
    readonly process: LineProcess,
    readonly file: string,
  ) {}

  switch(on: boolean): void {
    this.process.send(on ? "enable" : "disable");
  }

  async finish(): Promise<{ readonly text: string } | Refusal> {
    this.process.send("stop");
    const ending = await within(this.machine, WRITTEN, this.process.ended);
    this.process.kill();
    if (ending === undefined) return { refused: "perf did not end within 10 s of being asked to" };
    if (ending.exitCode !== 0) return { refused: `perf record failed: ${lastWords(ending)}` };
    const outcome = await this.machine.commands.run({
      argv: ["perf", "script", "--input", this.file, "--ns", "--fields", SCRIPT_FIELDS],
      reason: "the samples as text, with the kernel's symbols of this moment",
      timeout: READ,
    });
    if (outcome.exitCode === 0) return { text: outcome.stdout };
    const why = outcome.timedOut ? "it took longer than 60 s" : (outcome.startError ?? oneLine(outcome.stderr));
    return { refused: `perf script failed: ${why}` };
  }

  kill(): void {
    this.process.kill();
  }
}

/** What a promise gives, or undefined when the time is over before. */
async function within<T>({ clock }: PerfMachine, time: typeof READY, promise: Promise<T>): Promise<T | undefined> {
  const over = new AbortController();
  try {
    return await Promise.race([promise, clock.sleep(time, over.signal).then(() => undefined)]);
  } finally {
    over.abort();
  }
}

const PARANOID = "/proc/sys/kernel/perf_event_paranoid";

/** The kernel's refusal in perf's words takes twenty lines; what has to be set takes one. */
async function whyRefused({ files }: PerfMachine, ending: Ending): Promise<string> {
  if (!/perf_event_paranoid|CAP_PERFMON|Operation not permitted/.test(ending.stderr)) {
    return `perf record failed: ${lastWords(ending)}`;
  }
  const level = await files.readText(PARANOID).then(
    (text) => ` (kernel.perf_event_paranoid is ${text.trim()})`,
    () => "",
  );
  return `the kernel lets only root look at every CPU${level}; run podwire as root, or \`sudo sysctl kernel.perf_event_paranoid=-1 kernel.kptr_restrict=0\``;
}

function lastWords({ startError, stderr, exitCode, signal }: Ending): string {
  const words = startError ?? oneLine(stderr);
  if (words !== "") return words;
  return exitCode === undefined ? `ended by ${signal ?? "a signal"}` : `exit code ${String(exitCode)} and no output`;
}
