import { describe, expect, test } from "vitest";
import { card, healthyNode, tunnel } from "../../test/synthetic/node-facts.js";
import { realFiles } from "../machine/files.js";
import { CHANGE_NAMES, CHANGES } from "./changes/index.js";
import type { Knob, PlannedStep } from "./contract.js";
import type { DeviceFacts, NodeFacts } from "./facts.js";
import { requireScope } from "./guard.js";
import { linesOf } from "./lines.js";
import { TunedNode } from "./node.js";
import { byEvidence, type PlanRequest, planFor } from "./plan.js";

const ALL: PlanRequest = { maxRisk: "high", force: false };
const named = (node: NodeFacts, request: PlanRequest = ALL): readonly string[] =>
  planFor(node, request).changes.map(({ change }) => change.name);
const stepsOf = (node: NodeFacts, name: string): readonly PlannedStep[] =>
  planFor(node, { ...ALL, only: [name] }).changes.flatMap(({ steps }) => steps);
const refusal = (node: NodeFacts, name: string, request: PlanRequest = ALL): string | undefined => {
  const plan = planFor(node, { ...request, only: [name] });
  return [...plan.refused, ...plan.notHere].find(({ change }) => change.name === name)?.because;
};

const adviceOf = (node: NodeFacts, name: string): readonly string[] =>
  planFor(node, ALL)
    .advice.filter(({ change }) => change.name === name)
    .map(({ evidence }) => evidence.says);

/** The first line of /proc/net/packet. */
const SOCKETS = "sk       RefCnt Type Proto  Iface R Rmem   User   Inode";

const off = (feature: string) => card({ offloads: { ...card().offloads, [feature]: { on: false, fixed: false } } });

/** A change with a node that it is for: the values that it sets there. */
const CURES: readonly (readonly [name: string, node: NodeFacts, values: readonly (readonly [now: string, wanted: string])[]])[] = [
  ["offload-tso", healthyNode({ devices: [off("tx-tcp-segmentation")] }), [["off", "on"]]],
  ["offload-gso", healthyNode({ devices: [off("generic-segmentation-offload")] }), [["off", "on"]]],
  ["offload-gro", healthyNode({ devices: [off("generic-receive-offload")] }), [["off", "on"]]],
  ["offload-scatter-gather", healthyNode({ devices: [off("tx-scatter-gather")] }), [["off", "on"]]],
  ["offload-tx-checksum", healthyNode({ devices: [off("tx-checksum-ip-generic")] }), [["off", "on"]]],
  ["offload-tunnel-segmentation", healthyNode({ devices: [off("tx-udp_tnl-segmentation")] }), [["off", "on"]]],
  ["gso-max-size", healthyNode({ devices: [card({ gsoMaxSize: 1_500 })] }), [["1500", "65536"]]],
  ["rps", healthyNode({ devices: [card({ queues: { rx: 1, tx: 1 }, files: { "queues/rx-0/rps_cpus": "0" } })] }), [["0", "3"]]],
  [
    "xps",
    healthyNode({ devices: [card({ queues: { rx: 2, tx: 2 }, files: { "queues/tx-0/xps_cpus": "0", "queues/tx-1/xps_cpus": "0" } })] }),
    [
      ["0", "1"],
      ["0", "2"],
    ],
  ],
  ["rings", healthyNode({ devices: [card({ rings: { rx: { now: 256, most: 4_096 } } })] }), [["256", "4096"]]],
  ["coalescing", healthyNode({ devices: [card({ coalescing: { "adaptive-rx": "off", "rx-usecs": "3" } })] }), [["off", "on"]]],
  ["gro-timers", healthyNode({ devices: [card({ files: { gro_flush_timeout: "0" } })] }), [["0", "20000"]]],
  ["netdev-max-backlog", healthyNode({ counters: { "softnet.dropped": 9 } }), [["1000", "4000"]]],
  ["netdev-budget", healthyNode({ counters: { "softnet.time_squeeze": 9 } }), [["300", "1200"]]],
  ["somaxconn", healthyNode({ sysctls: { "net.core.somaxconn": "128" } }), [["128", "4096"]]],
  ["tcp-buffers", healthyNode({ sysctls: { "net.ipv4.tcp_rmem": "4096 8192 8192" } }), [["4096 8192 8192", "4096 8192 6291456"]]],
  [
    "socket-ceilings",
    healthyNode({ counters: { "Udp.RcvbufErrors": 4 }, sysctls: { "net.core.rmem_max": "212992" } }),
    [["212992", "4194304"]],
  ],
  ["congestion-control", healthyNode({ sysctls: { "net.ipv4.tcp_congestion_control": "reno" } }), [["reno", "cubic"]]],
  ["ip-forward", healthyNode({ hasPods: true, sysctls: { "net.ipv4.ip_forward": "0" } }), [["0", "1"]]],
  ["conntrack-max", healthyNode({ sysctls: { "net.netfilter.nf_conntrack_count": "200000" } }), [["262144", "524288"]]],
  ["conntrack-buckets", healthyNode({ sysctls: { "net.netfilter.nf_conntrack_buckets": "512" } }), [["512", "65536"]]],
  ["conntrack-liberal", healthyNode({ counters: { "conntrack.invalid": 3 } }), [["0", "1"]]],
  [
    "conntrack-timeouts",
    healthyNode({ sysctls: { "net.netfilter.nf_conntrack_tcp_timeout_established": "432000" } }),
    [["432000", "86400"]],
  ],
  [
    "neighbour-thresholds",
    healthyNode({ counters: { "neighbours.entries": 1_000 } }),
    [
      ["128", "512"],
      ["512", "2048"],
      ["1024", "4096"],
    ],
  ],
  ["mtu", healthyNode({ devices: [card({ mtu: 1_400 }), tunnel()] }), [["1400", "1500"]]],
  ["qdisc", healthyNode({ kernelHas: { fq: true } }), [["default", "fq"]]],
  [
    "irq-affinity",
    healthyNode({
      devices: [
        card({
          irqs: [
            { irq: 40, name: "virtio0-input.0", affinity: "0-1" },
            { irq: 41, name: "virtio0-output.0", affinity: "0-1" },
          ],
        }),
      ],
    }),
    [
      ["0-1", "0"],
      ["0-1", "1"],
    ],
  ],
  [
    "bridge-nf-call",
    healthyNode({ devices: [card({ name: "cni0", kind: "bridge" })], sysctls: { "net.bridge.bridge-nf-call-iptables": "1" } }),
    [["1", "0"]],
  ],
];

