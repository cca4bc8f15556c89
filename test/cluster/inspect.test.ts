/** What is told of real networks: kube-proxy, flannel and the CNI plugins made them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type NodeFacts, nodeFacts } from "../../src/inspection/deep/node-facts.js";
import { inspect } from "../../src/inspection/inspect.js";
import { realClock } from "../../src/machine/clock.js";
import { openKubernetes } from "../../src/machine/kubernetes/open.js";
import type { DeepFact, Inspection } from "../../src/model/inspection.js";
import { lookDeep } from "../../src/venues/cluster/deep-look.js";
import { askPods, readApi } from "../../src/venues/cluster/inspection.js";
import { type OwnCluster, startCluster } from "./fixture.js";
import { askable } from "./node-eyes.js";
import { TOLD } from "./told.mjs";
import { clusterUnavailable } from "./unavailable.js";

const FIRST_BUILD_MS = 20 * 60_000;
const unavailable = await clusterUnavailable();
/** `npm test` takes two; PODWIRE_CLUSTER_VARIANTS=all takes every one. */
const variants =
  process.env["PODWIRE_CLUSTER_VARIANTS"] === "all" ? TOLD : TOLD.filter(({ network }) => network === "gce" || network === "flannel-vxlan");

describe.skipIf(unavailable !== undefined).each(variants)(
  `$network, $proxy${unavailable === undefined ? "" : ` (${unavailable})`}`,
  ({ network, proxy, told }) => {
    let cluster: OwnCluster;
    let alone: Inspection;
    let withPods: Inspection;
    let deep: NodeFacts;

    beforeAll(async () => {
      cluster = await startCluster({ network, proxy });
      const kubernetes = openKubernetes({ kubeconfig: cluster.kubeconfig }, { clock: realClock, environment: {} });
      const { pods, run } = await askable(cluster, "eyes");
      const api = await readApi(kubernetes);
      alone = inspect(api);
      const looks = await askPods(pods, run);
      deep = nodeFacts(
        await lookDeep(
          async (argv) => run("host-a", argv),
          async () => Promise.resolve(),
        ),
      );
      withPods = inspect(api, looks);
      if (process.env["PODWIRE_SHOW"] !== undefined)
        process.stdout.write(`${JSON.stringify(withPods, null, 1)}\n${JSON.stringify(deep, null, 1)}\n${JSON.stringify(alone.unknown)}\n`);
    }, FIRST_BUILD_MS);

    afterAll(async () => {
      await cluster.stop();
    });

    test("is told right with pods", () => {
      expect(withPods).toMatchObject(told);
      expect(withPods.kubeProxy).toBe(proxy);
      expect(withPods.unknown.map(({ claim }) => claim)).not.toContain("mode");
    });

    test("is not guessed from the API alone, which does not say it", () => {
      expect(alone).toMatchObject({ mode: "unknown", kubeProxy: "unknown", podRoutes: { by: "unknown" } });
      expect(alone.unknown.map(({ claim }) => claim)).toEqual(expect.arrayContaining(["mode", "kubeProxy"]));
    });

    test("with rights over a node shows its rulesets, settings and counters", () => {
      const names = (topic: DeepFact["topic"]) => deep.facts.filter((fact) => fact.topic === topic).map(({ name }) => name);
      expect(deep.problems).toEqual([]);
      expect(names("ruleset").join()).toMatch(proxy === "nftables" ? /nft ip kube-proxy/ : /iptables \((?:nft|legacy)\) ip nat/);
      expect(names("sysctl")).toEqual(expect.arrayContaining(["net.core.rmem_max", "net.ipv4.tcp_congestion_control"]));
      expect(names("offload")).toContain("eth0");
      expect(names("qdisc")).toContain("eth0");
      expect(names("rps")).toContain("eth0");
      expect(names("conntrack")).toEqual(["entries"]);
      expect(names("drops")).toEqual(expect.arrayContaining(["eth0 rx dropped", "softnet dropped", "conntrack insert_failed"]));
    });

    test("says in the server's words what an account may not read, and claims nothing then", async () => {
      await cluster.kubectl(["create", "namespace", "nobody"]);
      await cluster.kubectl(["create", "serviceaccount", "nobody", "--namespace", "nobody"]);
      const token = (await cluster.kubectl(["create", "token", "nobody", "--namespace", "nobody"])).trim();
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
        expect(words.join(), claim).toContain('User "system:serviceaccount:nobody:nobody" cannot');
      }
    });

    test("counts what there is", () => {
      expect(withPods.nodes).toMatchObject([{ count: 2, architecture: process.arch === "x64" ? "amd64" : process.arch }]);
      expect(withPods).toMatchObject({ services: 1, endpointSlices: 1, networkPolicies: 0, podCidrs: { nodes: 2 }, ipFamilies: ["IPv4"] });
    });
  },
);
