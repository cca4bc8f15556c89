/**
 * The rule walk against the kernel: random rulesets in a router's namespace, random packets through it, and every rule's counter beside what the walk says.
 * Needs root.
 */
import { spawn } from "node:child_process";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePacket } from "../../src/ruleset/packet.js";
import { readRuleset } from "../../src/ruleset/read.js";
import { walk } from "../../src/ruleset/walk/walk.js";
import { type PrivateMachine, privateMachine } from "./private-machine.js";

const isRoot = process.getuid?.() === 0;
const SOURCES = ["198.18.50.10", "198.18.50.20", "198.18.50.130"];
const TARGETS = ["198.18.60.10", "198.18.60.20", "198.18.60.130"];
const PORTS = [53, 80, 1000, 1001, 8080];

/** Sends one datagram for each `[source, port, destination, port]` of its argument, from a socket of its own. */
const SENDER = `
const { createSocket } = require("node:dgram");
for (const [from, sport, to, dport] of JSON.parse(process.argv[1])) {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  socket.on("error", () => socket.close());
  socket.bind(sport, from, () => socket.send("x", dport, to, () => socket.close()));
}`;

/** The network: sender, router, target. Neighbours are written down, so that the first packet goes at once. */
const NETWORK = `
ip netns add a; ip netns add r; ip netns add b
ip link add eth0 netns a type veth peer name in0 netns r
ip link add out0 netns r type veth peer name eth0 netns b
for n in a r b; do ip -n $n link set lo up; done
ip -n a link set eth0 up; ip -n r link set in0 up; ip -n r link set out0 up; ip -n b link set eth0 up
${SOURCES.map((address) => `ip -n a addr add ${address}/24 dev eth0`).join("\n")}
ip -n r addr add 198.18.50.1/24 dev in0; ip -n r addr add 198.18.60.1/24 dev out0
${TARGETS.map((address) => `ip -n b addr add ${address}/24 dev eth0`).join("\n")}
ip -n a route add default via 198.18.50.1; ip -n b route add default via 198.18.60.1
ip netns exec r sysctl -qw net.ipv4.ip_forward=1
ip netns exec b ping -c 1 -W 5 198.18.60.1 > /dev/null
ip netns exec a ping -c 1 -W 5 198.18.60.10 > /dev/null
# No socket listens: what the kernel answers would be counted by the rules too.
ip netns exec b iptables-legacy -A OUTPUT -p icmp -j DROP
`;

