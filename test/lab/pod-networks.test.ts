/**
 * The routed pod networks, built from their plans with three nodes: packets of exactly the planned size pass, they meet the mode's rules,
 * and no one is redirected. Runs as root only. calico-ipip runs under the second kernel (test/second-kernel).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Mode } from "../../src/modes/contract.js";
import { podAddress } from "../../src/modes/parts/addresses.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { compile } from "../../src/venues/lab/compile.js";
import { planText } from "../../src/venues/lab/plan-text.js";
import { type PrivateMachine, privateMachine } from "../oracles/private-machine.js";
import { type Attachment, attached, hasTcx } from "./service-lab.js";

const OWN_PROGRAMS = new Map(
  ["podwire-udp-proxy", "podwire-ebpf"].map((name) => [name, new URL(`../../dist/native/${name}`, import.meta.url).pathname]),
);
const MTU = 1500;
/** IPv4 and ICMP headers of a ping. */
const PING_HEADERS = 28;
const isRoot = process.getuid?.() === 0;

/** By mode: the start of a rule that every packet or every connection between pods must have met on the first pod's node. */
const MET_RULES: Readonly<Record<string, string | undefined>> = {
  "flannel-udp": "-A FLANNEL-FWD -s 198.19.0.0/16",
  "flannel-vxlan": "-A FLANNEL-FWD -s 198.19.0.0/16",
  "flannel-host-gw": "-A FLANNEL-FWD -s 198.19.0.0/16",
  // Its only rule concerns packets that leave the cluster.
  gce: undefined,
  "calico-routed": "-A cali-pro-kns.default",
  "calico-vxlan": "-A cali-OUTPUT -d 198.18.0.0/24 -p udp",
  wireguard: "-A FLANNEL-FWD -s 198.19.0.0/16",
  kindnet: "-A KIND-MASQ-AGENT -d 198.19.0.0/16",
  // They have none.
  "ebpf-routed": undefined,
  "ebpf-vxlan": undefined,
};
/** Modes whose programs take what pods send to each other past the stacks of their nodes. */
const PAST_THE_STACK = ["ebpf-routed", "ebpf-vxlan"];
const ATTACHED: readonly (readonly [mode: string, attachment: Attachment])[] = [
  ...Object.keys(MET_RULES).map((mode) => [mode, "as the kernel has it"] as const),
  ...PAST_THE_STACK.map((mode) => [mode, "by clsact"] as const),
];

describe.runIf(isRoot).each(ATTACHED)("%s, programs at devices %s", (name, attachment) => {
  let machine: PrivateMachine;
  let mode: Mode;

  beforeAll(async () => {
    const found = attached(resolveVariant(name), attachment);
    mode = found;
    machine = await privateMachine();
    const plan = planText(name, compile("x", mode.wire({ nodes: 3, mtu: MTU })), OWN_PROGRAMS);
    // Daemons keep running after the shell and must not hold its output open.
    await machine.run(["bash", "-e"], { stdin: `exec > /run/log 2>&1\n${plan}` });
  });
  afterAll(() => machine.close());

  const inside = (namespace: string, ...argv: readonly [string, ...string[]]): Promise<string> =>
    machine.run(argv, { in: `x.${namespace}` });
  const counted = async (namespace: string, protocol: string, counter: string): Promise<number> => {
    const lines = (await inside(namespace, "cat", "/proc/net/snmp")).split("\n").filter((line) => line.startsWith(`${protocol}:`));
    const [names, values] = lines.map((line) => line.split(" "));
    return Number(values?.[names?.indexOf(counter) ?? -1]);
  };

  test.each([
    ["pod-a", 1],
    ["pod-b", 0],
    ["pod-a", 2],
    ["pod-c", 1],
  ] as const)("%s reaches the pod of node %i", async (from, to) => {
    expect(await inside(from, "ping", "-c", "1", "-w", "5", podAddress(to))).toContain(" 1 received");
  });

  test("a node reaches the other nodes' pods", async () => {
    expect(await inside("node-a", "ping", "-c", "1", "-w", "5", podAddress(1))).toContain(" 1 received");
  });

  test("a packet of the planned size passes whole, one byte more does not", async () => {
    const ping = (size: number): Promise<string> =>
      inside("pod-a", "ping", "-c", "1", "-W", "0.2", "-M", "do", "-s", String(size - PING_HEADERS), podAddress(1));
    const planned = MTU - mode.overhead;
    await inside("pod-a", "ping", "-c", "1", "-w", "5", podAddress(1));
    expect(await ping(planned)).toContain(" 1 received");
    await expect(ping(planned + 1)).rejects.toThrow(/message too long/);
  });

  test.runIf(PAST_THE_STACK.includes(name))("the kernel's own filters hold the programs only where they are asked to", async () => {
    const filters = await inside("node-a", "tc", "filter", "show", "dev", "eth0", "ingress");
    expect(filters.includes("from_card")).toBe(attachment === "by clsact" || !hasTcx);
  });

  test("packets meet the mode's rules, and nobody is redirected", async () => {
    const start = MET_RULES[name];
    await inside("pod-a", "ping", "-c", "1", "-w", "5", podAddress(1));
    const rules = await inside("node-a", "iptables-save", "--counters");
    const met = rules.split("\n").filter((line) => /^\[[1-9]/.test(line));
    if (start !== undefined) expect(met).toContainEqual(expect.stringContaining(start));
    for (const node of ["node-a", "node-b", "node-c"]) expect(await counted(node, "Icmp", "OutRedirects")).toBe(0);
  });

  test("what pods send to each other is forwarded by their nodes' stacks, unless programs take it past them", async () => {
    const forwarded = async (): Promise<number> =>
      (await counted("node-a", "Ip", "ForwDatagrams")) + (await counted("node-b", "Ip", "ForwDatagrams"));
    const before = await forwarded();
    await inside("pod-a", "ping", "-c", "1", "-w", "5", podAddress(1));
    expect((await forwarded()) > before).toBe(!PAST_THE_STACK.includes(name));
  });
});
