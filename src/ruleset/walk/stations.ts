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

/** Where a packet's way goes on, or that it depends on where routing leads it. */
export type Way = { readonly hooks: readonly Hook[]; readonly ends?: "routing" };

/** The hooks of a packet up to where something must be decided. */
export function beginningOf({ in: device }: Packet): Way {
  return device === undefined ? { hooks: ["output", "postrouting", "egress"] } : { hooks: ["ingress", "prerouting"], ends: "routing" };
}

/** The hooks behind the routing decision. */
export const AFTER_ROUTING: Readonly<Record<"local" | "forward", readonly Hook[]>> = {
  local: ["input"],
  forward: ["forward", "postrouting", "egress"],
};

const FAMILIES: Readonly<Record<AddressFamily, ReadonlySet<string>>> = {
  ipv4: new Set(["ip", "inet", "netdev"]),
  ipv6: new Set(["ip6", "inet", "netdev"]),
};

/** The chains of a hook that a packet of this family meets, in the order in which they are called; those of one priority in the order of the file. */
export function stationsAt({ tables }: Ruleset, hook: Hook, { source: { family }, in: incoming, out }: Packet): readonly Station[] {
  const device = hook === "ingress" ? incoming : out;
  const isMet = ({ base }: Chain): boolean =>
    base?.hook === hook && (base.devices === undefined || device === undefined || base.devices.includes(device));
  return tables
    .filter((table) => FAMILIES[family].has(table.family))
    .flatMap((table) => basesOf(table).flatMap((chain) => (isMet(chain) ? [{ hook, table, chain }] : [])))
    .sort((one, other) => (one.chain.base?.priority ?? 0) - (other.chain.base?.priority ?? 0));
}

/** Chains that the kernel calls. They are few of a hundred thousand, of which no list is made for each hook. */
function basesOf({ chains }: Table): readonly Chain[] {
  const bases: Chain[] = [];
  for (const chain of chains.values()) if (chain.base !== undefined) bases.push(chain);
  return bases;
}
