/**
 * How large rulesets are. Sources: nftables libnftables-json(5), iptables-save(8).
 * @packageDocumentation
 */
import { fields, list } from "../sift.js";

/** A table and what is in it. */
export interface TableSize {
  /** Such as `ip nat` or `inet kube-proxy`. */
  readonly table: string;
  readonly chains: number;
  readonly rules: number;
  /** Elements of sets and maps. */
  readonly elements: number;
}

/** Sizes of the tables that `nft --json list ruleset` printed; undefined where it printed something else. */
export function nftSizes(text: string): readonly TableSize[] | undefined {
  const sizes = new Map<string, { chains: number; rules: number; elements: number }>();
  const at = (family: unknown, table: unknown) => {
    const key = `${String(family)} ${String(table)}`;
    const size = sizes.get(key) ?? { chains: 0, rules: 0, elements: 0 };
    sizes.set(key, size);
    return size;
  };
  for (const one of objectsOf(text) ?? []) {
    const [kind, value] = Object.entries(fields(one))[0] ?? [];
    const { family, name, table, elem } = fields(value);
    if (kind === "table") at(family, name);
    else if (kind === "chain") at(family, table).chains += 1;
    else if (kind === "rule") at(family, table).rules += 1;
    else if (kind === "set" || kind === "map") at(family, table).elements += list(elem).length;
  }
  return objectsOf(text) === undefined ? undefined : [...sizes].map(([table, size]) => ({ table, ...size }));
}

function objectsOf(text: string): readonly unknown[] | undefined {
  try {
    const { nftables } = fields(JSON.parse(text));
    return Array.isArray(nftables) ? list(nftables) : undefined;
  } catch {
    return undefined;
  }
}

/** Sizes of the tables that an iptables-save printed. Its chains and rules are lines that begin with `:` and `-A`. */
export function savedSizes(text: string): readonly TableSize[] {
  return text.split(/^(?=\*)/m).flatMap((part): TableSize[] => {
    const name = /^\*(\S+)/.exec(part)?.[1];
    if (name === undefined) return [];
    return [
      {
        table: `ip ${name}`,
        chains: part.match(/^:/gm)?.length ?? 0,
        rules: part.match(/^(?:\[\d+:\d+\] )?-A /gm)?.length ?? 0,
        elements: 0,
      },
    ];
  });
}
