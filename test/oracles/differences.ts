/**
 * Differences between what a real implementation wired and what the lab wired, one fact a line.
 * @packageDocumentation
 */
import type { NamespaceDump } from "./dump.js";

/** `real: FACT` is missing in the lab's wiring, `lab: FACT` is too much; `order` stands for rules that are the same in another order. */
export function differences(real: NamespaceDump, lab: NamespaceDump): string[] {
  const [theirs, ours] = [facts(real), facts(lab)];
  return [
    ...[...theirs].filter((fact) => !ours.has(fact)).map((fact) => `real: ${fact}`),
    ...[...ours].filter((fact) => !theirs.has(fact)).map((fact) => `lab: ${fact}`),
    ...Object.keys(real.iptables)
      .filter((table) => sameInAnotherOrder(real.iptables[table] ?? [], lab.iptables[table] ?? []))
      .map((table) => `order: iptables ${table}`),
  ];
}

function facts(dump: NamespaceDump): Set<string> {
  const groups = [
    ["link", dump.links],
    ["address", dump.addresses],
    ["route", dump.routes],
    ["neighbour", dump.neighbours],
    ["fdb", dump.fdb],
    ["sysctl", Object.entries(dump.sysctls).map(([name, value]) => `${name}=${value}`)],
    ["nftables", dump.nftables],
    ...Object.entries(dump.iptables).map(([table, rules]) => [`iptables ${table}`, rules] as const),
  ] as const;
  return new Set(groups.flatMap(([group, lines]) => lines.map((line) => `${group} ${line}`)));
}

const sameInAnotherOrder = (real: readonly string[], lab: readonly string[]): boolean =>
  real.join("\n") !== lab.join("\n") && [...real].sort().join("\n") === [...lab].sort().join("\n");
