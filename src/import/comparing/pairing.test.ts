import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CAPTURED_NAMES, captured, importTexts } from "../../../test/synthetic/imported-texts.js";
import type { Imported } from "../imported.js";

const ratios = (result: Imported): Record<string, number | null> =>
  Object.fromEntries(
    result.comparisons.map(({ subject, metric, path, ratio }) => [
      `${subject ?? "-"} ${metric}${path === "service" ? " service" : ""}`,
      ratio === null ? null : Number(ratio.toFixed(3)),
    ]),
  );

const iperf = (target: string, rate: number, port = 40000 + rate): string =>
  `Connecting to host ${target}, port 5201\n[  5] local 10.9.0.1 port ${String(port)} connected to ${target} port 5201\n[  5]   0.00-10.00  sec  1.00 GBytes   ${String(rate)} Mbits/sec                  receiver\n\niperf Done.\n`;

describe("the tickets, in four languages", () => {
  const stated = { "flannel host-gw throughput": 1.006, "gce throughput": 0.997 };

  test.each([
    ["flannel-slow.en.md", { "flannel tcp": 0.498, "flannel ping.loss": null, "flannel latency.icmp": 2.293, ...stated }],
    ["flannel-langsam.de.txt", { "flannel throughput": 0.498, "flannel ping.loss": null, "flannel latency.icmp": 2.293, ...stated }],
    ["flannel-slow.zh.txt", { "flannel throughput": 0.498, "flannel ping.loss": null, "flannel latency.icmp": 2.293, ...stated }],
    ["flannel-lento.es.txt", { "flannel throughput": 0.498, ...stated }],
  ])("%s", (name, expected) => {
    const result = importTexts({ [name]: captured(`tickets/${name}`) });
    expect(ratios(result)).toEqual(expected);
    expect(result.shares).toMatchObject([{ subject: "l2", metric: "http", ratio: 0.9, verdict: "undecided" }]);
    expect(result.figures.every(({ use }) => use === "compared")).toBe(true);
    expect(result.comparisons.every(({ verdict, low, method }) => verdict === "undecided" && low === null && method === "none")).toBe(true);
  });

  test("troubles and rules stand beside the figures", () => {
    const result = importTexts({ ticket: captured("tickets/flannel-slow.en.md") });
    expect(result.troubles.map(({ id }) => id)).toEqual(["forward-policy-drop", "podcidr-not-set", "subnet-lease"]);
    expect(result.rulesets).toMatchObject([{ chains: 3, rules: 2, policies: { FORWARD: "DROP" } }]);
  });

  test("a number that can be read in two ways is told, not guessed", () => {
    const result = importTexts({ ticket: captured("tickets/flannel-langsam.de.txt") });
    expect(result.failures).toMatchObject([{ line: 49, why: "1,234 Mbit/s can be read as a decimal or as thousands" }]);
  });
});

