import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { processIdentity } from "../../src/machine/process-identity.js";
import { run } from "./child.mjs";
import { type OwnCluster, startCluster } from "./fixture.js";
import { Kubeconfigs, tokenOf } from "./kubeconfigs.js";
import { podManifests } from "./pods.js";
import { CLUSTER_START_MS, roomForClusters } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";

const unavailable = await clusterUnavailable();
const PODWIRE = join(import.meta.dirname, "../../bin/podwire");
const PAST = "2026-01-01T00:00:00.000Z";
const FUTURE = "2999-01-01T00:00:00.000Z";

interface Report {
  readonly runs: readonly { readonly run: string; readonly status: string; readonly why?: string }[];
  readonly unseen: readonly string[];
}

describe.skipIf(unavailable !== undefined)(`podwire cluster clean (${unavailable ?? "in a real cluster"})`, () => {
  let cluster: OwnCluster;
  let kubeconfigs: Kubeconfigs;
  const living = spawn("sleep", ["3600"], { stdio: "ignore" });
  let alive: string;
  let ended: string;

  beforeAll(async () => {
    await roomForClusters(1);
    cluster = await startCluster({ nodes: 1 });
    kubeconfigs = new Kubeconfigs(cluster);
    alive = processIdentity(living.pid ?? 0).own;
    const dying = spawn("sleep", ["3600"], { stdio: "ignore" });
    ended = processIdentity(dying.pid ?? 0).own;
    dying.kill("SIGKILL");
    await once(dying, "exit");
  }, CLUSTER_START_MS);

  afterAll(async () => {
    living.kill("SIGKILL");
    kubeconfigs.remove();
    await cluster.stop();
  });

  const labels = (id: string): object => ({ "app.kubernetes.io/managed-by": "podwire", "podwire.dev/run": id });
  const annotations = (expires: string, owner?: string): object => ({
    "podwire.dev/expires": expires,
    ...(owner === undefined ? {} : { "podwire.dev/process": owner }),
  });
  const namespace = (name: string, metadata: object): object => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, ...metadata } });

  async function apply(...items: readonly object[]): Promise<void> {
    await cluster.kubectl(["apply", "--filename", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  }

  /** A pod and a Service of a run, or of no one, in a namespace. */
  async function podAndService(space: string, name: string, metadata: object): Promise<void> {
    await cluster.kubectl(["wait", "--for=create", "serviceaccount/default", "--namespace", space, "--timeout=60s"]);
    const objects = podManifests({ name, node: "node-1", serves: true }) as { readonly metadata: { readonly labels?: object } }[];
    const given = metadata as { readonly labels?: object };
    await apply(
      ...objects.map((object) => ({
        ...object,
        metadata: { ...object.metadata, ...metadata, namespace: space, labels: { ...object.metadata.labels, ...given.labels } },
      })),
    );
  }

  async function clean(args: readonly string[] = [], kubeconfig = cluster.kubeconfig): Promise<Report> {
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    return JSON.parse(await run([process.execPath, PODWIRE, "cluster", "clean", "--json", ...args], { env })) as Report;
  }

  /** Every object that podwire could have made or touched. */
  async function everything(): Promise<string[]> {
    const list = await cluster.kubectl(["get", "namespaces,pods,services,configmaps", "--all-namespaces", "--output=name"]);
    return list.trim().split("\n").sort();
  }

  test("what ended runs left goes, with nothing else, and it is gone when the command ends", async () => {
    const before = await everything();
    await apply(namespace("bench", {}));
    await podAndService("bench", "theirs", { labels: { "app.kubernetes.io/managed-by": "somebody-else", "podwire.dev/run": "other1" } });
    await apply(namespace("podwire-helper", { labels: { "app.kubernetes.io/managed-by": "podwire" } }));
    await apply(namespace("podwire-copied", { labels: labels("else11"), annotations: annotations(PAST) }));
    const kept = await everything();

    await apply(namespace("podwire-past11", { labels: labels("past11"), annotations: annotations(PAST) }));
    await podAndService("podwire-past11", "pod-a", { labels: labels("past11"), annotations: annotations(PAST) });
    await apply(namespace("podwire-ended1", { labels: labels("ended1"), annotations: annotations(FUTURE, ended) }));
    await podAndService("bench", "podwire-guest1-pod-a", { labels: labels("guest1"), annotations: annotations(PAST) });
    await apply(namespace("podwire-alive1", { labels: labels("alive1"), annotations: annotations(PAST, alive) }));
    await apply(namespace("podwire-later1", { labels: labels("later1"), annotations: annotations(FUTURE) }));

    const report = await clean();
    expect(report.runs.map(({ run: id, status, why }) => [id, status, why])).toEqual([
      ["alive1", "kept", undefined],
      ["ended1", "removed", "its podwire has ended"],
      ["guest1", "removed", `expired on ${PAST}`],
      ["later1", "kept", undefined],
      ["past11", "removed", `expired on ${PAST}`],
    ]);
    const after = await everything();
    expect(after.filter((name) => !/podwire-(alive1|later1)/.test(name) && !kept.includes(name))).toEqual([]);
    for (const name of [...kept, "namespace/podwire-alive1", "namespace/podwire-later1"]) expect(after).toContain(name);

    const all = await clean(["--all"]);
    expect(all.runs.map(({ run: id, status, why }) => [id, status, why])).toEqual([
      ["alive1", "removed", "--all"],
      ["later1", "removed", "--all"],
    ]);
    const left = await everything();
    expect(left.filter((name) => !name.includes("configmap"))).toEqual(kept.filter((name) => !name.includes("configmap")));
    expect((await clean(["--all"])).runs).toEqual([]);
    await cluster.kubectl(["delete", "namespace", "bench", "podwire-helper", "podwire-copied"]);
    expect((await everything()).length).toBe(before.length);
  });

  test("with rights in one namespace only it cleans there, and says where it could not look", async () => {
    const roles = await run([process.execPath, PODWIRE, "cluster", "rbac", "--namespace-only", "--namespace", "mine"]);
    await cluster.kubectl(["apply", "--filename", "-"], roles);
    await podAndService("mine", "podwire-guest2-pod-a", { labels: labels("guest2"), annotations: annotations(PAST) });
    const kubeconfig = kubeconfigs.write({ user: { token: await tokenOf(cluster, "mine", "podwire") } });
    await expect(clean([], kubeconfig)).rejects.toThrow(
      /podwire: cannot list namespaces: namespaces is forbidden: .*; name the namespace that runs work in with --namespace/,
    );
    const { runs, unseen } = await clean(["--namespace", "mine"], kubeconfig);
    expect(runs.map(({ run: id, status }) => [id, status])).toEqual([["guest2", "removed"]]);
    expect(unseen).toEqual([]);
    expect(await cluster.kubectl(["get", "pods,services", "--namespace", "mine", "--output=name"])).toBe("");
  });
});
