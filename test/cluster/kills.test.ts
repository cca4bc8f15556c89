/**
 * Whatever is killed while podwire measures in a cluster, and whenever: `cluster clean` makes the cluster what it was, and what was written can be read.
 * `npm run bench:cluster -- kills` runs it with more kills.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, type ExpectStatic, test } from "vitest";
import { parseRun } from "../../src/archive/run-file.js";
import { randomFrom } from "../../src/statistics/random.js";
import { ensureAgentImage } from "./agent-image.mjs";
import { type OwnCluster, startCluster } from "./fixture.js";
import { objectList } from "./objects.js";
import { podProcesses, running } from "./pod-processes.js";
import { CLUSTER_START_MS, roomForClusters } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";

const PODWIRE = fileURLToPath(new URL("../../bin/podwire", import.meta.url));
const KILLS = Number(process.env["PODWIRE_CLUSTER_KILLS"] ?? 10);
/** Repeats a failing run: PODWIRE_KILL_SEED=... npx vitest run test/cluster/kills.test.ts */
const seed = Number(process.env["PODWIRE_KILL_SEED"] ?? Date.now() % 1_000_000);

const KINDS = ["client", "silent client", "agent pod", "kubelet", "API server"] as const;
const PHASES = ["preparing", "measuring"] as const;
/** Milliseconds after a phase began, at most. */
const MOMENTS = { preparing: 4_000, measuring: 8_000 } as const;
/** Clusters that are tried side by side, since a kill is mostly followed by silence; each has one kill at a time. */
const CLUSTERS = 2;
/** How long the API server is away, at most. */
const AWAY_MS = 15_000;
/** After a kill of the client, or when it falls silent, the load must have ended by then, and later the agents. */
const LOAD_ENDS_WITHIN_MS = 5_000;
const AGENTS_END_WITHIN_MS = 75_000;
/** Generators that are not suspended; servers do nothing by themselves. */
const LOAD = running("iperf3 --client|ab -|sockperf ping-pong|trafgen |ping -");
const AGENT = /\bnode \/opt\/podwire\/agent\/pod\.js/;

const unavailable = await clusterUnavailable();

