/**
 * Reads what `perf script` printed (perf-script(1)) of stacks that were recorded with `--kernel-callchains`.
 * @packageDocumentation
 */
import type { Frame, Sample } from "./samples.js";

/** What `perf script -F` is to print, with `--ns`. There is one event, and its name is left out. */
export const SCRIPT_FIELDS = "comm,tid,cpu,time,period,ip,sym,dso";

/** What is not the output of `perf script`. Its message says where and why. */
export class PerfScriptError extends Error {
  override readonly name = "PerfScriptError";
}

/** `ab  4711 [001]  1234.567890123:    1003009:`; a thread's name may hold spaces and brackets. */
const HEAD = /^ *(\S.*?) +(-?\d+) +\[(\d+)\] +(\d+)\.(\d{9}): +(\d+):? *$/;
/** `    ffffffff81dbb6f0 veth_xmit ([kernel.kallsyms])`. */
const FRAME = /^\s+([0-9a-f]+) (.*) \((.*)\)$/;
/** What perf prints where it knows no name. */
const UNKNOWN = "[unknown]";
/** Compilers' copies and parts of functions; `+0x1f` is an offset. */
const SUFFIX = /(?:\.(?:cold|isra|constprop|part|llvm)(?:\.\d+)*|\+0x[0-9a-f]+)+$/;

/**
 * The samples in their order.
 * @throws PerfScriptError when the text is empty, binary, cut off, or of another form
 */
export function readPerfScript(text: string): readonly Sample[] {
  if (text.trim() === "") throw new PerfScriptError("perf script printed nothing: the profile holds no sample");
  if (text.includes("\u0000") || text.startsWith("PERFILE2")) {
    throw new PerfScriptError("this is binary data, not what perf script prints; `perf script -i FILE` makes text of it");
  }
  const lines = text.split("\n");
  // Each sample ends with an empty line, the last one too.
  if (!text.endsWith("\n\n")) throw new PerfScriptError(`the output of perf script is cut off at line ${String(lines.length)}`);
  const reader = new Reader();
  for (const [place, line] of lines.entries()) reader.take(line, place + 1);
  return reader.samples;
}

type Head = Omit<Sample, "frames">;

class Reader {
  readonly samples: Sample[] = [];
  #head: Head | undefined;
  #frames: Frame[] = [];
  /** Most frames come a thousand times. */
  readonly #known = new Map<string, Frame>();

  take(line: string, number: number): void {
    if (line === "") this.#finish();
    else if (this.#head === undefined) this.#head = headOf(line, number);
    else this.#frames.push(...this.#frame(line, number));
  }

  #finish(): void {
    if (this.#head === undefined) return;
    this.samples.push({ ...this.#head, frames: this.#frames });
    this.#head = undefined;
    this.#frames = [];
  }

  /** The frame of a line; none where it is not the kernel's. */
  #frame(line: string, number: number): readonly Frame[] {
    const [, address, symbol, module] = FRAME.exec(line) ?? [];
    if (address === undefined || symbol === undefined || module === undefined) throw strange(line, number, "a function of a stack");
    if (!isKernel(address)) return [];
    const key = `${module} ${symbol}`;
    const frame = this.#known.get(key) ?? { symbol: symbol === UNKNOWN ? undefined : symbol.replace(SUFFIX, ""), module };
    this.#known.set(key, frame);
    return [frame];
  }
}

/** The kernel has the upper half of the addresses. */
const isKernel = (address: string): boolean => address.length === 16 && /^[89a-f]/.test(address);

function headOf(line: string, number: number): Head {
  const [, thread, , cpu, seconds, nanoseconds, period] = HEAD.exec(line) ?? [];
  if (thread === undefined || cpu === undefined || seconds === undefined || nanoseconds === undefined || period === undefined) {
    throw strange(line, number, "the head of a sample");
  }
  return { thread, cpu: Number(cpu), time: Number(seconds) * 1e9 + Number(nanoseconds), weight: Number(period) };
}

/** Enough of a line to recognise it. */
const SHOWN = 60;

function strange(line: string, number: number, wanted: string): PerfScriptError {
  const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)}...` : line;
  return new PerfScriptError(`line ${String(number)} of perf script's output is not ${wanted}: ${JSON.stringify(shown)}`);
}
