import { describe, expect, test } from "vitest";
import { bothBackends, joined, kernelRulesets } from "./live.js";
import { tableName } from "./ruleset.js";
import { backendOf } from "./walk/price.js";

const saved = (rules: string): string => `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules}COMMIT\n`;
const base = (family: string, table: string, hook: string, name = hook) => ({
  chain: { family, table, name, handle: 1, type: "filter", hook, prio: 0, policy: "accept" },
});
const listed = (...tables: readonly (readonly [family: string, name: string])[]): string =>
  JSON.stringify({
    nftables: tables.flatMap(([family, name]) => {
      const chain = name === "filter" ? "FORWARD" : "forward";
      return [
        { table: { family, name, handle: 1 } },
        base(family, name, "forward", chain),
        { rule: { family, table: name, chain, handle: 2, expr: [{ drop: null }] } },
      ];
    }),
  });

describe("rules of both backends", () => {
  test("tables that iptables keeps in nf_tables are read by iptables alone", () => {
    const rulesets = kernelRulesets({
      legacy: [],
      compat: [saved("-A FORWARD -j DROP\n")],
      nft: listed(["ip", "filter"], ["inet", "mine"]),
    });
    expect(joined(rulesets).tables.map(({ tool, family, name }) => `${tool} ${family} ${name}`)).toEqual([
      "iptables ip filter",
      "nft inet mine",
    ]);
  });

  test("chains of nft's own in a table by a name of iptables' are read by nft, which alone shows them", () => {
    const rule = (chain: string) => ({ rule: { family: "ip", table: "filter", chain, handle: 2, expr: [{ drop: null }] } });
    const FORWARD = [base("ip", "filter", "forward", "FORWARD"), rule("FORWARD")];
    const own = [base("ip", "filter", "forward"), rule("forward")];
    const nft = (...rules: readonly unknown[]): string =>
      JSON.stringify({ nftables: [{ table: { family: "ip", name: "filter", handle: 1 } }, ...rules] });
    const chainsOf = (shown: string, text: string): readonly (readonly string[])[] => {
      const { compat, nft: tables } = kernelRulesets({ legacy: [], compat: [saved(shown)], nft: text });
      return [compat, tables].map((all) =>
        all.flatMap(({ chains }) => [...chains.values()].flatMap(({ name, rules }) => rules.map(() => name))),
      );
    };
    expect(chainsOf("", nft(...own))).toEqual([[], ["forward"]]);
    expect(chainsOf("", nft(...FORWARD))).toEqual([[], ["FORWARD"]]);
    expect(chainsOf("-A FORWARD -j DROP\n", nft(...FORWARD, ...own))).toEqual([["FORWARD"], ["forward"]]);
    expect(chainsOf("-A FORWARD -j DROP\n", nft(...FORWARD))).toEqual([["FORWARD"], []]);
  });

  test("chains of nft's own are no work of iptables', whatever else the table holds", () => {
    const xt = {
      rule: {
        family: "ip",
        table: "filter",
        chain: "FORWARD",
        handle: 2,
        expr: [{ xt: { type: "match", name: "addrtype" } }, { drop: null }],
      },
    };
    const text = JSON.stringify({
      nftables: [
        { table: { family: "ip", name: "filter", handle: 1 } },
        base("ip", "filter", "forward", "FORWARD"),
        xt,
        base("ip", "filter", "forward"),
        { rule: { family: "ip", table: "filter", chain: "forward", handle: 3, expr: [{ drop: null }] } },
      ],
    });
    const backends = (compat: readonly string[]): readonly string[] => kernelRulesets({ legacy: [], compat, nft: text }).nft.map(backendOf);
    expect(backends([saved("-A FORWARD -m addrtype --dst-type LOCAL -j DROP\n")])).toEqual(["nft"]);
    expect(backends([])).toEqual(["iptables-nft"]);
  });

  test("where iptables has rules in both, tables are called by their backend too, and only there", () => {
    const names = (legacy: string, compat: string): readonly string[] =>
      joined(kernelRulesets({ legacy: [saved(legacy)], compat: [saved(compat)], nft: "" })).tables.map(tableName);
    expect(names("-A FORWARD -j ACCEPT\n", "-A INPUT -j DROP\n")).toEqual(["filter (legacy)", "filter (nf_tables)"]);
    expect(names("-A FORWARD -j ACCEPT\n", "")).toEqual(["filter", "filter"]);
  });

  test("a hook that has rules in both is told, with who has them", () => {
    const found = bothBackends(kernelRulesets({ legacy: [saved("-A FORWARD -j ACCEPT\n")], compat: [], nft: listed(["inet", "mine"]) }));
    expect(found).toEqual([
      {
        finding: "both-backends",
        table: "filter",
        chain: "FORWARD",
        says: expect.stringMatching(
          /^1 rule here in the legacy tables and 1 rule at the same hook in nf_tables \(inet mine forward\)/,
        ) as string,
      },
    ]);
  });

  test.each([
    ["only legacy tables", { legacy: [saved("-A FORWARD -j ACCEPT\n")], compat: [], nft: "" }],
    ["other hooks", { legacy: [saved("-A INPUT -j ACCEPT\n")], compat: [], nft: listed(["inet", "mine"]) }],
    ["other families", { legacy: [saved("-A FORWARD -j ACCEPT\n")], compat: [], nft: listed(["ip6", "mine"]) }],
    ["no rule in one", { legacy: [saved("")], compat: [], nft: listed(["inet", "mine"]) }],
    ["nothing at all", { legacy: [], compat: [""], nft: "" }],
  ])("%s: nothing is odd", (_what, texts) => {
    expect(bothBackends(kernelRulesets(texts))).toEqual([]);
  });
});
