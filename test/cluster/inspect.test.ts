/** What is told of real networks: kube-proxy, flannel and the CNI plugins made them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { locate } from "../../scripts/setup/programs.mjs";
import { type NodeFacts, nodeFacts } from "../../src/inspection/deep/node-facts.js";
import { inspect } from "../../src/inspection/inspect.js";
import { realClock } from "../../src/machine/clock.js";
import { openKubernetes } from "../../src/machine/kubernetes/open.js";
import type { DeepFact, Inspection } from "../../src/model/inspection.js";
import { beginLook, endLook, type RunOnNode } from "../../src/venues/cluster/facts/deep-look.js";
import { askPods, readApi } from "../../src/venues/cluster/facts/inspection.js";
import { claimsOf, PLAIN_ALWAYS, PLAIN_TOO, unexpectedProblems, unfounded } from "../products/told.js";
import { type Cluster, type OwnCluster, startCluster } from "./fixture.js";
import { askable } from "./node-eyes.js";
import { NODES } from "./room.js";
import { CLUSTER_START_MS, roomForClusters, sharedCluster } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";

const unavailable = await clusterUnavailable();
/** `npm test` takes the two that run anyway; PODWIRE_CLUSTER_VARIANTS=all starts the others too. */
const all = process.env["PODWIRE_CLUSTER_VARIANTS"] === "all";
const variants = [
  ...PLAIN_ALWAYS.map((one) => ({ ...one, shared: true })),
  ...(all ? PLAIN_TOO.map((one) => ({ ...one, shared: false })) : []),
];
const EYES = "inspect-eyes";
const NOBODY = "inspect-nobody";

beforeAll(async () => {
  // One after the other.
  const own = variants.flatMap(({ variant, shared }) => (shared ? [] : [variant.nodes ?? NODES]));
  if (unavailable === undefined && own.length > 0) await roomForClusters(Math.max(...own));
}, CLUSTER_START_MS);

const LETS_PASS = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "lets-pass", namespace: EYES },
  spec: { podSelector: {}, ingress: [{}], policyTypes: ["Ingress"] },
};

