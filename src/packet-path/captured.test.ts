/** Packet paths from state that real tools printed in a lab (test/captured/packet-path), as it was and with one thing in it changed. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { PacketPath } from "../model/packet-path.js";
import { grown, type NamespaceCounters } from "./counts.js";
import type { DeviceCount, RouteAnswer } from "./facts.js";
import { packetPath } from "./packet-path.js";
import { type NamespaceTexts, queueCounts, readNamespace, readRoute } from "./read.js";

interface Seen {
  readonly texts: NamespaceTexts;
  readonly devices: Readonly<Record<string, DeviceCount>>;
}
type Look = Readonly<Record<string, Seen>>;
interface Captured {
  readonly variant: string;
  readonly prefix: string;
  readonly address: string;
  readonly port: number;
  readonly from: string;
  readonly before: Look;
  readonly after: Look;
  readonly answers: readonly (readonly [question: Readonly<Record<string, string>>, answer: RouteAnswer])[];
}
const captured = (name: string): Captured =>
  JSON.parse(readFileSync(new URL(`../../test/captured/packet-path/${name}.json`, import.meta.url), "utf8")) as Captured;

/** What is changed of a capture: texts of a namespace at the end, what it counted, or what its routing answers. */
interface Change {
  readonly texts?: (texts: NamespaceTexts) => NamespaceTexts;
  readonly counts?: (devices: Seen["devices"], before: Seen["devices"]) => Seen["devices"];
  readonly route?: RouteAnswer;
  /** Whether the way between the nodes' cards is one that cannot be looked into, as in a cluster. */
  readonly isCluster?: true;
  readonly rulesUnread?: string;
}

function found({ variant, prefix, address, port, from, before, after, answers }: Captured, where = "", change: Change = {}): PacketPath {
  const nameOf = (full: string): string | undefined => (full.startsWith(prefix) ? full.slice(prefix.length) : undefined);
  const { texts = (same: NamespaceTexts) => same, counts = (same: Seen["devices"]) => same, route, isCluster, rulesUnread } = change;
  const changed: Look = Object.fromEntries(
    Object.entries(after).map(([name, seen]): [string, Seen] => [
      name,
      name === where ? { texts: texts(seen.texts), devices: counts(seen.devices, before[name]?.devices ?? {}) } : seen,
    ]),
  );
  const namespaces = new Map(
    Object.entries(changed).map(([name, seen]) => {
      const facts = readNamespace(name, seen.texts, nameOf);
      return [name, name === where && rulesUnread !== undefined ? { ...facts, rulesUnread } : facts] as const;
    }),
  );
  const nodes = ["node-a", "node-b"].map((name) => [name, "eth0"] as const);
  const pods = [
    ["pod-a", "node-a"],
    ["pod-b", "node-b"],
  ] as const;
  const between = isCluster === undefined ? {} : { between: { cards: new Map(nodes), homes: new Map(pods) } };
  const counters = (look: Look): ReadonlyMap<string, NamespaceCounters> =>
    new Map(
      Object.entries(look).map(([name, seen]) => [
        name,
        { devices: seen.devices, queues: queueCounts(seen.texts.queueing), ruleset: readNamespace(name, seen.texts, nameOf).ruleset },
      ]),
    );
  const network = { namespaces, counts: grown(counters(before), counters(changed)), ...between };
  const way = packetPath(network, { variant, path: "pod-pod", from, address, port, burst: { connections: 20, answered: 20 } });
  let step = way.next();
  while (step.done !== true) {
    const { mark, ...question } = step.value;
    const key = JSON.stringify({ ...question, ...(mark === undefined ? {} : { mark: mark.toString() }) });
    const answer = answers.find(([asked]) => JSON.stringify(asked) === key)?.[1];
    step = way.next((question.in === where ? route : undefined) ?? answer ?? { refused: "was not asked when this was captured" });
  }
  return step.value;
}

const vxlan = captured("flannel-vxlan");
const docker = captured("docker-nat");

