/**
 * `podwire cluster conformance` in real clusters: packets agree with what is expected of them, also from outside, where podwire runs beside the nodes; what is
 * broken on purpose is found, with the place; and nothing is left, whenever it is killed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type CheckName, type Conformance, type ConformanceCell, conformanceSchema, contradictions } from "../../src/model/conformance.js";
import { summarySchema } from "../../src/model/summary.js";
import { randomFrom } from "../../src/statistics/random.js";
import { agentImageUnavailable, ensureAgentImage } from "./agent-image.mjs";
import { type Cluster, type OwnCluster, startCluster } from "./fixture.js";
import { Kubeconfigs, tokenOf } from "./kubeconfigs.js";
import { objectList } from "./objects.js";
import { type Ended, endOf } from "./podwire.js";
import { CLUSTER_START_MS, roomForClusters, sharedCluster } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";
import { API_SERVER } from "./variants.mjs";

const PODWIRE = fileURLToPath(new URL("../../bin/podwire", import.meta.url));
// Most of a test is waiting for pods and for what must not answer, several times over; on a starved machine each takes its time.
vi.setConfig({ testTimeout: 300_000 });
/** What runs for longer is ended, so that the test fails with what podwire has said by then. */
const BOUND = { timeout: 240_000, killSignal: "SIGKILL" } as const;

const unavailable = (await clusterUnavailable()) ?? agentImageUnavailable();
const why = unavailable === undefined ? "" : ` (${unavailable})`;
/** Two: in a namespace of its own, and in one that was there before. More of them take half a minute each. */
const KILLS = Number(process.env["PODWIRE_CONFORMANCE_KILLS"] ?? 2);
/** Repeats a failing run. */
const seed = Number(process.env["PODWIRE_KILL_SEED"] ?? Date.now() % 1_000_000);
/** From its start on, milliseconds: what a whole run takes on a machine at rest. */
const KILLED_WITHIN = 25_000;

/** podwire against a cluster, from a place of it or from this machine. */
class Caller {
  readonly #folder = mkdtempSync(join(tmpdir(), "podwire-conformance-"));
  readonly kubeconfigs: Kubeconfigs;
  readonly #inside: string;

  constructor(readonly cluster: Cluster) {
    this.kubeconfigs = new Kubeconfigs(cluster);
    this.#inside = this.kubeconfigs.write({ cluster: { server: API_SERVER } });
  }

  /** Starts `podwire cluster ...` beside the nodes, which reach it there as they reach any host outside of the cluster. */
  beside(...args: readonly string[]): ChildProcess {
    return this.at("fabric", ...args);
  }

