import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conntrackCounts, linkCounts, softnetCounts } from "./counters.js";
import { type DeepLook, devicesOf, nodeFacts } from "./node-facts.js";
import { nftSizes, savedSizes } from "./rulesets.js";

/** What a node of the fixture answered (test/cluster). */
const captured = (network: string): DeepLook =>
  JSON.parse(readFileSync(new URL(`../../../test/captured/inspection-pods/deep-${network}.json`, import.meta.url), "utf8")) as DeepLook;

describe("a node's facts", () => {
  const vxlan = nodeFacts(captured("flannel-vxlan"));
  const gce = nodeFacts(captured("gce"));
  const named = (facts: typeof vxlan, name: string): string | undefined => facts.facts.find((fact) => fact.name === name)?.value;

  it("are of cards, tunnels and bridges, not of pods' links", () => {
    expect(devicesOf(captured("flannel-vxlan").before)).toEqual(["eth0", "flannel.1", "cni0"]);
    expect(devicesOf(captured("gce").before)).toEqual(["eth0", "cbr0"]);
  });

  it("have kube-proxy's rules where its mode keeps them", () => {
    expect(named(gce, "nft ip kube-proxy")).toMatch(/^\d+ rules in \d+ chains, \d+ elements of sets and maps$/);
    expect(named(vxlan, "nft ip kube-proxy")).toBeUndefined();
    expect(named(vxlan, "iptables (nft) ip nat")).toMatch(/^\d+ rules in \d+ chains$/);
  });

  it("tell kube-proxy's mode by its rules", () => {
    expect([vxlan.kubeProxy, gce.kubeProxy]).toEqual(["iptables", "nftables"]);
    const { once, ...look } = captured("gce");
    const without = { ...once, "nft --json list ruleset": { printed: '{"nftables":[]}' } };
    expect(nodeFacts({ ...look, once: without }).kubeProxy).toBe("none");
    expect(nodeFacts({ ...look, once: {} }).kubeProxy).toBeUndefined();
  });

  it("have what devices do instead of the CPU, how they queue and how full the connection table is", () => {
    expect(named(vxlan, "flannel.1")).toContain("on: rx-checksumming");
    expect(vxlan.facts).toContainEqual({ topic: "qdisc", name: "eth0", value: "noqueue", from: "tc -json qdisc show" });
    expect(named(vxlan, "entries")).toMatch(/^\d+ of 262144 \(\d+ %\)$/);
  });

  it("have both readings of each counter", () => {
    const drops = vxlan.facts.filter(({ topic }) => topic === "drops");
    expect(drops.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["flannel.1 tx dropped", "softnet dropped", "conntrack insert_failed"]),
    );
    for (const { after } of drops) expect(after).toMatch(/^\d+$/);
  });

  it("say of each command that failed why, and are of the others all the same", () => {
    const look = captured("gce");
    fc.assert(
      fc.property(fc.subarray(Object.keys(look.once)), (failed) => {
        const once = Object.fromEntries(
          Object.entries(look.once).map(([key, old]) => [key, failed.includes(key) ? { problem: "exit code 1: no such program" } : old]),
        );
        const { facts, problems } = nodeFacts({ ...look, once });
        const excused = failed.filter((command) => !command.startsWith("cat /proc/sys/net/netfilter/"));
        expect(problems).toHaveLength(excused.length);
        for (const problem of problems) expect(problem).toContain("no such program");
        expect(facts.some(({ topic }) => topic === "drops")).toBe(true);
      }),
    );
  });

  it("are none of what is nonsense", () => {
    const look = captured("gce");
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (printed) => {
        const nonsense = (answers: DeepLook["once"]) => Object.fromEntries(Object.keys(answers).map((key) => [key, { printed }]));
        expect(() => nodeFacts({ once: nonsense(look.once), before: nonsense(look.before), after: nonsense(look.after) })).not.toThrow();
      }),
    );
  });
});

describe("counters", () => {
  it("of softnet are hexadecimal and summed over CPUs", () => {
    const line = (dropped: string, squeezed: string, limited: string): string =>
      `00000010 ${dropped} ${squeezed} 0 0 0 0 0 0 0 ${limited} 0 0`;
    expect(softnetCounts(`${line("0000000a", "00000001", "00000000")}\n${line("00000006", "00000002", "00000010")}\n`)).toEqual({
      "softnet dropped": 16,
      "softnet time squeezed": 3,
      "softnet flow limited": 16,
    });
  });

  it("of conntrack are found by their names, wherever they stand", () => {
    expect(
      conntrackCounts(
        "entries  invalid insert_failed drop early_drop\n0000001f 00000001 00000002 00000000 0000000b\n0000001f 0000000f 00000000 0 0\n",
      ),
    ).toEqual({
      "conntrack insert_failed": 2,
      "conntrack drop": 0,
      "conntrack early_drop": 11,
      "conntrack invalid": 16,
    });
    expect(conntrackCounts("")).toEqual({});
  });

  it("of links are those of the devices asked for", () => {
    const text = JSON.stringify([
      { ifname: "eth0", stats64: { rx: { dropped: 3, errors: 0 }, tx: { dropped: 0, errors: 1 } } },
      { ifname: "veth1", stats64: { rx: { dropped: 9, errors: 9 }, tx: {} } },
    ]);
    expect(linkCounts(text, ["eth0"])).toEqual({ "eth0 rx dropped": 3, "eth0 rx errors": 0, "eth0 tx dropped": 0, "eth0 tx errors": 1 });
  });
});

describe("ruleset sizes", () => {
  it("count rules, chains and elements by table", () => {
    const text = JSON.stringify({
      nftables: [
        { metainfo: { version: "1.0.6" } },
        { table: { family: "ip", name: "nat" } },
        { chain: { family: "ip", table: "nat", name: "a" } },
        { rule: { family: "ip", table: "nat", chain: "a" } },
        { rule: { family: "ip", table: "nat", chain: "a" } },
        { map: { family: "ip", table: "nat", name: "m", elem: [1, 2, 3] } },
        { table: { family: "ip6", name: "nat" } },
      ],
    });
    expect(nftSizes(text)).toEqual([
      { table: "ip nat", chains: 1, rules: 2, elements: 3 },
      { table: "ip6 nat", chains: 0, rules: 0, elements: 0 },
    ]);
    expect(nftSizes("Error: Could not process rule")).toBeUndefined();
  });

  it("count saved rules with and without counters", () => {
    const text =
      "# x\n*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE - [0:0]\n[1:60] -A PREROUTING -j KUBE\n-A KUBE -j RETURN\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n";
    expect(savedSizes(text)).toEqual([
      { table: "ip nat", chains: 2, rules: 2, elements: 0 },
      { table: "ip filter", chains: 1, rules: 0, elements: 0 },
    ]);
    expect(savedSizes("")).toEqual([]);
  });
});
