/** `podwire tune` in a network namespace of the test's own, with real tools. This machine's own values are held against those before. */

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isRoot } from "./built-lab.js";
import { callersState, family } from "./bystander.js";
import { type TunedTestNode, tunedNode } from "./tuned-node.js";

const ALL = ["--max-risk", "high"] as const;
let node: TunedTestNode;
let machineBefore: string;

/** Folders that permanent forms go into, and what would have them read. */
const CONFIGURED = [
  "/etc/sysctl.d",
  "/etc/modules-load.d",
  "/etc/modprobe.d",
  "/etc/udev/rules.d",
  "/etc/nftables.d",
  "/etc/nftables.conf",
  "/etc/cni/net.d",
];

/** Each file with the sum of what it holds. */
function contentOf(path: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [`${path} is not there`];
  if (found.isDirectory()) return [path, ...readdirSync(path).flatMap((name) => contentOf(`${path}/${name}`))];
  if (!found.isFile()) return [`${path} is no file`];
  return [`${path} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`];
}

/** Values, rules, links and interrupts of the machine that the tests run on. */
function machineState(): string {
  const { stdout } = spawnSync("sysctl", ["-a", "--pattern", "^net"], { encoding: "utf8" });
  const values = stdout.split("\n").filter((line) => !/nf_conntrack_count|stable_secret|fastopen_key/.test(line));
  const irqs = readdirSync("/proc/irq").filter((name) => /^\d+$/.test(name));
  const affinities = irqs.map((irq) => readFileSync(`/proc/irq/${irq}/smp_affinity_list`, "utf8").trim());
  const { stdout: files } = spawnSync("sh", ["-c", "grep -sH '' /sys/class/net/*/queues/*/*ps_cpus"], { encoding: "utf8" });
  return [
    callersState(),
    values.join("\n"),
    irqs.map((irq, at) => `${irq} ${String(affinities[at])}`).join("\n"),
    files,
    ...CONFIGURED.flatMap(contentOf),
  ].join("\n");
}

/** The process that tunes, among those that were started to bring it into the namespace. */
function tunerOf(pid: number): number {
  const [tuner] = family(pid).filter(({ command }) => command.startsWith(`${process.execPath} `) && command.includes(" tune apply "));
  if (tuner === undefined) throw new Error("the tuner has ended already");
  return tuner.pid;
}

