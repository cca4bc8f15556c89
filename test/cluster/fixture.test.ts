import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OwnCluster, startCluster } from "./fixture.js";
import { createReady, PAGE, pageFrom, podManifests } from "./pods.js";
import { clusterUnavailable } from "./unavailable.js";

const FIRST_BUILD_MS = 20 * 60_000;
const unavailable = await clusterUnavailable();

if (unavailable !== undefined) {
  test("a cluster", (context) => {
    context.skip(unavailable);
  });
}

describe.runIf(unavailable === undefined)("two nodes", () => {
  let cluster: OwnCluster;

  beforeAll(async () => {
    cluster = await startCluster();
  }, FIRST_BUILD_MS);

  afterAll(async () => {
    await cluster.stop();
  });

  test("pods on two nodes reach each other, and a Service", async () => {
    await createReady(cluster, "reach", [
      ...podManifests({ name: "client", node: "node-1" }),
      ...podManifests({ name: "server", node: "node-2", serves: true }),
    ]);
    const podIp = await cluster.kubectl(["get", "pod", "server", "--namespace", "reach", "--output", "jsonpath={.status.podIP}"]);
    const clusterIp = await cluster.kubectl(["get", "service", "server", "--namespace", "reach", "--output", "jsonpath={.spec.clusterIP}"]);
    expect(await pageFrom(cluster, "reach", "client", podIp)).toBe(PAGE);
    expect(await pageFrom(cluster, "reach", "client", clusterIp)).toBe(PAGE);
  });
});
