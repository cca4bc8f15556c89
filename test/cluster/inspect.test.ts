/** What is told of real networks: kube-proxy, flannel and the CNI plugins made them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspect } from "../../src/inspection/inspect.js";
import { realClock } from "../../src/machine/clock.js";
import { openKubernetes } from "../../src/machine/kubernetes/open.js";
import type { Inspection } from "../../src/model/inspection.js";
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

    beforeAll(async () => {
      cluster = await startCluster({ network, proxy });
      const kubernetes = openKubernetes({ kubeconfig: cluster.kubeconfig }, { clock: realClock, environment: {} });
      const { pods, run } = await askable(cluster, "eyes");
      const api = await readApi(kubernetes);
      alone = inspect(api);
      const looks = await askPods(pods, run);
      withPods = inspect(api, looks);
      if (process.env["PODWIRE_SHOW"] !== undefined)
        process.stdout.write(`${JSON.stringify(withPods, null, 1)}\n${JSON.stringify(alone.unknown)}\n`);
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

    test("counts what there is", () => {
      expect(withPods.nodes).toMatchObject([{ count: 2, architecture: process.arch === "x64" ? "amd64" : process.arch }]);
      expect(withPods).toMatchObject({ services: 1, endpointSlices: 1, networkPolicies: 0, podCidrs: { nodes: 2 }, ipFamilies: ["IPv4"] });
    });
  },
);
