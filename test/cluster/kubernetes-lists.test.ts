import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Kubernetes, KubernetesObject, WatchEvent } from "../../src/machine/kubernetes/port.js";
import { CONFIG_MAPS, NAMESPACES, NODES } from "../../src/venues/cluster/objects/resources.js";
import { type OwnCluster, startCluster } from "./fixture.js";
import { Kubeconfigs } from "./kubeconfigs.js";
import { CLUSTER_START_MS, roomForClusters } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";
import { wayTo } from "./way.js";

const unavailable = await clusterUnavailable();
const SPACE = "lists";
const JSON_BODY = { "content-type": "application/json" };

describe.skipIf(unavailable !== undefined)(`lists and watches (${unavailable ?? "on a real API server"})`, () => {
  let cluster: OwnCluster;
  let kubeconfigs: Kubeconfigs;
  let kubernetes: Kubernetes;

  beforeAll(async () => {
    await roomForClusters(1);
    cluster = await startCluster({ nodes: 1 });
    kubeconfigs = new Kubeconfigs(cluster);
    kubernetes = kubeconfigs.open();
    await kubernetes.create(NAMESPACES, { apiVersion: "v1", kind: "Namespace", metadata: { name: SPACE } });
    // A controller puts this one into every namespace, in its own time.
    await cluster.kubectl(["wait", "--for=create", "configmap/kube-root-ca.crt", "--namespace", SPACE, "--timeout=60s"]);
  }, CLUSTER_START_MS);

  afterAll(async () => {
    kubeconfigs.remove();
    await cluster.stop();
  });

  const configMap = (name: string): KubernetesObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: SPACE, name } });
  const ours = { ...CONFIG_MAPS, namespace: SPACE };

  /** How often the API server was asked for a list, by its own count. */
  async function listsOf(resource: string): Promise<number> {
    const metrics = await cluster.kubectl(["get", "--raw", "/metrics"]);
    const lines = metrics
      .split("\n")
      .filter((line) => line.startsWith("apiserver_request_total{") && line.includes(`resource="${resource}"`));
    return lines.filter((line) => line.includes('verb="LIST"')).reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  }

  /** Through a proxy that keeps its connections: thousands of handshakes would take most of the time. */
  async function createMany(path: string, objects: readonly KubernetesObject[]): Promise<void> {
    const proxy = spawn(join(cluster.description.components, "kubectl"), ["--kubeconfig", cluster.kubeconfig, "proxy", "--port=0"]);
    const [said] = (await once(proxy.stdout, "data")) as [Buffer];
    const address = /127\.0\.0\.1:\d+/.exec(said.toString())?.[0] ?? "";
    const left = [...objects];
    const worker = async (): Promise<void> => {
      for (let object = left.pop(); object !== undefined; object = left.pop()) {
        const response = await fetch(`http://${address}${path}`, { method: "POST", body: JSON.stringify(object), headers: JSON_BODY });
        if (!response.ok) throw new Error(await response.text());
        await response.arrayBuffer();
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    proxy.kill("SIGKILL");
    await once(proxy, "close");
  }

  test("a list comes in pages of 500, each when it is wanted, and every object once", async () => {
    await createMany(
      `/api/v1/namespaces/${SPACE}/configmaps`,
      Array.from({ length: 1_050 }, (_, index) => configMap(`map-${String(index)}`)),
    );
    const before = await listsOf("configmaps");
    const names = new Set<string>();
    let count = 0;
    for await (const { apiVersion, kind, metadata } of kubernetes.list(ours)) {
      expect([apiVersion, kind]).toEqual(["v1", "ConfigMap"]);
      names.add(metadata.name);
      count += 1;
      // The first page's last object is there before the second page is asked for.
      if (count === 500) expect((await listsOf("configmaps")) - before).toBe(1);
    }
    // With kube-root-ca.crt.
    expect([count, names.size]).toEqual([1_051, 1_051]);
    expect((await listsOf("configmaps")) - before).toBe(3);
  });

  test("a list that the server's history no longer reaches goes on", async () => {
    const seen = new Set<string>();
    for await (const { metadata } of kubernetes.list(ours)) {
      seen.add(metadata.name);
      if (seen.size === 10) await forgetHistory();
    }
    expect(seen.size).toBe(1_051);
  });

  /** Makes the API server forget what it could serve a second page from: its caches by a restart, its store by a compaction. */
  async function forgetHistory(): Promise<void> {
    await kubernetes.create(CONFIG_MAPS, configMap("one-more-revision"));
    await kubernetes.remove({ ...ours, name: "one-more-revision" });
    const compact = `
      const etcd = async (path, body) => (await fetch("http://127.0.0.1:2379/v3/kv/" + path, { method: "POST", body: JSON.stringify(body) })).json();
      const { header } = await etcd("range", { key: Buffer.from("/none").toString("base64") });
      const answer = await etcd("compaction", { revision: header.revision, physical: true });
      if (answer.error) throw new Error(answer.error);`;
    await cluster.runIn("fabric", [process.execPath, "--input-type=module", "--eval", compact]);
    await cluster.restart("kube-apiserver");
  }

  test("3,000 nodes are listed without ever being held whole", async () => {
    // Its controllers would be busy with nodes that do not exist.
    await cluster.kill("kube-controller-manager");
    const node = (index: number): KubernetesObject => ({ apiVersion: "v1", kind: "Node", metadata: { name: `many-${String(index)}` } });
    await createMany(
      "/api/v1/nodes",
      Array.from({ length: 3_000 }, (_, index) => node(index)),
    );
    const before = await listsOf("nodes");
    let count = 0;
    for await (const { kind } of kubernetes.list(NODES)) count += kind === "Node" ? 1 : 0;
    expect(count).toBe(3_001);
    expect((await listsOf("nodes")) - before).toBe(7);
    for await (const { metadata } of kubernetes.list(NODES)) {
      expect(metadata.name).not.toBe("");
      break;
    }
    expect((await listsOf("nodes")) - before).toBe(8);
  }, 240_000);

  test("a watch tells what is there, what comes, changes and goes, over a cut and a restart of the API server", async () => {
    const space = "watched";
    await kubernetes.create(NAMESPACES, { apiVersion: "v1", kind: "Namespace", metadata: { name: space } });
    const named = (name: string, more: object = {}): KubernetesObject => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: space, name, labels: { watched: "yes" } },
      ...more,
    });
    await kubernetes.create(CONFIG_MAPS, named("before"));
    const way = await wayTo(kubernetes.server);
    const watching = kubeconfigs.open({ cluster: { server: way.url } });
    const stop = new AbortController();
    const events = watching.watch({ ...CONFIG_MAPS, namespace: space, labelSelector: "watched=yes" }, stop.signal)[Symbol.asyncIterator]();
    const next = async (): Promise<string> => {
      const { value } = (await events.next()) as { value: WatchEvent };
      return `${value.type} ${value.object.kind} ${value.object.metadata.name}`;
    };
    expect(await next()).toBe("added ConfigMap before");
    await kubernetes.create(CONFIG_MAPS, named("second"));
    expect(await next()).toBe("added ConfigMap second");
    await cluster.kubectl(["label", "configmap", "second", "--namespace", space, "more=yes"]);
    expect(await next()).toBe("modified ConfigMap second");

    await way.cut();
    await kubernetes.remove({ ...CONFIG_MAPS, namespace: space, name: "before" });
    await cluster.kubectl(["label", "configmap", "second", "--namespace", space, "more=no", "--overwrite"]);
    await kubernetes.create(CONFIG_MAPS, named("third"));
    await way.mend();
    expect([await next(), await next(), await next()].sort()).toEqual([
      "added ConfigMap third",
      "deleted ConfigMap before",
      "modified ConfigMap second",
    ]);

    await cluster.restart("kube-apiserver");
    await kubernetes.remove({ ...CONFIG_MAPS, namespace: space, name: "third" });
    expect(await next()).toBe("deleted ConfigMap third");
    const over = events.next();
    stop.abort();
    expect((await over).done).toBe(true);
    await way.cut();
  });
});