describe.skipIf(!isRoot)("podwire tune (needs root)", () => {
  beforeAll(() => {
    machineBefore = machineState();
  });
  afterAll(() => {
    expect(machineState()).toBe(machineBefore);
  });
  beforeEach(async () => {
    node = await tunedNode();
  });
  afterEach(async () => {
    await node.close();
  });

  const said = async (args: readonly string[], options = {}): Promise<{ code: number | null; stderr: string }> => {
    const { code, stderr } = await node.tune(args, options);
    return { code, stderr };
  };
  const somaxconn = async (): Promise<string> => (await node.run("sysctl", "-n", "net.core.somaxconn")).trim();
  const states = async (): Promise<Readonly<Record<string, string>>> =>
    Object.fromEntries((await node.status()).entries.map(({ change, state }) => [change, state]));
  const fault = async (): Promise<string> => node.run("sysctl", "-qw", "net.core.somaxconn=128");

  test("apply prints the plan's lines and does them; verify reads them back; undo leaves the node as it was", async () => {
    await fault();
    await node.run("ethtool", "-K", "eth0", "tso", "off");
    const before = await node.dump();
    const plan = await node.tune(["plan", ...ALL]);
    const applied = await node.tune(["apply", ...ALL]);
    expect(applied.code, applied.stderr).toBe(0);
    const made = applied.stdout.split("\n").filter((line) => line !== "" && line !== "  made");
    const planned = plan.stdout.split("\n").slice(1);
    const commands = planned
      .slice(
        0,
        planned.findIndex((line) => /^(?:Possible|Not|To be|Is so)/.test(line)),
      )
      .filter((line) => made.includes(line) || line.includes("$ "));
    expect(commands).toEqual(made);
    expect(made).toContain("    $ sysctl -q -w net.core.somaxconn=4096");
    expect(await somaxconn()).toBe("4096");
    expect(await node.run("ethtool", "-k", "eth0")).toMatch(/tx-tcp-segmentation: on/);
    expect((await node.tune(["verify"])).code).toBe(0);
    // What was made is so: it is not in the plan any more.
    expect((await node.plan(...ALL)).changes).toEqual([]);
    const undone = await node.tune(["undo"]);
    expect({ code: undone.code, stderr: undone.stderr }).toEqual({ code: 0, stderr: "" });
    expect(await node.dump()).toBe(before);
    expect(new Set(Object.values(await states()))).toEqual(new Set(["undone"]));
    expect(await node.tune(["undo"])).toEqual({ code: 0, stdout: "Nothing to undo.\n", stderr: "" });
    expect(await node.dump()).toBe(before);
  });

  /** What may be wrong with a node: each is a command in its namespace. */
  const FAULTS: readonly (readonly [string, ...string[]])[] = [
    ["ethtool", "-K", "eth0", "tx", "off"],
    ["ethtool", "-K", "eth0", "sg", "off"],
    ["ethtool", "-K", "pod0", "gso", "off"],
    ["ethtool", "-K", "flannel.1", "tx-checksum-ip-generic", "off"],
    ["ip", "link", "set", "dev", "eth0", "gso_max_size", "1500"],
    ["ip", "link", "set", "dev", "eth0", "mtu", "1400"],
    ["sysctl", "-qw", "net.ipv4.tcp_rmem=4096 8192 8192"],
    ["sysctl", "-qw", "net.ipv4.ip_forward=0", "net.ipv4.conf.pod0.forwarding=1"],
    ["sysctl", "-qw", "net.ipv4.tcp_congestion_control=reno"],
    ["sysctl", "-qw", "net.netfilter.nf_conntrack_tcp_timeout_established=432000"],
    ["nft", "add table ip nat; add chain ip nat x { type nat hook postrouting priority 100; }"],
  ];

  test("what is applied and undone is the identity, whatever was wrong and whatever is chosen", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([...FAULTS], { minLength: 1 }), fc.boolean(), async (faults, alternative) => {
        for (const words of faults) await node.run(...words);
        const before = await node.dump();
        const { changes } = await node.plan(...ALL);
        const names = changes.map(({ change }) => change);
        const chosen = names.filter((_, index) => !alternative || index % 2 === 0);
        if (chosen.length === 0) return;
        const applied = await said(["apply", ...ALL, "--only", chosen.join(",")]);
        // Segmentation without what it stands on is refused, and then nothing may be left of the rest either.
        if (applied.code !== 0) expect(applied.stderr).toMatch(/Could not change any device features.*taken back/);
        const undone = await node.tune(["undo"]);
        expect(undone.code, undone.stdout).toBe(0);
        expect(await node.dump()).toBe(before);
      }),
      { numRuns: 3 },
    );
  });

  test("podwire's rules are one table, which goes with the last of them", async () => {
    await node.run("nft", "add table ip nat; add chain ip nat x { type nat hook postrouting priority 100; }");
    expect((await said(["apply", "--only", "notrack-tunnel", ...ALL])).code).toBe(0);
    expect(await node.run("nft", "list", "table", "inet", "podwire")).toMatch(/udp dport 8472 notrack/);
    expect((await said(["undo"])).code).toBe(0);
    expect(await node.run("nft", "list", "tables")).toBe("table ip nat\n");
  });

  test("a limit and a capture of someone else are named, and left by the largest risk too", async () => {
    const sockets = async (): Promise<string> => node.run("cat", "/proc/net/packet");
    await node.run("tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", "500mbit", "burst", "64kb", "latency", "50ms");
    const [program, ...words] = node.machine.enter(node.name);
    // It is given a copy of every packet of the device until its input ends.
    const capture = spawn(program, [...words, "socat", "INTERFACE:pod0", "-"], { stdio: ["pipe", "ignore", "inherit"] });
    await expect.poll(sockets, { timeout: 30_000 }).toContain(" 0003 ");
    const { advice } = await node.plan(...ALL);
    expect(advice.map(({ change, evidence }) => [change, evidence.says])).toEqual(
      expect.arrayContaining([
        ["limits", "eth0 has the qdisc tbf, which someone set"],
        ["captures", "a socket captures every packet of pod0"],
      ]),
    );
    await fault();
    expect((await said(["apply", ...ALL])).code).toBe(0);
    expect(await node.run("tc", "qdisc", "show", "dev", "eth0", "root")).toContain("tbf");
    expect(await sockets()).toContain(" 0003 ");
    capture.stdin.end();
    await once(capture, "exit");
    expect((await node.plan(...ALL)).advice.map(({ change }) => change)).not.toContain("captures");
  });

  test("a value of the machine is refused in a namespace, and nothing of it is written", async () => {
    const { notHere } = await node.plan(...ALL);
    expect(notHere).toContainEqual({ change: "netdev-max-backlog", because: "not possible here: it belongs to the machine" });
    expect(await said(["apply", "--only", "irq-affinity", ...ALL])).toEqual({
      code: 1,
      stderr: "podwire: irq-affinity: not possible here: it belongs to the machine\n",
    });
  });

  test("what someone else has written since is reported and left, and restored by force", async () => {
    await fault();
    await node.tune(["apply"]);
    await node.run("sysctl", "-qw", "net.core.somaxconn=77");
    expect(await states()).toMatchObject({ somaxconn: "changed by someone else" });
    expect((await node.tune(["verify"])).code).toBe(1);
    const left = await node.tune(["undo", "--only", "somaxconn"]);
    expect(left.code).toBe(1);
    expect(left.stdout).toContain("net.core.somaxconn is 77: someone else");
    expect(await somaxconn()).toBe("77");
    expect((await node.tune(["undo", "--force"])).code).toBe(0);
    expect(await somaxconn()).toBe("128");
  });

  test("a device made anew under the same name is not touched", async () => {
    await node.run("ethtool", "-K", "pod0", "tso", "off");
    await node.tune(["apply", "--only", "offload-tso"]);
    await node.run("ip", "link", "delete", "pod0");
    expect(await states()).toEqual({ "offload-tso": "device gone" });
    await node.run("ip", "link", "add", "pod0", "type", "veth", "peer", "name", "pod1");
    expect(await states()).toEqual({ "offload-tso": "device made anew" });
    expect(await said(["undo"])).toEqual({ code: 0, stderr: "" });
    expect(await node.run("ethtool", "-k", "pod0")).toMatch(/tx-tcp-segmentation: on/);
  });

  test("a second tuner is refused with the first's pid and start", async () => {
    await fault();
    await node.run("ethtool", "-K", "eth0", "tx", "off");
    const first = node.start(["apply", ...ALL]);
    await expect.poll(first.stdout, { timeout: 30_000, interval: 1 }).toContain("->");
    const pid = tunerOf(first.pid);
    process.kill(pid, "SIGSTOP");
    const second = await said(["apply", ...ALL]);
    // nsenter stops with what it brought into the namespace.
    for (const stopped of [pid, first.pid]) process.kill(stopped, "SIGCONT");
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(
      /^podwire: podwire with pid \d+, begun at 20\S+Z, tunes this node: wait until it has ended, or end it\n$/,
    );
    expect((await first.ended).code).toBe(0);
    expect((await node.tune(["undo"])).code).toBe(0);
  });

  test("after a kill status tells the truth, and undo restores what was named", async () => {
    await node.run("ethtool", "-K", "eth0", "tx", "off");
    await fault();
    const before = await node.dump();
    const tuner = node.start(["apply", ...ALL]);
    await expect.poll(tuner.stdout, { timeout: 30_000, interval: 1 }).toContain("  made\n");
    process.kill(tunerOf(tuner.pid), "SIGKILL");
    await tuner.ended;
    for (const state of Object.values(await states())) expect(["made", "not made", "half made"]).toContain(state);
    expect((await said(["undo"])).code).toBe(0);
    expect(await node.dump()).toBe(before);
  });

  test("a journal that was cut anywhere: what it names is undone, the rest is left, nothing crashes", async () => {
    await fault();
    await node.run("ethtool", "-K", "eth0", "tso", "off");
    await node.tune(["apply", "--only", "somaxconn,offload-tso"]);
    const whole = readFileSync(node.journal(), "utf8");
    const ends = [...whole.matchAll(/\n/g)].map(({ index }) => index + 1);
    const somaxconnNamed = ends.find((end) => /"record":"apply"[^\n]*somaxconn/.test(whole.slice(0, end))) ?? 0;
    for (const cut of [0, 10, ...ends.flatMap((end) => [end - 9, end]), whole.length - 1]) {
      await node.run("sysctl", "-qw", "net.core.somaxconn=4096");
      writeFileSync(node.journal(), whole.slice(0, cut));
      expect((await node.tune(["status"])).code, String(cut)).toBe(0);
      const { code, stderr } = await node.tune(["undo", "--only", "somaxconn"]);
      expect({ code, stderr }, String(cut)).toEqual({ code: 0, stderr: "" });
      expect(await somaxconn(), String(cut)).toBe(cut >= somaxconnNamed ? "128" : "4096");
    }
  });

  test("an edited journal is reported, what is whole of it is undone, and nothing is made on top of it", async () => {
    await fault();
    await node.run("ethtool", "-K", "eth0", "tso", "off");
    await node.tune(["apply", "--only", "somaxconn,offload-tso"]);
    writeFileSync(node.journal(), readFileSync(node.journal(), "utf8").replace('"before":"off"', '"before":"on"'));
    expect((await said(["apply", ...ALL, "--only", "offload-gro"])).stderr).toMatch(
      /^podwire: the journal \S+ is damaged or was edited \(line \d+: its sum/,
    );
    const undone = await said(["undo"]);
    expect(undone.code).toBe(1);
    expect(undone.stderr).toMatch(/^podwire: the journal \S+ is damaged or was edited \(.*\): what it still names is undone\n$/);
    expect(await somaxconn()).toBe("128");
  });

  describe("a lease", () => {
    const RISKY = ["apply", "--max-risk", "medium", "--only", "gso-max-size", "--confirm-within", "60s"];
    const size = async (): Promise<string> =>
      /gso_max_size (\d+)/.exec(await node.run("ip", "-details", "link", "show", "dev", "eth0"))?.[1] ?? "";
    beforeEach(async () => {
      await node.run("ip", "link", "set", "dev", "eth0", "gso_max_size", "1500");
    });

    test("without an answer is taken back", async () => {
      const { code, stderr } = await node.tune(RISKY);
      expect(code).toBe(1);
      expect(stderr).toMatch(/no one has kept the changes: they are taken back\n$/);
      expect(await size()).toBe("1500");
    });

    test("that runs out is taken back", async () => {
      const tuner = node.start([...RISKY.slice(0, -1), "1s"]);
      expect((await tuner.ended).code).toBe(1);
      expect(await size()).toBe("1500");
    });

    test("with an answer stays", async () => {
      expect(await node.tune(RISKY, { stdin: "yes\n" })).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/podwire: kept\n/) as string,
      });
      expect(await size()).toBe("65536");
      expect((await node.status()).entries.map(({ state, trial }) => ({ state, trial }))).toEqual([{ state: "made", trial: false }]);
    });

    test("whose tuner is killed is taken back by its guard", async () => {
      const tuner = node.start(RISKY);
      await expect.poll(tuner.stderr, { timeout: 30_000 }).toContain("keep these changes?");
      expect(await size()).toBe("65536");
      process.kill(tunerOf(tuner.pid), "SIGKILL");
      await expect.poll(size, { timeout: 30_000 }).toBe("1500");
      await expect.poll(states, { timeout: 30_000 }).toEqual({ "gso-max-size": "undone" });
    });
  });
});
