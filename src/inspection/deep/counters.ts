/**
 * Counters of what was dropped. Sources: Linux net/core/net-procfs.c (softnet_stat: hexadecimal, one line a CPU), net/netfilter/nf_conntrack_standalone.c
 * (nf_conntrack: hexadecimal under a line of names, one line a CPU), iproute2's link statistics.
 * @packageDocumentation
 */
import { fields, list } from "../sift.js";

/** Sums over CPUs of what softnet counts against a packet. */
export function softnetCounts(text: string): Readonly<Record<string, number>> {
  const rows = lines(text).map((line) => line.split(/\s+/));
  const column = (place: number): number => rows.reduce((sum, row) => sum + hex(row[place]), 0);
  return { "softnet dropped": column(1), "softnet time squeezed": column(2), "softnet flow limited": column(10) };
}

const REFUSALS = ["insert_failed", "drop", "early_drop", "invalid"] as const;

/** Sums over CPUs of what conntrack counts against a packet. Columns are found by their names. */
export function conntrackCounts(text: string): Readonly<Record<string, number>> {
  const [head, ...rows] = lines(text).map((line) => line.split(/\s+/));
  return Object.fromEntries(
    REFUSALS.flatMap((name) => {
      const place = head?.indexOf(name) ?? -1;
      return place < 0 ? [] : [[`conntrack ${name}`, rows.reduce((sum, row) => sum + hex(row[place]), 0)] as const];
    }),
  );
}

/** What each link dropped and got wrong, by `DEVICE rx dropped` and so on. */
export function linkCounts(text: string, devices: readonly string[]): Readonly<Record<string, number>> {
  const links = list(parsed(text)).map(fields);
  return Object.fromEntries(
    links.flatMap((link) => {
      const name = link["ifname"];
      if (typeof name !== "string" || !devices.includes(name)) return [];
      const stats = fields(link["stats64"]);
      return (["rx", "tx"] as const).flatMap((way) =>
        (["dropped", "errors"] as const).flatMap((what) => {
          const count = fields(stats[way])[what];
          return typeof count === "number" ? [[`${name} ${way} ${what}`, count] as const] : [];
        }),
      );
    }),
  );
}

/** Packets that the node's IP stack has forwarded (/proc/net/snmp: a line of names, a line of values). */
export function forwardedCounts(text: string): Readonly<Record<string, number>> {
  const [names = [], values = []] = lines(text)
    .filter((line) => line.startsWith("Ip:"))
    .map((line) => line.split(/\s+/));
  const place = names.indexOf("ForwDatagrams");
  const count = Number(values[place]);
  return place < 0 || !Number.isFinite(count) ? {} : { "packets that the IP stack forwarded": count };
}

const lines = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

const hex = (text: string | undefined): number => (text === undefined || !/^[\da-f]+$/i.test(text) ? 0 : Number.parseInt(text, 16));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Counters that cannot be read are absent, and whoever asks says so.
    return undefined;
  }
}
