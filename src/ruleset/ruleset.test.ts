import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { iptablesText } from "../layers/services/kube-proxy/iptables-rules.js";
import { ruleCostsSchema } from "../model/rule-costs.js";
import { ruleWalkSchema } from "../model/rule-walk.js";
import type { Service } from "../model/service.js";
import { formatAddress, parseAddress, parsePrefix } from "../units/address.js";
import { reportOf } from "./findings.js";
import { bothBackends, byBackend } from "./live.js";
import { PacketError, parsePacket } from "./packet.js";
import { readRuleset } from "./read.js";
import { RulesetError } from "./ruleset.js";
import { walk } from "./walk/walk.js";

const NODE = { name: "node-a", address: "198.18.0.11", clusterCidr: "198.19.0.0/16", serviceCidr: "198.18.128.0/17" };
const SERVICE: Service = {
  namespace: "shop",
  name: "web",
  address: "198.18.200.1",
  ports: [{ name: "http", protocol: "tcp", port: 80, targetPort: 8080, nodePort: 30_080 }],
  endpoints: [
    { address: "198.19.1.10", node: "node-a" },
    { address: "198.19.2.10", node: "node-b" },
  ],
};
/** As `iptables-save` prints it: rules are appended, and chains declared. */
const saved = (text: string): string =>
  text
    .replaceAll(/^-I (\S+) \d+ /gm, "-A $1 ")
    .replace("*filter", "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]")
    .replace("*nat", "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]")
    .replaceAll("--xor-mark 0x4000", "--set-xmark 0x4000/0x0")
    .replaceAll("--or-mark 0x4000", "--set-xmark 0x4000/0x4000");
const kubeProxy = readRuleset(saved(iptablesText([SERVICE], NODE)));