/** A condition in both languages. */
interface Condition {
  readonly iptables: string;
  readonly nft: string;
}
const condition = fc.oneof(
  fc.constantFrom(...SOURCES.map((one) => ({ iptables: `-s ${one}/32`, nft: `ip saddr ${one}` }))),
  fc.constantFrom(
    { iptables: "-s 198.18.50.0/25", nft: "ip saddr 198.18.50.0/25" },
    { iptables: "! -s 198.18.50.0/25", nft: "ip saddr != 198.18.50.0/25" },
  ),
  fc.constantFrom(...TARGETS.map((one) => ({ iptables: `! -d ${one}/32`, nft: `ip daddr != ${one}` }))),
  fc.constantFrom({ iptables: "-d 198.18.60.128/25", nft: "ip daddr 198.18.60.128/25" }),
  fc.constantFrom(
    { iptables: "-p udp -m udp --dport 80", nft: "udp dport 80" },
    { iptables: "-p udp -m udp ! --dport 80", nft: "udp dport != 80" },
    { iptables: "-p udp -m udp --dport 1000:8080", nft: "udp dport 1000-8080" },
    { iptables: "-p udp -m multiport --dports 53,1001", nft: "udp dport { 53, 1001 }" },
    { iptables: "-p udp -m udp --sport 20000:40000", nft: "udp sport 20000-40000" },
    { iptables: "-p udp -m multiport --sports 10000:20000,30000:31000", nft: "udp sport { 10000-20000, 30000-31000 }" },
    { iptables: "-p udp -m multiport ! --dports 80,1000", nft: "udp dport != { 80, 1000 }" },
    { iptables: "-p tcp -m tcp --dport 80", nft: "tcp dport 80" },
  ),
  fc.constantFrom(
    { iptables: "-i in0", nft: 'iifname "in0"' },
    { iptables: "! -o out+", nft: 'oifname != "out*"' },
    { iptables: "-i ou+", nft: 'iifname "ou*"' },
    { iptables: "-m mark --mark 0x1/0x3", nft: "meta mark & 0x3 == 0x1" },
    { iptables: "-m mark ! --mark 0x4", nft: "meta mark != 0x4" },
    { iptables: "-m connmark --mark 0x2/0x2", nft: "ct mark & 0x2 == 0x2" },
    { iptables: "-m connmark ! --mark 0x0", nft: "ct mark != 0x0" },
    { iptables: "-m conntrack --ctstate NEW", nft: "ct state new" },
    { iptables: "-m conntrack ! --ctstate RELATED,ESTABLISHED", nft: "ct state != { related, established }" },
    { iptables: "-m conntrack --ctstate ESTABLISHED,DNAT", nft: "ct status & dnat == dnat" },
    { iptables: "-m conntrack --ctstate DNAT", nft: "ct status dnat" },
    { iptables: "-m conntrack ! --ctstate DNAT,SNAT", nft: "ct status ! dnat,snat" },
    { iptables: "-m conntrack ! --ctstate ESTABLISHED", nft: "ct state ! established" },
    { iptables: "-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT", nft: "ct state != { related, established } ct status & dnat != dnat" },
    { iptables: "-m iprange --dst-range 198.18.60.5-198.18.60.15", nft: "ip daddr 198.18.60.5-198.18.60.15" },
  ),
) satisfies fc.Arbitrary<Condition>;

/** What iptables has no rule for. */
const ofNftAlone = fc.constantFrom(
  ...[
    "ip saddr . udp dport { 198.18.50.10 . 53, 198.18.50.20 . 80-1000 }",
    "ip daddr != { 198.18.60.10, 198.18.60.128/25 }",
    "meta l4proto . th dport { udp . 1000, tcp . 80 }",
    "udp dport < 1000",
    "udp dport >= 1001",
    'iifname { "in0", "lo" }',
    "meta nfproto ipv4",
    "ip protocol udp",
  ].map((nft) => ({ iptables: "", nft })),
) satisfies fc.Arbitrary<Condition>;

/** Sets of the types that this kernel has, with exceptions within networks and networks within exceptions. Others (`hash:net,net`) have unit tests alone. */
const SETS = `create ips hash:ip family inet
add ips 198.18.50.10
add ips 198.18.60.20
create nets hash:net family inet
add nets 198.18.50.0/24
add nets 198.18.50.0/25 nomatch
add nets 198.18.50.20
create services hash:ip,port family inet
add services 198.18.60.10,udp:53
add services 198.18.60.20,udp:8080
add services 198.18.60.20,tcp:80
create netports hash:net,port family inet
add netports 198.18.60.0/24,udp:1000
add netports 198.18.60.0/27,udp:1000 nomatch
create flows hash:ip,port,ip family inet
add flows 198.18.50.10,udp:80,198.18.60.130
create triples hash:ip,port,net family inet
add triples 198.18.50.10,udp:80,198.18.60.0/25
add triples 198.18.50.10,udp:80,198.18.60.20/32 nomatch
create devices hash:net,iface family inet
add devices 198.18.50.0/24,in0
add devices 198.18.50.128/25,out0
create ports bitmap:port range 0-9000
add ports 53
add ports 1000-1001
create addresses bitmap:ip range 198.18.60.0/24
add addresses 198.18.60.10
create masked hash:ip family inet netmask 25
add masked 198.18.60.0
create all list:set size 8
add all ips
add all services
`;
const ofSets = fc
  .tuple(
    fc.constantFrom("", "! "),
    fc.constantFrom(
      ...["ips src", "ips dst", "nets src", "services dst,dst", "services src,dst", "netports dst,dst", "flows src,dst,dst"],
      ...["triples src,dst,dst", "devices src,src", "devices src,dst", "ports dst", "ports src", "addresses dst", "masked dst"],
      ...["all dst,dst", "all src"],
    ),
  )
  .map(([not, asked]): Condition => ({ iptables: `-m set ${not}--match-set ${asked}`, nft: `set ${asked}` }));

