import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CORPUS, judge, totalsByKind } from "../../test/synthetic/import-corpus.js";
import { MUTATIONS } from "../../test/synthetic/import-mutations.js";
import { importTexts } from "../../test/synthetic/imported-texts.js";

/** Entries that are not read right yet, by name. They may miss something; none may name a wrong side, a false pair or a number that no one wrote. */
const NOT_YET: readonly string[] = [
  "third: 102 offered rate beside the result",
  "third: 110 flattened table, cells on own lines",
  "third: 218 story only",
  "third: 409 only with word instead of",
  "third: 610 chinese inline code",
  "tickets-13-14-15-16: 14/26 mix ticket rancher german/english",
  "tickets-17-18-19: 17/22 slack",
  "tickets-17-18-19: 19/06 long sentence with range",
  "tickets-17-18-19: 19/16 performance of lb pool",
  "tickets-20-21-22: 21/06 german forum, server words",
  "tickets-20-21-22: 21/08 release notes brag",
  "tickets-20-21-22: 22/03 host as a noun of another thing",
  "tickets-20-21-22: 22/09 limits in annotation",
  "tickets-23-24-25-26: 23/06 pods pending",
  "tickets-23-24-25-26: 23/19 sizes",
  "tickets-23-24-25-26: 23/21 ingress controller",
  "tickets-23-24-25-26: 23/25 hope",
  "tickets-23-24-25-26: 25/29 trap conditional",
  "tickets-23-24-25-26: 26/26 windows of time",
  "tickets-27-28: 27/33 ping summary two sides",
  "tickets-32: 32/24 c2 old cilium perf cells",
  "tickets-32: 32/34 d2 remark about others",
  "tickets-33: 33/15 other person",
  "tickets-33: 33/29 server names",
  "tickets-33: 33/49 ping with loss prose",
  "tickets-34: 34/01 harvester shape",
  "tickets-34: 34/02 cilium issue sentence",
  "tickets-34: 34/10 zh conclusion",
  "tickets-35: 35/20 ticket about node pool names",
  "tickets-36: 36/27 hearsay maintainers",
  "tickets-36: 36/37 jitter",
  "tickets-36: 36/41 pod to external service",
  "tickets-37: 37/38 f12 column names foreign",
  "tickets-39: 39/04 English: neither",
  "tickets-39: 39/27 quotes and smileys",
  "tickets-39: 39/31 two sites in one sentence",
  "tickets-40: 40/16 c7 share of two",
  "tickets-40: 40/34 daemonset host network",
  "tickets-41: 41/11 two pairs on a line",
  "tickets-41: 41/23 dropping to zero",
  "tickets-41: 41/24 netperf omni csv",
  "tickets-41: 41/29 node as nodejs",
  "tickets-42: 42/20 d1 on one node pods",
  "tickets-42: 42/26 f5 double",
  "tickets-42: 42/32 longhaul",
  "tickets-42: 42/33 Wi-Fi node",
  "tickets-42: 42/40 closing remark",
  "tickets-43: 43/12 c6 hey cut",
  "tickets-43: 43/28 node pools",
  "tickets-43: 43/40 russian with hostNetwork",
  "tickets-44: 44/40 cpu limited",
  "tickets-46: 46/05 a3 netperf heading",
  "tickets-47: 47/15 limit by annotation",
  "tickets-48: 48/02 k8s netpol added",
  "tickets-48: 48/15 arrow list with same names",
  "tickets-48: 48/20 istio",
  "tickets-48: 48/26 question about others",
  "tickets-48: 48/28 hosts behind vpn in two DC",
  "tickets-51: 51/04 after switching from X to Y in one sentence, from pod numbers to pod numbers",
  "tickets-open: 4/04 mix blog with mode chapters",
  "tickets-open: 4/29 a-podman rootless",
  "tickets-open: 5/15 b-units MBps kbps",
  "tickets-open: 8/01 e-rdma table with baseline in brackets",
  "tickets-open: 8/30 b-chinese diff",
  "tickets-open: 15/28 r k3s pi speedtest",
  "tickets-open: 16/08 r16 netperf docker table",
  "tickets-open: 16/21 r16 azure cni question",
];
/** Share of the corpus that has to be read right. */
const RIGHT = 0.97;