describe("as it was captured", () => {
  test("VXLAN: wrapped on one node, unwrapped on the other, and each counter is the burst's", () => {
    const { says, request, reply } = found(vxlan);
    expect(says).toBe("Nothing is lost on the way: 36 hops there and 36 back; all 20 connections were answered.");
    expect(request.packet).toBe("tcp 198.19.1.2:40000 > 198.19.2.2:80");
    const kinds = request.hops.filter(({ kind }) => kind === "encapsulation" || kind === "decapsulation" || kind === "fdb");
    expect(kinds.map((hop) => `${hop.in} ${hop.kind}`)).toEqual([
      "node-a fdb",
      "node-a encapsulation",
      "node-b decapsulation",
      "node-b fdb",
    ]);
    expect(request.hops.find(({ kind }) => kind === "encapsulation")?.packet).toBe("udp 198.18.0.11 > 198.18.0.12:8472");
    expect([request.ends, reply?.ends]).toEqual(["delivered", "delivered"]);
  });

  test("published ports: both nodes translate, and the answer is translated back", () => {
    const { request, reply } = found(docker);
    const packets = request.hops.flatMap(({ packet }) => packet ?? []);
    expect(packets[0]).toMatch(/^tcp 198\.18\.0\.11 > 198\.18\.0\.12:\d+$/);
    expect(packets[1]).toBe("tcp 198.18.0.11 > 198.19.0.2:80");
    expect(reply?.hops.filter(({ kind }) => kind === "connection").map((hop) => `${hop.in} ${hop.name}`)).toEqual([
      "node-b behind routing",
      "node-a before routing",
    ]);
  });
});

/** The JSON of a tool with one thing of each entry changed. */
const edited = (text: string, edit: (entry: Record<string, unknown>) => unknown): string =>
  JSON.stringify((JSON.parse(text) as Record<string, unknown>[]).map(edit).filter((entry) => entry !== undefined));

describe("with one thing changed", () => {
  test.each([
    [
      "node-a",
      "the tunnel has no entry for the other node",
      { texts: (texts) => ({ ...texts, fdb: edited(texts.fdb, (entry) => (entry["dst"] === undefined ? entry : undefined)) }) },
      /^Packets are lost on the way there, at flannel\.1 in node-a: .* is not in the forwarding database, and there is no default/,
    ],
    [
      "node-b",
      "the other node does not answer",
      {
        texts: (texts) => ({
          ...texts,
          neighbours: edited(texts.neighbours, ({ lladdr: _, ...entry }) =>
            entry["dst"] === "198.19.2.2" ? { ...entry, state: ["FAILED"] } : { lladdr: _, ...entry },
          ),
        }),
      },
      /^Packets are lost on the way there, at neighbour in node-b: 198\.19\.2\.2 does not answer \(FAILED\)/,
    ],
    [
      "node-a",
      "the cable is down",
      {
        texts: (texts) => ({
          ...texts,
          links: edited(texts.links, (link) => (link["ifname"] === "eth0" ? { ...link, flags: ["BROADCAST"] } : link)),
        }),
      },
      /^Packets are lost on the way there, at eth0 in node-a: the device is down/,
    ],
    [
      "node-a",
      "routing refuses",
      { route: { refused: "RTNETLINK answers: No route to host" } },
      /at route in node-a: no route to 198\.19\.2\.2: RTNETLINK/,
    ],
    [
      "node-a",
      "routing knows a blackhole",
      { route: { type: "blackhole", device: "lo" } },
      /at route in node-a: the route to 198\.19\.2\.2 is blackhole/,
    ],
    [
      "pod-b",
      "the pod's device has counted half",
      { counts: (devices) => ({ ...devices, eth0: { rxPackets: 50, rxDropped: 40, txPackets: 0, txDropped: 0 } }) },
      /^Packets are lost on the way there, at eth0 in pod-b: it drops packets, 40 counted/,
    ],
    [
      "node-b",
      "the bridge has counted nothing, and nothing says why",
      {
        counts: (devices, before) => ({
          ...devices,
          vethpodb: before["vethpodb"] ?? { rxPackets: 0, rxDropped: 0, txPackets: 0, txDropped: 0 },
        }),
      },
      /^Packets are lost on the way there, at \d+ packets are lost between cni0 in node-b and vethpodb in node-b/,
    ],
  ] satisfies readonly (readonly [string, string, Change, RegExp])[])("%s: %s", (where, _what, change, says) => {
    const { says: sentence, request } = found(vxlan, where, change);
    expect(sentence).toMatch(says);
    // All 20 were answered when this was captured: what the changed state says cannot be what they met.
    if (request.ends === "dropped")
      expect(sentence).toMatch(/; and yet 20 of 20 connections were answered, so that this is not what the burst met\.$/);
    else expect(sentence).toMatch(/; 20 of 20 connections were answered\.$/);
    const { loss } = request;
    expect(loss).toBeDefined();
    expect(request.hops[loss?.at ?? -1]?.in).toBe(where);
  });

  test("a rule that is read before the others", () => {
    const drop = (text: string): string =>
      text.replace(/^(-A|\[\d+:\d+\] -A) FORWARD /m, (line) => `[7:420] -A FORWARD -p tcp -m tcp --dport 80 -j DROP\n${line}`);
    const change: Change = {
      texts: (texts) => ({
        ...texts,
        rules: { ...texts.rules, legacy: texts.rules.legacy.map(drop), compat: texts.rules.compat.map(drop) },
      }),
    };
    const { says, request, reply } = found(vxlan, "node-a", change);
    expect(says).toMatch(
      /^Packets are lost on the way there, at forward in node-a: dropped by `-p tcp -m tcp --dport 80 -j DROP` in filter FORWARD, 7 counted/,
    );
    expect(request.ends).toBe("dropped");
    expect(reply).toBeUndefined();
  });
});

