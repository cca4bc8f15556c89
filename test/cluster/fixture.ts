/**
 * A real Kubernetes cluster for tests. It is owned by a process of its own (`up.mjs`), which ends with the test process however that ends; all
 * of the cluster is in private namespaces. docs/cluster-fixture.md says what is real in it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { run } from "./child.mjs";
import type { Description } from "./owner.mjs";
import { flagsOf, type Network, type NodePlace, type ProxyMode } from "./variants.mjs";

const UP = fileURLToPath(new URL("./up.mjs", import.meta.url));

export interface ClusterOptions {
  readonly network?: Network;
  readonly proxy?: ProxyMode;
  readonly nodes?: 1 | 2 | 3;
  /** Bytes; what pods get instead of what fits. */
  readonly podMtu?: number;
  readonly dualStack?: boolean;
  /** bit/s of each node's link. */
  readonly linkRate?: number;
  /** Archives that every node has from the start, absolute paths; kept unpacked between starts. */
  readonly images?: readonly string[];
}

/** Programs beside the fabric, and on each node; `flannel` only where it is the pod network. */
export type ComponentName =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "containerd"
  | "kubelet"
  | "kube-proxy"
  | "flannel";

export interface RunningComponent {
  readonly name: ComponentName;
  readonly node?: string;
  /** In the cluster's own pid namespace; absent when it does not run. */
  readonly pid?: number;
  readonly starts: number;
}

/** A cluster that runs, whoever owns it. */
export interface Cluster {
  readonly description: Description;
  /** Path; the administrator at https://127.0.0.1:PORT. */
  readonly kubeconfig: string;
  readonly nodes: readonly NodePlace[];
  /** Standard output of kubectl; throws with its words. `input` goes to its standard input. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** What starts a program in a node's namespaces (or beside the fabric). It ends with the process that starts it. */
  enter(where: string, argv: readonly string[]): string[];
  /** The same, run to its end: its standard output; throws with its words. */
  runIn(where: string, argv: readonly string[], input?: string): Promise<string>;
  /** Sends a signal, SIGKILL if none is named, and waits for the end unless it is SIGSTOP or SIGCONT. Nothing starts it anew. */
  kill(name: ComponentName, node?: string, signal?: NodeJS.Signals): Promise<void>;
  /** Ends it if it runs, and starts it as before. Does not wait until it works. */
  restart(name: ComponentName, node?: string): Promise<void>;
  components(): Promise<RunningComponent[]>;
  /** Loads an archive (absolute path, not under /run) into one node or all. */
  importImage(tar: string, node?: string): Promise<void>;
}

/** A cluster of one's own. */
export interface OwnCluster extends Cluster {
  /** Ends it and removes what it left. */
  stop(): Promise<void>;
}

/** Starts a cluster: about 15 s, 10 minutes the first time on a machine. Throws when it does not come up, with the reason. */
export async function startCluster(options: ClusterOptions = {}, say: (line: string) => void = () => undefined): Promise<OwnCluster> {
  const { network = "gce", proxy = "iptables", nodes = 2 } = options;
  const owner = spawn(process.execPath, [UP, "--json", ...flagsOf({ ...options, network, proxy, nodes })], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => {
    owner.once("close", () => {
      resolve();
    });
  });
  const description = await firstLine(owner, say);
  return {
    ...attachCluster(JSON.parse(description) as Description),
    stop: async () => {
      owner.stdin.end();
      await ended;
    },
  };
}

/** A running cluster, from another process. */
export function attachCluster(description: Description): Cluster {
  const { kubeconfig, nodes, components } = description;
  const order = (what: object) => sendOrder(join(description.state, "orders.sock"), what);
  const enter = (where: string, argv: readonly string[]) => entering(description, where, argv);
  return {
    description,
    kubeconfig,
    nodes,
    enter,
    kubectl: (args, input) => run([join(components, "kubectl"), "--kubeconfig", kubeconfig, ...args], input === undefined ? {} : { input }),
    runIn: (where, argv, input) => run(enter(where, argv), input === undefined ? {} : { input }),
    kill: async (name, node, signal = "SIGKILL") => {
      await order({ order: "signal", name, node, signal });
    },
    restart: async (name, node) => {
      await order({ order: "restart", name, node });
    },
    components: async () => (await order({ order: "list" })) as RunningComponent[],
    importImage: async (tar, node) => {
      await order({ order: "import", tar, node });
    },
  };
}

function firstLine(owner: ChildProcess, say: (line: string) => void): Promise<string> {
  const { stdout, stderr } = owner;
  if (stdout === null || stderr === null) throw new Error("the owner of a cluster was started without pipes");
  const words: string[] = [];
  createInterface({ input: stderr }).on("line", (line) => {
    words.push(line);
    say(line);
  });
  return new Promise((resolve, reject) => {
    createInterface({ input: stdout }).once("line", resolve);
    owner.once("error", reject);
    owner.once("close", () => {
      reject(new Error(`no cluster: ${words.join("\n")}`));
    });
  });
}

/** `--pid` too, and a death signal: what is started there ends with its starter, and with the cluster. */
function entering({ init, nodes }: Description, where: string, argv: readonly string[]): string[] {
  const root = `/proc/${String(init)}`;
  const held = where === "fabric" ? `${root}/ns` : `${root}/root/run/ns/${where}`;
  const space = [`--net=${held}/net`, `--mount=${held}/mnt`, `--uts=${held}/uts`];
  if (where !== "fabric" && !nodes.some(({ name }) => name === where)) {
    throw new Error(`no place ${where} in this cluster: fabric, ${nodes.map(({ name }) => name).join(", ")}`);
  }
  return ["nsenter", ...space, `--pid=${root}/ns/pid`, "--", "setpriv", "--pdeathsig", "KILL", ...argv];
}

function sendOrder(path: string, order: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true });
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("error", reject);
    socket.on("end", () => {
      const reply = JSON.parse(text) as { answer?: unknown; error?: string };
      if (reply.error === undefined) resolve(reply.answer);
      else reject(new Error(`${JSON.stringify(order)}: ${reply.error}`));
      socket.end();
    });
    socket.end(JSON.stringify(order));
  });
}
