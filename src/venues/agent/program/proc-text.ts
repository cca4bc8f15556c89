/**
 * Reads the kernel's text files: /proc/stat, /proc/net/dev, /proc/net/snmp, /proc/net/netstat, /proc/PID/stat (proc(5)).
 * @packageDocumentation
 */
import type { CpuTimes, EndpointCounters } from "../../contract.js";

/** USER_HZ: the kernel shows times to user space in hundredths of a second on every architecture that Linux runs on today. */
const TICKS_PER_SECOND = 100;

/** CPU times of the whole machine, seconds, from the text of /proc/stat. `busy` is everything but idle, iowait and steal. */
export function parseCpuTimes(stat: string): CpuTimes {
  const lines = [...stat.matchAll(/^(cpu\d*)\s+(.*)$/gm)].map(([, name = "", line = ""]) => [name, timesOf(line)] as const);
  const [[, whole] = ["cpu", timesOf("")], ...each] = lines;
  // Named as the kernel names them: a CPU that is taken offline moves all lines behind it.
  return { ...whole, perCpu: Object.fromEntries(each.map(([name, { busy, steal }]) => [name, busy + steal])) };
}

function timesOf(line: string): CpuTimes {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line.trim().split(/\s+/).map(Number);
  return {
    busy: (user + nice + system + irq + softirq) / TICKS_PER_SECOND,
    softirq: softirq / TICKS_PER_SECOND,
    steal: steal / TICKS_PER_SECOND,
    idle: (idle + iowait) / TICKS_PER_SECOND,
  };
}

/** Seconds since boot, suspended time included, from the text of /proc/uptime. */
export const parseUptime = (text: string): number => Number(text.split(" ")[0]);

/** Seconds of throttling from the text of a cgroup's cpu.stat: microseconds in version 2, nanoseconds in version 1; undefined without the line. */
export function parseThrottled(text: string): number | undefined {
  const [, name, value] = /^(throttled_usec|throttled_time) (\d+)$/m.exec(text) ?? [];
  return name === undefined ? undefined : Number(value) / (name === "throttled_usec" ? 1e6 : 1e9);
}

/** Counters by device from the text of /proc/net/dev. */
export function parseDevices(text: string): EndpointCounters["devices"] {
  const devices: Record<string, EndpointCounters["devices"][string]> = {};
  for (const line of text.split("\n")) {
    const match = /^\s*(\S+):\s*(.*)$/.exec(line);
    const name = match?.[1];
    if (name === undefined) continue;
    const fields = match?.[2]?.trim().split(/\s+/).map(Number) ?? [];
    const [rxBytes = 0, rxPackets = 0, , rxDropped = 0, , , , , txBytes = 0, txPackets = 0, , txDropped = 0] = fields;
    devices[name] = { rxBytes, rxPackets, rxDropped, txBytes, txPackets, txDropped };
  }
  return devices;
}

/** Named counters from the text of /proc/net/snmp or netstat: a line of names and a line of numbers for each protocol. */
export function parseProtocols(text: string): Record<string, number> {
  const counters: Record<string, number> = {};
  const lines = text.split("\n");
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const [protocol = "", ...names] = lines[index]?.split(" ") ?? [];
    const [, ...values] = lines[index + 1]?.split(" ") ?? [];
    names.forEach((name, place) => {
      counters[`${protocol.replace(":", "")}.${name}`] = Number(values[place]);
    });
  }
  return counters;
}

/** The letter of a thread's state and its process group from the text of /proc/PID/stat; a program's name may hold brackets and blanks. */
export function parseThread(stat: string): { readonly state: string; readonly group: number } {
  const [state = "", , group = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state, group: Number(group) };
}