describe("why a figure counts as host's or pods'", () => {
  const placed = (text: string, name = "t.txt", more: Record<string, string> = {}): unknown =>
    importTexts({ [name]: text, ...more })
      .figures.filter(({ file }) => file === name)
      .map(({ role, why }) => [role, why[0]]);

  test("the words above", () => {
    expect(placed(`Between hosts:\n${iperf("10.0.0.2", 934)}`)).toEqual([["host", 'the words in t.txt:1: "Between hosts:"']]);
  });

  test("the command", () => {
    expect(placed(`$ kubectl exec -it a -- iperf3 -c 10.1.0.2\n${iperf("10.1.0.2", 465)}`)).toEqual([
      ["pod", 'the command in t.txt:1: "$ kubectl exec -it a -- iperf3 -c 10.1.0.2"'],
    ]);
  });

  test("a network that another file names", () => {
    const found = placed(iperf("10.77.1.2", 465), "t.txt", { "subnet.env": "FLANNEL_NETWORK=10.77.0.0/16\n" });
    expect(found).toEqual([["pod", expect.stringContaining("the address 10.77.1.2: 10.77.0.0/16 is the pods' (subnet.env:1")]]);
  });

  test("an address that words placed elsewhere", () => {
    const found = placed(iperf("10.5.0.2", 465), "t.txt", {
      other: `between pods\nPING 10.5.0.2 (10.5.0.2) 56(84) bytes of data.\n64 bytes from 10.5.0.2: icmp_seq=1 ttl=64 time=0.4 ms\n`,
    });
    expect(found).toEqual([["pod", expect.stringContaining("10.5.0.2 is a pod's elsewhere")]]);
  });

  test("a customary network, then the file's name", () => {
    expect(placed(iperf("10.244.1.2", 465))).toEqual([["pod", expect.stringContaining("customary")]]);
    expect(placed(iperf("10.0.0.2", 934), "host.txt")).toEqual([["host", "the file's name, host.txt"]]);
  });

  test("disagreement leaves it unplaced", () => {
    const found = placed(`Between hosts:\n${iperf("10.77.1.2", 465)}`, "t.txt", { "subnet.env": "FLANNEL_NETWORK=10.77.0.0/16\n" });
    expect(found).toEqual([[null, "what is said about it disagrees"]]);
  });

  test.each([
    ["Pod to host:", "a path with a pod at one end and a host at the other has no counterpart between hosts"],
    ["Pods on the same node:", "a path on one machine does not use the wire: there is no counterpart between hosts"],
    ["Our pods are slower than our hosts.", "the words name hosts and pods alike"],
    ["Here it is.", "nothing says whether hosts or pods were measured"],
  ])("%s leaves it unplaced", (words, why) => {
    expect(placed(`${words}\n${iperf("10.0.0.2", 465)}`)).toEqual([[null, why]]);
  });

  test("words far above say nothing any more", () => {
    expect(placed(`Between hosts:\n${"and so on\n".repeat(60)}${iperf("10.0.0.2", 465)}`)).toEqual([
      [null, expect.stringContaining("nothing says whether")],
    ]);
  });

  test("logs and tables are no words", () => {
    const noise = 'Jan 18 09:12:44 node-4 kubelet[2211]: pod started\nNAME   READY   NODE\nweb-pod   1/1   node-1\nkind: Pod\n"pod": 1\n';
    expect(placed(`Between hosts:\n${noise}${iperf("10.0.0.2", 465)}`)).toEqual([["host", expect.stringContaining("Between hosts")]]);
  });
});

