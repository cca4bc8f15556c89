/**
 * The CPUs that podwire and all that it starts may use: a cpuset, a container or taskset(1) may leave out some of the machine's.
 * @packageDocumentation
 */

/** From the text of /proc/PID/status (proc(5)): the line `Cpus_allowed_list`, which may name CPUs that are offline. Undefined without it. */
export function allowedCpus(status: string): readonly number[] | undefined {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
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

/** Why a tool that binds itself to one CPU cannot work under a status; undefined when it can. */
export function whyNotOn(cpu: number, tool: string, status: string): string | undefined {
  const allowed = allowedCpus(status);
  if (allowed === undefined || allowed.includes(cpu)) return undefined;
  const names = `${allowed.length === 1 ? "CPU" : "CPUs"} ${/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? ""}`;
  return `${tool} sends from CPU ${String(cpu)} only, and podwire may use ${names} only (a cpuset or taskset)`;
}