describe("the corpus", () => {
  test.each(CORPUS.filter(({ name }) => !NOT_YET.includes(name)).map((one) => [one.name, one] as const))("%s", (_, { text, expected }) => {
    expect(judge(text, expected)).toEqual({ problems: [], absolute: [] });
  });

  test("it is large, and what is not right yet is named, little, and without a wrong side, a false pair or an invented number", () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(150);
    expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
    for (const name of NOT_YET) expect(CORPUS.map((one) => one.name)).toContain(name);
    expect(1 - NOT_YET.length / CORPUS.length).toBeGreaterThanOrEqual(RIGHT);
    for (const { name, text, expected } of CORPUS) if (NOT_YET.includes(name)) expect(judge(text, expected).absolute).toEqual([]);
  });
});

test("totals by kind put numbered files together and add up to the corpus", () => {
  const right = { problems: [], absolute: [] };
  const missed = { problems: ["missing: host tcp 934M"], absolute: [] };
  const wrong = { problems: [], absolute: ["false pair: tcp 2", "side: pod tcp"] };
  const judged = [
    { kind: "where", ...right },
    { kind: "tickets-1-2", ...right },
    { kind: "tickets-3", ...wrong },
    { kind: "where", ...missed },
    { kind: "tickets-open", ...right },
  ];
  expect(totalsByKind(judged)).toEqual([
    { kind: "where", texts: 2, right: 1, absolute: 0 },
    { kind: "tickets", texts: 2, right: 1, absolute: 2 },
    { kind: "tickets-open", texts: 1, right: 1, absolute: 0 },
  ]);
  const totals = totalsByKind(CORPUS.map(({ kind }) => ({ kind, ...right })));
  expect(totals.reduce((sum, { texts }) => sum + texts, 0)).toBe(CORPUS.length);
});

/** Tickets in full hold outputs whose lines the changes do not know: they are read as they are. */
const CHANGED = CORPUS.filter(({ kind, name }) => !kind.startsWith("tickets") && !NOT_YET.includes(name));

describe("changes that keep the meaning change nothing", () => {
  test.each(MUTATIONS.map((one) => [one.name, one] as const))("%s", (_, { apply }) => {
    const changed = CHANGED.flatMap(({ name, text, expected }) => {
      const { problems, absolute } = judge(apply(text), expected);
      return problems.length + absolute.length > 0 ? [[name, ...problems, ...absolute]] : [];
    });
    expect(changed).toEqual([]);
  });

  test("whole blocks with their headings in another order", () => {
    const blocks = [
      "## Between hosts\n\n[  5]   0.00-10.00  sec  1.09 GBytes   934 Mbits/sec                  receiver\n",
      "## Between pods, flannel\n\n[  5]   0.00-10.00  sec   554 MBytes   465 Mbits/sec                  receiver\n",
      "## Between pods, calico\n\n[  5]   0.00-10.00  sec   554 MBytes   912 Mbits/sec                  receiver\n",
      "## Ping\n\nbetween hosts:\n64 bytes from 192.0.2.7: icmp_seq=1 ttl=64 time=0.210 ms\n\nbetween pods:\n64 bytes from 198.18.2.7: icmp_seq=1 ttl=62 time=0.420 ms\n",
      "## nginx\n\nPods reach 90 % of the hosts' requests.\n",
    ];
    const said = (order: readonly string[]): unknown => {
      const { comparisons, shares } = importTexts({ t: order.join("\n") });
      return [comparisons.map(({ subject, metric, ratio }) => [subject, metric, ratio]), shares.map(({ ratio }) => ratio)];
    };
    expect(said(blocks)).toEqual([
      [
        [null, "latency.icmp", 2],
        ["calico", "tcp", 912 / 934],
        ["flannel", "tcp", 465 / 934],
      ],
      [0.9],
    ]);
    fc.assert(
      fc.property(fc.shuffledSubarray(blocks, { minLength: blocks.length }), (order) => {
        expect(said(order)).toEqual(said(blocks));
      }),
      { numRuns: 60 },
    );
  });
});