describe.skipIf(unavailable !== undefined).each(variants)(
  `$variant${unavailable === undefined ? "" : ` (${unavailable})`}`,
  ({ variant, told, shared }) => {
    const { proxy = "iptables", nodes = 2 } = variant;
    let cluster: Cluster;
    let own: OwnCluster | undefined;
    let alone: Inspection;
    let withPods: Inspection;
    let deep: NodeFacts;

    beforeAll(async () => {
      own = shared ? undefined : await startCluster(variant);
      cluster = own ?? (await sharedCluster(variant));
      const kubernetes = openKubernetes({ kubeconfig: cluster.kubeconfig }, { clock: realClock, environment: {} });
      const { pods, run } = await askable(cluster, EYES);
      await cluster.kubectl(["apply", "--filename", "-"], JSON.stringify(LETS_PASS));
      const api = await readApi(kubernetes);
      alone = inspect(api);
      const looks = await askPods(pods, run);
      const onNode: RunOnNode = async (argv) => run("host-a", argv);
      deep = nodeFacts(await endLook(onNode, await beginLook(onNode)));
      withPods = inspect(api, looks);
      if (process.env["PODWIRE_SHOW"] !== undefined)
        process.stdout.write(`${JSON.stringify(withPods, null, 1)}\n${JSON.stringify(deep, null, 1)}\n${JSON.stringify(alone.unknown)}\n`);
    }, CLUSTER_START_MS);

    afterAll(async () => {
      await cluster.kubectl(["delete", "namespace", EYES, NOBODY, "--ignore-not-found", "--wait=false"]);
      await own?.stop();
    });

    test("is reported right with pods, and the policies that select them, and no one who enforces these", () => {
      const letsPass = { kind: "NetworkPolicy", namespace: EYES, name: "lets-pass" };
      const byNoOne = { claim: "policiesInForce", why: "nothing that was seen enforces policies; --deep looks at the nodes' rules" };
      expect(claimsOf(withPods)).toEqual({
        ...told.claims,
        policiesInForce: { policies: [letsPass], enforcedBy: "unknown" },
        unknown: [...told.claims.unknown, byNoOne],
      });
      expect(unfounded(withPods)).toEqual([]);
      expect(alone).not.toHaveProperty("policiesInForce");
    });

    test("is not guessed from the API alone, which does not say it", () => {
      expect(alone).toMatchObject({ mode: "unknown", kubeProxy: "unknown", podRoutes: { by: "unknown" } });
      expect(alone.unknown.map(({ claim }) => claim)).toEqual(expect.arrayContaining(["mode", "kubeProxy"]));
    });

    test("with rights over a node shows its rulesets, settings and counters", () => {
      const names = (topic: DeepFact["topic"]) => deep.facts.filter((fact) => fact.topic === topic).map(({ name }) => name);
      expect(unexpectedProblems(deep.problems, locate("bpftool") === undefined ? [/bpftool/] : [])).toEqual([]);
      expect(deep.kubeProxy).toBe(proxy);
      expect(names("ruleset").join()).toMatch(proxy === "nftables" ? /nft ip kube-proxy/ : /iptables \((?:nft|legacy)\) ip nat/);
      expect(names("sysctl")).toEqual(expect.arrayContaining(["net.core.rmem_max", "net.ipv4.tcp_congestion_control"]));
      expect(names("offload")).toContain("eth0");
      expect(names("qdisc")).toContain("eth0");
      expect(names("rps")).toContain("eth0");
      expect(names("conntrack")).toEqual(["entries"]);
      expect(names("drops")).toEqual(expect.arrayContaining(["eth0 rx dropped", "softnet dropped", "conntrack insert_failed"]));
    });

    test("says in the server's words what an account may not read, and claims nothing then", async () => {
      await cluster.kubectl(["create", "namespace", NOBODY]);
      await cluster.kubectl(["create", "serviceaccount", "nobody", "--namespace", NOBODY]);
      const token = (await cluster.kubectl(["create", "token", "nobody", "--namespace", NOBODY])).trim();
      const config = JSON.parse(await cluster.kubectl(["config", "view", "--raw", "--flatten", "--output", "json"])) as {
        users: { user: object }[];
      };
      for (const one of config.users) one.user = { token };
      const folder = mkdtempSync(join(tmpdir(), "podwire-nobody-"));
      writeFileSync(join(folder, "kubeconfig"), JSON.stringify(config), { mode: 0o600 });
      const kubernetes = openKubernetes({ kubeconfig: join(folder, "kubeconfig") }, { clock: realClock, environment: {} });
      const told = inspect(await readApi(kubernetes));
      rmSync(folder, { recursive: true });
      expect(told).toMatchObject({ cni: "unknown", mode: "unknown", kubeProxy: "unknown", nodes: [] });
      expect(told).not.toHaveProperty("services");
      for (const claim of ["nodes", "cni", "settings", "services", "endpointSlices", "networkPolicies"]) {
        const words = told.unknown.filter((one) => one.claim === claim).map(({ why }) => why);
        expect(words.join(), claim).toContain(`User "system:serviceaccount:${NOBODY}:nobody" cannot`);
      }
    });

    test("counts what there is", () => {
      expect(withPods.nodes).toMatchObject([{ count: nodes, architecture: process.arch === "x64" ? "amd64" : process.arch }]);
      expect(withPods.podCidrs.nodes).toBe(nodes);
      // Other test files may have made some too.
      expect(withPods.services).toBeGreaterThanOrEqual(1);
      expect(withPods.endpointSlices).toBeGreaterThanOrEqual(1);
      expect(withPods.networkPolicies).toBeGreaterThanOrEqual(0);
    });
  },
);