describe("each change", () => {
  test.each([...CURES])("%s sets its value where it is not so, and nothing where it is", (name, node, values) => {
    expect(stepsOf(node, name).map(({ now, wanted }) => [now, wanted])).toEqual(values);
    expect(named(healthyNode({ devices: [card(), tunnel()] }))).not.toContain(name);
  });

  test("has a name of its own, and tells everything that a plan prints", () => {
    expect(new Set(CHANGE_NAMES).size).toBe(CHANGES.length);
    for (const change of CHANGES) {
      for (const field of ["sets", "why", "breaks", "readBack", "sideEffects"] as const) expect(change[field], change.name).not.toBe("");
      expect(change.sources.length, change.name).toBeGreaterThan(0);
    }
  });

  test("notrack-tunnel and flowtable are pieces of podwire's own table", () => {
    const node = healthyNode({ devices: [card(), tunnel()], tracks: true, hasPods: true, kernelHas: { flowtable: true } });
    const [tracked] = stepsOf(node, "notrack-tunnel");
    if (tracked === undefined) throw new Error("no step");
    expect(linesOf(tracked, node)).toMatchObject({
      what: "notrack_tunnel in table inet podwire",
      now: "absent",
      command: expect.stringContaining("udp dport 8472 notrack") as string,
      undo: "nft -f - <<< 'delete table inet podwire'",
    });
    const [fast] = stepsOf(node, "flowtable");
    expect(fast?.wanted).toContain("devices = { eth0, flannel.1 }");
  });
});

