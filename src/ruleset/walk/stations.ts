/**
 * The chains that the kernel calls for a packet, in order.
 * Sources: nf_tables and ip_tables register at the same hooks (include/uapi/linux/netfilter_ipv4.h, priorities); nf_nat_core.c for chains of type nat.
 * @packageDocumentation
 */
import type { AddressFamily } from "../../units/address.js";
import type { Packet } from "../packet.js";
import type { Chain, Hook, Ruleset, Table } from "../ruleset.js";

/** A chain that is called at a hook. */
export interface Station {
  readonly hook: Hook;
  readonly table: Table;
  readonly chain: Chain;
}

/** What is decided behind the last of some hooks: where routing leads the packet, whether it comes in again by `lo`, or nothing. */
export type BehindHooks = "routing" | "loopback" | "end";

/** The hooks of a packet up to where something must be decided. */
export function beginningOf({ in: device }: Packet): { readonly hooks: readonly Hook[]; readonly behind: BehindHooks } {
  return device === undefined
    ? { hooks: ["output", "postrouting", "egress"], behind: "loopback" }
    : { hooks: ["ingress", "prerouting"], behind: "routing" };
}

/** The hooks of what the machine has sent to itself, when `lo` hands it back (loopback_xmit). */
export const BY_LOOPBACK: readonly Hook[] = ["ingress", "prerouting", "input"];

/** The hooks behind the routing decision. */
export const AFTER_ROUTING: Readonly<Record<"local" | "forward", readonly Hook[]>> = {
  local: ["input"],
  forward: ["forward", "postrouting", "egress"],
};

const FAMILIES: Readonly<Record<AddressFamily, ReadonlySet<string>>> = {
  ipv4: new Set(["ip", "inet", "netdev"]),
  ipv6: new Set(["ip6", "inet", "netdev"]),
};

/** The tables whose chains a packet of this family may meet. */
const tablesOf = ({ tables }: Ruleset, { source: { family } }: Packet): readonly Table[] =>
  tables.filter((table) => FAMILIES[family].has(table.family));

/** Tables that the kernel keeps for such packets without calling their chains. */
export const dormantTables = (ruleset: Ruleset, packet: Packet): readonly Table[] =>
  tablesOf(ruleset, packet).filter((table) => table.isDormant === true && basesOf(table).length > 0);

/** The chains of a hook that a packet of this family meets, in the order in which they are called; those of one priority in the order of the file. */
export function stationsAt(ruleset: Ruleset, hook: Hook, packet: Packet): readonly Station[] {
  const device = hook === "ingress" ? packet.in : packet.out;
  const isMet = ({ base }: Chain): boolean =>
    base?.hook === hook && (base.devices === undefined || device === undefined || base.devices.includes(device));
  return tablesOf(ruleset, packet)
    .filter((table) => table.isDormant !== true)
    .flatMap((table) => basesOf(table).flatMap((chain) => (isMet(chain) ? [{ hook, table, chain }] : [])))
    .sort((one, other) => (one.chain.base?.priority ?? 0) - (other.chain.base?.priority ?? 0));
}

/** Chains that the kernel calls. They are few of a hundred thousand, of which no list is made for each hook. */
function basesOf({ chains }: Table): readonly Chain[] {
  const bases: Chain[] = [];
  for (const chain of chains.values()) if (chain.base !== undefined) bases.push(chain);
  return bases;
}
