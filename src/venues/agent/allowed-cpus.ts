/**
 * The CPUs that a program and all that it starts may use: a cpuset, a container or taskset(1) may leave out some of the machine's.
 * @packageDocumentation
 */

/** The kernel's list of them from the text of /proc/PID/status (proc(5)), which may name CPUs that are offline; undefined without the line. */
export const allowedList = (status: string): string | undefined => /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];

/** Their numbers from the same text; undefined without the line. */
export function allowedCpus(status: string): readonly number[] | undefined {
  const list = allowedList(status);
  return list === undefined ? undefined : cpusIn(list);
}

/** The numbers in a kernel's list of CPUs: `0-3,8`. */
export function cpusIn(list: string): readonly number[] {
  return list
    .trim()
    .split(",")
    .filter((range) => range !== "")
    .flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

/** A tool that binds itself to one CPU, whatever else is allowed. */
export interface BoundTool {
  readonly program: string;
  readonly cpu: number;
}

/**
 * Why a tool that binds itself to one CPU cannot work; undefined when it can, or when it is not known what is allowed.
 * @param allowed - the kernel's list
 * @param limited - who may use those only, and by what
 */
export function whyNotOn(
  { cpu, program }: BoundTool,
  allowed: string | undefined,
  { who, by }: { readonly who: string; readonly by: string },
): string | undefined {
  if (allowed === undefined) return undefined;
  const cpus = cpusIn(allowed);
  if (cpus.includes(cpu)) return undefined;
  return `${program} sends from CPU ${String(cpu)} only, and ${who} may use ${cpus.length === 1 ? "CPU" : "CPUs"} ${allowed} only (${by})`;
}