describe("a plan", () => {
  const oneQueue = healthyNode({ devices: [off("tx-tcp-segmentation")] });

  test("of a healthy node is empty", () => {
    expect(named(healthyNode())).toEqual([]);
  });

  test("has what nothing on the node asks for as possible, and makes it by name alone", () => {
    const node = healthyNode({ devices: [card({ files: { gro_flush_timeout: "0" }, coalescing: { "adaptive-rx": "off" } })] });
    expect(named(node)).toEqual([]);
    expect(planFor(node, ALL).possible.map(({ change }) => change.name)).toEqual(["coalescing", "gro-timers"]);
    expect(named(node, { ...ALL, only: ["gro-timers"] })).toEqual(["gro-timers"]);
  });

  test("leaves out what is riskier than was asked for, and says so", () => {
    const node = healthyNode({ devices: [card({ gsoMaxSize: 1_500 })] });
    expect(refusal(node, "gso-max-size", { maxRisk: "low", force: false })).toBe("its risk is medium: --max-risk medium takes it");
    expect(named(node, { maxRisk: "medium", force: false })).toEqual(["gso-max-size"]);
  });

  test("refuses a knob with two writers, names the other one, and takes it by force", () => {
    const node: NodeFacts = { ...oneQueue, owners: ["systemd-networkd"] };
    expect(refusal(node, "offload-tso")).toMatch(
      /^systemd-networkd writes it, .*its own setting is the \[Link\] section .*; --force makes podwire the second writer$/,
    );
    expect(named(node, { ...ALL, force: true })).toEqual(["offload-tso"]);
  });

  test("sets the interrupts that irqbalance was told to leave, and no other ones", () => {
    const irqs = [40, 41].map((irq) => ({ irq, name: `virtio0-input.${String(irq)}`, affinity: "0-1" }));
    const node = (bannedIrqs: readonly number[]): NodeFacts =>
      healthyNode({ devices: [card({ irqs })], owners: ["irqbalance"], bannedIrqs });
    expect(refusal(node([40]), "irq-affinity")).toMatch(/^irqbalance writes it, .*its own setting is --banirq=N for each of them/);
    expect(named(node([40, 41]))).toEqual(["irq-affinity"]);
  });

  test("of a machine whose processes cannot be seen is empty, since its other writers are not known", () => {
    const node: NodeFacts = { ...oneQueue, allProcesses: false };
    expect(refusal(node, "offload-tso")).toMatch(/^whoever else writes it cannot be seen from this container/);
    expect(named(node, { ...ALL, force: true })).toEqual(["offload-tso"]);
    expect(named({ ...node, firstNamespace: false })).toEqual(["offload-tso"]);
  });

  test("leaves the offloads of a device that follows the one below it", () => {
    const child = { ...off("generic-receive-offload"), name: "child", kind: "macvlan", lower: "eth0" };
    expect(stepsOf(healthyNode({ devices: [off("generic-receive-offload"), child] }), "offload-gro").map(({ knob }) => knob)).toEqual([
      { kind: "offload", device: "eth0", feature: "generic-receive-offload" },
    ]);
  });

  test("only advises a tunnel's smaller MTU, which the kernel would not let be undone", () => {
    const node = healthyNode({ devices: [card({ mtu: 1_400 }), tunnel()] });
    expect(named(node)).toEqual(["mtu"]);
    expect(planFor(node, ALL).advice.map(({ says }) => says)).toEqual([expect.stringMatching(/^ip link set dev flannel\.1 mtu 1350: /)]);
  });

  test("names limits that someone set, and leaves them", () => {
    const limited = (differs: Partial<DeviceFacts>): NodeFacts => healthyNode({ devices: [card(differs)], kernelHas: { fq: true } });
    const seen = (node: NodeFacts): readonly string[] => adviceOf(node, "limits");
    expect(seen(limited({ qdisc: "tbf", qdiscIsDefault: false }))).toEqual(["eth0 has the qdisc tbf, which someone set"]);
    expect(named(limited({ qdisc: "tbf", qdiscIsDefault: false }))).toEqual([]);
    // As of net.core.default_qdisc, or of an administrator who wants fair queues.
    expect(seen(limited({ qdisc: "cake", qdiscIsDefault: true }))).toEqual([]);
    expect(seen(limited({ qdisc: "fq", qdiscIsDefault: false }))).toEqual([]);
    expect(seen(limited({ qdisc: "netem", qdiscIsDefault: false, up: false }))).toEqual([]);
    expect(refusal(healthyNode({ devices: [] }), "limits")).toBe("no device's qdisc can be read");
  });

  test("names sockets that capture every packet, by their devices", () => {
    const seen = (...rows: readonly string[]): readonly string[] =>
      adviceOf(healthyNode({ files: { "/proc/net/packet": [SOCKETS, ...rows].join("\n") } }), "captures");
    const socket = (protocol: string, ifindex: number, running: number): string =>
      `0000000000000000 3      3    ${protocol}   ${String(ifindex).padEnd(5)} ${String(running)} 0      0      42153 `;
    expect(seen()).toEqual([]);
    // LLDP, and one whose device is down.
    expect(seen(socket("88cc", 2, 1), socket("0003", 2, 0))).toEqual([]);
    expect(seen(socket("0003", 2, 1))).toEqual(["a socket captures every packet of eth0"]);
    expect(seen(socket("0003", 2, 1), socket("0003", 2, 1), socket("0003", 0, 1), socket("0003", 9, 1))).toEqual([
      "4 sockets capture every packet of eth0, every device, device 9",
    ]);
    expect(refusal(healthyNode(), "captures")).toBe("/proc/net/packet is not there, or cannot be read");
  });

  test("sets no congestion control that a namespace may not have, or could not have again", () => {
    const inside = (now: string, allowed: string): NodeFacts =>
      healthyNode({
        firstNamespace: false,
        sysctls: { "net.ipv4.tcp_congestion_control": now, "net.ipv4.tcp_allowed_congestion_control": allowed },
      });
    expect(stepsOf(inside("reno", "reno bbr"), "congestion-control").map(({ wanted }) => wanted)).toEqual(["bbr"]);
    expect(refusal(inside("reno", "reno"), "congestion-control")).toBe("of cubic and bbr none may be set here");
    expect(refusal(inside("vegas", "reno cubic"), "congestion-control")).toBe("vegas could not be set again here");
  });

  test("sorts by evidence", () => {
    const node = healthyNode({
      devices: [off("tx-tcp-segmentation")],
      sysctls: { "net.core.somaxconn": "128", "net.ipv4.tcp_rmem": "4096 8192 8192" },
    });
    expect(byEvidence(planFor(node, ALL).changes).map(({ evidence }) => evidence.weight)).toEqual(["strong", "strong", "some"]);
  });
});

