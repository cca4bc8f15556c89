/**
 * Rendered CNI documents, carried out by Debian's plugins in namespaces, beside the scripts of iproute2 for the nodes: pods are wired as the lab wires them, have
 * the computed MTU, and reach each other. Runs as root only.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Wiring } from "../../src/model/wiring.js";
import type { RenderedFile } from "../../src/render/contract.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { differences } from "../oracles/differences.js";
import { dumpNamespace, type NamespaceDump } from "../oracles/dump.js";
import { type PrivateMachine, privateMachine } from "../oracles/private-machine.js";
import { LAB_SEGMENT, labNodes, rendered, textOf } from "../synthetic/rendered.js";
import { CLOUD, checkedDocument, documentText, ROUTED } from "./checked-documents.js";
import { testChecker } from "./complaints.js";
import { addPod, bareNodes, type Conflist, carryOut, deletePod, runScript, spaceOf, TOPOLOGY } from "./lab-machine.js";

const isRoot = process.getuid?.() === 0;
const NODES = ["node-a", "node-b"] as const;
const CONFLIST = "etc/cni/net.d/10-podwire.conflist";

interface Case {
  readonly mode: string;
  readonly mtu: number;
  /** Whether the pods' addresses are slices of the segment, of which host-local gives the first and the lab the second. */
  readonly segment?: true;
  /** Whether the nodes need something of their own. */
  readonly node?: true;
}

/** ipvlan and vlan need features that not every kernel has: `test/second-kernel/render.test.ts` has them. */
const CASES: readonly Case[] = [
  { mode: "flannel-vxlan", mtu: 1450, node: true },
  { mode: "flannel-host-gw", mtu: 1500, node: true },
  { mode: "kindnet", mtu: 1500, node: true },
  { mode: "gce", mtu: 1500, node: true },
  { mode: "l2-bridge", mtu: 1500, segment: true, node: true },
  { mode: "macvlan", mtu: 1500, segment: true },
];

const askedFor = ({ mode, segment }: Case): { nodes: string; cluster: string } =>
  segment === true ? { nodes: labNodes(), cluster: LAB_SEGMENT } : mode === "gce" ? CLOUD : ROUTED;

const conflistOf = (files: ReadonlyMap<string, RenderedFile>, node: string): Conflist =>
  JSON.parse(textOf(files, `${node}/${CONFLIST}`)) as Conflist;

interface Wired {
  readonly node: NamespaceDump;
  readonly pod: NamespaceDump;
}

const wired = async (machine: PrivateMachine): Promise<Wired> => ({
  node: await dumpNamespace(machine.inside(spaceOf("node-a"))),
  pod: await dumpNamespace(machine.inside(spaceOf("pod-a"))),
});

/** What the lab wires, without the rules that a product's daemon writes. */
const withoutRules = (wiring: Wiring): Wiring => ({ ...wiring, steps: wiring.steps.filter(({ kind }) => kind !== "ruleset") });

/** The lab's l2-bridge is docker's, which does not let a container announce its address; the plugin does. */
const ANNOUNCED = /^(?:real|lab): sysctl net\.ipv4\.conf\.eth0\.arp_notify=/;

/** host-local gives a slice's first address, the lab its second. */
const asInLab = (text: string): string =>
  text.replaceAll(/\b198\.18\.0\.(32|48)\b/g, (_, last: string) => `198.18.0.${String(Number(last) + 1)}`);
const translated = (dump: NamespaceDump): NamespaceDump => ({
  ...dump,
  addresses: dump.addresses.map(asInLab),
  routes: dump.routes.map(asInLab).sort(),
});