describe("what is compared with what", () => {
  const pair = (host: string, pod: string): Imported => importTexts({ "t.txt": `between hosts\n${host}\nbetween pods\n${pod}` });

  test("tools are not compared with each other", () => {
    const result = pair(captured("iperf2-tcp.txt"), captured("iperf3-tcp.txt"));
    expect(result.comparisons).toEqual([]);
    expect(result.figures.map(({ reason }) => reason)).toContain(
      "between hosts it was measured by iperf2 only, and tools are not compared",
    );
  });

  test("nor other conditions", () => {
    const result = pair(captured("iperf3-tcp8.txt"), captured("iperf3-tcp.txt"));
    expect(result.comparisons).toEqual([]);
    expect(result.figures.map(({ reason }) => reason)).toContain("between hosts it was measured under other conditions: streams 8");
  });

  test("nor a mode with another mode's hosts", () => {
    const result = importTexts({ "t.txt": "GCE mode\nbetween hosts: 936 Mbit/s\nflannel\nbetween pods: 465 Mbit/s\n" });
    expect(result.comparisons).toEqual([]);
    expect(result.figures.map(({ reason }) => reason)).toContain("such figures between hosts stand under another mode only: gce");
  });

  test("hosts without a mode are everybody's baseline, and that is said", () => {
    const result = importTexts({
      "t.txt": "between hosts: 936 Mbit/s\nflannel\nbetween pods: 465 Mbit/s\nGCE mode\nbetween pods: 933 Mbit/s\n",
    });
    expect(ratios(result)).toEqual({ "flannel throughput": 0.497, "gce throughput": 0.997 });
    expect(result.comparisons[0]?.weaknesses).toContain("the host's figure stands under no mode: it is taken as the baseline of all");
  });

  test("a statement and a measurement, marked", () => {
    const result = pair("934 Mbit/s", iperf("10.0.0.2", 465));
    expect(ratios(result)).toEqual({ "- tcp": 0.498 });
    expect(result.comparisons[0]?.weaknesses[0]).toContain("the hosts' figure is a statement");
  });

  test("a Service's path stands apart", () => {
    const result = importTexts({ "k.txt": captured("documented/k8s-netperf.txt") });
    expect(ratios(result)).toEqual({ "- tcp": 0.571, "- tcp service": 0.565, "- rr.tcp": 0.75, "- latency.rr.tcp.p99": 1.441 });
  });

  test("client, server and JSON of one run are one measurement", () => {
    const result = importTexts({
      "client.txt": `between hosts\n${captured("iperf3-tcp.txt")}`,
      "server.txt": `between hosts\n${captured("iperf3-server.txt")}`,
      "run.json": captured("iperf3-tcp.json"),
    });
    expect(result.figures.filter(({ use }) => use === "duplicate").map(({ file, reason }) => [file, reason])).toEqual([
      ["server.txt", "the same measurement as client.txt:11"],
      ["server.txt", "the same measurement as run.json:1"],
    ]);
  });

  test("a loss gets a difference, a zero no ratio", () => {
    const [loss] = pair(captured("iperf3-udp.txt"), captured("iperf3-udp.json")).comparisons.filter(({ metric }) => metric === "udp.loss");
    expect(loss).toMatchObject({ ratio: null, verdict: "undecided" });
    expect(loss?.difference).toBeCloseTo(0.974, 3);
    const receiver = (rate: string): string => `[  5]   0.00-10.00  sec  0.00 Bytes  ${rate}                  receiver\n`;
    const [zero] = importTexts({ t: `hosts:\n${receiver("0.00 bits/sec")}\npods:\n${receiver("742 Mbits/sec")}` }).comparisons;
    expect(zero).toMatchObject({ ratio: null, reason: "one side is 0, so there is no ratio" });
  });

  test("a table of hosts and pods", () => {
    const result = importTexts({
      t: "| mode | hosts | pods |\n|---|---|---|\n| flannel | 934 Mbit/s | 465 Mbit/s |\n| GCE | 936 Mbit/s | 933 Mbit/s |\n",
    });
    expect(ratios(result)).toEqual({ "flannel throughput": 0.498, "gce throughput": 0.997 });
  });

  test("two figures in one sentence", () => {
    expect(ratios(importTexts({ t: "With flannel pods get 465 Mbit/s of the 934 Mbit/s between hosts.\n" }))).toEqual({
      "flannel throughput": 0.498,
    });
  });
});

describe("sentences", () => {
  const placed = (text: string): unknown =>
    importTexts({ t: text }).figures.map(({ role, value, unit }) => [role, unit === "bit/s" ? value / 1e6 : value]);

  test.each<[string, unknown]>([
    [
      "Between hosts we saw 934 Mbit/s. Latency was 0.2 ms.",
      [
        ["host", 934],
        ["host", 200],
      ],
    ],
    [
      "Hosts: 934 Mbit/s, 0.2 ms latency; pods: 465 Mbit/s, 0.47 ms latency",
      [
        ["host", 934],

        ["pod", 465],
        ["host", 200],
        ["pod", 470],
      ],
    ],
    [
      "Between the pods we only\nget 465 Mbit/s, while the hosts\nreach 934 Mbit/s.",
      [
        ["pod", 465],
        ["host", 934],
      ],
    ],
    [
      "Pods reach 465 of 934 Mbit/s.",
      [
        ["pod", 465],
        [null, 934],
      ],
    ],
    [
      "465 Mbit/s between pods, 934 Mbit/s between hosts",
      [
        ["pod", 465],
        ["host", 934],
      ],
    ],
    ["Host to host 1.1 GB/s", [["host", 8800]]],
    ["Between hosts:\nsome 500 Mbit/s, but the pods are fine", [[null, 500]]],
    ["We saw 500 Mbit/s.", [[null, 500]]],
    ["pods: 12.3 kreq/s", [["pod", 12300]]],
    ["it took 20 ms to start the pods", []],
  ])("%s", (text, expected) => {
    expect(placed(text)).toEqual(expected);
  });

  test.each([
    "Our hosts have 10 Gbit/s NICs.",
    "the hosts hang on a 1 Gbit/s switch",
    "Between hosts it should be 940 Mbit/s",
    "Zwischen den Hosts erwarten wir 940 Mbit/s",
    "主机网卡 10 Gbit/s",
  ])("%s is no measurement", (text) => {
    const result = importTexts({ t: text });
    expect(result.figures).toEqual([]);
    expect(result.failures).toHaveLength(1);
  });
});

