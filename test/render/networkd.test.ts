/**
 * systemd-networkd on a node of the lab, given the rendered files and nothing else: its log has no complaint, and what stands is what the lab wires. The other
 * node is set up by the scripts of iproute2, so that two targets meet. Runs as root only.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveVariant } from "../../src/variants/variant.js";
import { differences } from "../oracles/differences.js";
import { dumpNamespace, type NamespaceDump } from "../oracles/dump.js";
import { type PrivateMachine, privateMachine } from "../oracles/private-machine.js";
import { LAB_SEGMENT, rendered, textOf } from "../synthetic/rendered.js";
import { checkedDocument, ROUTED } from "./checked-documents.js";
import { testChecker } from "./complaints.js";
import { addPod, bareNodes, type Conflist, carryOut, runScript, spaceOf, TOPOLOGY } from "./lab-machine.js";
import { COMPLAINT, configured, NETWORKD_ENVIRONMENT, START_NETWORKD, unitsOf } from "./networkd-words.js";

const isRoot = process.getuid?.() === 0;
const NODE = spaceOf("node-a");

/** A networkd that runs in a node's namespace until its machine is closed. */
interface Running {
  readonly log: readonly string[];
  readonly process: ChildProcess;
  /** Settles once it has said each of these lines behind so many of its log. */
  said(lines: readonly string[], behind?: number): Promise<void>;
}

/** All files are read by then. */
const FILES_READ = "lo: State changed: initialized -> unmanaged";

/** Puts files where networkd looks for them at run time, and starts it; settles once it has said each of these lines. */
async function startNetworkd(machine: PrivateMachine, files: ReadonlyMap<string, string>, lines: readonly string[]): Promise<Running> {
  for (const [path, text] of files) {
    await machine.run(["mkdir", "-p", dirname(`/run/systemd/${path}`)]);
    await machine.run(["tee", `/run/systemd/${path}`], { stdin: text });
  }
  const [program, ...words]: readonly [string, ...string[]] = [...machine.enter(NODE), "unshare", "--mount", "sh", "-c", START_NETWORKD];
  const child = spawn(program, words, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...NETWORKD_ENVIRONMENT } });
  const log: string[] = [];
  const output = createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const said: Running["said"] = (wanted, behind = 0) =>
    new Promise<void>((resolve, reject) => {
      const look = (): void => {
        const own = log.slice(behind);
        if (wanted.every((one) => own.includes(one))) resolve();
      };
      output.on("line", look);
      child.once("exit", () => {
        reject(new Error(`networkd ended: ${log.slice(-20).join("\n")}`));
      });
      look();
    });
  await said(lines);
  return { log, process: child, said };
}

/** Who may do anything, since root alone is here: networkd's own rules are for a user of its own. */
const BUS = [
  '<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">',
  "<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>",
  '<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>',
].join("\n");

/** The bus by which networkctl speaks to networkd. It stays until the machine is closed. */
async function startBus(machine: PrivateMachine): Promise<void> {
  await machine.run(["mkdir", "/run/dbus"]);
  await machine.run(["tee", "/run/dbus/own.conf"], { stdin: BUS });
  await machine.run(["dbus-daemon", "--config-file=/run/dbus/own.conf", "--fork"]);
}

const complaintsIn = ({ log }: Running): readonly string[] => log.filter((line) => COMPLAINT.test(line));

interface Case {
  readonly mode: string;
  readonly cards: readonly string[];
  readonly segment?: true;
}

const CASES: readonly Case[] = [
  { mode: "flannel-vxlan", cards: ["eth0", "flannel.1"] },
  { mode: "flannel-host-gw", cards: ["eth0"] },
  { mode: "kindnet", cards: ["eth0"] },
  { mode: "l2-bridge", cards: ["eth0", "br0"], segment: true },
];

/**
 * Without what networkd does otherwise than whoever types the commands: it marks its routes, gives an address its broadcast address, and leaves a device the
 * kernel's queue length, where flannel asks for none.
 */
const unmarked = ({ routes, addresses, links, ...dump }: NamespaceDump): NamespaceDump => ({
  ...dump,
  routes: routes.map((line) => line.replace(/ proto (?:static|boot)/, "")).sort(),
  addresses: addresses.map((line) => line.replace(/^(eth0 .*) brd \S+$/, "$1")),
  links: links.map((line) => line.replace(/^(flannel\.1 .*) qlen \d+/, "$1")),
});

