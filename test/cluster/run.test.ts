/** `podwire cluster run` and `plan` in a real cluster: what they say, and that they leave nothing. */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { parseRun } from "../../src/archive/run-file.js";
import { type Summary, summarySchema } from "../../src/model/summary.js";
import { agentImageUnavailable, ensureAgentImage } from "./agent-image.mjs";
import { expectFigures } from "./figures.js";
import type { Cluster } from "./fixture.js";
import { Kubeconfigs, tokenOf } from "./kubeconfigs.js";
import { type Ended, endOf, podwire, type Start, said, startPodwire } from "./podwire.js";
import { CLUSTER_START_MS, sharedCluster } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";

const unavailable = (await clusterUnavailable()) ?? agentImageUnavailable();
/** A whole run with its start and its end. */
const RUN_MS = 240_000;
const SHORT = ["--paths", "pod-pod,pod-service", "--metrics", "tcp,http", "--budget", "20s"] as const;

const LETS_PASS = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "lets-pass" },
  spec: { podSelector: {}, ingress: [{}], policyTypes: ["Ingress"] },
};

describe.skipIf(unavailable !== undefined)(`podwire cluster run (${unavailable ?? "in a real cluster"})`, () => {
  let cluster: Cluster;
  let folder: string;
  let before: string;
  let kubeconfigs: Kubeconfigs;
  /** A kubeconfig with the rights that `cluster rbac` prints for runs with namespaces of their own. */
  let account: string;
  /** Roles that were applied, to be deleted again. */
  const applied: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "podwire-run-"));
    const image = await ensureAgentImage();
    cluster = await sharedCluster({});
    await cluster.importImage(image);
    kubeconfigs = new Kubeconfigs(cluster);
    account = await accountOf("podwire");
    before = await objects();
  }, CLUSTER_START_MS);

  afterAll(async () => {
    for (const roles of applied) await cluster.kubectl(["delete", "--ignore-not-found", "--filename", "-"], roles);
    kubeconfigs.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Everything that a run could leave. */
  const objects = async (): Promise<string> =>
    cluster.kubectl(["get", "namespaces,pods,services,endpointslices", "--all-namespaces", "--output", "name"]);

  const where = (): Start => ({ folder, kubeconfig: cluster.kubeconfig });
  const start = (...args: readonly string[]): ChildProcess => startPodwire(where(), ...args);
  const run = async (...args: readonly string[]): Promise<Ended> => podwire(where(), ...args);

  /** A kubeconfig of the account that `cluster rbac` prints, with the rights that it prints and no others. */
  async function accountOf(namespace: string, ...flags: readonly string[]): Promise<string> {
    const { stdout: roles } = await run("rbac", ...flags);
    await cluster.kubectl(["apply", "--filename", "-"], roles);
    applied.push(roles);
    return kubeconfigs.write({ user: { token: await tokenOf(cluster, namespace, "podwire") } });
  }

  const cellOf = (summary: Summary, path: string, metric: string) =>
    summary.modes[0]?.cells.find((cell) => cell.path === path && cell.metric === metric);

  test(
    "pods are measured beside their hosts with the rights that `cluster rbac` prints, the network is named, and the cluster is as it was",
    async () => {
      const { code, stdout, stderr } = await podwire({ folder, kubeconfig: account }, "run", ...SHORT, "--json", "--out", "run.json");
      expect(stderr).toContain("is deleted");
      expect(code).toBe(0);
      const summary = summarySchema.parse(JSON.parse(stdout));
      expect(summary).toMatchObject({ venue: "cluster", status: "complete", inspection: { mode: "gce", kubeProxy: "iptables" } });
      expect(summary.modes.map(({ mode }) => mode)).toEqual(["gce"]);
      const figures = (path: string) => ["tcp", "http"].map((metric) => cellOf(summary, path, metric));
      expectFigures([...figures("pod-pod"), ...figures("pod-service")], { ratio: true });
      expectFigures(figures("host-host"), { ratio: false });
      const file = parseRun(readFileSync(join(folder, "run.json"), "utf8"), "run.json");
      expect(file.environment["congestion control"]).toContain("in every pod and on every host");
      expect(file.environment["MTU of paths"]).toBe("1500 bytes (the link's) on every path");
      expect(file.paths.find(({ path }) => path === "pod-service")?.mtu).toEqual({ bytes: 1500, by: "link" });
      expect(await objects()).toBe(before);
    },
    RUN_MS,
  );

  test(
    "what is capped says so, policies in force are named, and with --deep nodes are read before and after",
    async () => {
      await cluster.kubectl(["create", "namespace", "run-policed"]);
      await cluster.kubectl(["apply", "--namespace", "run-policed", "--filename", "-"], JSON.stringify(LETS_PASS));
      const limits = ["--paths", "pod-pod", "--metrics", "tcp", "--budget", "20s", "--max-rate", "200mbit"];
      const flags = [...limits, "--deep", "--namespace", "run-policed"];
      const { code, stdout, stderr } = await run("run", ...flags, "--json", "--out", "deep.json");
      await cluster.kubectl(["delete", "namespace", "run-policed"]);
      expect(stderr).toContain("a privileged pod on each chosen node");
      expect(stderr).toContain(
        "network policies select the measured pods (NetworkPolicy run-policed/lets-pass); who enforces them is not known",
      );
      expect(code).toBe(0);
      const cell = cellOf(summarySchema.parse(JSON.parse(stdout)), "pod-pod", "tcp");
      expect(cell, cell?.reason).toMatchObject({ status: "measured", cappedAt: 200e6 });
      expect(cell?.median).toBeLessThan(250e6);
      const { inspection } = parseRun(readFileSync(join(folder, "deep.json"), "utf8"), "deep.json");
      expect(inspection?.deep?.map(({ node }) => node)).toEqual(["node-1", "node-2"]);
      for (const { facts } of inspection?.deep ?? []) {
        const drops = facts.filter(({ topic }) => topic === "drops");
        expect(drops.length).toBeGreaterThan(0);
        for (const { after } of drops) expect(after).toMatch(/^\d+$/);
      }
      expect(await objects()).toBe(before);
    },
    RUN_MS,
  );

  test(
    "rights in one namespace only: absolute figures, and which ratio there is none of",
    async () => {
      const kubeconfig = await accountOf("run-premade", "--namespace-only", "--namespace", "run-premade");
      await cluster.kubectl(["label", "namespace", "run-premade", "pod-security.kubernetes.io/enforce=restricted", "--overwrite"]);
      try {
        const flags = ["--namespace", "run-premade", "--no-host", "--paths", "pod-pod", "--metrics", "tcp,latency.icmp", "--budget", "10s"];
        const { code, stdout, stderr } = await podwire({ folder, kubeconfig }, "run", ...flags, "--json");
        expect(stderr).toContain("there is no ratio to the host");
        expect(code).toBe(0);
        const cell = cellOf(summarySchema.parse(JSON.parse(stdout)), "pod-pod", "tcp");
        expect(cell?.median).toBeGreaterThan(0);
        expect(cell?.ratio).toBeUndefined();
        expect(await cluster.kubectl(["get", "pods,services", "--namespace", "run-premade", "--output", "name"])).toBe("");
      } finally {
        await cluster.kubectl(["delete", "namespace", "run-premade"]);
      }
    },
    RUN_MS,
  );

  test(
    "an image that nobody has: the pod, the runtime's words, the next step; nothing is left",
    async () => {
      const { code, stderr } = await run("run", ...SHORT, "--image", "127.0.0.1:9/podwire/none:1");
      expect(stderr).toMatch(
        /pod podwire-\w+\/\S+: its image cannot be pulled \((?:Err)?Image\w+: .*127\.0\.0\.1:9\/podwire\/none:1.*podwire cluster image/s,
      );
      expect(code).toBe(1);
      expect(await objects()).toBe(before);
    },
    RUN_MS,
  );

  test(
    "a quota and a PodSecurity level that refuse: the server's words, and nothing is left in the namespace",
    async () => {
      await cluster.kubectl(["create", "namespace", "run-refusing"]);
      try {
        const refusedRun = async (): Promise<Ended> => run("run", ...SHORT, "--namespace", "run-refusing");
        await cluster.kubectl(["label", "namespace", "run-refusing", "pod-security.kubernetes.io/enforce=baseline"]);
        const strict = await refusedRun();
        expect(strict.stderr).toMatch(/cannot create pod run-refusing\/podwire-\w+-host-\w: .*violates PodSecurity "baseline/);
        await cluster.kubectl(["label", "namespace", "run-refusing", "pod-security.kubernetes.io/enforce=privileged", "--overwrite"]);
        await cluster.kubectl(["create", "quota", "small", "--hard=pods=1", "--namespace", "run-refusing"]);
        const full = await refusedRun();
        expect(full.stderr).toMatch(/cannot create pod run-refusing\/podwire-\S+: .*exceeded quota: small/s);
        expect([strict.code, full.code]).toEqual([1, 1]);
        expect(await cluster.kubectl(["get", "pods,services", "--namespace", "run-refusing", "--output", "name"])).toBe("");
      } finally {
        await cluster.kubectl(["delete", "namespace", "run-refusing"]);
      }
    },
    RUN_MS,
  );

  test(
    "Ctrl-C while measuring: finished rounds are saved, the namespace is gone",
    async () => {
      const child = start("run", ...SHORT, "--budget", "60s", "--out", "interrupted.json");
      const ended = endOf(child);
      await said(child, /measuring .*, round/);
      child.kill("SIGINT");
      const { code, stderr } = await ended;
      expect(stderr).toMatch(/interrupted; namespace podwire-\w+ is being deleted.*namespace podwire-\w+ is deleted/s);
      expect(code).toBe(130);
      const file = parseRun(readFileSync(join(folder, "interrupted.json"), "utf8"), "interrupted.json");
      expect(file).toMatchObject({ status: "partial", partialReason: expect.stringContaining("interrupted") as string });
      expect(await objects()).toBe(before);
    },
    RUN_MS,
  );

  test(
    "a pod that is evicted in the middle, as a drain does it: what was measured is kept, what happened is said, and nothing is left",
    async () => {
      const child = start("run", ...SHORT, "--budget", "60s", "--out", "evicted.json");
      const ended = endOf(child);
      await said(child, /measuring .*, round/);
      const namespaces = await cluster.kubectl(["get", "namespaces", "--selector", "podwire.dev/run", "--output", "name"]);
      const namespace = namespaces.trim().replace("namespace/", "");
      const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { namespace, name: "pod-b" } };
      const place = `/api/v1/namespaces/${namespace}/pods/pod-b/eviction`;
      await cluster.kubectl(["create", "--raw", place, "--filename", "-"], JSON.stringify(eviction));
      const { code, stderr } = await ended;
      expect(stderr).toMatch(
        /partial: the agent in pod podwire-\w+\/pod-b on node node-2 has ended .*deleted(?: \(EvictionByEvictionAPI: [^)]*\))?, though not by podwire/,
      );
      expect(code).toBe(1);
      const file = parseRun(readFileSync(join(folder, "evicted.json"), "utf8"), "evicted.json");
      expect(file.status).toBe("partial");
      expect(file.observations.length).toBeGreaterThan(0);
      expect(await objects()).toBe(before);
    },
    RUN_MS,
  );

  test(
    "kill -9: what is left is mentioned by the next run, and `cluster clean` removes it",
    async () => {
      const child = start("run", ...SHORT, "--budget", "60s");
      const ended = endOf(child);
      await said(child, /measuring .*, round/);
      child.kill("SIGKILL");
      await ended;
      expect(await objects()).not.toBe(before);
      const next = await run("run", ...SHORT, "--nodes", "node-9,node-1");
      expect(next.stderr).toMatch(/earlier runs left namespace podwire-\w+/);
      expect(next.stderr).toContain("there is no node node-9 among the 2");
      expect(next.code).toBe(1);
      expect(await run("clean")).toMatchObject({ code: 0 });
      expect(await objects()).toBe(before);
    },
    RUN_MS,
  );

  test(
    "one node: the paths that stay on it are measured beside their own baseline, and the others say why they are not",
    async () => {
      const { code, stdout, stderr } = await run("run", "--nodes", "node-1", "--metrics", "http", "--budget", "15s", "--json");
      expect(code, stderr).toBe(0);
      expect(stderr).toMatch(/one node only: .*pod-pod,.* need two and are left out/);
      const cells = summarySchema.parse(JSON.parse(stdout)).modes.flatMap((mode) => mode.cells);
      const of = (path: string) => cells.find((cell) => cell.path === path && cell.metric === "http");
      expectFigures([of("host-host-local")], { ratio: false });
      expectFigures([of("pod-pod-local"), of("pod-service-local")], { ratio: true });
      expect(await objects()).toBe(before);
    },
    RUN_MS,
  );

  test(
    "two runs at once: each in a namespace of its own and on ports of its own, and neither leaves anything",
    async () => {
      const asked = ["--paths", "host-host,pod-pod", "--metrics", "http", "--budget", "5s", "--json"];
      const ended = await Promise.all(["one.json", "two.json"].map(async (out) => run("run", ...asked, "--out", out)));
      for (const { code, stderr } of ended) expect(code, stderr).toBe(0);
      const namespaces = ended.map(({ stderr }) => /in namespace (podwire-\w+)/.exec(stderr)?.[1]);
      expect(new Set(namespaces).size).toBe(2);
      for (const { stdout } of ended) {
        const cells = summarySchema.parse(JSON.parse(stdout)).modes.flatMap((mode) => mode.cells);
        // What each does to the other's figures may have them refused, which is another matter.
        expect(cells.flatMap(({ metric, path, status }) => (metric === "http" && status !== "failed" ? [path] : [])).sort()).toEqual([
          "host-host",
          "pod-pod",
        ]);
      }
      expect(await objects()).toBe(before);
    },
    RUN_MS,
  );

  test("a cordoned node is not measured unless that is forced", async () => {
    await cluster.kubectl(["cordon", "node-2"]);
    try {
      const refused = await run("plan", "--nodes", "node-1,node-2");
      expect(refused.stderr).toContain("node node-2 is not measured: it is cordoned. --force");
      const single = await run("plan");
      expect(single.stdout).toContain("one node only: host-host, pod-pod,");
      expect(single.stdout).toContain("not node-2: it is cordoned");
      expect((await run("plan", "--nodes", "node-1,node-2", "--force")).code).toBe(0);
    } finally {
      await cluster.kubectl(["uncordon", "node-2"]);
    }
  });

  test("the plan is what would be created, as YAML that the API server takes, and creates nothing", async () => {
    const { code, stdout } = await run("plan", "--quick");
    expect(code).toBe(0);
    expect(await objects()).toBe(before);
    const planned = parseAllDocuments(stdout).map((document) => document.toJS() as { kind: string; metadata: { name: string } });
    expect(planned.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      expect.stringMatching(/^Namespace podwire-\w{6}$/) as string,
      ...["host-a", "host-b", "pod-a", "pod-a2", "pod-b"].map((name) => `Pod ${name}`),
      "Service remote",
    ]);
    for (const words of ["Rights that are missing\n#   none", "load between node-1 and node-2: at most", "node-1 and node-2: Ready"])
      expect(stdout).toContain(words);
    const [namespace] = planned;
    await cluster.kubectl(["create", "--dry-run=server", "--filename", "-"], JSON.stringify(namespace));
  });

  test("no kubeconfig, and one for a server that is not there: one sentence with the next step", async () => {
    const missing = await run("run", "--kubeconfig", join(folder, "nowhere"));
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("nowhere") as string });
    expect(missing.stderr.trim().split("\n")).toHaveLength(1);
  });
});
