/**
 * A ruleset as it is walked: tables, chains and rules of iptables and nftables in one form. Everything is data; a rule is read when it is looked at.
 * @packageDocumentation
 */

/** Families of tables (nft(8), ADDRESS FAMILIES). */
export type TableFamily = "ip" | "ip6" | "inet" | "arp" | "bridge" | "netdev";

/** Where the kernel calls chains, in the order in which a packet meets them. */
export const HOOKS = ["ingress", "prerouting", "input", "forward", "output", "postrouting", "egress"] as const;
/** One of {@link HOOKS}. */
export type Hook = (typeof HOOKS)[number];

/** A chain that the kernel calls. */
export interface Base {
  readonly hook: Hook;
  /** Chains of one hook are called in the order of this number, the lowest first. */
  readonly priority: number;
  /** `nat` chains see the first packet of a connection only. */
  readonly type: "filter" | "nat" | "route";
  readonly policy: "accept" | "drop";
  /** Of `ingress` and `egress`: the devices. */
  readonly devices?: readonly string[];
}

/** A chain and its rules, in order. */
export interface Chain {
  readonly name: string;
  /** Absent where only rules lead to it. */
  readonly base?: Base;
  readonly rules: readonly RuleText[];
}

/** A rule as it was written, with what reads it. */
export interface RuleText {
  /** As the file has it, without the chain. */
  readonly text: string;
  /** Of the file, from 1; 0 where the file has no lines. */
  readonly line: number;
  /** Packets that it has matched so far, where the file says so. */
  readonly packets?: number;
  /** What the rule is made of, in the order in which the kernel looks at it. */
  readonly read: () => readonly Part[];
  /** What shows of it without reading it, which is most of a large ruleset's time; undefined, or absent, where only reading tells. */
  readonly glance?: () => Glance | undefined;
}

/** A rule at a glance. */
export interface Glance {
  /** The chain that it jumps to, and nothing else; absent where it leads to none. */
  readonly chain?: string;
}

/** Which program wrote a table's form. */
export type RulesetTool = "iptables" | "ip6tables" | "nft";

/** A table. */
export interface Table {
  readonly family: TableFamily;
  readonly name: string;
  readonly tool: RulesetTool;
  readonly chains: ReadonlyMap<string, Chain>;
  /** Where the kernel keeps it; absent of a file that does not say. */
  readonly backend?: Backend;
  /** Of nft's listing: whether iptables wrote it, by matches and targets that nft cannot read. */
  readonly isOfIptables?: boolean;
  /** Whether iptables has tables with rules in the other backend too, so that a name alone does not say which is meant. */
  readonly isOneOfTwo?: true;
  /** nft's `flags dormant`: the kernel keeps the table and calls none of its chains (nf_tables_register_hook). */
  readonly isDormant?: true;
}

/** Where the kernel keeps rules: in its older tables, or in nf_tables. */
export type Backend = "legacy" | "nf_tables";

/** A table as reports call it: with its family where nft has it, with its backend where iptables uses both. */
export const tableName = ({ tool, family, name, backend, isOneOfTwo }: Table): string => {
  if (tool === "nft") return `${family} ${name}`;
  return isOneOfTwo === true && backend !== undefined ? `${name} (${backend})` : name;
};

/** All tables of a file or of a machine. */
export interface Ruleset {
  readonly tables: readonly Table[];
}

/** What of a packet, or of its connection, a match looks at. */
export type FieldName =
  | "family"
  | "protocol"
  | "source"
  | "destination"
  | "source-port"
  | "destination-port"
  | "in"
  | "out"
  | "mark"
  | "connection-mark"
  | "state"
  | "status"
  | "source-type"
  | "destination-type"
  | "tcp-flags"
  | "icmp-type"
  | "random"
  | "unknown";

/** A field, and the bits of it that count. */
export interface Field {
  readonly name: FieldName;
  readonly mask?: bigint;
  /** Of `unknown`: how the ruleset writes it. Of `random`: how many values there are. */
  readonly text?: string;
  readonly values?: number;
}

/** Numbers from one to another, both included, or names: of devices, with `*` at the end for any rest. */
export type Value = { readonly from: bigint; readonly to: bigint } | { readonly pattern: string };