describe("in a cluster", () => {
  const networkHops = ({ request }: PacketPath): readonly string[] =>
    request.hops.flatMap((hop) => (hop.kind === "network" ? [`${hop.in}: ${hop.says}`] : []));

  test("what lies between the nodes is one hop, and the way goes on where the frame's destination is", () => {
    const followed = found(vxlan, "", { isCluster: true });
    expect(followed.says).toBe("Nothing is lost on the way: 37 hops there and 37 back; all 20 connections were answered.");
    expect(networkHops(followed)).toEqual([
      expect.stringMatching(/^between the nodes: not read; the frame is for [0-9a-f:]{17}, which is eth0 in node-b$/),
    ]);
  });

  test("behind a router it goes on at the node that has the packet's destination", () => {
    const followed = found(vxlan, "node-a", {
      isCluster: true,
      texts: (texts) => ({
        ...texts,
        neighbours: edited(texts.neighbours, (entry) => (entry["dev"] === "eth0" ? { ...entry, lladdr: "02:00:00:00:00:01" } : entry)),
      }),
    });
    expect(networkHops(followed)).toEqual([
      "between the nodes: not read; the router at 02:00:00:00:00:01 is taken to send packets for 198.18.0.12 to node-b",
    ]);
    expect(followed.request.ends).toBe("delivered");
  });

  test("rules that cannot be read are hops that say so, and the way goes on", () => {
    const { request } = found(vxlan, "node-b", { isCluster: true, rulesUnread: "`nft`: it hung" });
    const hooks = request.hops.filter((hop) => hop.in === "node-b" && hop.kind === "hook");
    expect(hooks.map(({ name }) => name)).toEqual(["prerouting", "input", "prerouting", "forward", "postrouting"]);
    for (const { says } of hooks) expect(says).toMatch(/^its rules cannot be read \(`nft`: it hung\): what they decide is not known/);
    expect(request.ends).toBe("delivered");
  });

  test("packets that counters miss behind a program were sent another way, where everything was answered", () => {
    const program = '[{"kind":"bpf"},{"kind":"bpf","options":{"bpf_name":"taker"}}]';
    const { says } = found(vxlan, "node-b", {
      texts: (texts) => ({ ...texts, filters: [{ device: "eth0", direction: "ingress", text: program }] }),
      counts: (devices) => ({ ...devices, "flannel.1": { rxPackets: 0, rxDropped: 0, txPackets: 0, txDropped: 0 } }),
    });
    expect(says).toBe(
      "20 of 20 connections were answered, and not by the whole way that the state shows: behind the program taker in node-b counters have seen fewer packets, so that it takes them another way.",
    );
  });
});

describe("routes", () => {
  test("are what `ip -json route get` prints, with the entry that matched", () => {
    const answer = '[{"dst":"198.19.2.2","gateway":"198.18.0.12","dev":"eth0","prefsrc":"198.18.0.11","flags":[],"uid":0,"cache":[]}]\n';
    const entry = '[{"dst":"198.19.2.0/24","gateway":"198.18.0.12","dev":"eth0","flags":[]}]\n';
    expect(readRoute(answer, entry)).toEqual({
      device: "eth0",
      gateway: "198.18.0.12",
      source: "198.18.0.11",
      entry: "198.19.2.0/24 via 198.18.0.12 dev eth0",
    });
    expect(readRoute('[{"type":"local","dst":"10.0.0.1","dev":"lo","prefsrc":"10.0.0.1"}]', "")).toEqual({
      type: "local",
      device: "lo",
      source: "10.0.0.1",
    });
    expect(readRoute("", "")).toBeUndefined();
  });
});
