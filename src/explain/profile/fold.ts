/**
 * Folds samples: to which layer each one belongs, and into stacks that can be added up.
 *
 * A sample belongs to the innermost function that the symbol table names. What serves everyone (locks, memory, copying by hand) has no row of its own there, or a
 * generic one, and so counts for its caller.
 * @packageDocumentation
 */
import type { Frame, Sample } from "./samples.js";
import { isOfTheWay, type ProfileLayer, rowOf } from "./symbol-table.js";

/** Whose programs load the network: names of threads, as the kernel cuts them. */
export type Tools = ReadonlySet<string>;

/** The kernel keeps so many characters of a thread's name (TASK_COMM_LEN). */
const THREAD_NAME = 15;

/** Names of threads of these programs. */
export const toolsOf = (programs: readonly string[]): Tools => new Set(programs.map((program) => program.slice(0, THREAD_NAME)));

/** Where work begins that the running thread did not ask for. */
const SOFTIRQ: ReadonlySet<string> = new Set(["handle_softirqs", "__do_softirq"]);
/** What runs where nothing has to. */
const IDLE_THREAD = "swapper";

/** Whether a thread asked for what its CPU did: no interrupt did. */
const isAskedFor = (frames: readonly Frame[]): boolean => !frames.some(({ symbol }) => symbol !== undefined && SOFTIRQ.has(symbol));

/** The layer in which the CPU spent a sample's time. */
export function layerOf(sample: Sample, tools: Tools): ProfileLayer {
  const { frames, thread } = sample;
  const isOther = !tools.has(thread) && thread !== IDLE_THREAD && isAskedFor(frames);
  if (frames.length === 0) return isOther ? "other-programs" : "program";
  const layer = namedLayer(frames);
  // Threads of the kernel encrypt packets, and do much that has nothing to do with any.
  return isOther && !isOfTheWay(layer) ? "other-programs" : layer;
}

function namedLayer(frames: readonly Frame[]): ProfileLayer {
  const rows = frames.map(({ symbol }) => (symbol === undefined ? undefined : rowOf(symbol)));
  const named = rows.find((row) => row !== undefined && row.generic !== true) ?? rows.find((row) => row !== undefined);
  if (named !== undefined) return named.layer;
  return frames.some(({ symbol }) => symbol !== undefined) ? "other-kernel" : "unresolved";
}

/** Every layer that a sample's stack passes through: in which, or in what was called from which, its time was spent. */
export function layersOn(sample: Sample, tools: Tools): ReadonlySet<ProfileLayer> {
  const own = layerOf(sample, tools);
  const layers = new Set<ProfileLayer>([own]);
  if (own === "other-programs") return layers;
  for (const { symbol } of sample.frames) {
    const row = symbol === undefined ? undefined : rowOf(symbol);
    if (row !== undefined && row.generic !== true) layers.add(row.layer);
  }
  return layers;
}

/** Time of one layer: spent in it, and spent in it or in what it called. Nanoseconds. */
export interface LayerTime {
  readonly self: number;
  readonly inclusive: number;
}

/** The time of every layer that was seen. What is spent in itself adds up to the samples' weight. */
export function layerTimes(samples: readonly Sample[], tools: Tools): ReadonlyMap<ProfileLayer, LayerTime> {
  const times = new Map<ProfileLayer, LayerTime>();
  const add = (layer: ProfileLayer, self: number, inclusive: number): void => {
    const before = times.get(layer) ?? { self: 0, inclusive: 0 };
    times.set(layer, { self: before.self + self, inclusive: before.inclusive + inclusive });
  };
  for (const sample of samples) {
    const own = layerOf(sample, tools);
    for (const layer of layersOn(sample, tools)) add(layer, layer === own ? sample.weight : 0, sample.weight);
  }
  return times;
}

/** A stack, its outermost part first, and the nanoseconds that were spent at its innermost one. */
export interface FoldedStack {
  readonly stack: readonly string[];
  readonly weight: number;
}

/** How an address without a name shows. */
export const UNRESOLVED = "[not resolved]";
/** How the code of a program shows below its name. */
export const OWN_CODE = "[own code]";
/** The bottom of what interrupts do: whom they interrupted is no matter. */
export const SOFTIRQ_ROOT = "softirq";
/** The bottom of what threads of the kernel do. */
export const KERNEL_ROOT = "kernel threads";

/** Layers that are no part of what a network costs. */
export const LEFT_OUT: ReadonlySet<string> = new Set<ProfileLayer>(["idle", "other-programs"]);

/** Equal stacks added up, what is no part of the network's cost left out; the largest first. Weights add up to those of the samples that are in it. */
export function foldStacks(samples: readonly Sample[], tools: Tools): readonly FoldedStack[] {
  const folded = new Map<string, { readonly stack: readonly string[]; weight: number }>();
  for (const sample of samples) {
    if (LEFT_OUT.has(layerOf(sample, tools))) continue;
    const stack = stackOf(sample, tools);
    const key = stack.join(";");
    const known = folded.get(key);
    if (known === undefined) folded.set(key, { stack, weight: sample.weight });
    else known.weight += sample.weight;
  }
  return [...folded.values()].sort((one, other) => other.weight - one.weight);
}

/** What interrupted whom is left out: a softirq's stack begins with the softirq, so that two profiles can be laid on each other. */
function stackOf({ thread, frames }: Sample, tools: Tools): readonly string[] {
  const names = frames.map(({ symbol }) => symbol ?? UNRESOLVED);
  const interrupted = names.findIndex((name) => SOFTIRQ.has(name));
  if (interrupted >= 0) return [SOFTIRQ_ROOT, ...names.slice(0, interrupted).reverse()];
  const root = tools.has(thread) ? thread : KERNEL_ROOT;
  return names.length === 0 ? [root, OWN_CODE] : [root, ...names.reverse()];
}