describe("repeats", () => {
  const repeats = (hosts: readonly number[], pods: readonly number[]): Imported =>
    importTexts({
      t: `between hosts\n${hosts.map((rate) => iperf("10.0.0.2", rate)).join("")}between pods\n${pods.map((rate) => iperf("10.1.0.2", rate)).join("")}`,
    });

  test("three a side give an unpaired interval, and a verdict that says so", () => {
    const [one] = repeats([930, 934, 938], [463, 465, 467]).comparisons;
    expect(one).toMatchObject({ method: "unpaired-t", verdict: "slower", host: { n: 3, median: 934e6 }, pod: { n: 3 } });
    expect(one?.reason).toContain("unpaired");
    expect(one?.low ?? 1).toBeLessThan(465 / 934);
    expect(one?.high ?? 0).toBeGreaterThan(465 / 934);
  });

  test("below three a side there is none", () => {
    expect(repeats([930, 934, 938], [463, 465]).comparisons[0]).toMatchObject({
      method: "none",
      low: null,
      high: null,
      verdict: "undecided",
    });
  });

  test("outputs of a side that are all equal show no spread, so there is no interval", () => {
    // A ticket and its translations.
    const [one] = importTexts({
      en: "between hosts: 934 Mbit/s\nbetween pods: 465 Mbit/s\n",
      de: "zwischen den Hosts 934 Mbit/s\nzwischen den Pods 465 Mbit/s\n",
      es: "entre hosts: 934 Mbit/s\nentre pods: 465 Mbit/s\n",
    }).comparisons;
    expect(one).toMatchObject({ method: "none", low: null, high: null, verdict: "undecided", host: { n: 3 } });
    expect(one?.reason).toContain("all equal");
  });

  test("the interval is Welch's", () => {
    // Computed apart from this program, with t by Simpson's rule on its density: 3.5515 degrees of freedom, t = 2.92034.
    const [one] = repeats([180, 200, 240], [90, 100, 110]).comparisons;
    expect([Math.log(one?.low ?? 1), Math.log(one?.high ?? 1)]).toEqual([expect.closeTo(-1.02025146, 7), expect.closeTo(-0.42405048, 7)]);
  });
});

describe("order and files", () => {
  const names = CAPTURED_NAMES.filter((name) => !name.includes("tickets/"));
  const summary = (result: Imported): unknown => [
    result.comparisons.map(({ host, pod, weaknesses, ...rest }) => [rest, host.median, pod.median, weaknesses]),
    result.troubles.map(({ id, count }) => [id, count]),
  ];

  test("the order of the files makes no difference", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...CAPTURED_NAMES], { minLength: 2, maxLength: 8 }), (some) => {
        const load = (list: readonly string[]): Record<string, string> => Object.fromEntries(list.map((name) => [name, captured(name)]));
        expect(importTexts(load([...some].reverse()))).toEqual(importTexts(load(some)));
      }),
      { numRuns: 30 },
    );
  });

  test("one text says what its parts say, but for the line numbers", () => {
    const part = fc.record({ role: fc.constantFrom("Between hosts:", "Between pods:"), name: fc.constantFrom(...names) });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const texts = parts.map(({ role, name }) => `${role}\n\n${captured(name)}\n`);
        const apart = importTexts(Object.fromEntries(texts.map((text, index) => [`part${String(index)}.txt`, text])));
        const together = importTexts({ "part0.txt": texts.join("") });
        expect(summary(together)).toEqual(summary(apart));
        expect(together.figures.length).toBe(apart.figures.length);
      }),
      { numRuns: 40 },
    );
  });
});