describe.runIf(isRoot).each(CASES)("$mode", (example) => {
  const { mode, mtu, segment } = example;
  const machines: PrivateMachine[] = [];
  let machine: PrivateMachine;
  let files: ReadonlyMap<string, RenderedFile>;
  let bare: NamespaceDump;
  let real: Wired;
  let lab: Wired;

  beforeAll(async () => {
    machines.push(await privateMachine(), await privateMachine());
    const [one, other] = machines as [PrivateMachine, PrivateMachine];
    machine = one;
    files = rendered(mode, "cni", askedFor(example));
    await bareNodes(machine, mode);
    bare = await dumpNamespace(machine.inside(spaceOf("node-a")), { sysctls: /^$/ });
    if (example.node === true) await setUpNodes(machine, example);
    for (const node of NODES) await addPod(machine, node, podOn(node), conflistOf(files, node));
    real = await wired(machine);
    await carryOut(other, mode, withoutRules(resolveVariant(mode).wire(TOPOLOGY)));
    lab = await wired(other);
  });
  afterAll(() => Promise.all(machines.map((one) => one.close())));

  test("node and pod are wired as the lab wires them", () => {
    const own = segment === true ? translated(real.pod) : real.pod;
    expect(differences(own, lab.pod).filter((line) => !(mode === "l2-bridge" && ANNOUNCED.test(line)))).toEqual([]);
    expect(differences(real.node, lab.node)).toEqual([]);
  });

  test("pods have the computed MTU and reach each other with packets of that size, which nothing may cut", async () => {
    expect(await machine.run(["cat", "/sys/class/net/eth0/mtu"], { in: spaceOf("pod-a") })).not.toBe("");
    expect(real.pod.links).toContainEqual(expect.stringMatching(new RegExp(`^eth0 .* mtu ${String(mtu)} `)));
    const address = await addressOf(machine, "pod-b");
    await machine.run(["ping", "-c", "3", "-i", "0.2", "-W", "5", "-M", "do", "-s", String(mtu - 28), address], { in: spaceOf("pod-a") });
  });

  test("afterwards nothing is left of it", async () => {
    for (const node of NODES) await deletePod(machine, node, podOn(node), conflistOf(files, node));
    expect(await machine.run(["ip", "-br", "link"], { in: spaceOf("pod-a") })).not.toContain("eth0");
    if (example.node !== true) return;
    const scripts = rendered(mode, "iproute2", askedFor(example));
    for (const node of NODES) await runScript(machine, scripts, node, "podwire-network-back.sh");
    if (mode === "gce") await runScript(machine, scripts, "router", "podwire-routes-back.sh");
    // The plugin leaves its bridge; everything that the scripts made is gone.
    const left = await dumpNamespace(machine.inside(spaceOf("node-a")), { sysctls: /^$/ });
    expect(differences(left, bare).filter((line) => !/^real: (?:link|address|route|fdb) .*\bc(?:ni|br)0\b/.test(line))).toEqual([]);
  });
});

const podOn = (node: string): string => node.replace("node", "pod");

async function setUpNodes(machine: PrivateMachine, example: Case): Promise<void> {
  const scripts = rendered(example.mode, "iproute2", askedFor(example));
  for (const node of NODES) await runScript(machine, scripts, node, "podwire-network.sh");
  if (example.mode === "gce") await runScript(machine, scripts, "router", "podwire-routes.sh");
}

async function addressOf(machine: PrivateMachine, pod: string): Promise<string> {
  const shown = await machine.run(["ip", "-4", "-br", "address", "show", "dev", "eth0"], { in: spaceOf(pod) });
  return /\d+\.\d+\.\d+\.\d+/.exec(shown)?.[0] ?? "";
}