const effect: fc.Arbitrary<Condition> = fc.constantFrom<Condition[]>(
  { iptables: "-j ACCEPT", nft: "accept" },
  { iptables: "-j DROP", nft: "drop" },
  { iptables: "-j RETURN", nft: "return" },
  { iptables: "-j one", nft: "jump one" },
  { iptables: "-g two", nft: "goto two" },
  { iptables: "-j MARK --set-xmark 0x1/0x1", nft: "meta mark set meta mark | 0x1" },
  { iptables: "-j MARK --set-xmark 0x4/0xffffffff", nft: "meta mark set 0x4" },
  { iptables: "-j CONNMARK --set-xmark 0x2/0xffffffff", nft: "ct mark set 0x2" },
  { iptables: "-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff", nft: "ct mark set meta mark" },
  { iptables: "-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff", nft: "meta mark set ct mark" },
  { iptables: '-m comment --comment "nothing happens"', nft: 'comment "nothing happens"' },
);
/** Maps of verdicts, each with an element for all others: a look-up that finds nothing is counted and does nothing. */
const effectOfNft = fc.constantFrom(
  ...[
    "udp dport vmap { 53 : accept, 80 : goto two, * : return }",
    "udp dport vmap { 53 : drop, 1000-1001 : jump two, * : jump two }",
    "ip saddr . udp dport vmap { 198.18.50.10 . 53 : drop, 198.18.50.130 . 8080 : accept, * : jump two }",
  ].map((nft) => ({ iptables: "", nft })),
);

/** Chains jump to later ones only, so that there are no loops. */
const inLast = effect.filter(({ nft }) => !/one|two/.test(nft));
const inOne = effect.filter(({ nft }) => !nft.includes("one"));
const rulesWith = (effects: typeof effect, conditions: typeof condition = condition) =>
  fc.array(
    fc
      .tuple(
        fc.uniqueArray(conditions, {
          maxLength: 2,
          selector: ({ nft }) => (/\b(?:tcp|udp)\b/.test(nft) ? "transport" : nft.split(" ").slice(0, 2).join(" ")),
        }),
        effects,
      )
      .map(
        ([conditions, then]) =>
          [
            // nft refuses a rule that asks for both protocols.
            then.nft.includes("udp") ? conditions.filter(({ nft }) => !nft.includes("tcp")) : conditions,
            then,
          ] as const,
      ),
    {
      maxLength: 6,
    },
  );
const rulesets = fc.record({
  forward: rulesWith(effect),
  one: rulesWith(inOne),
  two: rulesWith(inLast),
  policy: fc.constantFrom("ACCEPT", "DROP"),
  dnat: fc.boolean(),
});
const withSets = fc.oneof({ weight: 1, arbitrary: condition }, { weight: 2, arbitrary: ofSets });
const rulesetsOfSets = fc.record({
  forward: rulesWith(effect, withSets),
  one: rulesWith(inOne, withSets),
  two: rulesWith(inLast, withSets),
  policy: fc.constantFrom("ACCEPT", "DROP"),
  dnat: fc.boolean(),
});
const conditionOfNft = fc.oneof(condition, ofNftAlone);
const rulesetsOfNft = fc.record({
  forward: rulesWith(fc.oneof({ weight: 3, arbitrary: effect }, effectOfNft), conditionOfNft),
  one: rulesWith(fc.oneof({ weight: 3, arbitrary: inOne }, effectOfNft), conditionOfNft),
  two: rulesWith(inLast, conditionOfNft),
  policy: fc.constantFrom("ACCEPT", "DROP"),
  dnat: fc.boolean(),
});
type Rules = readonly (readonly [readonly Condition[], Condition])[];

