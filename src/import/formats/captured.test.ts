/** What each captured text gives. The numbers stand in the captures themselves. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { FileFindings } from "../findings.js";
import { FileRecogniser } from "../recognise.js";
import { RECOGNISERS } from "./index.js";

function read(name: string): FileFindings {
  const recogniser = new FileRecogniser(name);
  recogniser.push(readFileSync(new URL(`../../../test/captured/import/${name}`, import.meta.url)));
  return recogniser.end();
}

const shown = (found: FileFindings): readonly (readonly [string, number, number])[] =>
  found.figures.map(({ metric, value, n }) => [metric, Number(value.toPrecision(9)), n]);

describe("figures: metric, value, n", () => {
  test.each<[string, readonly (readonly [string, number, number])[]]>([
    [
      "ping-iputils.txt",
      [
        ["ping.loss", 0, 5],
        ["latency.icmp", 76, 5],
      ],
    ],
    [
      "ping-busybox.txt",
      [
        ["ping.loss", 0, 4],
        ["latency.icmp", 94, 4],
      ],
    ],
    ["ping-iputils-loss.txt", [["ping.loss", 100, 3]]],
    ["iperf3-tcp.txt", [["tcp", 17.9e9, 1]]],
    ["iperf3-tcp-reverse.txt", [["tcp", 18.3e9, 1]]],
    ["iperf3-tcp8.txt", [["tcp", 19.3e9, 1]]],
    [
      "iperf3-udp.txt",
      [
        ["udp", 50e6, 1],
        ["udp.loss", 0, 8629],
      ],
    ],
    ["iperf3-tcp.json", [["tcp", 11871347900, 1]]],
    ["iperf3-tcp8.json", [["tcp", 8019539780, 1]]],
    [
      "iperf3-udp.json",
      [
        ["udp", 49468437.4, 1],
        ["udp.loss", 0.973800139, 4313],
      ],
    ],
    ["iperf3-refused.txt", []],
    ["iperf3-refused.json", []],
    ["iperf2-tcp.txt", [["tcp", 8.83e9, 1]]],
    ["iperf2-tcp4.txt", [["tcp", 6.09e9, 1]]],
    [
      "iperf2-udp.txt",
      [
        ["udp", 52.1e6, 1],
        ["udp.loss", 0.594170404, 8920],
      ],
    ],
    [
      "iperf2-server.txt",
      [
        ["tcp", 8.9e9, 1],
        ["tcp", 6.09e9, 1],
      ],
    ],
    [
      "sockperf-udp-pp.txt",
      [
        ["latency.udp", 3.038, 253601],
        ["latency.udp.p99.9", 28.278, 253601],
        ["latency.udp.p99", 2.684, 253601],
        ["latency.udp.p90", 2.488, 253601],
        ["latency.udp.p50", 2.343, 253601],
      ],
    ],
    [
      "sockperf-tcp-pp.txt",
      [
        ["latency.tcp", 4.579, 168678],
        ["latency.tcp.p99.9", 402.857, 168678],
        ["latency.tcp.p99", 3.651, 168678],
        ["latency.tcp.p90", 2.748, 168678],
        ["latency.tcp.p50", 2.595, 168678],
      ],
    ],
    [
      "sockperf-tp.txt",
      [
        ["pps", 252350, 1],
        ["udp.sent", 28263317.5, 1],
      ],
    ],
    [
      "ab.txt",
      [
        ["http", 14410.55, 5000],
        ["http.time", 3470, 5000],
        ["http.time.p50", 3000, 5000],
        ["http.time.p90", 5000, 5000],
        ["http.time.p99", 12000, 5000],
      ],
    ],
    [
      "wrk.txt",
      [
        ["http", 37978.24, 76275],
        ["http.time", 1560, 76275],
      ],
    ],
    [
      "wrk-latency.txt",
      [
        ["http", 59572.22, 119606],
        ["http.time", 1810, 119606],
        ["http.time.p50", 569, 119606],
        ["http.time.p90", 4000, 119606],
        ["http.time.p99", 22350, 119606],
      ],
    ],
    [
      "hey.txt",
      [
        ["http", 16017.8824, 5000],
        ["http.time", 3000, 5000],
        ["http.time.p50", 1500, 5000],
        ["http.time.p90", 7500, 5000],
        ["http.time.p99", 21300, 5000],
      ],
    ],
    [
      "fortio.txt",
      [
        ["http", 54069.3, 108145],
        ["http.time", 147.65628, 108145],
        ["http.time.p50", 512.014, 108145],
        ["http.time.p90", 912.893, 108145],
        ["http.time.p99", 1526.94, 108145],
        ["http.time.p99.9", 5925.98, 108145],
      ],
    ],
    [
      "fortio.json",
      [
        ["http", 74755.5981, 149517],
        ["http.time", 106.842701, 149517],
        ["http.time.p50", 506.322829, 149517],
        ["http.time.p90", 902.637594, 149517],
        ["http.time.p99", 991.808416, 149517],
        ["http.time.p99.9", 2107.5098, 149517],
      ],
    ],
    [
      "qperf.txt",
      [
        ["tcp", 3.64e9, 1],
        ["latency.tcp", 10.3, 1],
        ["udp", 2.056e9, 1],
        ["latency.udp", 6.74, 1],
      ],
    ],
    [
      "qperf-verbose.txt",
      [
        ["tcp", 5.672e9, 1],
        ["latency.tcp", 4.83, 1],
      ],
    ],
    ["documented/netperf-tcp-stream.txt", [["tcp", 9412370000, 1]]],
    [
      "documented/netperf-udp-stream.txt",
      [
        ["udp", 9354340000, 1],
        ["udp.loss", 0.200156547, 178860],
      ],
    ],
    ["documented/netperf-tcp-rr.txt", [["rr.tcp", 23456.78, 1]]],
    ["documented/netperf-tcp-crr.txt", [["crr.tcp", 6012.4, 1]]],
    [
      "documented/netperf-omni-keyval.txt",
      [
        ["rr.tcp", 23456.78, 1],
        ["latency.rr.tcp", 42.41, 1],
        ["latency.rr.tcp.p50", 41, 1],
        ["latency.rr.tcp.p90", 46, 1],
        ["latency.rr.tcp.p99", 71, 1],
      ],
    ],
    [
      "documented/netperf-omni-csv.txt",
      [
        ["rr.tcp", 23456.78, 1],
        ["latency.rr.tcp", 42.41, 1],
        ["latency.rr.tcp.p50", 41, 1],
        ["latency.rr.tcp.p90", 46, 1],
        ["latency.rr.tcp.p99", 71, 1],
      ],
    ],
    [
      "documented/knb.txt",
      [
        ["tcp", 8891e6, 1],
        ["udp", 4210e6, 1],
        ["tcp", 8755e6, 1],
        ["udp", 4188e6, 1],
      ],
    ],
    [
      "documented/knb.yaml",
      [
        ["tcp", 8891e6, 1],
        ["udp", 4210e6, 1],
        ["tcp", 8755e6, 1],
        ["udp", 4188e6, 1],
      ],
    ],
    [
      "documented/knb.json",
      [
        ["tcp", 8891e6, 1],
        ["udp", 4210e6, 1],
        ["tcp", 8755e6, 1],
        ["udp", 4188e6, 1],
      ],
    ],
  ])("%s", (name, expected) => {
    expect(shown(read(name))).toEqual(expected);
  });
});

test("conditions, addresses and identity of an iperf3 run", () => {
  const [figure] = read("iperf3-tcp8.txt").figures;
  expect(figure).toMatchObject({
    tool: "iperf3",
    recogniser: "iperf3 text",
    conditions: { streams: "8" },
    line: 50,
    addresses: ["198.18.0.2", "198.18.0.1"],
  });
  expect(figure?.identity).toContain("198.18.0.2:5201");
});

test("a reverse test is not comparable with a forward one", () => {
  expect(read("iperf3-tcp-reverse.txt").figures[0]?.conditions).toEqual({ streams: "1", direction: "reverse" });
});

test("an interrupted iperf3 run gives the mean of its intervals, and says so", () => {
  const whole = readFileSync(new URL("../../../test/captured/import/iperf3-tcp.txt", import.meta.url), "utf8");
  const recogniser = new FileRecogniser("cut.txt");
  recogniser.push(Buffer.from(whole.split("- - -")[0] ?? ""));
  expect(recogniser.end().figures).toMatchObject([
    { metric: "tcp", value: 17.95e9, notes: ["there is no summary: mean of 2 interval lines"] },
  ]);
});

test("replies without a summary give their mean, and say so", () => {
  const recogniser = new FileRecogniser("cut.txt");
  recogniser.push(
    Buffer.from("64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.100 ms\n64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=0.300 ms\n"),
  );
  const [figure] = recogniser.end().figures;
  expect(figure).toMatchObject({ metric: "latency.icmp", n: 2, of: "replies", notes: ["there is no summary: mean of the replies"] });
  expect(figure?.value).toBeCloseTo(200);
});

test("bare lines of an old iperf are runs of their own", () => {
  const recogniser = new FileRecogniser("lines.txt");
  recogniser.push(Buffer.from("[  3]  0.0-10.0 sec  1.09 GBytes   934 Mbits/sec\n[  3]  0.0-10.0 sec  1.08 GBytes   930 Mbits/sec\n"));
  expect(shown(recogniser.end())).toEqual([
    ["tcp", 934e6, 1],
    ["tcp", 930e6, 1],
  ]);
});

test("ab keeps apart kept and new connections, and tells failed answers", () => {
  expect(read("ab-keepalive.txt").figures[0]?.conditions).toEqual({ connections: "50", keepalive: "yes", "response bytes": "612" });
  expect(read("ab-failed.txt").figures[0]?.notes).toEqual(["200 answers were not 2xx"]);
});

test("sockperf under load is distinguished from ping-pong", () => {
  expect(read("sockperf-ul.txt").figures[0]?.conditions).toEqual({ measures: "half round trip", load: "under load" });
});

test("tools that failed are reported with their own words", () => {
  expect(read("iperf3-refused.txt").failures).toMatchObject([
    { tool: "iperf3", line: 2, why: "iperf3 says: unable to connect to server: Connection refused" },
  ]);
  expect(read("iperf3-refused.json").failures).toHaveLength(1);
  expect(read("ping-iputils-loss.txt").failures).toMatchObject([{ tool: "ping", why: "no reply came, so there is no round trip time" }]);
});

describe("k8s-netperf", () => {
  test.each(["k8s-netperf.txt", "k8s-netperf.json", "k8s-netperf.csv"])("%s says what ran on the host network", (name) => {
    const roles = read(`documented/${name}`).figures.map(({ metric, value, stated }) => [metric, value, stated?.role]);
    for (const expected of [
      ["tcp", 9120.5e6, "host"],
      ["tcp", 5210.25e6, "pod"],
      ["rr.tcp", 15075, "pod"],
      ["latency.rr.tcp.p99", 102.333333, "pod"],
    ]) {
      expect(roles).toContainEqual(expected);
    }
  });

  test("pods on one node and Services are told apart", () => {
    expect(read("documented/k8s-netperf.txt").figures.map(({ stated }) => stated?.role)).toEqual([
      "host",
      "pod",
      "service",
      "same-node",
      "host",
      "pod",
      "host",
      "pod",
    ]);
  });
});

describe("rulesets", () => {
  test("iptables-save, with and without counters", () => {
    for (const name of ["iptables-save.txt", "iptables-save-counters.txt"]) {
      expect(read(name).rulesets).toMatchObject([
        { table: "filter", chains: 5, rules: 4, serviceRules: 0, policies: { INPUT: "ACCEPT", FORWARD: "DROP", OUTPUT: "ACCEPT" } },
        { table: "nat", chains: 9, rules: 10, serviceRules: 1 },
      ]);
    }
  });

  test("iptables -L, plain, verbose and numbered", () => {
    expect(read("iptables-L.txt").rulesets).toMatchObject([
      { printedBy: "iptables -L", chains: 5, rules: 4, policies: { FORWARD: "DROP" } },
    ]);
    expect(read("iptables-L-n-v.txt").rulesets).toMatchObject([{ chains: 5, rules: 4 }]);
    expect(read("iptables-L-nat.txt").rulesets).toMatchObject([{ chains: 9, rules: 10, serviceRules: 1 }]);
  });

  test("a FORWARD policy of DROP is a trouble; rules give networks away", () => {
    const found = read("iptables-save.txt");
    expect(found.troubles.map(({ id }) => id)).toEqual(["forward-policy-drop"]);
    expect(found.addresses.map(({ network, role }) => [network, role])).toEqual([
      ["10.244.0.0/16", "pod"],
      ["10.244.1.3", "pod"],
      ["10.96.0.10", "service"],
    ]);
  });
});

test("the ticket's kubelet, which waits for a PodCIDR, is a trouble with the controller's two flags as its remedy", () => {
  const [trouble, ...others] = read("kubelet-1.2.4.txt").troubles;
  expect(trouble).toMatchObject({ id: "podcidr-not-set", cause: "the node has no PodCIDR", count: 5 });
  expect(trouble?.fix).toContain("--allocate-node-cidrs and --cluster-cidr");
  expect(others).toEqual([]);
});

test("every line of the log fixture but the last is a known trouble", () => {
  const found = read("documented/log-lines.txt");
  expect(found.troubles).toHaveLength(found.lines - 1);
  expect(found.troubles.every(({ cause, fix, count }) => cause !== "" && fix !== "" && count === 1)).toBe(true);
});

test("every recogniser of figures is met by a fixture, and says what it reads", () => {
  const folder = new URL("../../../test/captured/import/", import.meta.url);
  const names = ["", "documented/", "tickets/"].flatMap((sub) =>
    readdirSync(new URL(sub, folder), { withFileTypes: true }).flatMap((one) => (one.isFile() ? [`${sub}${one.name}`] : [])),
  );
  const met = new Set(names.flatMap((name) => read(name).figures.map(({ recogniser }) => recogniser)));
  const others = ["iptables", "log lines", "addresses"];
  expect([...met, ...others].sort()).toEqual(RECOGNISERS.map(({ name }) => name).sort());
  expect(RECOGNISERS.every(({ reads }) => reads.length > 2)).toBe(true);
});
