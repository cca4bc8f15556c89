/** A packet's way in real namespaces: every hop is there, the counters of the burst are its, and what is broken on purpose is where it is said to be. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PacketPath, type PacketWay, packetPathSchema } from "../../src/model/packet-path.js";
import type { Step, WiredPath, Wiring } from "../../src/model/wiring.js";
import { ruleTable } from "../../src/modes/parts/ruleset.js";
import { followedPath, PATH_TOPOLOGY } from "../../src/use-cases/lab/packet-path.js";
import type { TriedMode } from "../../src/use-cases/lab/trying.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { type ExchangeLab, openExchangeLab } from "../../src/venues/lab/exchange-lab.js";
import { type Built, copyBuilt, isRoot, machineOf } from "./built-lab.js";
import { callersState } from "./bystander.js";
import { copyProgram } from "./program.js";

/** Hops of a kind by their namespace and name. */
const hopsOf = ({ hops }: PacketWay, kind: string): string[] =>
  hops.filter((hop) => hop.kind === kind).map((hop) => `${hop.in} ${hop.name}`);

describe("the command", () => {
  const program = copyProgram();
  afterAll(program.remove);
  const read = (text: string): PacketPath => packetPathSchema.parse(JSON.parse(text));

  test.each([
    [
      "flannel-host-gw",
      "pod-pod",
      ["pod-a eth0", "node-a vethpoda", "node-a cni0", "node-a eth0", "node-b eth0", "node-b cni0", "node-b vethpodb", "pod-b eth0"],
    ],
    [
      "flannel-vxlan",
      "pod-pod",
      [
        "pod-a eth0",
        "node-a vethpoda",
        "node-a cni0",
        "node-a flannel.1",
        "node-a eth0",
        "node-b eth0",
        "node-b flannel.1",
        "node-b cni0",
        "node-b vethpodb",
        "pod-b eth0",
      ],
    ],
    ["macvlan", "pod-pod", ["pod-a eth0", "node-a eth0", "node-b eth0", "pod-b eth0"]],
  ] as const)("%s, %s: every device in order, and each has counted the burst", async (variant, path, devices) => {
    const ended = await program.run(["lab", "path", variant, "--json"]);
    expect(ended.code, ended.stderr).toBe(0);
    const found = read(ended.stdout);
    expect(found).toMatchObject({
      variant,
      path,
      burst: { connections: 20, answered: 20 },
      request: { ends: "delivered" },
      reply: { ends: "delivered" },
    });
    expect(found.says).toMatch(/^Nothing is lost on the way/);
    expect(hopsOf(found.request, "device")).toEqual(devices);
    expect(hopsOf(found.reply as PacketWay, "device")).toEqual([...devices].reverse());
    for (const { counter } of found.request.hops) if (counter !== undefined) expect(counter.packets).toBeGreaterThanOrEqual(60);
  });

  test("docker-nat: the published port becomes the container's, and the answer comes from where it was asked", async () => {
    const before = callersState();
    const ended = await program.run(["lab", "path", "docker-nat", "--json", "--html", "path.html"]);
    expect(ended.code, ended.stderr).toBe(0);
    const { request, reply } = read(ended.stdout);
    const rewritten = request.hops.flatMap(({ rules = [] }) => rules).find(({ action }) => action.startsWith("destination becomes"));
    expect(rewritten).toMatchObject({ table: "nat", chain: "DOCKER", packets: 20 });
    expect(hopsOf(reply as PacketWay, "connection").length).toBeGreaterThan(0);
    expect(reply?.ends).toBe("delivered");
    expect(readFileSync(join(program.work, "path.html"), "utf8")).toContain("<h1>docker-nat, pod-pod</h1>");
    expect(callersState()).toEqual(before);
  });

  test("a Service by kube-proxy: the rules of its chains, each counted once a connection", { skip: !isRoot }, async () => {
    const ended = await program.run(["lab", "path", "flannel-host-gw+kube-proxy-iptables:100", "--path", "pod-service", "--json"]);
    expect(ended.code, ended.stderr).toBe(0);
    const { request, reply } = read(ended.stdout);
    const chains = request.hops.flatMap(({ rules = [] }) => rules).filter(({ table, packets }) => table === "nat" && packets === 20);
    expect(chains.map(({ chain }) => chain.replace(/-[A-Z0-9]{16}$/, ""))).toEqual(
      expect.arrayContaining(["KUBE-SERVICES", "KUBE-SVC", "KUBE-SEP"]),
    );
    expect(request.hops.find(({ kind, name }) => kind === "hook" && name === "prerouting")?.looked).toBeGreaterThan(40);
    expect(reply?.ends).toBe("delivered");
  });

  test.for([
    ["flannel-host-gw+kube-proxy-nftables:20", "pod-service"],
    ["macvlan+socket-lb:20", "pod-service"],
    ["calico-routed", "pod-pod"],
    ["calico-vxlan", "pod-pod"],
    ["gce", "pod-pod"],
    ["l2-bridge", "pod-pod"],
    ["vlan", "pod-pod"],
    ["ipvlan-l2", "pod-pod"],
    ["ipvlan-l3s", "pod-pod"],
    ["flannel-udp", "pod-pod"],
    ["wireguard", "pod-pod"],
    ["ebpf-routed", "pod-pod"],
    ["ebpf-routed+socket-lb:20", "pod-service"],
    ["host", "host-host"],
  ] as const)("%j is followed from socket to socket and back", { skip: !isRoot }, async ([variant, path], context) => {
    const ended = await program.run(["lab", "path", variant, "--path", path, "--json"]);
    const [unsupported] = / is unsupported: .*/.exec(ended.stderr) ?? [];
    if (unsupported !== undefined) context.skip(`${variant}${unsupported}`);
    expect(ended.code, ended.stderr).toBe(0);
    const { says, request, reply } = read(ended.stdout);
    expect([request.ends, reply?.ends, says]).toEqual(["delivered", "delivered", expect.stringMatching(/^Nothing is lost on the way/)]);
  });

  test("ebpf-vxlan: programs take the packet from the pod's link into the tunnel, and from the tunnel straight into the pod", {
    skip: !isRoot,
  }, async () => {
    const ended = await program.run(["lab", "path", "ebpf-vxlan", "--json"]);
    expect(ended.code, ended.stderr).toBe(0);
    const { says, request, reply } = read(ended.stdout);
    expect(says).toMatch(/^Nothing is lost on the way/);
    const way = (from: string, link: string, to: string): string[] => [
      `pod-${from} eth0`,
      `node-${from} ${link}`,
      `node-${from} cilium_vxlan`,
      `node-${from} eth0`,
      `node-${to} eth0`,
      `node-${to} cilium_vxlan`,
      `pod-${to} eth0`,
    ];
    expect(hopsOf(request, "device")).toEqual(way("a", "lxc000000000001", "b"));
    expect(hopsOf(reply as PacketWay, "device")).toEqual(way("b", "lxc000000000002", "a"));
    expect(request.hops.find(({ kind }) => kind === "encapsulation")?.packet).toBe("udp 0.0.0.0 > 198.18.0.12:8472");
    for (const { counter } of request.hops) if (counter !== undefined) expect(counter.packets).toBeGreaterThanOrEqual(60);
  });

  test("NOTRACK between pods beside kube-proxy: the answer is never translated back, and the socket refuses it", {
    skip: !isRoot,
  }, async () => {
    const ended = await program.run(["lab", "path", "flannel-host-gw+notrack-pods+kube-proxy-iptables:10", "--json"]);
    expect(ended.code, ended.stderr).toBe(1);
    const { says, burst, request, reply } = read(ended.stdout);
    expect([burst.answered, request.ends, reply?.ends]).toEqual([0, "delivered", "dropped"]);
    expect(says).toMatch(
      /^Packets are lost on the way back, at socket in pod-a: the answer comes from 198\.19\.2\.2, and the socket has dialled 198\.18\.128\.\d+: it is refused/,
    );
  });

  test("as a drawing, in ASCII where the terminal has no other", async () => {
    const ended = await program.run(["lab", "path", "macvlan"], { environment: { LC_ALL: "C" } });
    expect(ended.stdout).toMatch(/^There: tcp 198\./m);
    expect(ended.stdout).toMatch(/^Back: tcp 198\./m);
    expect(ended.stdout).toMatch(/^ {2}v device +eth0: /m);
    expect(ended.stdout).toMatch(/^[\n -~]*$/);
  });

  test.each([
    [["macvlam"], "Did you mean macvlan?"],
    [["macvlan", "--path", "pod-service"], "has no path pod-service. A layer that carries Services brings it"],
    [["macvlan", "--path", "pod-pot"], "Did you mean pod-pod?"],
    [["macvlan", "--connections", "0"], "--connections: 0 is not a whole number from 1 to 500"],
    [["macvlan", "--html", "/proc/x.html"], "cannot be written"],
  ])("%j is a usage error", async (words, complaint) => {
    const ended = await program.run(["lab", "path", ...words]);
    expect(ended.stderr).toContain(complaint);
    expect(ended.code).toBe(2);
  });
});