describe("values of the machine", () => {
  const full = { "net.netfilter.nf_conntrack_count": "200000" };

  test("are changed in the first network namespace only", () => {
    expect(named(healthyNode({ sysctls: full }))).toEqual(["conntrack-max"]);
    expect(refusal(healthyNode({ sysctls: full, firstNamespace: false }), "conntrack-max")).toBe(
      "not possible here: it belongs to the machine",
    );
  });

  test("are not written from another one by an undo either, whatever a journal names", async () => {
    const unreachable = async (): Promise<never> => Promise.reject(new Error("something was run"));
    const ports = { commands: { run: unreachable, locate: unreachable }, files: realFiles };
    const irq: Knob = { kind: "machine-file", path: "/proc/irq/0/smp_affinity_list" };
    const written = async (firstNamespace: boolean): Promise<void> => new TunedNode(ports, { firstNamespace }).write(irq, "0", "");
    await expect(written(false)).rejects.toThrow("/proc/irq/0/smp_affinity_list: not possible here: it belongs to the machine");
    await expect(written(true)).rejects.toThrow("something was run");
  });

  test("are guarded for every change of that scope, whatever it proposes", () => {
    const ofMachine = CHANGES.filter(({ scope }) => scope === "machine");
    expect(ofMachine.length).toBeGreaterThan(5);
    for (const change of ofMachine) {
      expect(() => {
        requireScope(change, { firstNamespace: false });
      }).toThrow(/it belongs to the machine/);
      requireScope(change, { firstNamespace: true });
    }
    const inside = planFor(healthyNode({ firstNamespace: false }), ALL);
    expect(inside.notHere.filter(({ because }) => because.endsWith("belongs to the machine")).map(({ change }) => change.name)).toEqual(
      ofMachine.map(({ name }) => name),
    );
  });
});
