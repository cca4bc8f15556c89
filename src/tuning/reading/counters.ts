/**
 * Counters of the kernel by name, and by how much they grew.
 * @packageDocumentation
 */
import type { GrownCounters } from "../facts.js";
import type { Asking } from "./asking.js";

type Counters = Readonly<Record<string, number>>;

/** Everything that is counted, now. */
export async function countersNow({ file }: Asking): Promise<Counters> {
  const [softnet, netstat, snmp, conntrack, neighbours, devices] = await Promise.all(
    ["softnet_stat", "netstat", "snmp", "stat/nf_conntrack", "stat/arp_cache", "dev"].map(
      async (name) => (await file(`/proc/net/${name}`)) ?? "",
    ),
  );
  return {
    ...softnetCounters(softnet ?? ""),
    ...protocolCounters(netstat ?? ""),
    ...protocolCounters(snmp ?? ""),
    ...cpuTable("conntrack", conntrack ?? ""),
    ...cpuTable("neighbours", neighbours ?? ""),
    ...deviceCounters(devices ?? ""),
  };
}

/** By how much each grew that did. */
export const growthBetween = (before: Counters, after: Counters, seconds: number): GrownCounters => ({
  seconds,
  grown: Object.fromEntries(
    Object.entries(after).flatMap(([name, value]) => {
      const grown = value - (before[name] ?? value);
      return grown > 0 ? [[name, grown]] : [];
    }),
  ),
});

/** `/proc/net/softnet_stat`: a line a CPU, hexadecimal; the second column counts drops, the third budgets that were used up. */
export function softnetCounters(text: string): Counters {
  const rows = text.split("\n").map((line) => line.trim().split(/\s+/));
  const sum = (column: number): number => rows.reduce((all, row) => all + (Number.parseInt(row[column] ?? "0", 16) || 0), 0);
  return text === "" ? {} : { "softnet.dropped": sum(1), "softnet.time_squeeze": sum(2) };
}

/** `/proc/net/snmp` and `/proc/net/netstat`: two lines a protocol, names and values. */
export function protocolCounters(text: string): Counters {
  const lines = text.split("\n");
  const pairs = lines.flatMap((line, index) => {
    const [protocol = "", ...names] = line.split(" ");
    const [same, ...values] = (lines[index + 1] ?? "").split(" ");
    if (index % 2 === 1 || protocol !== same) return [];
    return names.map((name, at): [string, number] => [`${protocol.replace(":", "")}.${name}`, Number(values[at] ?? 0)]);
  });
  return Object.fromEntries(pairs);
}

/** Files of `/proc/net/stat`: a head, then a line a CPU in hexadecimal. `entries` is the same on every line, everything else is a sum. */
export function cpuTable(prefix: string, text: string): Counters {
  const [head = "", ...rows] = text.split("\n");
  const names = head.trim().split(/\s+/).filter(Boolean);
  const values = rows
    .filter((row) => row.trim() !== "")
    .map((row) =>
      row
        .trim()
        .split(/\s+/)
        .map((cell) => Number.parseInt(cell, 16) || 0),
    );
  return Object.fromEntries(
    names.map((name, at) => {
      const cells = values.map((row) => row[at] ?? 0);
      return [`${prefix}.${name}`, name === "entries" ? (cells[0] ?? 0) : cells.reduce((a, b) => a + b, 0)];
    }),
  );
}

/** `/proc/net/dev`: the fifth receive column (fifo) counts what the card had no room for. */
export function deviceCounters(text: string): Counters {
  const rows = [...text.matchAll(/^\s*([^\s:|]+):(.*)$/gm)];
  return Object.fromEntries(
    rows.map(([, name = "", cells = ""]) => [`device.${name}.rx_missed`, Number(cells.trim().split(/\s+/)[4] ?? 0)]),
  );
}