describe("kube-proxy's rules", () => {
  test("a pod's first packet to a Service goes to one endpoint or the other, and nothing else of it is open", () => {
    const { verdict, branches = [] } = walk(kubeProxy, parsePacket("tcp 198.19.1.2:3333 > 198.18.200.1:80 in cni0 out eth0 forward"));
    expect(verdict).toBe("accept");
    expect(branches.map(({ packet }) => packet)).toEqual([
      "tcp 198.19.1.2:3333 > 198.19.1.10:8080 out eth0",
      "tcp 198.19.1.2:3333 > 198.19.2.10:8080 out eth0",
    ]);
    expect(branches.map((branch) => branch.if)).toEqual([
      expect.stringContaining("--mode random"),
      expect.stringMatching(/^not .*--mode random/),
    ]);
  });

  test("what comes from outside by the node port is marked, and leaves with the node's address", () => {
    const walked = walk(kubeProxy, parsePacket("tcp 192.0.2.7:5000 > 127.0.0.1:30080 in lo out cni0 forward"));
    for (const { packet } of walked.branches ?? []) expect(packet).toMatch(/^tcp \(address of the device/);
  });

  test("a packet of a known connection sees no nat rule", () => {
    const { steps, branches } = walk(
      kubeProxy,
      parsePacket("tcp 198.19.1.2:3333 > 198.18.200.1:80 in cni0 out eth0 forward state ESTABLISHED"),
    );
    expect(branches).toBeUndefined();
    expect(steps.some(({ table }) => table === "nat")).toBe(false);
  });

  test("belong to kube-proxy, and nothing is odd about them", () => {
    const { owners, findings } = reportOf(kubeProxy);
    expect(owners[0]?.owner).toBe("kube-proxy");
    expect(findings.filter(({ finding }) => finding === "duplicate" || finding === "lost-match" || finding === "missing-chain")).toEqual(
      [],
    );
  });
});

describe("a match that is not known", () => {
  const walked = (rule: string) =>
    walk(
      readRuleset(`*filter\n:FORWARD DROP [0:0]\n-A FORWARD ${rule}\nCOMMIT\n`),
      parsePacket("udp 10.0.0.1:1 > 10.0.0.2:2 in a forward"),
    );
  test("is never taken as one that holds: both ways are told", () => {
    const { verdict, branches } = walked("-m set --match-set cali40s dst -j ACCEPT");
    expect(verdict).toBe("unknown");
    expect(branches?.map((branch) => [branch.if, branch.verdict])).toEqual([
      ["-m set --match-set cali40s dst", "accept"],
      ["not -m set --match-set cali40s dst", "drop"],
    ]);
  });
  test("does not matter where nothing hangs on it", () => {
    expect(walked("-m set --match-set cali40s dst -j LOG").branches).toBeUndefined();
    expect(walked("-s 10.9.9.9/32 -m set --match-set cali40s dst -j ACCEPT")).toMatchObject({ verdict: "drop", looked: 1 });
  });
  test.each(["-j NFQUEUE --queue-num 1", "-j HMARK --hmark-tuple src,dst --hmark-mod 0x10"])(
    "a target that is neither a chain nor known cannot be told: %s",
    (rule) => {
      expect(walked(rule).verdict).toBe("unknown");
    },
  );
});

describe("owners", () => {
  const ofRules = (chains: readonly string[], rules: readonly string[]) =>
    reportOf(
      readRuleset(
        `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n${chains.map((chain) => `:${chain} - [0:0]\n`).join("")}${rules.map((rule) => `-A ${rule}\n`).join("")}COMMIT\n`,
      ),
    ).owners;
  test("a rule of a built-in chain is of the product to whose chain it leads", () => {
    expect(
      ofRules(["DOCKER-USER", "ufw-before-input"], ["FORWARD -j DOCKER-USER", "INPUT -j ufw-before-input", "INPUT -j ACCEPT"]),
    ).toEqual([
      { owner: "unknown", chains: 2, rules: 1 },
      { owner: "ufw", chains: 1, rules: 1 },
      { owner: "docker", chains: 1, rules: 1 },
    ]);
  });
  test.each([
    "INPUT_ZONES",
    "INPUT_POLICIES_pre",
    "FORWARD_direct",
    "IN_public",
    "IN_public_allow",
    "FWDI_trusted_log",
    "PRE_policy_allow-host-ipv6",
  ])("%s is firewalld's", (chain) => {
    expect(ofRules([chain], [`INPUT -j ${chain}`]).find(({ owner }) => owner === "firewalld")).toEqual({
      owner: "firewalld",
      chains: 1,
      rules: 1,
    });
  });
});

describe("findings", () => {
  const found = (rules: readonly string[], chain = "FORWARD") =>
    reportOf(
      readRuleset(
        `*filter\n:FORWARD ACCEPT [0:0]\n:KUBE-FIREWALL - [0:0]\n:left - [0:0]\n-A left -j ACCEPT\n${rules.map((rule) => `-A ${chain} ${rule}\n`).join("")}COMMIT\n`,
      ),
    ).findings.map(({ finding, chain: where }) => [finding, where]);
  test("a rule behind one that asks for less, a doubled one, a chain without a way to it", () => {
    expect(found(["-s 10.0.0.0/8 -j DROP", "-s 10.0.0.0/8 -p tcp -j ACCEPT", "-s 10.0.0.0/8 -j DROP"])).toEqual([
      ["shadowed", "FORWARD"],
      ["duplicate", "FORWARD"],
      ["unreachable-chain", "left"],
    ]);
    expect(found(["-m statistic --mode random --probability 0.5 -j DROP", "-p tcp -j ACCEPT"])).toEqual([["unreachable-chain", "left"]]);
  });
  test("a wider address or range of ports before it", () => {
    const shadowed = ["shadowed", "FORWARD"];
    expect(found(["-s 10.0.0.0/8 -j DROP", "-s 10.1.0.0/16 -p tcp -j ACCEPT"])).toContainEqual(shadowed);
    expect(found(["-s 10.0.0.0/8 -d 10.2.0.0/16 -j DROP", "-s 10.1.2.3/32 -d 10.2.3.4/32 -j ACCEPT"])).toContainEqual(shadowed);
    expect(found(["-p tcp -m tcp --dport 1000:2000 -j DROP", "-p tcp -m tcp --dport 1500 -j ACCEPT"])).toContainEqual(shadowed);
    expect(found(["-s 10.1.0.0/16 -j DROP", "-s 10.0.0.0/8 -j ACCEPT"])).not.toContainEqual(shadowed);
    expect(found(["-s 10.0.0.0/8 -d 10.2.0.0/16 -j DROP", "-s 10.1.2.3/32 -d 10.3.3.4/32 -j ACCEPT"])).not.toContainEqual(shadowed);
    expect(found(["! -s 10.0.0.0/8 -j DROP", "-s 10.1.0.0/16 -j ACCEPT"])).not.toContainEqual(shadowed);
    expect(found(["-d 10.0.0.0/8 -j DROP", "-s 10.1.0.0/16 -j ACCEPT"])).not.toContainEqual(shadowed);
  });
  test("a rule is shadowed exactly where an earlier one ends every packet that it matches", () => {
    const address = fc.constantFrom("10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24", "10.1.1.1/32", "10.2.0.0/16");
    const rule = fc.tuple(fc.option(address, { nil: undefined }), fc.option(address, { nil: undefined })).map(([from, to]) => ({
      from,
      to,
      text: [...(from === undefined ? [] : [`-s ${from}`]), ...(to === undefined ? [] : [`-d ${to}`]), "-j DROP"].join(" "),
    }));
    const holdsAll = (wide: string | undefined, narrow: string | undefined): boolean => {
      if (wide === undefined) return true;
      const [one, other] = [parsePrefix(wide), narrow === undefined ? undefined : parsePrefix(narrow)];
      return one !== undefined && other !== undefined && one.from <= other.from && one.to >= other.to;
    };
    fc.assert(
      fc.property(fc.uniqueArray(rule, { maxLength: 6, selector: ({ text }) => text }), (rules) => {
        const expected = rules.filter(({ from, to }, index) =>
          rules.slice(0, index).some((before) => holdsAll(before.from, from) && holdsAll(before.to, to)),
        );
        const findings = found(rules.map(({ text }) => text));
        expect(findings.filter(([finding]) => finding === "shadowed")).toHaveLength(expected.length);
      }),
    );
  });
  test("a mark that may have changed in between shadows nothing", () => {
    const rule = "-m mark --mark 0x10000/0x10000 -j ACCEPT";
    const later = "-m comment --comment later -m mark --mark 0x10000/0x10000 -j ACCEPT";
    const shadowed = ["shadowed", "FORWARD"];
    expect(found([rule, later])).toContainEqual(shadowed);
    expect(found([rule, "-p tcp -j left", later])).not.toContainEqual(shadowed);
    expect(found([rule, "-p tcp -j MARK --set-xmark 0x10000/0x10000", later])).not.toContainEqual(shadowed);
    expect(found(["-p tcp -j ACCEPT", "-j left", "-p tcp -m mark --mark 0x1 -j ACCEPT"])).toContainEqual(shadowed);
  });
  test("kubelet's drop that lost its mark", () => {
    expect(found(["-j DROP"], "KUBE-FIREWALL")).toContainEqual(["lost-match", "KUBE-FIREWALL"]);
    expect(found(["-m mark --mark 0x8000/0x8000 -j DROP"], "KUBE-FIREWALL")).not.toContainEqual(["lost-match", "KUBE-FIREWALL"]);
  });
});

describe("a file that several programs have printed", () => {
  const saved4 = (head: string, rules: string): string =>
    `# Generated by ${head} on Mon Nov 30 19:18:12 2026\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n${rules}COMMIT\n# Completed on Mon Nov 30 19:18:12 2026\n`;
  const older = saved4("iptables-save v1.8.9", "-A FORWARD -s 10.0.0.0/8 -j ACCEPT\n");
  const newer = saved4("iptables-save v1.8.9 (nf_tables)", "-A FORWARD -p tcp -j DROP\n");
  const v6 = saved4("ip6tables-save v1.8.9", "-A FORWARD -s fd00::/8 -j DROP\n");

  test("each table is of the family and the backend that its program has", () => {
    expect(readRuleset(older + v6 + newer).tables.map(({ family, backend }) => [family, backend])).toEqual([
      ["ip", "legacy"],
      ["ip6", "legacy"],
      ["ip", "nf_tables"],
    ]);
    expect(walk(readRuleset(older + v6), parsePacket("tcp [fd00::1]:1 > [fd01::1]:2 in a forward")).verdict).toBe("drop");
    expect(walk(readRuleset(older + v6), parsePacket("tcp 10.0.0.1:1 > 10.0.0.2:2 in a forward")).verdict).toBe("accept");
  });
  test.each([
    ["iptables-save v1.6.1", "ip", "legacy"],
    ["iptables-save v1.8.0", "ip", undefined],
    ["iptables-save v1.8.7", "ip", undefined],
    ["ip6tables-save v1.8.7", "ip6", undefined],
    ["iptables-legacy-save v1.8.7", "ip", "legacy"],
    ["iptables-nft-save v1.8.7", "ip", "nf_tables"],
    ["iptables-save v1.8.4 (nf_tables)", "ip", "nf_tables"],
    ["iptables-save v1.8.8", "ip", "legacy"],
    ["iptables-save v1.8.11", "ip", "legacy"],
    ["xtables-save v1.8.2", "ip", "nf_tables"],
    ["iptables-save of someone's", "ip", undefined],
  ])("%s", (head, family, backend) => {
    expect(readRuleset(saved4(head, "")).tables.map((table) => [table.family, table.backend])).toEqual([[family, backend]]);
  });
  test("the first versions of the newer backend's programs say one name for both families: addresses tell", () => {
    const text = saved4("xtables-save v1.8.2", "-A FORWARD -s fd00::/8 -j DROP\n");
    expect(readRuleset(text).tables.map(({ family, backend }) => [family, backend])).toEqual([["ip6", "nf_tables"]]);
  });
  test("rules of both backends are a finding", () => {
    const rulesets = byBackend(readRuleset(older + newer));
    expect(rulesets === undefined ? [] : bothBackends(rulesets)).toMatchObject([{ finding: "both-backends", chain: "FORWARD" }]);
    expect(byBackend(readRuleset("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n"))).toBeUndefined();
  });
});

describe("what a walk costs", () => {
  const costs = ruleCostsSchema.parse({
    schema: "podwire/rule-costs@1",
    measured: "2026-11-30T19:34:55.000Z",
    kernel: "6.18",
    cpu: "a CPU",
    rules: 4000,
    rounds: 15,
    backends: [
      { backend: "iptables-legacy", status: "measured", cost: { nanoseconds: 6, low: 5, high: 7 } },
      { backend: "iptables-nft", status: "measured", cost: { nanoseconds: 12, low: 11, high: 13 } },
      { backend: "nft", status: "unsupported", reason: "nft is not installed" },
    ],
  });
  const rules = Array.from({ length: 99 }, (_, index) => `-A FORWARD -s 192.0.2.${String(index)}/32 -j DROP\n`).join("");
  const text = (head: string): string => `${head}*filter\n:FORWARD ACCEPT [0:0]\n${rules}-A FORWARD -j ACCEPT\nCOMMIT\n`;
  const packet = parsePacket("tcp 10.0.0.1:1 > 10.0.0.2:80 in a forward");
  test.each([
    ["# Generated by iptables-save v1.8.9 on Mon\n", { nanoseconds: 600, low: 500, high: 700, backends: ["iptables-legacy"] }],
    ["# Generated by iptables-save v1.8.9 (nf_tables) on Mon\n", { nanoseconds: 1200, low: 1100, high: 1300, backends: ["iptables-nft"] }],
    ["", { nanoseconds: 900, low: 500, high: 1300, backends: ["iptables-legacy", "iptables-nft"] }],
    [
      "# Generated by iptables-save v1.8.7 on Mon\n",
      { nanoseconds: 900, low: 500, high: 1300, backends: ["iptables-legacy", "iptables-nft"] },
    ],
  ])("is its rules at the cost of their backend: %j", (head, cost) => {
    const walked = walk(readRuleset(text(head)), packet, costs);
    expect(walked).toMatchObject({ looked: 100, cost: { ...cost, measured: "2026-11-30T19:34:55.000Z" } });
    expect(ruleWalkSchema.parse(walked)).toEqual(walked);
  });
  const LISTED = (rule: string): string =>
    `table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n\t\t${rule}\n\t}\n}\n`;
  const JSON_LISTED = (...expr: readonly object[]): string =>
    JSON.stringify({
      nftables: [
        { chain: { family: "ip", table: "filter", name: "FORWARD", type: "filter", hook: "forward", prio: 0, policy: "drop" } },
        { rule: { family: "ip", table: "filter", chain: "FORWARD", expr } },
      ],
    });
  test.each([
    ["a match", LISTED('xt match "addrtype" counter packets 0 bytes 0 drop')],
    ["a target", LISTED('counter packets 0 bytes 0 xt target "LOG"')],
    ["a match in JSON", JSON_LISTED({ xt: { type: "match", name: "addrtype" } }, { drop: null })],
    ["a match in an older JSON", JSON_LISTED({ xt: null }, { drop: null })],
  ])("of a table that nft lists with %s of iptables' is iptables-nft's", (_what, listed) => {
    expect(walk(readRuleset(listed), packet, costs).cost).toMatchObject({ nanoseconds: 12, backends: ["iptables-nft"] });
  });
  test("a comment that speaks of such a match makes no table iptables'", () => {
    const listed = LISTED('counter packets 0 bytes 0 drop comment "was xt match addrtype"');
    expect(walk(readRuleset(listed), packet, costs)).not.toHaveProperty("cost");
  });
  test("is of the time of the oldest figure in it", () => {
    const before = "2026-10-01T00:00:00.000Z";
    const backends = costs.backends.map((one) => (one.backend === "iptables-nft" ? { ...one, measured: before } : one));
    const of = (head: string) => walk(readRuleset(text(head)), packet, { ...costs, backends }).cost?.measured;
    expect(of("")).toBe(before);
    expect(of("# Generated by iptables-save v1.8.9 on Mon\n")).toBe("2026-11-30T19:34:55.000Z");
  });
  test("of branches the dearest; left out without figures, without one of the backend, and where nothing was looked at", () => {
    const branching = text("# Generated by iptables-save v1.8.9 on Mon\n").replace(
      "-A FORWARD",
      "-A FORWARD -m set --match-set a src -j ACCEPT\n-A FORWARD",
    );
    expect(walk(readRuleset(branching), packet, costs).cost?.nanoseconds).toBe(606);
    expect(walk(readRuleset(text("")), packet)).not.toHaveProperty("cost");
    expect(walk(readRuleset("*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n"), packet, costs)).not.toHaveProperty("cost");
    const nft = "table ip t {\n\tchain c {\n\t\ttype filter hook forward priority filter; policy drop;\n\t\taccept\n\t}\n}\n";
    expect(walk(readRuleset(nft), packet, costs)).not.toHaveProperty("cost");
  });
});

describe("nftables' two forms", () => {
  const TEXT = `table inet filter {
	set blocked {
		type ipv4_addr
		flags interval
		elements = { 10.1.0.0/16,
			     10.9.0.1 }
	}
	chain forward {
		type filter hook forward priority filter; policy accept;
		ip saddr @blocked counter packets 0 bytes 0 drop
		tcp flags syn / fin,syn,rst,ack tcp dport { 22, 80-90 } goto later
	}
	chain later {
		meta mark set meta mark | 0x4
		reject with icmpx port-unreachable
	}
}
`;
  const JSON_FORM = JSON.stringify({
    nftables: [
      { metainfo: { version: "1.0.6" } },
      { table: { family: "inet", name: "filter" } },
      {
        set: {
          family: "inet",
          table: "filter",
          name: "blocked",
          type: "ipv4_addr",
          flags: ["interval"],
          elem: [{ prefix: { addr: "10.1.0.0", len: 16 } }, "10.9.0.1"],
        },
      },
      { chain: { family: "inet", table: "filter", name: "forward", type: "filter", hook: "forward", prio: 0, policy: "accept" } },
      { chain: { family: "inet", table: "filter", name: "later" } },
      {
        rule: {
          family: "inet",
          table: "filter",
          chain: "forward",
          expr: [
            { match: { op: "==", left: { payload: { protocol: "ip", field: "saddr" } }, right: "@blocked" } },
            { counter: { packets: 0, bytes: 0 } },
            { drop: null },
          ],
        },
      },
      {
        rule: {
          family: "inet",
          table: "filter",
          chain: "forward",
          expr: [
            { match: { op: "==", left: { payload: { protocol: "tcp", field: "dport" } }, right: { set: [22, { range: [80, 90] }] } } },
            { goto: { target: "later" } },
          ],
        },
      },
      { rule: { family: "inet", table: "filter", chain: "later", expr: [{ reject: { type: "icmpx", expr: "port-unreachable" } }] } },
    ],
  });
  test.each([
    ["tcp 10.1.2.3:1 > 10.5.0.1:443 in a forward", "drop"],
    ["tcp 10.2.2.3:1 > 10.5.0.1:85 in a forward", "reject"],
    ["udp 10.2.2.3:1 > 10.5.0.1:85 in a forward", "accept"],
    ["tcp [fd00::1]:1 > [fd00::2]:22 in a forward", "reject"],
    ["tcp 10.2.2.3:1 > 10.5.0.1:443 in a forward", "accept"],
  ])("%s: %s", (packet, verdict) => {
    expect(walk(readRuleset(TEXT), parsePacket(packet)).verdict).toBe(verdict);
    expect(walk(readRuleset(JSON_FORM), parsePacket(packet)).verdict).toBe(verdict);
  });
});

describe("what no packet's words decide, in nft's two forms", () => {
  const packet = parsePacket("tcp 10.0.0.1:1 > 10.0.0.2:80 in a forward");
  const chain = { family: "ip", table: "t", name: "c" };
  const inJson = (...expr: readonly object[]) =>
    JSON.stringify({
      nftables: [
        { chain: { ...chain, type: "filter", hook: "forward", prio: 0, policy: "drop" } },
        { rule: { family: "ip", table: "t", chain: "c", expr } },
      ],
    });
  const inText = (rule: string) =>
    `table ip t {\n\tchain c {\n\t\ttype filter hook forward priority filter; policy drop;\n\t\t${rule}\n\t}\n}\n`;
  const accept = { accept: null };

  test.each([
    ["a rate", inText("limit rate 3/minute burst 5 packets counter packets 0 bytes 0 accept"), "limit rate 3/minute burst 5 packets"],
    ["a rate of bytes", inText("limit rate over 10 mbytes/second meta mark set 0x1 accept"), "limit rate over 10 mbytes/second"],
    [
      "a rate in JSON",
      inJson({ limit: { rate: 3, burst: 5, per: "minute" } }, { counter: { packets: 0, bytes: 0 } }, accept),
      "limit rate 3/minute",
    ],
    ["a named limit", inText('limit name "few" accept'), 'limit name "few"'],
    ["a quota", inText("quota over 25 mbytes used 1 mbytes accept"), "quota over 25 mbytes used 1 mbytes"],
    ["a count of connections", inText("ct count over 20 accept"), "ct count over 20"],
    ["a count of connections in JSON", inJson({ "ct count": { val: 20, inv: true } }, accept), "ct count over 20"],
    [
      "a limit for each element",
      inText("update @few { ip saddr limit rate 5/second } accept"),
      "update @few { ip saddr limit rate 5 / second }",
    ],
    ["iptables' own match", inText('xt match "addrtype" counter packets 0 bytes 0 accept'), "xt match addrtype"],
    ["iptables' own match in JSON", inJson({ xt: { type: "match", name: "addrtype" } }, accept), "xt match addrtype"],
    ["a raw payload", inText("@th,16,16 80 accept"), "@th , 16 , 16 80"],
    ["a user", inText("meta skuid 0 accept"), "meta skuid 0"],
    ["an option of TCP", inText("tcp option mptcp exists accept"), '{"tcp option":{"name":"mptcp"}} exists'],
    ["a flow table, which takes no first packet", inText("flow add @fast accept"), "flow add @fast"],
    ["a flow table in JSON", inJson({ flow: { op: "add", flowtable: "@fast" } }, accept), "flow add @fast"],
  ])("%s opens both ways", (_name, text, condition) => {
    const { verdict, branches } = walk(readRuleset(text), packet);
    expect(verdict).toBe("unknown");
    expect(branches?.map((branch) => [branch.if, branch.verdict])).toEqual([
      [condition, "accept"],
      [`not ${condition}`, "drop"],
    ]);
  });
  test.each([
    ["a named counter", inText('counter name "seen" accept')],
    ["a comment of iptables'", inText('xt match "comment" counter packets 0 bytes 0 accept')],
    ["a comment of iptables' in JSON", inJson({ xt: { type: "match", name: "comment" } }, { counter: { packets: 0, bytes: 0 } }, accept)],
    ["a note of the last time", inText("last used never accept")],
    ["a note of another time", inText("last used 5m3s accept")],
    ["a copy to a machine", inText('dup to 192.0.2.9 device "b" accept')],
    ["a copy by a map", inText('dup to ip saddr map { 10.0.0.1 : 192.0.2.9, 10.0.0.7 : 192.0.2.8 } device "b" accept')],
    ["a set by the name of a limit", inText("update @rate-limit { ip saddr timeout 1h } accept")],
    ["iptables' own log", inText('xt target "LOG" accept')],
    ["iptables' own log in JSON", inJson({ xt: { type: "target", name: "LOG" } }, accept)],
  ])("%s is no condition", (_name, text) => {
    expect(walk(readRuleset(text), packet)).toMatchObject({ verdict: "accept" });
  });
  test.each(["last used never", 'dup to 192.0.2.9 device "b"', "flow add @fast"])("what stands behind %s is still a condition", (words) => {
    expect(walk(readRuleset(inText(`${words} ip saddr 192.0.2.1 accept`)), packet).verdict).toBe("drop");
  });
  test.each([
    ["a statement that is not known", inText("teleport 7")],
    ["a verdict by a payload that is not read", inText("@th,16,16 vmap { 80 : accept }")],
    ["a payload that is set", inText("@th,16,16 set 53 accept")],
    ["a queue behind a payload", inText("@th,16,16 80 queue to 3")],
    ["a mark behind a payload", inText("@th,16,16 80 meta mark set 0x1 accept")],
    ["a header that is set", inText("ip daddr set 192.0.2.1 accept")],
    ["a meter", inText("flow table few { ip saddr limit rate 5/second } accept")],
    ["what an older nft leaves out", inJson({ xt: null }, accept)],
    ["a mark by iptables' own hash", inText('xt target "HMARK" accept')],
  ])("%s is never passed over", (_name, text) => {
    const walked = walk(readRuleset(text), packet);
    expect(walked.verdict).toBe("unknown");
    expect(walked).not.toHaveProperty("branches");
  });
  test("iptables' own masquerading is told by its name", () => {
    const text = inText('counter packets 0 bytes 0 xt target "MASQUERADE"').replace(
      "filter hook forward priority filter; policy drop",
      "nat hook postrouting priority srcnat; policy accept",
    );
    expect(walk(readRuleset(text), packet).packet).toMatch(/^tcp \(address of the device/);
  });

  test("the element for all others is the last to be looked at, and of a chance one way among the others", () => {
    const map = "{ * : drop, 81 : drop, 80 : accept }";
    expect(walk(readRuleset(inText(`tcp dport vmap ${map}`)), packet).verdict).toBe("accept");
    expect(walk(readRuleset(inText("tcp dport vmap { 81 : drop, * : accept }")), packet).verdict).toBe("accept");
    expect(walk(readRuleset(inText('iifname vmap { "b" : drop, * : accept }')), packet)).toMatchObject({ verdict: "accept" });
    const { branches } = walk(readRuleset(inText("numgen random mod 3 vmap { 0 : drop, * : accept }")), packet);
    expect(branches?.map(({ verdict }) => verdict)).toEqual(["drop", "accept"]);
  });
});

describe("a dormant table", () => {
  const TEXT = `table ip asleep {
	flags dormant

	chain forward {
		type filter hook forward priority filter; policy drop;
		counter packets 0 bytes 0 drop
	}
}
table ip awake {
	chain forward {
		type filter hook forward priority 10; policy accept;
		ip saddr 10.0.0.1 accept
	}
}
`;
  const inJson = (flags: string | readonly string[]) =>
    JSON.stringify({
      nftables: [
        { table: { family: "ip", name: "asleep", handle: 1, flags } },
        { chain: { family: "ip", table: "asleep", name: "forward", type: "filter", hook: "forward", prio: 0, policy: "drop" } },
        { rule: { family: "ip", table: "asleep", chain: "forward", expr: [{ counter: { packets: 0, bytes: 0 } }, { drop: null }] } },
      ],
    });
  const NOTES = ["The table ip asleep is dormant: the kernel does not call its chains."];
  test.each([
    ["as text", TEXT],
    ["as text, with other flags", TEXT.replace("flags dormant", "flags owner,dormant")],
    ["in JSON", inJson(["dormant"])],
    ["in an older JSON", inJson("dormant")],
  ])("%s is not walked, and is reported", (_form, text) => {
    const packet = parsePacket("tcp 10.0.0.1:1 > 10.0.0.2:80 in a forward");
    const walked = walk(readRuleset(text), packet);
    expect(walked).toMatchObject({ verdict: "accept", notes: NOTES });
    expect(ruleWalkSchema.parse(walked)).toEqual(walked);
    expect(reportOf(readRuleset(text)).findings).toEqual([
      {
        finding: "dormant",
        table: "ip asleep",
        chain: "forward",
        says: "the table is dormant: the kernel does not call this chain at forward",
      },
    ]);
  });
  test("is none where the flag is another's", () => {
    const text = TEXT.replace("flags dormant", "flags owner");
    const walked = walk(readRuleset(text), parsePacket("tcp 10.0.0.1:1 > 10.0.0.2:80 in a forward"));
    expect(walked.verdict).toBe("drop");
    expect(walked).not.toHaveProperty("notes");
  });
  test("of packets of another family is not told", () => {
    expect(walk(readRuleset(TEXT), parsePacket("tcp [fd00::1]:1 > [fd00::2]:80 in a forward"))).not.toHaveProperty("notes");
  });
});

describe("what the machine sends", () => {
  const text = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -j DNAT --to-destination 192.0.2.9
-A OUTPUT -d 10.96.0.1/32 -j DNAT --to-destination 127.0.0.1:8080
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -m addrtype --dst-type LOCAL -m conntrack --ctstate NEW -j ACCEPT
-A OUTPUT -p icmp -o lo -j DROP
COMMIT
`;
  const walked = (packet: string) => walk(readRuleset(text), parsePacket(packet));
  const hooks = (packet: string) => walked(packet).steps.map(({ hook, rule }) => `${hook}: ${rule}`);
  const IN = ["input: -i lo -m addrtype --dst-type LOCAL -m conntrack --ctstate NEW -j ACCEPT"];
  test.each([
    ["to its loopback address", "tcp 127.0.0.1:1 > 127.0.0.1:80"],
    ["to the address that it sends from", "tcp 10.0.0.5:1 > 10.0.0.5:80"],
    ["to itself as it is said", "tcp 10.0.0.5:1 > 10.0.0.6:80 local"],
    ["by lo", "tcp 10.0.0.5:1 > 10.0.0.6:80 out lo"],
    ["to an address that becomes its own", "tcp 10.0.0.5:1 > 10.96.0.1:80"],
  ])("%s comes in again by lo, and meets no chain of type nat there", (_what, packet) => {
    expect(walked(packet)).toMatchObject({ verdict: "accept" });
    expect(walked(packet)).not.toHaveProperty("notes");
    expect(hooks(packet).filter((step) => !/^(?:output|postrouting)/.test(step))).toEqual(IN);
  });
  test("leaves by lo where that is sure", () => {
    expect(walked("icmp 10.0.0.5 > 127.0.0.1").verdict).toBe("drop");
  });
  test("leaves by another device than lo once its destination has become another machine's", () => {
    const moved = `*nat
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A OUTPUT -p tcp -m tcp --dport 30080 -j DNAT --to-destination 10.244.1.2:80
-A POSTROUTING ! -o lo -j MASQUERADE
COMMIT
`;
    const of = (packet: string) => walk(readRuleset(moved), parsePacket(packet));
    expect(of("tcp 127.0.0.1:1 > 127.0.0.1:30080").branches?.map((branch) => branch.if)).toEqual(["! -o lo", "not ! -o lo"]);
    expect(of("tcp 127.0.0.1:1 > 127.0.0.1:30080 out eth0").steps.map(({ hook }) => hook)).toContain("postrouting");
    expect(of("tcp 127.0.0.1:1 > 127.0.0.1:30081")).toMatchObject({ packet: "tcp 127.0.0.1:1 > 127.0.0.1:30081 out lo" });
    const service = "tcp 10.0.0.5:1 > 10.0.0.6:30080";
    const before = `${moved}*filter\n:INPUT DROP [0:0]\nCOMMIT\n`;
    expect(walk(readRuleset(before), parsePacket(service)).notes).toHaveLength(1);
    expect(walk(readRuleset(before), parsePacket(`${service} out eth0`))).not.toHaveProperty("notes");
  });
  test("is tracked as on its way out, whatever prerouting says", () => {
    const raw = "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j CT --notrack\nCOMMIT\n";
    const filter = "*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate NEW -j ACCEPT\nCOMMIT\n";
    expect(walk(readRuleset(raw + filter), parsePacket("tcp 127.0.0.1:1 > 127.0.0.1:80")).verdict).toBe("accept");
    expect(walk(readRuleset(raw + filter), parsePacket("tcp 10.0.0.9:1 > 10.0.0.5:80 in eth0 local")).verdict).toBe("drop");
  });
  test("may be for itself: that is said, unless the words decide it or nothing would be met", () => {
    expect(walked("tcp 10.0.0.5:1 > 10.0.0.6:80")).toMatchObject({
      verdict: "accept",
      notes: [expect.stringContaining("say `local`") as string],
    });
    for (const words of ["forward", "out eth0"]) expect(walked(`tcp 10.0.0.5:1 > 10.0.0.6:80 ${words}`)).not.toHaveProperty("notes");
    const empty = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";
    expect(walk(readRuleset(empty), parsePacket("tcp 10.0.0.5:1 > 10.0.0.6:80"))).not.toHaveProperty("notes");
  });
});

describe("bad input is one error that says where", () => {
  test.each([
    ["", "the ruleset is empty"],
    ["\u0000\u0001", "this is not text"],
    ["hello", "this is not a ruleset"],
    ["*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j ACC", "the text ends within the table filter"],
    ['{"nftables": [{"table": ', "this is not whole JSON"],
    ["table ip x {\n\tchain y {\n\t\tip saddr 1.2.3.4 drop\n", "is not closed"],
  ])("%j", (text, words) => {
    expect(() => readRuleset(text)).toThrow(RulesetError);
    expect(() => readRuleset(text)).toThrow(words);
  });
  test.each([
    ["sctp 1.2.3.4 > 5.6.7.8", "word 1, sctp"],
    ["tcp 1.2.3 > 5.6.7.8", "word 2, 1.2.3"],
    ["tcp 1.2.3.4:99999 > 5.6.7.8", "word 2"],
    ["tcp 1.2.3.4 5.6.7.8", "word 3, 5.6.7.8"],
    ["icmp 1.2.3.4:1 > 5.6.7.8", "ICMP has no ports"],
    ["tcp 1.2.3.4 > fd00::1", "one end is IPv4"],
    ["tcp 1.2.3.4 > 5.6.7.8 in", "its value is missing"],
    ["tcp 1.2.3.4 > 5.6.7.8 from x", "word 5, from"],
    ["tcp 1.2.3.4 > 5.6.7.8 state SOON", "word 6, SOON"],
    ["tcp 1.2.3.4 > 5.6.7.8 in a in b", "word 7, in: in has been said already"],
    ["tcp 1.2.3.4 > 5.6.7.8 in a local forward", "word 8, forward: local or forward has been said already"],
  ])("%j", (text, words) => {
    expect(() => parsePacket(text)).toThrow(PacketError);
    expect(() => parsePacket(text)).toThrow(words);
  });
});

describe("addresses", () => {
  test("are read back as they were written", () => {
    for (const [family, bits] of [
      ["ipv4", 32n],
      ["ipv6", 128n],
    ] as const) {
      fc.assert(
        fc.property(fc.bigInt({ min: 0n, max: (1n << bits) - 1n }), (value) => {
          expect(parseAddress(formatAddress({ family, value }))).toEqual({ family, value });
        }),
      );
    }
  });
  test.each(["256.1.1.1", "1.2.3", "fd00:::1", "fd00::1::2", "1:2:3:4:5:6:7:8:9", "g::1", ""])("%j is none", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
  test("a prefix's ends, also by its mask", () => {
    expect(parsePrefix("10.1.2.3/8")).toEqual(parsePrefix("10.0.0.0/255.0.0.0"));
    expect(parsePrefix("10.0.0.0/255.0.255.0")).toBeUndefined();
    expect(parsePrefix("::ffff:10.0.0.1")?.from).toBe(0xffff_0a00_0001n);
  });
});

test("what is seen of rules at a glance changes no finding", () => {
  const rules = [
    "-j KUBE-A",
    "-s 10.0.0.1/32 -j KUBE-B",
    '-m comment --comment "x -j ACCEPT" -j KUBE-A',
    "-m comment --comment x -j KUBE-NONE",
    "-p tcp -m tcp --dport 80 -j ACCEPT",
    "-p tcp -j DROP",
    "-j DROP",
    "-j RETURN",
    "-g KUBE-B",
    '-j LOG --log-prefix "a -j KUBE-B"',
    "-p tcp -m tcp -j DNAT --to-destination 10.0.0.2:80",
    "-m mark --mark 0x1 -j DROP",
    "-j MARK --set-xmark 0x1/0xffffffff",
  ];
  const chain = fc.array(fc.tuple(fc.constantFrom(...rules), fc.constantFrom("", "[0:0] ", "[3:180] ")), { maxLength: 6 });
  fc.assert(
    fc.property(fc.record({ FORWARD: chain, "KUBE-A": chain, "KUBE-B": chain, "KUBE-FIREWALL": chain }), (chains) => {
      const lines = Object.entries(chains).flatMap(([name, own]) => own.map(([text, counter]) => `${counter}-A ${name} ${text}`));
      const saved = [
        "*filter",
        ":FORWARD ACCEPT [0:0]",
        ":KUBE-A - [0:0]",
        ":KUBE-B - [0:0]",
        ":KUBE-FIREWALL - [0:0]",
        ...lines,
        "COMMIT",
        "",
      ];
      const ruleset = readRuleset(saved.join("\n"));
      const withoutGlances = ruleset.tables.map((table) => ({
        ...table,
        chains: new Map(
          [...table.chains].map(([name, one]) => [
            name,
            {
              ...one,
              rules: one.rules.map((rule) => ({
                text: rule.text,
                line: rule.line,
                ...(rule.packets === undefined ? {} : { packets: rule.packets }),
                read: () => rule.read(),
              })),
            },
          ]),
        ),
      }));
      expect(reportOf(ruleset)).toEqual(reportOf({ tables: withoutGlances }));
    }),
  );
});
