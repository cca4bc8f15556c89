/**
 * What a profiler saw: at some moments, what a CPU was doing and how the kernel had come there.
 * @packageDocumentation
 */

/** One function of the kernel on a stack. */
export interface Frame {
  /** Its name without offsets and compilers' suffixes; undefined where the address could not be resolved. */
  readonly symbol: string | undefined;
  /** Where it is: `[kernel.kallsyms]`, a module, an eBPF program. */
  readonly module: string;
}

/** One moment of one CPU. */
export interface Sample {
  /** Name of the thread that the CPU was running, which an interrupt may have nothing to do with. The kernel cuts it to 15 characters. */
  readonly thread: string;
  readonly cpu: number;
  /** Nanoseconds of the monotonic clock. */
  readonly time: number;
  /** Nanoseconds of CPU time that it stands for. */
  readonly weight: number;
  /** The innermost function first; none where the thread ran code of its program. */
  readonly frames: readonly Frame[];
}
