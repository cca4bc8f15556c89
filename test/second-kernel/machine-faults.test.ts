/**
 * Faults of a whole machine (rows D1, D8 and C4 of the catalogue), which no lab may plant: its nodes share the machine's kernel. The second kernel's values are its own. Each
 * is planted, told by the counter that podwire reads, not mended by what does not act on it, and mended by the value that a change of podwire's sets.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { podAddress } from "../../src/modes/parts/addresses.js";
import { cpuTable, softnetCounters } from "../../src/tuning/reading/counters.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { compile } from "../../src/venues/lab/compile.js";
import { planText } from "../../src/venues/lab/plan-text.js";
import { inside } from "./scripts.js";
import { missingSecondKernel, runUnderSecondKernel, type SecondKernelRun } from "./user-mode-linux.js";

const POD_B = podAddress(1);
const missing = await missingSecondKernel();

const set = (name: string, value: number): string => `sysctl -qw ${name}=${String(value)}`;

/** A file at a moment, for the test to read: a line each, with the moment's name before it. */
const shown = (moment: string, file: string, from = ""): string => `${from} sed "s/^/AT ${moment} /" ${file} >&3`;
const WARM = `${inside("pod-a")} /bin/busybox ping -c 1 -W 3 ${POD_B}`;

const SOFTNET = "/proc/net/softnet_stat";
const SEND = `head -c 300000 /dev/zero | ${inside("pod-a")} socat -u - TCP:${POD_B}:80,retry=50,interval=0.1`;
/** A sender without TSO hands its device dozens of packets in one go, which wait for the receiver's softirq in the CPU's backlog. */
const BACKLOG = [
  `${inside("pod-b")} socat -u TCP-LISTEN:80,reuseaddr,fork OPEN:/dev/null &`,
  `${inside("pod-a")} ethtool -K eth0 tso off`,
  set("net.core.netdev_max_backlog", 4),
  ...[shown("backlog.healthy", SOFTNET), SEND, shown("backlog.small", SOFTNET)],
  // A tuner by symptom gives the softirq more time (oracle/bpftune #178).
  ...[set("net.core.netdev_budget", 3000), SEND, shown("backlog.budget", SOFTNET), set("net.core.netdev_budget", 300)],
  ...[set("net.core.netdev_max_backlog", 1000), SEND, shown("backlog.cured", SOFTNET)],
  "kill $!",
];

const ARP = "/proc/net/stat/arp_cache";
/** Twenty neighbours in one go: the kernel takes none away that was heard of within five seconds. */
const neighbours = (subnet: string): string =>
  `seq 10 30 | sed 's/.*/neigh replace ${subnet}.& lladdr 02:00:00:00:00:01 dev eth0 nud reachable/' | ${inside("node-a")} ip -batch -`;
const NEIGHBOURS = [
  shown("neighbours.healthy", ARP),
  ...[1, 2, 3].map((threshold) => set(`net.ipv4.neigh.default.gc_thresh${String(threshold)}`, 4 * threshold)),
  ...[`if ${neighbours("10.9.1")}; then exit 1; fi`, shown("neighbours.full", ARP)],
  ...[3, 2, 1].map((threshold) => set(`net.ipv4.neigh.default.gc_thresh${String(threshold)}`, 1000 * threshold)),
  ...[neighbours("10.9.2"), shown("neighbours.cured", ARP)],
];

const TRACKED = "/proc/net/stat/nf_conntrack";
const REACHED = `${inside("pod-a")} socat -u OPEN:/dev/null TCP:${POD_B}:80,connect-timeout=2`;
const CONNECTIONS = [
  `${inside("pod-b")} socat -u TCP-LISTEN:80,reuseaddr,fork OPEN:/dev/null & server=$!`,
  `for one in $(seq 8); do sleep 600 | ${inside("pod-a")} socat -u - TCP:${POD_B}:80,retry=50,interval=0.1 & done`,
  `until [ "$(${inside("node-a")} sysctl -n net.netfilter.nf_conntrack_count)" -ge 8 ]; do sleep 0.1; done`,
  ...[REACHED, shown("connections.healthy", TRACKED, inside("node-a"))],
  set("net.netfilter.nf_conntrack_max", 4),
  ...[`if ${REACHED}; then exit 1; fi`, shown("connections.full", TRACKED, inside("node-a"))],
  set("net.netfilter.nf_conntrack_max", 1000),
  ...[REACHED, shown("connections.cured", TRACKED, inside("node-a"))],
  "kill $server",
];

const script = (variant: string, lines: readonly string[]): string =>
  [planText("second", compile("second", resolveVariant(variant).wire({ nodes: 2, mtu: 1500 }))), WARM, ...lines, ""].join("\n");

describe.skipIf(missing !== undefined)(`faults of a machine under a second kernel${missing === undefined ? "" : ` (${missing})`}`, () => {
  let run: SecondKernelRun;
  beforeAll(async () => {
    run = await runUnderSecondKernel({
      backlog: script("flannel-host-gw", BACKLOG),
      neighbours: script("flannel-host-gw", NEIGHBOURS),
      connections: script("flannel-host-gw+kube-proxy-iptables:1", CONNECTIONS),
    });
  });

  const wentWell = (name: string): void => {
    const log = run.console.split("\n").filter((line) => line.startsWith(`LOG ${name} `));
    expect({ result: run.results[name], log: log.join("\n") }).toEqual({ result: "ok", log: "" });
  };
  /** By how much a counter grew from one moment to the next. */
  const growth = (name: string, counter: (text: string) => number, moments: readonly string[]): readonly number[] => {
    const counts = moments.map((moment) => {
      const lines = [...run.console.matchAll(new RegExp(`^AT ${name}\\.${moment} (.*?)\\r?$`, "gm"))].map(([, line = ""]) => line);
      return counter(lines.join("\n"));
    });
    return counts.slice(1).map((count, index) => count - (counts[index] ?? Number.NaN));
  };

  test("D1: a small backlog loses packets, a larger budget mends nothing, a larger backlog does", () => {
    wentWell("backlog");
    const [small, budget, cured] = growth("backlog", (text) => softnetCounters(text)["softnet.dropped"] ?? 0, [
      "healthy",
      "small",
      "budget",
      "cured",
    ]);
    expect(small).toBeGreaterThan(0);
    expect(budget).toBeGreaterThan(0);
    expect(cured).toBe(0);
  });

  test("D8: a full table of neighbours is counted, and takes all of them once its thresholds are larger", () => {
    wentWell("neighbours");
    const [full, cured] = growth("neighbours", (text) => cpuTable("neighbours", text)["neighbours.table_fulls"] ?? 0, [
      "healthy",
      "full",
      "cured",
    ]);
    expect(full).toBeGreaterThan(0);
    expect(cured).toBe(0);
  });

  test("C4: a full table of connections drops the first packet of a new one, which gets through once the table is larger", () => {
    wentWell("connections");
    const [full, cured] = growth("connections", (text) => cpuTable("conntrack", text)["conntrack.drop"] ?? 0, ["healthy", "full", "cured"]);
    expect(full).toBeGreaterThan(0);
    expect(cured).toBe(0);
  });
});