describe("what is broken on purpose", () => {
  let built: Built;
  let lab: ExchangeLab;
  beforeAll(async () => {
    built = copyBuilt();
    lab = await openExchangeLab(machineOf(isRoot ? "root" : "ordinary user", built), []);
  });
  afterAll(async () => {
    await lab.close();
    built.remove();
  });

  /** The way through a mode with steps of its own at the end of its wiring. */
  const through = async (name: string, by: string, steps: readonly Step[], path: WiredPath = "pod-pod"): Promise<PacketPath> => {
    const mode = resolveVariant(name);
    const variant: TriedMode = {
      ...mode,
      name: `${name}-${by}`,
      wire: (topology): Wiring => ({ ...mode.wire(topology), steps: [...mode.wire(topology).steps, ...steps] }),
    };
    return followedPath({ variant, path, connections: 10 }, variant.wire(PATH_TOPOLOGY), lab);
  };

  const rule = (node: string, table: "raw" | "mangle" | "filter", text: string): Step => ({
    kind: "ruleset",
    in: node,
    tool: "iptables",
    tables: [ruleTable(table, [], [text])],
    reason: "planted",
  });

  test("a rule that drops is named, with what it counted", async () => {
    const found = await through("flannel-host-gw", "dropping", [
      rule("node-b", "mangle", "-A PREROUTING -p tcp -m tcp --dport 80 -j DROP"),
    ]);
    expect(found.burst.answered).toBe(0);
    expect(found.request).toMatchObject({ ends: "dropped", loss: { lost: expect.any(Number) as number } });
    expect(found.says).toMatch(
      /^Packets are lost on the way there, at prerouting in node-b: dropped by `-p tcp -m tcp --dport 80 -j DROP` in mangle PREROUTING, \d+ counted; 0 of 10/,
    );
    const last = found.request.hops.at(-1);
    expect(last).toMatchObject({ in: "node-b", kind: "hook", name: "prerouting", ends: "dropped" });
    expect(last?.rules?.at(-1)).toMatchObject({ action: "drop", packets: found.request.loss?.lost });
    expect(found.reply).toBeUndefined();
  });

  test("rules in both backends are named by the backend, and the hop says that both are called", { skip: !isRoot }, async () => {
    const planted = (tool: "iptables-legacy" | "iptables-nft", text: string): Step => ({
      kind: "ruleset",
      in: "node-b",
      tool,
      tables: [ruleTable("filter", [], [text])],
      reason: "planted",
    });
    const found = await through("kindnet", "both", [
      planted("iptables-legacy", "-A FORWARD -p udp -m udp --dport 80 -j ACCEPT"),
      planted("iptables-nft", "-A FORWARD -p tcp -m tcp --dport 80 -j ACCEPT"),
    ]);
    const forward = found.request.hops.find((hop) => hop.in === "node-b" && hop.kind === "hook" && hop.name === "forward");
    expect(forward?.says).toContain("legacy tables and nf_tables both have rules here");
    expect(forward?.rules).toContainEqual(expect.objectContaining({ table: "filter (nf_tables)", packets: expect.any(Number) as number }));
  });

  test("a rule that drops answers is on the way back", async () => {
    const found = await through("flannel-vxlan", "mute", [rule("node-a", "mangle", "-A FORWARD -p tcp -m tcp --sport 80 -j DROP")]);
    expect(found.request).toMatchObject({ ends: "delivered" });
    expect(found.request.loss).toBeUndefined();
    expect(found.says).toMatch(/^Packets are lost on the way back, at forward in node-a: dropped by/);
  });

  test("a route that is missing, and one that is a blackhole", async () => {
    const blackhole: Step = { kind: "route", in: "node-a", to: "blackhole 198.19.2.0/24", options: [], reason: "planted" };
    const found = await through("flannel-host-gw", "hole", [blackhole]);
    expect(found.request.hops.at(-1)).toMatchObject({ in: "node-a", kind: "route", ends: "dropped" });
    expect(found.says).toMatch(/^Packets are lost on the way there, at route in node-a: /);
  });

  test("a node that does not forward says so", async () => {
    const off: Step = { kind: "sysctl", in: "node-b", name: "net.ipv4.ip_forward", value: "0", reason: "planted" };
    const found = await through("flannel-host-gw", "still", [off]);
    expect(found.request.hops.at(-1)?.says).toContain("forwards nothing (net.ipv4.ip_forward is 0)");
  });

  test("a device that is down", async () => {
    const down: Step = { kind: "link-set", in: "pod-b", name: "eth0", settings: ["down"], reason: "planted" };
    const found = await through("flannel-host-gw", "down", [down]);
    expect(found.burst.answered).toBe(0);
    expect(found.request.ends).toBe("dropped");
    expect(found.request.hops.at(-1)?.in).toMatch(/node-b|pod-b/);
  });
});
