/** `--anonymize` of `podwire cluster path` and `podwire cluster conformance`: nothing that they tell has a name or an address of the cluster. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { triedVariant } from "../../test/synthetic/conformance.js";
import { CONFORMANCE_SCHEMA, type Conformance, conformanceSchema } from "../model/conformance.js";
import { PACKET_PATH_SCHEMA, type PacketHop, type PacketPath, packetPathSchema } from "../model/packet-path.js";
import type { Telling } from "../model/run.js";
import { anonymizeConformance, anonymizePacketPath, maskOf } from "./anonymize.js";
import { renderConformanceHtml } from "./conformance/html.js";
import { renderPacketPathHtml } from "./packet-path/html.js";
import { renderConformance } from "./terminal/conformance.js";
import { renderPacketPath } from "./terminal/packet-path.js";

/** What of a cluster must not be told. */
interface Secrets {
  readonly context: string;
  readonly nodes: readonly [string, string];
  /** The run's namespace, and the one of someone's Service with its name: those stand in rules alone. */
  readonly namespace: string;
  readonly service: readonly [string, string];
  readonly user: string;
  readonly addresses: readonly string[];
  readonly mac: string;
}

/** Names that no word of podwire's own is. */
const name = fc.stringMatching(/^[a-z][a-z0-9]{1,6}(?:-[a-z0-9]{1,5})?q[0-9]x$/);
const dotted = fc.tuple(name, fc.constantFrom("", ".corp.example", ".eu-west-1.compute.internal")).map((parts) => parts.join(""));
const ipv4 = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.nat(255), fc.nat(255), fc.integer({ min: 1, max: 254 }))
  .map((parts) => parts.join("."));
const ipv6 = fc.stringMatching(/^2001:db8:[1-9a-f][0-9a-f]{3}::[1-9a-f][0-9a-f]{2}$/);
const mac = fc.stringMatching(/^52:54:[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}$/);
const secrets: fc.Arbitrary<Secrets> = fc
  .tuple(
    fc.uniqueArray(name, { minLength: 5, maxLength: 5 }),
    fc.uniqueArray(dotted, { minLength: 2, maxLength: 2 }),
    fc.tuple(ipv4, ipv4, ipv6),
    mac,
  )
  .map(([[context = "", namespace = "", owner = "", service = "", user = ""], [a = "", b = ""], addresses, card]) => ({
    ...{ context, nodes: [a, b], namespace, service: [owner, service], user, addresses, mac: card },
  }));

const wordsIn = ({ context, nodes, namespace, service, user, addresses, mac: card }: Secrets): readonly string[] => [
  ...[context, ...nodes, ...nodes.map((node) => node.split(".")[0] ?? ""), namespace, ...service, user, ...addresses, card],
];

const tellingOf = ({ context, nodes, namespace }: Secrets): Telling => ({
  environment: { "kubernetes.context": context, "kubernetes.namespace": namespace, "node.0": nodes[0], "node.1": nodes[1] },
  raw: {},
});

/** A way that has every kind of text, each with all that may stand in it. */
function packetPath({
  context,
  nodes: [a, b],
  namespace,
  service: [owner, service],
  addresses: [from = "", to = "", six = ""],
  mac: card,
}: Secrets): PacketPath {
  const packet = `tcp ${from}:40000 > ${to}:80`;
  const rules = [
    `-A KUBE-SERVICES -d ${to}/32 -p tcp -m comment --comment "${owner}/${service}:http cluster IP" -j KUBE-SVC-ABCDEFGH`,
    `-A cali-pi -m comment --comment "Policy ${namespace}/allow-${a} ingress" -j MARK`,
    `ip daddr ${to} goto service-2QRHZV4L-${owner}/${service}/tcp/http /* ${owner}/${service}:http */`,
  ].map((rule) => ({ table: "nat", chain: `service-2QRHZV4L-${owner}/${service}/tcp/http`, rule, action: `DNAT to ${to}:8080` }));
  const hop = (over: Partial<PacketHop>): PacketHop => ({
    in: a,
    kind: "hook",
    name: `prerouting of ${a}`,
    says: `from ${from} on ${a}`,
    packet,
    ...over,
  });
  const way = {
    packet,
    hops: [
      hop({ in: `pod-a on ${a}`, kind: "socket", name: "socket" }),
      hop({ rules, looked: 3 }),
      hop({ in: "between the nodes", kind: "network", name: "network", says: `from ${a} to ${b}` }),
      hop({ in: b, kind: "neighbour", name: "eth0", says: `${to} is ${card}, and ${six} is it too` }),
    ],
    ends: "dropped" as const,
    loss: { after: 0, at: 1, packets: 20, lost: 20, says: `hook on ${a}: ${rules[0]?.rule ?? ""}` },
  };
  return {
    ...{ schema: PACKET_PATH_SCHEMA, variant: "flannel-vxlan", cluster: context, path: "pod-service" },
    says: `Of 20 packets from pod-a on ${a} to ${to} none reached ${b}.`,
    burst: { connections: 20, answered: 0 },
    unread: [`${b}: \`nft list ruleset\` in ${namespace}: permission denied`],
    request: way,
    reply: way,
  };
}

