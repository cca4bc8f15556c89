import { describe, expect, test } from "vitest";
import type { RuleTable, Step, Wiring } from "../../model/wiring.js";
import { host } from "../../modes/host.js";
import { milliseconds } from "../../units/quantity.js";
import { compile, createCommand } from "./compile.js";
import { planText, shellLine } from "./plan-text.js";

const reason = "a test";

const tunnel: Wiring = {
  namespaces: [
    { name: "pod-a", kind: "pod", reason },
    { name: "node-a", kind: "node", reason },
  ],
  steps: [
    { kind: "link", in: "node-a", name: "vetha", type: "veth", common: ["mtu", "1450"], peer: { name: "eth0", in: "pod-a" }, reason },
    { kind: "sysctl", in: "node-a", name: "net.ipv4.ip_forward", value: "1", reason },
    { kind: "sysctl", in: "node-a", name: "net.ipv4.tcp_rmem", value: "1 2 3", reason },
    { kind: "link", in: "node-a", name: "vx", type: "vxlan", common: ["mtu", "1450"], options: ["id", "1"], reason },
    { kind: "neighbour", in: "node-a", device: "vx", address: "198.19.2.0", mac: "02:00:00:00:00:01", reason },
    { kind: "fdb", in: "node-a", device: "vx", mac: "02:00:00:00:00:01", options: ["dst", "198.18.0.12", "self"], reason },
    {
      kind: "link",
      in: "node-a",
      name: "eth1",
      type: "macvlan",
      common: ["link", "eth0"],
      options: ["mode", "bridge"],
      moveTo: "pod-a",
      reason,
    },
    { kind: "ruleset", in: "node-a", tool: "iptables", tables: [{ name: "filter", chains: [] }], reason },
    { kind: "ruleset", in: "node-a", tool: "iptables", tables: [{ name: "nat", chains: [] }], reason },
    { kind: "offload", in: "node-a", device: "vx", features: ["tx-checksum-ip-generic"], on: false, reason },
    { kind: "daemon", in: "node-a", argv: ["socat", "a", "b"], reason },
  ],
  paths: {},
};

describe("compile", () => {
  const plan = compile("m.open", tunnel);
  const node = plan.configure.find((namespace) => namespace.namespace === "m.open.node-a");

  test("makes namespaces and veth links in one batch, with full names on both ends", () => {
    expect(createCommand(plan.create).stdin).toBe(
      "netns add m.open.pod-a # a test\nnetns add m.open.node-a # a test\n" +
        "link add name vetha netns m.open.node-a mtu 1450 type veth peer name eth0 netns m.open.pod-a # a test\n",
    );
  });

  test("knows where connections are tracked: by a nat table, or by rules that ask for their state", () => {
    const tracked = (tables: readonly RuleTable[]): boolean | undefined =>
      compile("m", { ...tunnel, steps: [{ kind: "ruleset", in: "node-a", tool: "iptables", tables, reason }] }).configure[0]?.tracks;
    const filter = (...rules: string[]): RuleTable => ({ name: "filter", chains: [{ name: "FORWARD", rules }] });
    expect(tracked([{ name: "nat", chains: [] }])).toBe(true);
    expect(tracked([filter("-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")])).toBe(true);
    expect(tracked([filter("-i eth0 -j ACCEPT")])).toBe(false);
    expect(plan.configure.map(({ tracks }) => tracks)).toEqual([true, false]);
  });

  test("configures nodes before pods, since a pod's link may be made by its node", () => {
    expect(plan.configure.map((namespace) => namespace.kind)).toEqual(["node", "pod"]);
  });

  test("shares one process between neighbouring steps of a tool, and keeps the order of tools", () => {
    expect(node?.commands.map((command) => command.argv.join(" "))).toEqual([
      "nsenter --net=/run/netns/m.open.node-a sysctl -q -p -",
      "ip -n m.open.node-a -batch -",
      "bridge -n m.open.node-a -batch -",
      "ip -n m.open.node-a -batch -",
      "nsenter --net=/run/netns/m.open.node-a iptables-restore --noflush",
      "nsenter --net=/run/netns/m.open.node-a iptables-restore --noflush",
      "nsenter --net=/run/netns/m.open.node-a ethtool -K vx tx-checksum-ip-generic off",
    ]);
  });

  test("leaves unknown settings to the tool only where a step allows it, and starts one process for those", () => {
    const setting = (name: string) => ({ kind: "sysctl", in: "node-a", name, value: "1", reason }) as const;
    const steps = [{ ...setting("a"), mayBeUnknown: true as const }, { ...setting("b"), mayBeUnknown: true as const }, setting("c")];
    const commands = compile("m.open", { ...tunnel, steps }).configure.flatMap((namespace) => namespace.commands);
    expect(commands.map(({ argv, stdin }) => [argv.slice(2).join(" "), stdin])).toEqual([
      ["sysctl -q -e -p -", "# a test\na = 1\n# a test\nb = 1\n"],
      ["sysctl -q -p -", "# a test\nc = 1\n"],
    ]);
  });

  test("creates a child link in the namespace that it is meant for", () => {
    expect(node?.commands[3]?.stdin).toContain("link add name eth1 netns m.open.pod-a link eth0 type macvlan mode bridge");
  });

  test("leaves daemons to the end", () => {
    expect(plan.daemons).toEqual([{ namespace: "m.open.node-a", argv: ["socat", "a", "b"], reason }]);
  });

  test("gives a daemon the time that its step has until it is ready, and leaves the limits of commands alone", () => {
    const timeout = milliseconds(30_000);
    const slow = { kind: "daemon", in: "node-a", argv: ["slow"], ready: { line: "ready" }, timeout, reason } as const;
    const { daemons, configure } = compile("m.open", { ...tunnel, steps: [...tunnel.steps, slow] });
    expect(daemons.at(-1)).toEqual({ namespace: "m.open.node-a", argv: ["slow"], ready: { line: "ready" }, timeout, reason });
    expect(configure).toEqual(plan.configure);
  });

  test("refuses a veth without a peer", () => {
    const lonely: Wiring = { ...tunnel, steps: [{ kind: "link", in: "node-a", name: "x", type: "veth", reason }] };
    expect(() => compile("m.open", lonely)).toThrow("veth x in node-a names no peer");
  });
});

describe("planText", () => {
  test("shows every command with its reason and its input", () => {
    const text = planText("host", compile("host.open", host.wire({ nodes: 2, mtu: 1500 })));
    expect(text).toContain("link add name eth0 netns host.open.node-a mtu 1500 type veth");
    expect(text).toContain("# the cable between the two nodes");
    expect(text.match(/<<'END'/g)?.length).toBe(text.match(/^END$/gm)?.length);
  });

  test("quotes only what a shell would change", () => {
    expect(shellLine(["a=1", "b c", "it's", "x*"])).toBe(String.raw`a=1 'b c' 'it'\''s' 'x*'`);
  });
});

test("a command may take as long as its slowest step asks for", () => {
  const step = (name: string, timeout?: number): Step => ({
    kind: "sysctl",
    in: "node-a",
    name,
    value: "1",
    reason: "x",
    ...(timeout === undefined ? {} : { timeout: milliseconds(timeout) }),
  });
  const wiring = {
    namespaces: [{ name: "node-a", kind: "node" as const, reason: "x" }],
    steps: [step("a", 20_000), step("b", 60_000), step("c")],
    paths: {},
  };
  expect(compile("m", wiring).configure.flatMap(({ commands }) => commands.map(({ timeout }) => timeout))).toEqual([60_000]);
});
