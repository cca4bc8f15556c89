/** Real rulesets are read without a match of unknown kind: what was captured from products, and what the lab's modes write, which oracle tests hold against the real thing. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { restoreText } from "../modes/parts/ruleset.js";
import { resolveVariant } from "../variants/variant.js";
import { kernelRulesets } from "./live.js";
import { parsePacket } from "./packet.js";
import { readRuleset } from "./read.js";
import type { Part, Ruleset } from "./ruleset.js";
import { walk } from "./walk/walk.js";

const folder = new URL("../../test/captured/", import.meta.url);

/** What a node's deep look printed. */
interface Deep {
  readonly once: Readonly<Record<string, { readonly printed?: string }>>;
}
const captured = (path: string): Ruleset => {
  const { once } = JSON.parse(readFileSync(new URL(path, folder), "utf8")) as Deep;
  const printed = (command: string): string => once[command]?.printed ?? "";
  const { compat, nft } = kernelRulesets({ legacy: [], compat: [printed("iptables-nft-save")], nft: printed("nft --json list ruleset") });
  // ip6tables-nft-save was not captured, and nft cannot read what ip6tables keeps.
  return { tables: [...compat, ...nft.filter(({ family, name }) => family !== "ip6" || !/^(?:raw|mangle|nat|filter)$/.test(name))] };
};

const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  raw: ["PREROUTING", "OUTPUT"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
  filter: ["INPUT", "FORWARD", "OUTPUT"],
};

/** The rules that a variant's node has, as the lab writes them. */
const written = (name: string): Ruleset => {
  const wiring = resolveVariant(name).wire({ nodes: 2, mtu: 1500 });
  const own = wiring.steps.filter((step) => step.in === "node-a");
  // The kernel has its built-in chains without being told; a saved ruleset names them.
  const texts = own.flatMap((step) =>
    step.kind === "ruleset"
      ? [
          restoreText(step.tables).replaceAll(/^\*(\w+)$/gm, (line, table: string) =>
            [line, ...(BUILT_IN[table] ?? []).map((chain) => `:${chain} ACCEPT [0:0]`)].join("\n"),
          ),
        ]
      : [],
  );
  return { tables: texts.flatMap((text) => readRuleset(text).tables) };
};

/** Conditions and actions that no packet's words could ever decide, each once. */
function unknowns({ tables }: Ruleset): string[] {
  const parts = tables.flatMap(({ chains }) => [...chains.values()].flatMap(({ rules }) => rules.flatMap((rule) => rule.read())));
  return [...new Set(parts.flatMap(textOfUnknown))].sort();
}
const textOfUnknown = (part: Part): string[] => {
  if (part.kind === "cannot-tell") return [part.text];
  if (part.kind !== "match" || !part.fields.some(({ name }) => name === "unknown")) return [];
  // Sets that the text does not hold, rates, routes back and sockets are more than a packet's words: known kinds, which branch.
  return /--match-set|--limit|--hashlimit|-m recent|^limit |-m rpfilter|-m socket|-m physdev/.test(part.text) ? [] : [part.text];
};

const PACKETS = [
  "tcp 198.19.1.2:3333 > 198.18.128.10:80 in cni0 out eth0 forward",
  "tcp 198.19.1.2:3333 > 198.19.2.2:80 in cni0 out eth0 forward",
  "udp 198.18.0.12:5353 > 198.18.0.11:53 in eth0 local",
  "tcp 198.18.0.11:4444 > 10.96.0.1:443 out eth0",
  "icmp 198.19.1.2 > 198.19.2.2 in cni0 out eth0 forward state ESTABLISHED",
];

describe.each([
  ...["deep-flannel-vxlan", "deep-gce"].map((name) => `inspection-pods/${name}.json`),
  ...readdirSync(new URL("products/", folder)).flatMap((name) => (name.includes(".") ? [] : [`products/${name}/deep.json`])),
])("%s", (path) => {
  const ruleset = captured(path);

  test("has no match of unknown kind", () => {
    expect(ruleset.tables.length).toBeGreaterThan(0);
    expect(unknowns(ruleset)).toEqual([]);
  });

  test("packets are walked to their ends", () => {
    const looked = PACKETS.map((packet) => walk(ruleset, parsePacket(packet)).looked);
    expect(Math.max(...looked)).toBeGreaterThan(0);
  });
});

describe.each(["docker-nat", "docker-nat-28", "calico-routed", "calico-vxlan", "flannel-vxlan"])(
  "what the lab writes for %s",
  (variant) => {
    test("has no match of unknown kind, and packets are walked to their ends", () => {
      const ruleset = written(variant);
      expect(ruleset.tables.length).toBeGreaterThan(0);
      expect(unknowns(ruleset)).toEqual([]);
      expect(Math.max(...PACKETS.map((packet) => walk(ruleset, parsePacket(packet)).looked))).toBeGreaterThan(0);
    });
  },
);