/** Plugins pass over keys that they do not know, so that the list of those that we write is closed here (their NetConf types, 1.1.1). */
const ipam = z.strictObject({
  type: z.literal("host-local"),
  ranges: z.array(
    z.array(
      z.strictObject({
        subnet: z.string(),
        rangeStart: z.string().optional(),
        rangeEnd: z.string().optional(),
        gateway: z.string().optional(),
      }),
    ),
  ),
  routes: z.array(z.strictObject({ dst: z.string() })),
});
const conflist = z.strictObject({
  cniVersion: z.literal("1.0.0"),
  name: z.string(),
  plugins: z.array(
    z.discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("bridge"),
        bridge: z.string(),
        isGateway: z.boolean(),
        isDefaultGateway: z.boolean().optional(),
        ipMasq: z.boolean(),
        hairpinMode: z.boolean().optional(),
        mtu: z.int(),
        ipam,
      }),
      z.strictObject({ type: z.literal("ptp"), ipMasq: z.boolean(), mtu: z.int(), ipam }),
      z.strictObject({
        type: z.enum(["macvlan", "ipvlan"]),
        master: z.string(),
        mode: z.enum(["bridge", "l2", "l3s"]),
        mtu: z.int(),
        ipam,
      }),
      z.strictObject({ type: z.literal("tuning"), sysctl: z.record(z.string(), z.string()) }),
      z.strictObject({ type: z.literal("portmap"), capabilities: z.strictObject({ portMappings: z.literal(true) }) }),
    ]),
  ),
});

describe.runIf(isRoot)("the plugin and a closed list of keys", () => {
  const machines: PrivateMachine[] = [];
  let count = 0;
  beforeAll(async () => {
    machines.push(await privateMachine());
    await bareNodes(machines[0] as PrivateMachine, "kindnet");
  });
  afterAll(() => Promise.all(machines.map((one) => one.close())));

  const complaints = async (text: string, inPod?: (pod: string) => Promise<void>): Promise<readonly string[]> => {
    const [machine] = machines as [PrivateMachine];
    const read = conflist.safeParse(JSON.parse(text));
    const keys = read.success ? [] : read.error.issues.map(({ message }) => message);
    count += 1;
    const pod = `try-${String(count)}`;
    await machine.run(["ip", "netns", "add", spaceOf(pod)]);
    const refused = await addPod(machine, "node-a", pod, JSON.parse(text) as Conflist).then(
      async () => {
        await inPod?.(spaceOf(pod));
        return deletePod(machine, "node-a", pod, JSON.parse(text) as Conflist).then(() => []);
      },
      (error: unknown) => [String(error)],
    );
    return [...keys, ...refused];
  };

  testChecker(checkedDocument("cni", "conflist"), (text) => complaints(text));

  describe("of what a closed loop kept in pods", () => {
    const entry = checkedDocument("tunings", "an entry of CNI's plugins");
    /** Behind the plugin that makes the device, as its head says. */
    const listWith = (text: string): string => {
      const list = conflistOf(rendered("kindnet", "cni", ROUTED), "node-a");
      return JSON.stringify({ ...list, plugins: [...list.plugins, JSON.parse(text)] });
    };
    testChecker(entry, (text) => complaints(listWith(text)));

    test("the value stands in the pod", async () => {
      const [machine] = machines as [PrivateMachine];
      let seen = "";
      // Another one than the kernel's own.
      const said = await complaints(listWith(documentText(entry).replace('"4096"', '"512"')), async (space) => {
        seen = await machine.run(["sysctl", "-n", "net.core.somaxconn"], { in: space });
      });
      expect([said, seen.trim()]).toEqual([[], "512"]);
    });
  });
});

describe.runIf(isRoot)("containerd's own reading of its section", () => {
  const execute = promisify(execFile);

  /** A key that containerd does not know is left out of what it dumps: what was written must come back. */
  const complaints = async (text: string): Promise<readonly string[]> => {
    const folder = await mkdtemp(join(tmpdir(), "podwire-containerd-"));
    try {
      const file = join(folder, "config.toml");
      await writeFile(file, text);
      const { stdout } = await execute("containerd", ["--config", file, "config", "dump"]);
      const section = stdout.slice(stdout.indexOf('[plugins."io.containerd.grpc.v1.cri".cni]')).split("\n\n")[0] ?? "";
      return ['bin_dir = "/usr/lib/cni"', 'conf_dir = "/etc/cni/net.d"', "max_conf_num = 1"].filter((line) => !section.includes(line));
    } catch (error) {
      return [String(error)];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  testChecker(checkedDocument("cni", "podwire-cni.toml"), complaints);
});
