import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { iptablesText } from "../layers/services/kube-proxy/iptables-rules.js";
import type { Service } from "../model/service.js";
import { formatAddress, parseAddress, parsePrefix } from "../units/address.js";
import { reportOf } from "./findings.js";
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
  test("a target that is neither a chain nor known cannot be told", () => {
    expect(walked("-j NFQUEUE --queue-num 1").verdict).toBe("unknown");
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