/** One member of a set: a value for each of the fields that are looked up together. */
export type Element = readonly Value[];

/** A condition: the fields are, or are not, one of the elements. */
export interface Match {
  readonly kind: "match";
  readonly fields: readonly Field[];
  readonly elements: readonly Element[];
  readonly negated: boolean;
  /** As the ruleset writes it. */
  readonly text: string;
  /** Of `-m set`: one of these has the packet; they stand in place of the elements. */
  readonly looks?: readonly SetLook[];
}

/** A look into an IP set. Unlike in other matches, a packet without one of the fields is in none, so that the negated match holds of it. */
export interface SetLook {
  readonly fields: readonly Field[];
  /** In the order in which the kernel looks for them: the first member that matches the packet decides. */
  readonly members: readonly SetMember[];
}

/** A member of an IP set. */
export interface SetMember {
  readonly key: Element;
  /** `nomatch`: a packet that matches this member is not in the set. */
  readonly isException?: true;
  /** It may have expired when the packet comes, or not all of it is read. */
  readonly isUncertain?: true;
}

/** An address, a port or both that a packet gets: from and to are the same where there is one only. */
export interface Rewriting {
  readonly address?: { readonly from: bigint; readonly to: bigint };
  readonly port?: { readonly from: bigint; readonly to: bigint };
}

/** What a rule does. */
export type Action =
  | { readonly kind: "verdict"; readonly verdict: "accept" | "drop" | "return" | "continue" }
  | { readonly kind: "reject"; readonly text: string }
  | { readonly kind: "jump"; readonly chain: string; readonly returns: boolean }
  /** `to` becomes `(from AND and) XOR xor`. */
  | {
      readonly kind: "mark";
      readonly to: "mark" | "connection-mark";
      readonly from: "mark" | "connection-mark";
      readonly and: bigint;
      readonly xor: bigint;
      readonly text: string;
    }
  /** The mark of the connection becomes the packet's, or the other way round, by masks (xt_CONNMARK): what is copied is `from AND its mask`, XORed into the rest. */
  | {
      readonly kind: "copy-mark";
      readonly saves: boolean;
      readonly packetMask: bigint;
      readonly connectionMask: bigint;
      readonly text: string;
    }
  | { readonly kind: "nat"; readonly side: "source" | "destination"; readonly rewriting: Rewriting; readonly text: string }
  /** To the address of the device by which the packet leaves, or to the machine itself. */
  | { readonly kind: "masquerade"; readonly text: string }
  | { readonly kind: "redirect"; readonly port?: { readonly from: bigint; readonly to: bigint }; readonly text: string }
  | { readonly kind: "untrack" }
  /** The action of the element that the fields are; nothing where they are none. */
  | {
      readonly kind: "look-up";
      readonly fields: readonly Field[];
      readonly entries: readonly { readonly key: Element; readonly action: Action; readonly text: string }[];
      readonly text: string;
    }
  /** Counts, logs, or changes what no match looks at. */
  | { readonly kind: "pass"; readonly text: string }
  /** What the packet becomes cannot be told: it is queued to a program, or the statement is not known. */
  | { readonly kind: "cannot-tell"; readonly text: string };

/** A piece of a rule. */
export type Part = Match | Action;

/** A ruleset that cannot be read. */
export class RulesetError extends Error {
  override readonly name = "RulesetError";
}

/** A match of one field with single values. */
export const matchOf = (name: FieldName, values: readonly Value[], text: string, negated = false, mask?: bigint): Match => ({
  kind: "match",
  fields: [mask === undefined ? { name } : { name, mask }],
  elements: values.map((value) => [value]),
  negated,
  text,
});

/** A match that cannot be decided from a packet's words. */
export const unknownMatch = (text: string): Match => ({
  kind: "match",
  fields: [{ name: "unknown", text }],
  elements: [[{ from: 1n, to: 1n }]],
  negated: false,
  text,
});

/** Whatever a field is, also where that cannot be told. */
export const ANYTHING: Value = { from: 0n, to: 2n ** 128n - 1n };

/** One number. */
export const exactly = (value: bigint | number): Value => ({ from: BigInt(value), to: BigInt(value) });