  /** The same on a node, or beside them. */
  at(place: string, ...args: readonly string[]): ChildProcess {
    const [program = "", ...words] = this.cluster.enter(place, [process.execPath, PODWIRE, "cluster", ...args]);
    return spawn(program, words, { env: { ...process.env, KUBECONFIG: this.#inside, NO_COLOR: "1" }, cwd: this.#folder, ...BOUND });
  }

  /** The same from this machine, which reaches the API server alone. */
  away(kubeconfig: string, ...args: readonly string[]): ChildProcess {
    const env = { ...process.env, KUBECONFIG: kubeconfig, NO_COLOR: "1" };
    return spawn(process.execPath, [PODWIRE, "cluster", ...args], { env, cwd: this.#folder, ...BOUND });
  }

  /** A place for a file, wherever podwire runs: who enters a node starts in its root folder. */
  place(name: string): string {
    return join(this.#folder, name);
  }

  remove(): void {
    this.kubeconfigs.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function read({ stdout, stderr }: Ended): Conformance {
  expect(stdout, stderr).not.toBe("");
  return conformanceSchema.parse(JSON.parse(stdout));
}
const cellsIn = (ended: Ended): readonly ConformanceCell[] => read(ended).variants.flatMap(({ cells }) => cells);
const results = (cells: readonly ConformanceCell[], check: CheckName) =>
  cells.filter((cell) => cell.check === check).map(({ result }) => result);
const contradicted = (ended: Ended) =>
  read(ended).variants.flatMap((variant) =>
    contradictions(variant).map(({ check, protocol, evidence }) => ({ check, protocol, evidence })),
  );

describe.skipIf(unavailable !== undefined)(`conformance of a cluster with kube-proxy in iptables mode${why}`, () => {
  let cluster: Cluster;
  let caller: Caller;
  let before: readonly string[];

  beforeAll(async () => {
    const tar = await ensureAgentImage();
    cluster = await sharedCluster({ network: "flannel-vxlan" });
    await cluster.importImage(tar);
    caller = new Caller(cluster);
    for (const { name } of cluster.nodes)
      await cluster.kubectl(["wait", "--for=create", `lease/${name}`, "--namespace", "kube-node-lease", "--timeout=60s"]);
    before = await objectList(cluster);
  }, CLUSTER_START_MS);
  afterAll(() => {
    caller.remove();
  });

  test("packets agree with what is expected of it, those from outside too, and nothing is left", async () => {
    const ended = await endOf(caller.beside("conformance", "--json", "--html", caller.place("page.html")));
    expect(contradicted(ended), ended.stderr).toEqual([]);
    expect(ended.code, ended.stderr).toBe(0);
    const [found] = read(ended).variants;
    expect(found?.variant).toBe("flannel-vxlan+kube-proxy-iptables");
    const cells = cellsIn(ended);
    expect(cells.filter(({ set, result }) => set !== "also-seen" && result !== "works")).toEqual([]);
    expect(cells.length).toBeGreaterThan(50);
    expect(results(cells, "nodeport-localhost")).toEqual(["works"]);
    expect(results(cells, "clusterip-unused-port")).toEqual(["not-offered"]);
    expect(cells.find(({ check }) => check === "source-kept")?.evidence).toContain("which it saw as 198.18.0.1:");
    expect(readFileSync(caller.place("page.html"), "utf8")).toContain("<h1>What works on each network</h1>");
    expect(await objectList(cluster)).toEqual(before);
  });

  test("what cannot be tried from where podwire runs, or with what it may make, says why", async () => {
    const ended = await endOf(caller.away(cluster.kubeconfig, "conformance", "--no-host", "--checks", "pods,external,egress", "--json"));
    expect(ended.code, ended.stderr).toBe(0);
    const cells = cellsIn(ended);
    expect(results(cells, "pod-pod-across")).toEqual(["works", "works"]);
    for (const check of ["host-own-pod", "nodeport-outside", "masquerade"] as const)
      expect(new Set(results(cells, check))).toEqual(new Set(["not-applicable"]));
    expect(cells.find(({ check }) => check === "host-own-pod")?.because).toBe("--no-host asks for none");
    const onNode = await endOf(caller.at("node-1", "conformance", "--checks", "source-kept", "--json"));
    expect(onNode.code, onNode.stderr).toBe(0);
    expect(cellsIn(onNode).map(({ because }) => because)).toEqual(
      Array.from(
        { length: 2 },
        () =>
          "podwire runs on node node-1 of the cluster, which is not outside of it: Services may be resolved there before a packet is sent",
      ),
    );
  });

  test("--anonymize tells no node by its name", async () => {
    const onNode = await endOf(caller.at("node-1", "conformance", "--checks", "source-kept", "--anonymize", "--json"));
    expect(onNode.code, onNode.stderr).toBe(0);
    expect(new Set(cellsIn(onNode).map(({ because }) => because))).toEqual(
      new Set([expect.stringMatching(/^podwire runs on node name-\d+ of the cluster, which is not outside of it/)]),
    );
    expect(onNode.stdout).not.toContain("node-1");
  });

  test("without a right to Services their cells are not tried, and name it", async () => {
    await cluster.kubectl(["create", "namespace", "confined"]);
    try {
      await cluster.kubectl(["wait", "--for=create", "serviceaccount/default", "--namespace", "confined", "--timeout=60s"]);
      await cluster.kubectl(["create", "serviceaccount", "podwire", "--namespace", "confined"]);
      const role = { apiGroups: [""], resources: ["pods", "pods/exec", "services"], verbs: ["*"] };
      const metadata = { name: "podwire", namespace: "confined" };
      const ref = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "podwire" };
      const subjects = [{ kind: "ServiceAccount", name: "podwire", namespace: "confined" }];
      const api = "rbac.authorization.k8s.io/v1";
      const items = [
        { apiVersion: api, kind: "Role", metadata, rules: [role] },
        { apiVersion: api, kind: "RoleBinding", metadata, roleRef: ref, subjects },
      ];
      await cluster.kubectl(["apply", "--filename", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
      const kubeconfig = caller.kubeconfigs.write({ user: { token: await tokenOf(cluster, "confined", "podwire") } });
      const flags = ["--namespace", "confined", "--no-host", "--checks", "pod-pod-local,clusterip-local", "--json"];
      const ended = await endOf(caller.away(kubeconfig, "conformance", ...flags));
      const cells = cellsIn(ended);
      expect(results(cells, "pod-pod-local"), ended.stderr).toEqual(["works", "works"]);
      expect(cells.find(({ check }) => check === "clusterip-local")?.because).toMatch(
        /^this account may not create endpointslices\.discovery\.k8s\.io in namespace confined, nor /,
      );
      expect(await cluster.kubectl(["get", "pods,services", "--namespace", "confined", "--output", "name"])).toBe("");
    } finally {
      await cluster.kubectl(["delete", "namespace", "confined"]);
    }
  });

  test("a node that drops what it forwards is found, with the rule", async () => {
    // flannel accepts what its pods send, so that the chain's policy is not met.
    const planted = ["FORWARD", "-m", "comment", "--comment", "planted", "-j", "DROP"];
    await cluster.runIn("node-2", ["iptables", "-I", ...planted]);
    try {
      const ended = await endOf(caller.beside("conformance", "--deep", "--checks", "pod-pod-local,pod-pod-across", "--json"));
      expect(ended.code, ended.stderr).toBe(1);
      const cells = cellsIn(ended);
      expect(results(cells, "pod-pod-local")).toEqual(["works", "works"]);
      const across = cells.filter(({ check }) => check === "pod-pod-across");
      expect(across.map(({ result, expected }) => [result, expected])).toEqual([
        ["does-not-work", "works"],
        ["does-not-work", "works"],
      ]);
      for (const { evidence } of across) {
        expect(evidence).toMatch(/; last seen in node-b: .*flannel\.1 received \d+/);
        expect(evidence).toMatch(/; node-b: -A FORWARD .*planted.* -j DROP \(filter\) counted \d+/);
      }
    } finally {
      await cluster.runIn("node-2", ["iptables", "-D", ...planted]);
    }
  });

  test("NOTRACK between pods breaks what pods dial by a Service's address, and the rule is named", async () => {
    const rule = ["PREROUTING", "-s", "198.19.0.0/16", "-d", "198.19.0.0/16", "-j", "CT", "--notrack"];
    const onEach = async (action: string) => {
      for (const { name } of cluster.nodes) await cluster.runIn(name, ["iptables", "-t", "raw", action, ...rule]);
    };
    await onEach("-A");
    try {
      const ended = await endOf(caller.beside("conformance", "--deep", "--checks", "pod-pod-across,clusterip-across", "--json"));
      expect(ended.code, ended.stderr).toBe(1);
      const cells = cellsIn(ended);
      expect(results(cells, "pod-pod-across")).toEqual(["works", "works"]);
      expect(results(cells, "clusterip-across")).toEqual(["does-not-work", "does-not-work", "does-not-work"]);
      expect(cells.find(({ check }) => check === "clusterip-across")?.evidence).toMatch(/CT --notrack \(raw\) counted \d+/);
    } finally {
      await onEach("-D");
    }
  });

  test("a kube-proxy that has ended is found: Services lead nowhere, and their packets left the node untranslated", async () => {
    for (const { name } of cluster.nodes) await cluster.kill("kube-proxy", name);
    try {
      const ended = await endOf(caller.beside("conformance", "--checks", "pod-pod-across,clusterip-across", "--json"));
      expect(ended.code, ended.stderr).toBe(1);
      const cells = cellsIn(ended);
      expect(results(cells, "pod-pod-across")).toEqual(["works", "works"]);
      const across = cells.filter(({ check }) => check === "clusterip-across");
      expect(across.map(({ result, expected }) => [result, expected])).toEqual(Array.from({ length: 3 }, () => ["does-not-work", "works"]));
      expect(across[0]?.evidence).toMatch(/; last seen in node-a: .*eth0 sent \d+/);
    } finally {
      for (const { name } of cluster.nodes) await cluster.restart("kube-proxy", name);
      for (const { address } of cluster.nodes)
        await expect
          .poll(async () => cluster.runIn("fabric", ["curl", "-sf", `http://${address}:10256/healthz`]).then(() => "ok", String), {
            timeout: 60_000,
          })
          .toBe("ok");
    }
  });

  const random = randomFrom(seed);
  const moments = Array.from({ length: KILLS }, () => random.integer(KILLED_WITHIN));
  test.each(moments)(`killed after %i ms it leaves what \`cluster clean\` removes (seed ${String(seed)})`, async (moment) => {
    await cluster.kubectl(["create", "namespace", "killed"]);
    for (const object of ["serviceaccount/default", "configmap/kube-root-ca.crt"])
      await cluster.kubectl(["wait", "--for=create", object, "--namespace", "killed", "--timeout=60s"]);
    try {
      const there = await objectList(cluster);
      const own = moments.indexOf(moment) % 2 === 0 ? [] : ["--namespace", "killed"];
      const child = caller.beside("conformance", "--json", ...own);
      const ended = endOf(child);
      await Promise.race([delay(moment), ended]); // The random moment itself, not a wait for something.
      child.kill("SIGKILL");
      await ended;
      const cleaned = await endOf(caller.beside("clean", "--all"));
      expect(cleaned.code, cleaned.stderr).toBe(0);
      expect(await objectList(cluster)).toEqual(there);
      // Nor does anything go on answering beside the nodes.
      await expect
        .poll(() => cluster.runIn("fabric", ["ps", "-eo", "args="]).then((text) => text.includes("exchange.js stay")))
        .toBe(false);
    } finally {
      await cluster.kubectl(["delete", "namespace", "killed"]);
    }
  });
});

describe.skipIf(unavailable !== undefined)(`conformance of a cluster with kube-proxy in nftables mode${why}`, () => {
  let own: OwnCluster;
  let cluster: Cluster;
  let caller: Caller;

  beforeAll(async () => {
    const tar = await ensureAgentImage();
    await roomForClusters(2);
    own = await startCluster({ network: "host-routes", proxy: "nftables", policies: true, images: [tar] });
    cluster = own;
    caller = new Caller(cluster);
  }, CLUSTER_START_MS);
  afterAll(async () => {
    caller.remove();
    await own.stop();
  });

  test("packets agree with what is expected of it", async () => {
    const ended = await endOf(caller.beside("conformance", "--json"));
    expect(contradicted(ended), ended.stderr).toEqual([]);
    expect(ended.code, ended.stderr).toBe(0);
    const cells = cellsIn(ended);
    expect(results(cells, "nodeport-localhost")).toEqual(["not-offered"]);
    expect(results(cells, "clusterip-unused-port")).toEqual(["works"]);
    // Nothing in this cluster translates what pods send outward, and the outside has routes to pods.
    expect(cells.find(({ check }) => check === "masquerade")).toMatchObject({ result: "not-offered", expected: "not-offered" });
    expect(cells.filter(({ set, result }) => ["pods", "services", "external"].includes(set) && result !== "works")).toEqual([]);
  });

  test("a policy that denies is found, with its name", async () => {
    await cluster.kubectl(["create", "namespace", "denied"]);
    const policy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "deny-all", namespace: "denied" },
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    };
    await cluster.kubectl(["apply", "--filename", "-"], JSON.stringify(policy));
    const flags = ["--namespace", "denied", "--deep", "--checks", "pod-own-host,pod-pod-across", "--json"];
    const ended = await endOf(caller.beside("conformance", ...flags));
    expect(ended.code, ended.stderr).toBe(1);
    const cells = cellsIn(ended);
    expect(results(cells, "pod-own-host")).toEqual(["works", "works"]);
    const across = cells.filter(({ check }) => check === "pod-pod-across");
    expect(across.map(({ result }) => result)).toEqual(["does-not-work", "does-not-work"]);
    expect(across[0]?.evidence).toContain("network policies select the measured pods (NetworkPolicy denied/deny-all)");
    expect(across[0]?.evidence).toMatch(/; node-b: .*KUBE-POD-FW-.* -j REJECT.* \(filter\) counted \d+/);
    expect(await cluster.kubectl(["get", "pods,services,endpointslices", "--namespace", "denied", "--output", "name"])).toBe("");
  });

  const RUN = ["run", "--paths", "pod-service", "--metrics", "http", "--budget", "10s", "--quick"] as const;

  test("a run says which policies are in force and who enforces them, whose health port its nodes show", async () => {
    await cluster.kubectl(["create", "namespace", "policed"]);
    const policy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "lets-pass", namespace: "policed" },
      spec: { podSelector: {}, ingress: [{}], policyTypes: ["Ingress"] },
    };
    await cluster.kubectl(["apply", "--filename", "-"], JSON.stringify(policy));
    const flags = ["--paths", "pod-pod", "--metrics", "http", "--budget", "5s", "--namespace", "policed", "--json"];
    const ended = await endOf(caller.away(cluster.kubeconfig, "run", ...flags));
    await cluster.kubectl(["delete", "namespace", "policed"]);
    expect(ended.code, ended.stderr).toBe(0);
    const inForce = "network policies select the measured pods (NetworkPolicy policed/lets-pass)";
    expect(ended.stderr).toContain(`${inForce}; kube-router enforces them, and what that costs is part of the figures`);
    const { inspection } = summarySchema.parse(JSON.parse(ended.stdout));
    expect(inspection?.policiesInForce?.enforcedBy).toBe("kube-router");
    expect(inspection?.evidence.find(({ claim }) => claim === "policiesInForce")?.from).toContain("http://127.0.0.1:20244/healthz");
  });

  test("a run measures the path to a Service beside so many more, shows how long these took, and leaves none", async () => {
    const before = await objectList(cluster);
    const ended = await endOf(caller.away(cluster.kubeconfig, ...RUN, "--services", "40,0", "--json"));
    expect(ended.code, ended.stderr).toBe(0);
    const { serviceCounts = [] } = summarySchema.parse(JSON.parse(ended.stdout));
    expect(serviceCounts.map(({ services, figures }) => [services, figures.map(({ metric }) => metric)])).toEqual([
      [0, ["http"]],
      [40, ["http"]],
    ]);
    expect(serviceCounts[1]?.seconds).toBeGreaterThan(0);
    expect(serviceCounts[1]?.figures[0]?.n, JSON.stringify(serviceCounts)).toBeGreaterThan(0);
    expect(await objectList(cluster)).toEqual(before);
  });

  test("killed while it makes Services it leaves what `cluster clean` removes", async () => {
    const before = await objectList(cluster);
    const child = caller.away(cluster.kubeconfig, ...RUN, "--services", "2000", "--json");
    const ended = endOf(child);
    const made = async (): Promise<number> =>
      (await cluster.kubectl(["get", "services", "--all-namespaces", "--selector", "podwire.dev/run", "--output", "name"])).split("\n")
        .length;
    await expect.poll(made, { timeout: 90_000, interval: 200 }).toBeGreaterThan(20);
    child.kill("SIGKILL");
    await ended;
    const cleaned = await endOf(caller.away(cluster.kubeconfig, "clean"));
    expect(cleaned.code, cleaned.stderr).toBe(0);
    expect(await objectList(cluster)).toEqual(before);
  });

  test.each([
    [["--checks", "services,pod-pod-acros"], "no check or set is called pod-pod-acros. Did you mean pod-pod-across?"],
    [["--checks", ","], "--checks: names no check"],
    [["--html", "/proc/x.html"], "cannot be written"],
    [["--no-host", "--deep"], "--deep looks at nodes from their own network"],
  ])("%j is a usage error", async (flags, words) => {
    const ended = await endOf(caller.away(cluster.kubeconfig, "conformance", ...flags));
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(2);
  });
});