/** `-p udp` may stand once in a rule. */
const ofIptables = (rules: Rules, chain: string): string =>
  rules
    .map(([conditions, { iptables }]) => {
      const words = conditions.map((one) => one.iptables);
      const protocols = words.filter((word) => word.startsWith("-p "));
      const kept = protocols.length < 2 ? words : words.filter((word) => word !== protocols[1]);
      return `-A ${chain} ${[...kept, iptables].join(" ")}\n`;
    })
    .join("");
const ofNft = (rules: Rules): string =>
  rules.map(([conditions, { nft }]) => `    ${[...conditions.map((one) => one.nft), "counter", nft].join(" ")}\n`).join("");

describe.runIf(isRoot)("the walk counts what the kernel counts", () => {
  let machine: PrivateMachine;
  beforeAll(async () => {
    machine = await privateMachine();
    await machine.run(["sh", "-e"], { stdin: NETWORK });
  });
  afterAll(() => machine.close());

  let sport = 10_000;
  /** Fresh source ports: each packet is the first of its connection. */
  const fresh = (): number => {
    sport += 7;
    return 10_000 + (sport % 40_000);
  };
  const packets = () => SOURCES.flatMap((from) => TARGETS.flatMap((to) => PORTS.map((dport) => [from, fresh(), to, dport] as const)));

  const agreed = async (load: readonly [string, ...string[]], text: string, list: readonly [string, ...string[]]): Promise<void> => {
    await machine.run(load, { in: "r", stdin: text });
    const before = readRuleset(await machine.run(list, { in: "r" }));
    const sent = packets();
    const expected = new Map<number, number>();
    for (const [from, port, to, dport] of sent) {
      const { steps, branches } = walk(before, parsePacket(`udp ${from}:${String(port)} > ${to}:${String(dport)} in in0 out out0 forward`));
      expect(branches).toBeUndefined();
      for (const { line } of steps) if (line !== undefined) expected.set(line, (expected.get(line) ?? 0) + 1);
    }
    await machine.run([process.execPath, "-e", SENDER, JSON.stringify(sent)], { in: "a" });
    const counts = async (): Promise<readonly (readonly [rule: string, line: number | undefined, packets: number])[]> =>
      readRuleset(await machine.run(list, { in: "r" }))
        .tables.flatMap(({ chains }) => [...chains.values()].flatMap(({ rules }) => rules))
        .flatMap(({ line, text: rule, packets: seen }) =>
          seen === undefined || rule.includes("nothing happens") ? [] : [[rule, line, seen] as const],
        );
    const told = (await counts()).map(([rule, line]) => [rule, line, expected.get(line ?? -1) ?? 0] as const);
    // A busy kernel takes packets in a moment after they were sent (ksoftirqd).
    await expect.poll(counts).toEqual(told);
  };

  const DNAT = [
    "-A PREROUTING -d 198.18.60.10/32 -p udp -m udp --dport 53 -j DNAT --to-destination 198.18.60.20:8080",
    "ip daddr 198.18.60.10 udp dport 53 counter dnat to 198.18.60.20:8080",
  ] as const;

  const TOOLS = ["iptables-legacy", "iptables-nft"] as const;
  test.each([...TOOLS.map((tool) => [tool, "rules"] as const), ...TOOLS.map((tool) => [tool, "rules with IP sets"] as const)])(
    "%s, %s",
    { timeout: 120_000 },
    async (tool, what) => {
      const hasSets = what === "rules with IP sets";
      if (hasSets) await machine.run(["ipset", "restore", "-exist"], { in: "r", stdin: SETS });
      await fc.assert(
        fc.asyncProperty(hasSets ? rulesetsOfSets : rulesets, async ({ forward, one, two, policy, dnat }) => {
          const filter = `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ${policy} [0:0]\n:OUTPUT ACCEPT [0:0]\n:one - [0:0]\n:two - [0:0]\n${ofIptables(forward, "FORWARD")}${ofIptables(one, "one")}${ofIptables(two, "two")}COMMIT\n`;
          const nat = `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${dnat ? `${DNAT[0]}\n` : ""}COMMIT\n`;
          const saved = hasSets ? (["sh", "-ec", `${tool}-save -c; ipset save`] as const) : ([`${tool}-save`, "-c"] as const);
          await agreed([`${tool}-restore`], filter + nat, saved);
        }),
        { numRuns: 12 },
      );
      await machine.run([`${tool}-restore`], {
        in: "r",
        stdin:
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n",
      });
    },
  );

  test("nft", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(rulesetsOfNft, async ({ forward, one, two, policy, dnat }) => {
        const text = `flush ruleset
table inet walked {
  chain two {
${ofNft(two)}  }
  chain one {
${ofNft(one)}  }
  chain forward {
    type filter hook forward priority filter; policy ${policy.toLowerCase()};
${ofNft(forward)}  }
}
table ip translated {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
${dnat ? `    ${DNAT[1]}\n` : ""}  }
}
`;
        await agreed(["nft", "-f", "-"], text, ["nft", "list", "ruleset"]);
      }),
      { numRuns: 12 },
    );
  });

  test("the kernel's own trace of a packet has the same rules in the same order", { timeout: 60_000 }, async () => {
    const text = `flush ruleset
table inet walked {
  chain two {
    udp dport 8080 counter meta mark set 0x4
    ip saddr 198.18.50.10 counter return
    counter drop
  }
  chain one {
    ip daddr 198.18.60.0/24 counter jump two
    meta mark 0x4 counter accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    tcp dport 80 counter accept
    udp dport vmap { 53 : drop, * : jump one }
  }
}
table ip translated {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ${DNAT[1]}
  }
}
table ip traced {
  chain prerouting {
    type filter hook prerouting priority raw; policy accept;
    meta nftrace set 1
  }
}
`;
    await machine.run(["nft", "-f", "-"], { in: "r", stdin: text });
    const listed = await machine.run(["nft", "list", "ruleset"], { in: "r" });
    const [program, ...words] = [...machine.enter("r"), "nft", "monitor", "trace"] as const;
    const monitor = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    monitor.stdout.on("data", (data: Buffer) => {
      printed += data.toString();
    });
    try {
      // The monitor does not say since when it listens: a packet is sent anew until one is seen whole.
      await expect
        .poll(
          async () => {
            const one = JSON.stringify([["198.18.50.10", fresh(), "198.18.60.10", 53]]);
            await machine.run([process.execPath, "-e", SENDER, one], { in: "a" });
            return printed;
          },
          { timeout: 30_000 },
        )
        .toMatch(/walked one rule .*\(verdict accept\)/);
    } finally {
      monitor.kill("SIGKILL");
    }
    const id = /^trace id (\S+) inet walked one rule .*\(verdict accept\)$/m.exec(printed)?.[1] ?? "";
    const port = new RegExp(`^trace id ${id} ip traced prerouting packet: .* udp sport (\\d+) `, "m").exec(printed)?.[1] ?? "";
    const { steps } = walk(readRuleset(listed), parsePacket(`udp 198.18.50.10:${port} > 198.18.60.10:53 in in0 out out0 forward`));
    const plain = (rule: string): string => rule.replace(/counter packets \d+ bytes \d+/, "counter");
    const traced = [...printed.matchAll(/^trace id (\S+) (\S+ \S+) (\S+) rule (.*) \(verdict [^)]+\)$/gm)].flatMap(
      ([, of, table = "", chain = "", rule = ""]) => (of === id ? [`${table} ${chain}: ${plain(rule)}`] : []),
    );
    // What only sets the trace changes nothing that a step would tell.
    const walked = steps.flatMap(({ table, chain, rule }) => (rule.startsWith("policy") ? [] : [`${table} ${chain}: ${plain(rule)}`]));
    expect(traced.filter((line) => !line.includes("nftrace"))).toEqual(walked);
    expect(walked).toHaveLength(6);
  });
});