function conformance({ nodes: [a, b], namespace, service: [owner, service], user, addresses: [from = "", to = ""] }: Secrets): Conformance {
  const because = `podwire runs on node ${a} of the cluster; services is forbidden: User "${user}" cannot create resource "services" in the namespace "${namespace}"`;
  const tried = triedVariant("flannel-vxlan+kube-proxy-iptables", { "clusterip-across": "does-not-work" }, because);
  const evidence = `pod-a to ${to}:80: silence; last seen in ${b}: -m comment --comment "${owner}/${service}:http has no endpoints" from ${from}`;
  const cells = tried.cells.map((cell) => (cell.result === "works" ? cell : { ...cell, evidence, expected: "works" as const }));
  return { schema: CONFORMANCE_SCHEMA, variants: [{ ...tried, cells, failure: { status: "failed", reason: `${a} at ${from}` } }] };
}

const SETTING = { width: 100, colour: false, utf8: true, full: true };

function expectUntold(secret: Secrets, texts: readonly string[]): void {
  for (const text of texts) for (const word of wordsIn(secret)) expect(text.toLowerCase()).not.toContain(word);
}

describe("nothing of the cluster is told", () => {
  test("by a packet's way, as text, as JSON and as a page", () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const found = packetPath(secret);
        const masked = anonymizePacketPath(found, maskOf(tellingOf(secret)));
        expectUntold(secret, [JSON.stringify(masked), renderPacketPath(masked, SETTING), renderPacketPathHtml(masked, "1.0.0")]);
        expect(packetPathSchema.parse(masked)).toEqual(masked);
        expect(masked.request.hops.map(({ kind }) => kind)).toEqual(found.request.hops.map(({ kind }) => kind));
        // A reader can still tell one node from the other, and that both ends of a sentence are one.
        expect(masked.request.hops[1]?.in).not.toBe(masked.request.hops[3]?.in);
        expect(masked.request.hops[0]?.in).toBe(`pod-a on ${masked.request.hops[1]?.in ?? ""}`);
      }),
      { numRuns: 200 },
    );
  });

  test("by what works, as text, as JSON and as a page", () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const masked = anonymizeConformance(conformance(secret), maskOf(tellingOf(secret)));
        expectUntold(secret, [JSON.stringify(masked), renderConformance(masked, SETTING), renderConformanceHtml(masked, "1.0.0")]);
        expect(conformanceSchema.parse(masked)).toEqual(masked);
      }),
      { numRuns: 200 },
    );
  });
});

test("what every cluster has, and podwire's own words, stay", () => {
  const mask = maskOf({ environment: {}, raw: {} });
  for (const text of [
    '-m comment --comment "kubernetes service portals"',
    "-d 198.18.0.0/15 -j KUBE-MARK-MASQ",
    "/proc/sys/net/ipv4/ip_forward",
    "tcp [2001:2::c613:102]:40000 > [2001:2::c612:b]:80, by 2001:2::c613:100/120",
    "2001:0002:0:0:0:0:c612:b",
  ])
    expect(mask(text)).toBe(text);
});

test.each(["2001:2:1::5", "2001:20::5", "2001:200::5", "2001:22::c612:b"])("%s is none of podwire's own addresses", (address) => {
  expect(maskOf({ environment: {}, raw: {} })(address)).toBe("address-1");
});

test.each([
  ['-m comment --comment "acme/web:http cluster IP" -j X', '-m comment --comment "name-1/name-2:http cluster IP" -j X'],
  [
    "-m comment --comment acme/web:http -j MARK --set-xmark 0x4000/0x4000",
    "-m comment --comment name-1/name-2:http -j MARK --set-xmark 0x4000/0x4000",
  ],
  ["-m comment --comment 'acme/web has no endpoints' -j REJECT", "-m comment --comment 'name-1/name-2 has no endpoints' -j REJECT"],
  ["-m comment --comment=acme/web -j X", "-m comment --comment=name-1/name-2 -j X"],
  ['{"comment": "acme/web:http"}', '{"comment": "name-1/name-2:http"}'],
  [
    '{"stdout":"-m comment --comment \\"Policy acme/web ingress\\" -j X"}',
    '{"stdout":"-m comment --comment \\"Policy name-1/name-2 ingress\\" -j X"}',
  ],
  ["/* acme/web:http */ MARK or 0x4000/0x8000", "/* name-1/name-2:http */ MARK or 0x4000/0x8000"],
])("whose a rule is, is masked in its comment, and only there: %s", (rule, masked) => {
  expect(maskOf({ environment: {}, raw: {} })(rule)).toBe(masked);
});
