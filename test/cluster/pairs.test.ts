/** What `podwire cluster run` says of a network that refuses, and of nodes and pairs that differ. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseRun } from "../../src/archive/run-file.js";
import type { Run } from "../../src/model/run.js";
import { summarySchema } from "../../src/model/summary.js";
import { ensureAgentImage } from "./agent-image.mjs";
import { OF_THE_MACHINE } from "./figures.js";
import { type OwnCluster, startCluster } from "./fixture.js";
import { objectList } from "./objects.js";
import { type Ended, podwire } from "./podwire.js";
import { CLUSTER_START_MS, roomForClusters } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";

const unavailable = await clusterUnavailable();
const RUN_MS = 300_000;
const TWO_NODES = ["--nodes", "node-1,node-2"] as const;
const REFUSING =
  "table inet podwire_test { chain forward { type filter hook forward priority filter; ip daddr 198.19.0.0/16 meta l4proto tcp reject with tcp reset; }; }";
const DENIED =
  /^the path pod-pod .* does not answer: .*Namespace denied has the NetworkPolicy deny-all, which may forbid it: let pods with the label app\.kubernetes\.io\/managed-by=podwire reach each other there/;

describe.skipIf(unavailable !== undefined)(`podwire cluster run, pair by pair (${unavailable ?? "four nodes"})`, () => {
  const folder = mkdtempSync(join(tmpdir(), "podwire-pairs-"));
  let cluster: OwnCluster;
  let before: readonly string[];

  beforeAll(async () => {
    await roomForClusters(4);
    cluster = await startCluster({ network: "flannel-host-gw", nodes: 4, dns: true, policies: true, images: [await ensureAgentImage()] });
    for (const { name } of cluster.nodes)
      await cluster.kubectl(["wait", "--for=create", `lease/${name}`, "--namespace", "kube-node-lease", "--timeout=60s"]);
    before = await objectList(cluster);
  }, CLUSTER_START_MS);
  afterAll(async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = async (...args: readonly string[]): Promise<Ended> => podwire({ folder, kubeconfig: cluster.kubeconfig }, ...args);
  const read = (name: string): Run => parseRun(readFileSync(join(folder, name), "utf8"), name);

  test(
    "a NetworkPolicy that denies all: its name and the next step are told, and host paths are measured; with the next step taken pods are too",
    async () => {
      const policy = (name: string, spec: object): string =>
        JSON.stringify({
          ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
          metadata: { name, namespace: "denied" },
          spec: { policyTypes: ["Ingress"], ...spec },
        });
      const podwires = { matchLabels: { "app.kubernetes.io/managed-by": "podwire" } };
      await cluster.kubectl(["create", "namespace", "denied"]);
      await cluster.kubectl(["label", "namespace", "denied", "pod-security.kubernetes.io/enforce=privileged"]);
      await cluster.kubectl(["apply", "--filename", "-"], policy("deny-all", { podSelector: {} }));
      try {
        const flags = ["--namespace", "denied", "--paths", "pod-pod,host-host", "--metrics", "http", "--budget", "10s", "--json"];
        const { code, stdout } = await run("run", ...TWO_NODES, ...flags);
        const { modes } = summarySchema.parse(JSON.parse(stdout));
        const of = (path: string) => modes.flatMap(({ cells }) => cells).find((cell) => cell.path === path && cell.metric === "http");
        expect(of("pod-pod")).toMatchObject({ status: "failed", reason: expect.stringMatching(DENIED) as string });
        expect(of("host-host")).toMatchObject({ status: "measured" });
        expect(code).toBe(1);
        expect(await cluster.kubectl(["get", "pods,services", "--namespace", "denied", "--output", "name"])).toBe("");
        const allowing = policy("podwire", { podSelector: podwires, ingress: [{ from: [{ podSelector: podwires }] }] });
        await cluster.kubectl(["apply", "--filename", "-"], allowing);
        expect(await run("run", ...TWO_NODES, ...flags)).toMatchObject({ code: 0 });
      } finally {
        await cluster.kubectl(["delete", "namespace", "denied"]);
      }
      expect(await objectList(cluster)).toEqual(before);
    },
    RUN_MS,
  );

  test(
    "a firewall on a node that refuses in the pod's place is no answer",
    async () => {
      await cluster.runIn("node-2", ["nft", REFUSING]);
      try {
        const flags = ["--paths", "pod-pod,host-host", "--metrics", "http", "--budget", "10s", "--json"];
        const { code, stdout } = await run("run", ...TWO_NODES, ...flags);
        const cells = summarySchema.parse(JSON.parse(stdout)).modes.flatMap((mode) => mode.cells);
        expect(cells.find(({ path, metric }) => path === "pod-pod" && metric === "http")).toMatchObject({
          status: "failed",
          reason: expect.stringMatching(/does not answer: .*refused.*a firewall between the nodes may drop or refuse it/) as string,
        });
        expect(code).toBe(1);
      } finally {
        await cluster.runIn("node-2", ["nft", "delete table inet podwire_test"]);
      }
      expect(await objectList(cluster)).toEqual(before);
    },
    RUN_MS,
  );

  test(
    "where there is a DNS a headless Service's name is looked up, and leads to its pod",
    async () => {
      const flags = ["--paths", "pod-headless", "--metrics", "http", "--budget", "5s", "--quick", "--out", "named.json"];
      expect(await run("run", ...TWO_NODES, ...flags)).toMatchObject({ code: 0 });
      expect(read("named.json").environment["headless Service's name"]).toBe("is resolved to its pod's address");
    },
    RUN_MS,
  );

  test(
    "three nodes: every pair is measured, and the node whose pods are slow is named with its interval",
    async () => {
      // The bridge plugin takes a bridge that is there; what the node sends to its pods has to pass the bucket, what it gets itself does not.
      const bridge = ["cni0", "type", "bridge"];
      const limit = ["rate", "200mbit", "burst", "250kb", "latency", "50ms"];
      await cluster.runIn("node-3", ["ip", "link", "add", ...bridge]);
      await cluster.runIn("node-3", ["tc", "qdisc", "add", "dev", "cni0", "root", "tbf", ...limit]);
      const flags = ["--nodes", "node-1,node-2,node-3", "--paths", "pod-pod", "--metrics", "tcp", "--budget", "15s", "--quick"];
      const { code, stderr } = await run("run", ...flags, "--out", "three.json");
      expect(stderr).toContain("3 nodes: after node-1 and node-2 each of the 2 other pairs is measured too");
      expect(code).toBe(0);
      const { matrix } = read("three.json");
      expect(matrix?.pairs.map(({ from, to }) => `${from} ${to}`)).toEqual(["node-1 node-2", "node-1 node-3", "node-2 node-3"]);
      expect(matrix?.odd).toMatchObject([{ node: "node-3", metric: "tcp", path: "pod-pod", side: "below" }]);
      expect(await objectList(cluster)).toEqual(before);
    },
    RUN_MS,
  );

  test(
    "four nodes: the pairs are measured in turns, those without a common node at once",
    async () => {
      const nodes = cluster.nodes.map(({ name }) => name);
      const flags = ["--nodes", nodes.join(","), "--paths", "pod-pod", "--metrics", "http", "--budget", "10s", "--quick"];
      const { code, stderr } = await run("run", ...flags, "--out", "four.json");
      expect(stderr).toContain("4 nodes: after node-1 and node-2 each of the 5 other pairs is measured too");
      expect(code).toBe(0);
      const { matrix } = read("four.json");
      expect(matrix?.pairs.map(({ from, to }) => `${from} ${to}`).sort()).toEqual(
        nodes.flatMap((from, place) => nodes.slice(place + 1).map((to) => `${from} ${to}`)),
      );
      const without = matrix?.pairs.filter(
        ({ median, reason }) => (median === null || reason !== undefined) && !OF_THE_MACHINE.test(reason ?? ""),
      );
      expect(without).toEqual([]);
      expect(await objectList(cluster)).toEqual(before);
    },
    RUN_MS,
  );
});