describe.runIf(isRoot).each(CASES)("$mode", ({ mode, cards, segment }) => {
  const machines: PrivateMachine[] = [];
  let machine: PrivateMachine;
  let running: Running;
  let real: NamespaceDump;
  let lab: NamespaceDump;

  beforeAll(async () => {
    machines.push(await privateMachine(), await privateMachine());
    const [one, other] = machines as [PrivateMachine, PrivateMachine];
    machine = one;
    const asked = segment === true ? { cluster: LAB_SEGMENT } : ROUTED;
    const files = rendered(mode, "networkd", asked);
    await bareNodes(machine, mode, false);
    await startBus(machine);
    await machine.run(["sysctl", "-p", "-"], { in: NODE, stdin: textOf(files, "node-a/etc/sysctl.d/90-podwire.conf") });
    running = await startNetworkd(machine, unitsOf(files, "node-a"), cards.map(configured));
    await machine.run(["ip", "address", "add", "198.18.0.12/24", "dev", "eth0"], { in: spaceOf("node-b") });
    await runScript(machine, rendered(mode, "iproute2", asked), "node-b", "podwire-network.sh");
    const plugins = rendered(mode, "cni", asked);
    for (const node of ["node-a", "node-b"]) {
      await addPod(
        machine,
        node,
        node.replace("node", "pod"),
        JSON.parse(textOf(plugins, `${node}/etc/cni/net.d/10-podwire.conflist`)) as Conflist,
      );
    }
    real = unmarked(await dumpNamespace(machine.inside(NODE)));
    const wiring = resolveVariant(mode).wire(TOPOLOGY);
    await carryOut(other, mode, { ...wiring, steps: wiring.steps.filter(({ kind }) => kind !== "ruleset") });
    lab = unmarked(await dumpNamespace(other.inside(NODE)));
  });
  afterAll(() => Promise.all(machines.map((one) => one.close())));

  test("networkd has nothing against the files", () => {
    expect(complaintsIn(running)).toEqual([]);
  });

  test("the node is wired as the lab wires it", () => {
    expect(differences(real, lab)).toEqual([]);
  });

  test("its pod reaches the pod of a node that iproute2 has set up", async () => {
    const shown = await machine.run(["ip", "-4", "-br", "address", "show", "dev", "eth0"], { in: spaceOf("pod-b") });
    await machine.run(["ping", "-c", "2", "-i", "0.2", "-W", "5", /\d+\.\d+\.\d+\.\d+/.exec(shown)?.[0] ?? ""], { in: spaceOf("pod-a") });
  });

  test("a link that is configured anew keeps the routes of its file, and loses another program's", async () => {
    const foreign = ["route", "add", "198.19.99.0/24", "via", "198.18.0.12"] as const;
    await machine.run(["ip", ...foreign], { in: NODE });
    for (const card of cards) {
      const behind = running.log.length;
      await machine.run(["networkctl", "reconfigure", card], { in: NODE });
      await running.said([configured(card)], behind);
    }
    expect(differences(unmarked(await dumpNamespace(machine.inside(NODE))), real)).toEqual([]);
    expect(complaintsIn(running)).toEqual([]);
  });

  test("the routes are there again after networkd was started anew", async () => {
    running.process.kill("SIGTERM");
    running = await startNetworkd(machine, new Map(), cards.map(configured));
    expect(differences(unmarked(await dumpNamespace(machine.inside(NODE))), real)).toEqual([]);
  });
});

/** The router of gce, on the segment of two nodes: its card's own file, and podwire's drop-in. */
const routerUnits = (routes: string): ReadonlyMap<string, string> =>
  new Map([
    ["network/20-own.network", "[Match]\nName=eth0\n[Network]\nAddress=198.18.0.1/24\n"],
    ["network/20-own.network.d/podwire-routes.conf", routes],
  ]);

describe.runIf(isRoot)("gce's router", () => {
  const files = rendered("gce", "networkd", ROUTED);
  const machines: PrivateMachine[] = [];
  let machine: PrivateMachine;
  beforeAll(async () => {
    machine = await privateMachine();
    machines.push(machine);
    await bareNodes(machine, "flannel-host-gw", false);
  });
  afterAll(() => Promise.all(machines.map((one) => one.close())));

  test("has a route to each node's pods by the drop-in, and networkd nothing against it", async () => {
    const running = await startNetworkd(machine, routerUnits(textOf(files, "router/podwire-routes.conf")), [configured("eth0")]);
    expect(complaintsIn(running)).toEqual([]);
    const routes = await machine.run(["ip", "route", "show", "root", "198.19.0.0/16"], { in: NODE });
    const lines = routes.trim().split("\n");
    expect(lines.map((line) => line.trim())).toEqual([
      "198.19.1.0/24 via 198.18.0.11 dev eth0 proto static",
      "198.19.2.0/24 via 198.18.0.12 dev eth0 proto static",
    ]);
  });

  test("forwards, and sends redirects by no device", async () => {
    const names = ["all", "default", "eth0"].map((device) => `net.ipv4.conf.${device}.send_redirects`);
    await machine.run(["sysctl", "-q", "-w", "net.ipv4.ip_forward=0", ...names.map((name) => `${name}=1`)], { in: NODE });
    await machine.run(["tee", "/run/router.conf"], { stdin: textOf(files, "router/etc/sysctl.d/90-podwire.conf") });
    await machine.run(["/usr/lib/systemd/systemd-sysctl", "/run/router.conf"], { in: NODE });
    const values = await machine.run(["sysctl", "-n", "net.ipv4.ip_forward", ...names], { in: NODE });
    expect(values.trim().split("\n")).toEqual(["1", "0", "0", "0"]);
  });
});

describe.runIf(isRoot)("networkd's log", () => {
  const machines: PrivateMachine[] = [];
  afterAll(() => Promise.all(machines.map((one) => one.close())));

  const complaintsAbout =
    (path: string) =>
    async (text: string): Promise<readonly string[]> => {
      const machine = await privateMachine();
      machines.push(machine);
      await bareNodes(machine, "flannel-vxlan", false);
      const units = new Map(unitsOf(rendered("flannel-vxlan", "networkd", ROUTED), "node-a"));
      units.set(path, text);
      return complaintsIn(await startNetworkd(machine, units, [FILES_READ]));
    };

  testChecker(checkedDocument("networkd", "the router's routes"), async (text) => {
    const machine = await privateMachine();
    machines.push(machine);
    await bareNodes(machine, "flannel-vxlan", false);
    return complaintsIn(await startNetworkd(machine, routerUnits(text), [FILES_READ]));
  });
  testChecker(checkedDocument("networkd", "the tunnel's .network"), complaintsAbout("network/10-podwire-flannel.1.network"));
  testChecker(checkedDocument("networkd", "the tunnel's .netdev"), complaintsAbout("network/10-podwire-flannel.1.netdev"));
});