describe.skipIf(unavailable !== undefined)(`podwire in a cluster, killed (${unavailable ?? `seed ${String(seed)}`})`, () => {
  const random = randomFrom(seed);
  const fraction = (): number => random.integer(1_000_000) / 1e6;
  const plan = Array.from({ length: KILLS }, (_, index) => {
    const phase = PHASES[index % PHASES.length] ?? "measuring";
    const kind = KINDS[Math.floor(index / 2) % KINDS.length] ?? "client";
    return { kill: `${String(index + 1)}: ${kind}`, kind, phase, moment: Math.round(fraction() * MOMENTS[phase]), draw: fraction() };
  });
  const folder = mkdtempSync(join(tmpdir(), "podwire-cluster-kills-"));
  const free: Victim[] = [];
  const waiting: ((victim: Victim) => void)[] = [];
  const take = async (): Promise<Victim> => free.pop() ?? new Promise((resolve) => waiting.push(resolve));
  const giveBack = (victim: Victim): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(victim);
    else next(victim);
  };
  let victims: readonly Victim[] = [];

  beforeAll(async () => {
    const image = await ensureAgentImage();
    await roomForClusters(2, 2);
    victims = await Promise.all(Array.from({ length: Math.min(CLUSTERS, KILLS) }, async () => victimOf(image)));
    free.push(...victims);
  }, CLUSTER_START_MS);
  afterAll(async () => {
    await Promise.all(victims.map(async ({ cluster }) => cluster.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  test.concurrent.for(plan)(
    "leaves nothing behind: $kill, $moment ms into $phase",
    // With the wait for a cluster.
    { timeout: 480_000 },
    // Its own `expect`: the polling one has to know which of the tests at work it belongs to.
    async ({ kill, kind, phase, moment, draw }, { expect }) => {
      const victim = await take();
      const { cluster, before } = victim;
      try {
        const file = join(folder, `${kill.split(":")[0] ?? ""}.json`);
        const client = measuring(cluster, file);
        await began(phase, client, cluster);
        await delay(moment); // The random moment itself, not a wait for something.
        await KILL[kind](client, cluster, draw, expect);
        const { code, words } = await client.ended;
        // The client was killed, ended well in spite of the kill, or says in one sentence what happened.
        if (!kind.endsWith("client")) expect([0, 1], words).toContain(code);
        expect(words).not.toMatch(/a defect in podwire|\n\s+at /);
        await isWhole(cluster, expect);
        const cleaned = await podwire(cluster, "cluster", "clean", "--all");
        expect(cleaned.code, cleaned.words).toBe(0);
        expect(await objectList(cluster)).toEqual(before);
        if (existsSync(file)) expect(parseRun(readFileSync(file, "utf8"), file).scenario.venue).toBe("cluster");
      } finally {
        giveBack(victim);
      }
    },
  );
});

/** A cluster, and what is in it before anything happens. */
interface Victim {
  readonly cluster: OwnCluster;
  readonly before: readonly string[];
}

async function victimOf(image: string): Promise<Victim> {
  const cluster = await startCluster({ network: "flannel-vxlan", images: [image] });
  // Kubelets make their leases some seconds after their nodes are ready; they are the cluster's own.
  for (const { name } of cluster.nodes)
    await cluster.kubectl(["wait", "--for=create", `lease/${name}`, "--namespace", "kube-node-lease", "--timeout=60s"]);
  return { cluster, before: await objectList(cluster) };
}

interface Client {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

interface Ended {
  /** Null after a signal. */
  readonly code: number | null;
  /** What it said on standard error. */
  readonly words: string;
}

/** podwire, measuring two paths for some seconds. */
function measuring(cluster: OwnCluster, file: string): Client {
  const asked = ["--paths", "host-host,pod-pod", "--metrics", "http,latency.tcp.p50", "--budget", "12s", "--out", file];
  const child = spawn(process.execPath, [PODWIRE, "cluster", "run", ...asked], {
    env: { ...process.env, KUBECONFIG: cluster.kubeconfig, NO_COLOR: "1" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code) => {
      resolve({ code, words });
    });
  });
  return { process: child, ended };
}

async function podwire(cluster: OwnCluster, ...args: readonly string[]): Promise<Ended> {
  const { exitCode, stderr } = await execa(process.execPath, [PODWIRE, ...args], {
    reject: false,
    env: { KUBECONFIG: cluster.kubeconfig, NO_COLOR: "1" },
  });
  return { code: exitCode ?? null, words: stderr };
}

/** Resolves when podwire's namespace is there (`preparing`), or when load runs (`measuring`); or when the client has ended, for then no kill comes too late. */
async function began(phase: (typeof PHASES)[number], client: Client, cluster: OwnCluster): Promise<void> {
  const has = phase === "preparing" ? async () => (await namespaces(cluster)).length > 0 : async () => (await load(cluster)).length > 0;
  const over = client.ended.then(() => true);
  while (!(await has())) {
    if (await Promise.race([over, delay(100).then(() => false)])) return;
  }
}

const MANAGED = ["-l", "app.kubernetes.io/managed-by=podwire"] as const;

async function namespaces(cluster: OwnCluster): Promise<readonly string[]> {
  return words(await cluster.kubectl(["get", "namespaces", ...MANAGED, "-o", "name"]));
}

const words = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");

const load = async (cluster: OwnCluster): Promise<readonly string[]> => (await podProcesses(cluster)).filter((line) => LOAD.test(line));

const agents = async (cluster: OwnCluster): Promise<readonly string[]> => (await podProcesses(cluster)).filter((line) => AGENT.test(line));

async function hasStopped(cluster: OwnCluster, expect: ExpectStatic): Promise<void> {
  await expect.poll(() => load(cluster), { timeout: LOAD_ENDS_WITHIN_MS, interval: 100 }).toEqual([]);
  await expect.poll(() => agents(cluster), { timeout: AGENTS_END_WITHIN_MS - LOAD_ENDS_WITHIN_MS, interval: 500 }).toEqual([]);
}

type Kill = (client: Client, cluster: OwnCluster, draw: number, expect: ExpectStatic) => Promise<void>;

const KILL: Readonly<Record<(typeof KINDS)[number], Kill>> = {
  client: async (client, cluster, _, expect) => {
    client.process.kill("SIGKILL");
    await client.ended;
    await hasStopped(cluster, expect);
  },
  // Its streams stay open: all that the agents see is silence.
  "silent client": async (client, cluster, _, expect) => {
    client.process.kill("SIGSTOP");
    try {
      await hasStopped(cluster, expect);
    } finally {
      client.process.kill("SIGKILL");
    }
    await client.ended;
  },
  "agent pod": async (_, cluster, draw) => {
    const pods = words(
      await cluster.kubectl([
        "get",
        "pods",
        "--all-namespaces",
        ...MANAGED,
        "-o",
        "jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{'\\n'}{end}",
      ]),
    );
    const [namespace = "", pod = ""] = (pods[Math.floor(draw * pods.length)] ?? "").split("/");
    if (pod !== "") await cluster.kubectl(["delete", "pod", pod, "-n", namespace, "--force", "--grace-period=0", "--ignore-not-found"]);
  },
  kubelet: async (_, cluster, draw) => {
    const node = cluster.nodes[Math.floor(draw * cluster.nodes.length)]?.name ?? "";
    await cluster.kill("kubelet", node);
    await delay(draw * AWAY_MS);
    await cluster.restart("kubelet", node);
  },
  "API server": async (_, cluster, draw) => {
    await cluster.kill("kube-apiserver");
    await delay(draw * AWAY_MS);
    await cluster.restart("kube-apiserver");
  },
};

/** The API server answers and every node is ready again. */
async function isWhole(cluster: OwnCluster, expect: ExpectStatic): Promise<void> {
  const ready = ["wait", "--for=condition=Ready", "node", "--all", "--timeout=60s"];
  await expect.poll(() => cluster.kubectl(ready).then(() => "ready", String), { timeout: 120_000, interval: 500 }).toBe("ready");
}
