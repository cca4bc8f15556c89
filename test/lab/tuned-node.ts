/**
 * A node of a test's own: a network namespace in a private machine, with the real program and a state folder of its own. It ends with the test.
 * @packageDocumentation
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TuningPlan, TuningStatus } from "../../src/model/tuning.js";
import { type PrivateMachine, privateMachine } from "../oracles/private-machine.js";
import { type Ended, type Running, running } from "./program.js";

/** The built program. */
export const PODWIRE = new URL("../../dist/main.js", import.meta.url).pathname;

/** What makes a namespace a node: a card, a tunnel over it, a bridge, and a pod's veth. */
const WIRING = [
  "link add eth0 type veth peer name far",
  "link add flannel.1 type vxlan id 1 dstport 8472 dev eth0",
  "link add cni0 type bridge",
  "link add pod0 type veth peer name pod1",
  "link set pod0 master cni0",
  ...["lo", "eth0", "far", "flannel.1", "cni0", "pod0", "pod1"].map((name) => `link set ${name} up`),
];

/** A node. */
export interface TunedTestNode {
  readonly machine: PrivateMachine;
  readonly name: string;
  /** The journal's folder, and its one journal once there is one. */
  readonly state: string;
  readonly journal: () => string;
  /** Runs a program in the node's namespace. Throws where it fails. */
  readonly run: (...argv: readonly [string, ...string[]]) => Promise<string>;
  /** Runs `podwire tune ...` there, through words such as those of unshare(1). */
  readonly tune: (args: readonly string[], options?: TuneOptions) => Promise<Ended>;
  /** The same without waiting; its input stays open. */
  readonly start: (args: readonly string[], options?: TuneOptions) => Running;
  readonly plan: (...args: readonly string[]) => Promise<TuningPlan>;
  readonly status: () => Promise<TuningStatus>;
  /** Everything that changes could touch, as text. */
  readonly dump: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** How the program is started. */
export interface TuneOptions {
  readonly through?: readonly string[];
  readonly stdin?: string;
  /** Without it, the node's own. */
  readonly state?: string;
}

/** Makes a node. Needs root. */
export async function tunedNode(): Promise<TunedTestNode> {
  if (!existsSync(PODWIRE)) throw new Error("dist is missing: run `npm run build` first");
  const machine = await privateMachine();
  const name = "node";
  await machine.run(["ip", "netns", "add", name]);
  for (const words of WIRING) await machine.run(["ip", "-netns", name, ...words.split(" ")]);
  const state = mkdtempSync(join(tmpdir(), "podwire-tune-"));
  const start: TunedTestNode["start"] = (args, options = {}) => {
    const words = ["tune", ...args, "--state", options.state ?? state];
    return launch([...machine.enter(name), ...(options.through ?? []), process.execPath, PODWIRE, ...words]);
  };
  const tune: TunedTestNode["tune"] = async (args, options = {}) => {
    const started = start(args, options);
    started.type(options.stdin ?? "");
    started.endInput();
    return started.ended;
  };
  const json = async <T>(args: readonly string[]): Promise<T> => {
    const { code, stdout, stderr } = await tune([...args, "--json"]);
    if (code !== 0) throw new Error(`tune ${args.join(" ")}: ${stderr}`);
    return JSON.parse(stdout) as T;
  };
  const run: TunedTestNode["run"] = async (...argv) => machine.run(argv, { in: name });
  return {
    machine,
    name,
    state,
    journal: () => {
      const [file] = readdirSync(state).filter((one) => one.endsWith(".jsonl"));
      return join(state, file ?? "none");
    },
    run,
    tune,
    start,
    plan: async (...args) => json(["plan", ...args]),
    status: async () => json(["status"]),
    dump: async () => dumpOf(run),
    close: async () => {
      await machine.close();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

function launch([program = "", ...words]: readonly string[]): Running {
  return running(spawn(program, words, { stdio: "pipe" }));
}

/** Counters, ages and lots that differ by themselves. */
const VOLATILE = /nf_conntrack_count|\.stat\.|dirty|base_reachable|netdev_rss_key|stable_secret|tcp_fastopen_key|ipfrag_|route\.gc/;

/** Everything that changes could touch, in one script: a test asks for it often. */
const DUMP = [
  "sysctl -a 2>/dev/null | grep '^net'",
  "ip -details -oneline link show",
  "for device in $(ls /sys/class/net); do ethtool -k $device; done",
  "ip address show; tc qdisc show; nft list ruleset",
  "grep -sH '' /sys/class/net/*/queues/*/*ps_cpus /sys/class/net/*/gro_flush_timeout; true",
].join("\n");

async function dumpOf(run: TunedTestNode["run"]): Promise<string> {
  const text = await run("ip", "netns", "exec", "node", "sh", "-c", DUMP);
  const lines = text.split("\n").filter((line) => !VOLATILE.test(line));
  return lines.join("\n").replaceAll(/(\w*timer) +[\d.]+| tentative/g, "$1");
}
