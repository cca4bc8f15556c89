/**
 * A real Kubernetes cluster for tests and benches. It is owned by a process of its own (`up.mjs`), which ends with the process that asked for it,
 * however that ends; all of the cluster is in private namespaces. docs/cluster-fixture.md says what is real in it.
 */
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { run } from "./child.mjs";
import { enterPlace } from "./description.mjs";
import { flagsOf, usualProxy } from "./variants.mjs";

const UP = fileURLToPath(new URL("./up.mjs", import.meta.url));

/** @typedef {import("./description.mjs").Description} Description */
/** @typedef {Partial<import("./variants.mjs").Variant>} ClusterOptions left out: gce, kube-proxy in iptables mode (none beside Cilium), 2 nodes */
/**
 * Programs beside the fabric, and on each node; `flannel` and `bird` only where they are the pod network, `coredns` only where there is a DNS,
 * `kube-router` only where policies are enforced beside another pod network. What runs in pods (Cilium, kube-router as the pod network) is not among them.
 * @typedef {"etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "containerd" | "kubelet" | "kube-proxy" | "flannel" | "bird" | "coredns" | "kube-router"} ComponentName
 */
/**
 * @typedef {object} RunningComponent
 * @property {ComponentName} name
 * @property {string} [node]
 * @property {number} [pid] in the cluster's own pid namespace; absent when it does not run
 * @property {number} starts how often it was started
 */
/**
 * A cluster that runs, whoever owns it.
 * @typedef {object} Cluster
 * @property {Description} description
 * @property {string} kubeconfig path; the administrator at https://127.0.0.1:PORT
 * @property {readonly import("./variants.mjs").NodePlace[]} nodes
 * @property {(args: readonly string[], input?: string) => Promise<string>} kubectl its standard output; throws with its words
 * @property {(place: string, argv: readonly string[]) => string[]} enter argv that starts a program in the network, mounts and pid namespace of a
 *   node, or beside the fabric (`fabric`). It ends with the process that starts it
 * @property {(place: string, argv: readonly string[], input?: string) => Promise<string>} runIn the same, run to its end: its standard output
 * @property {(name: ComponentName, node?: string, signal?: NodeJS.Signals) => Promise<void>} kill sends a signal, SIGKILL if none is named, and
 *   waits for the end unless it is SIGSTOP or SIGCONT. Nothing starts it anew
 * @property {(name: ComponentName, node?: string) => Promise<void>} restart ends it if it runs, and starts it as before; does not wait until it works
 * @property {() => Promise<RunningComponent[]>} components
 * @property {(tar: string, node?: string) => Promise<void>} importImage loads an archive (absolute path, not under /run) into one node or all
 */
/** @typedef {Cluster & { stop(): Promise<void> }} OwnCluster `stop` ends it and removes what it left */

/**
 * Starts a cluster: about 12 s, 10 minutes the first time on a machine. Throws when it does not start, with the reason.
 * @param {ClusterOptions} [options]
 * @param {(line: string) => void} [say] takes progress
 * @returns {Promise<OwnCluster>}
 */
export async function startCluster(options = {}, say = () => undefined) {
  const { network = "gce" } = options;
  const flags = flagsOf({ proxy: usualProxy(network), nodes: 2, ...options, network });
  const owner = spawn(process.execPath, [UP, "--json", ...flags], { stdio: ["pipe", "pipe", "pipe"] });
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    owner.once("close", () => {
      resolve();
    });
  });
  /** @type {unknown} */
  const description = JSON.parse(await firstLine(owner, say));
  return {
    ...attachCluster(/** @type {Description} */ (description)),
    stop: async () => {
      owner.stdin.end();
      await ended;
    },
  };
}

/**
 * @param {import("node:child_process").ChildProcessWithoutNullStreams} owner
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
function firstLine(owner, say) {
  /** @type {string[]} */
  const words = [];
  createInterface({ input: owner.stderr }).on("line", (line) => {
    words.push(line);
    say(line);
  });
  return new Promise((resolve, reject) => {
    createInterface({ input: owner.stdout }).once("line", resolve);
    owner.once("error", reject);
    owner.once("close", () => {
      reject(new Error(`no cluster: ${words.join("\n")}`));
    });
  });
}

/**
 * A running cluster, from another process.
 * @param {Description} description
 * @returns {Cluster}
 */
export function attachCluster(description) {
  const { kubeconfig, nodes, components } = description;
  // kubectl would keep what it discovers in the caller's home folder.
  const kubectl = [join(components, "kubectl"), "--kubeconfig", kubeconfig, "--cache-dir", join(description.state, "kubectl-cache")];
  const order = (/** @type {object} */ what) => sendOrder(join(description.state, "orders.sock"), what);
  return {
    description,
    kubeconfig,
    nodes,
    kubectl: (args, input) => run([...kubectl, ...args], input === undefined ? {} : { input }),
    enter: (place, argv) => enterPlace(description, place, argv),
    runIn: (place, argv, input) => run(enterPlace(description, place, argv), input === undefined ? {} : { input }),
    kill: async (name, node, signal = "SIGKILL") => {
      await order({ order: "signal", name, node, signal });
    },
    restart: async (name, node) => {
      await order({ order: "restart", name, node });
    },
    components: async () => /** @type {RunningComponent[]} */ (await order({ order: "list" })),
    importImage: async (tar, node) => {
      await order({ order: "import", tar, node });
    },
  };
}

/**
 * @param {string} path
 * @param {object} order
 * @returns {Promise<unknown>}
 */
function sendOrder(path, order) {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true });
    let text = "";
    socket.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
      text += chunk;
    });
    socket.on("error", reject);
    socket.on("end", () => {
      socket.end();
      /** @type {unknown} */
      const parsed = text === "" ? { error: "the cluster ended" } : JSON.parse(text);
      const reply = /** @type {{ answer?: unknown, error?: string }} */ (parsed);
      if (reply.error === undefined) resolve(reply.answer);
      else reject(new Error(`${JSON.stringify(order)}: ${reply.error}`));
    });
    socket.end(JSON.stringify(order));
  });
}
