/** The cluster keeps the contract that every venue keeps. */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { realClock } from "../../src/machine/clock.js";
import { openKubernetes } from "../../src/machine/kubernetes/open.js";
import type { Kubernetes } from "../../src/machine/kubernetes/port.js";
import type { PathName } from "../../src/model/path.js";
import { randomFrom } from "../../src/statistics/random.js";
import { ClusterAgents, type ClusterSession } from "../../src/venues/cluster/cluster-session.js";
import { createObjects } from "../../src/venues/cluster/lifetime/create.js";
import { readyPod } from "../../src/venues/cluster/lifetime/ready-pods.js";
import { removeRun } from "../../src/venues/cluster/lifetime/remove.js";
import { waitForPods } from "../../src/venues/cluster/lifetime/wait.js";
import { chooseNodes } from "../../src/venues/cluster/nodes/node-choice.js";
import { agentImage } from "../../src/venues/cluster/objects/image-reference.js";
import { podsOf } from "../../src/venues/cluster/objects/layout.js";
import { manifestsOf } from "../../src/venues/cluster/objects/manifests.js";
import type { ClusterPlan } from "../../src/venues/cluster/objects/plan.js";
import { NAMESPACES, NODES } from "../../src/venues/cluster/objects/resources.js";
import { freshRunId, namespaceOf } from "../../src/venues/cluster/objects/run-labels.js";
import type { TrackedConnections } from "../../src/venues/contract.js";
import { venueContract } from "../contract/venue.js";
import { agentImageUnavailable, ensureAgentImage } from "./agent-image.mjs";
import { CLUSTER_START_MS, sharedCluster } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";

const unavailable = (await clusterUnavailable()) ?? agentImageUnavailable();
/** Those that answer echo requests, by which the contract sees that a path is there: no Service does. */
const PATHS: readonly PathName[] = ["host-host", "pod-pod", "pod-pod-local", "pod-headless", "host-pod", "pod-host"];

interface Opened {
  readonly kubernetes: Kubernetes;
  readonly plan: ClusterPlan;
  readonly session: ClusterSession;
  readonly tracked: TrackedConnections | undefined;
  readonly allowedCpus: string | undefined;
}

async function open(): Promise<Opened> {
  const image = await ensureAgentImage();
  const cluster = await sharedCluster({});
  await cluster.importImage(image);
  const kubernetes = openKubernetes({ kubeconfig: cluster.kubeconfig }, { clock: realClock, environment: {} });
  const random = randomFrom(Date.now() % 2 ** 31);
  const draw = (below: number): number => random.integer(below);
  const run = freshRunId(draw);
  const { nodes } = await chooseNodes(kubernetes.list(NODES), { force: false });
  const plan: ClusterPlan = {
    run,
    namespace: { name: namespaceOf(run), own: true },
    image: agentImage("0.1.0"),
    nodes,
    paths: PATHS,
    workloads: ["latency.icmp"],
    budgetSeconds: 300,
    expires: new Date(Date.now() + 420_000).toISOString(),
    tolerateTaints: false,
    deep: false,
  };
  const { signal } = new AbortController();
  await createObjects(kubernetes, manifestsOf(plan), realClock, signal);
  const roles = podsOf(plan.paths);
  const awaited = { run, namespace: plan.namespace.name, pods: roles.map(({ name }) => name) };
  const ready = await waitForPods(awaited, { kubernetes, clock: realClock, signal, onReason: () => undefined });
  const pods = roles.flatMap((role) => {
    const object = ready.get(role.name);
    return object === undefined ? [] : [readyPod(role, object)];
  });
  const services = new Map([["headless" as const, { apiVersion: "v1", kind: "Service", metadata: { name: "headless" } }]]);
  const agents = await ClusterAgents.start({ kubernetes, clock: realClock, pods, services, paths: PATHS, image: plan.image, draw });
  const session = await agents.open({ mode: "gce" });
  const path = session.paths.find(({ name }) => name === "pod-pod");
  if (path === undefined) throw new Error("there is no path pod-pod");
  // The contract closes the session, and then there is none to ask.
  return { kubernetes, plan, session, tracked: await session.trackedOn(path), allowedCpus: session.allowedCpusOf(path.from) };
}

describe.skipIf(unavailable !== undefined)(`the cluster (${unavailable ?? "a real one"}) keeps the venue contract`, () => {
  let opened: Opened | undefined;

  afterAll(async () => {
    if (opened !== undefined) await removeRun(opened.kubernetes, opened.plan, realClock);
  }, CLUSTER_START_MS);

  venueContract(async () => {
    opened = await open();
    return opened.session;
  }, "/tmp");

  test("connections that the nodes track are counted by the pods that have their network, without any right of theirs", () => {
    if (opened === undefined) throw new Error("nothing was opened");
    const { tracked, allowedCpus } = opened;
    expect(tracked?.most).toBe(Number(readFileSync("/proc/sys/net/netfilter/nf_conntrack_max", "utf8")));
    // Kubelet and kube-proxy talk to the API server through the node's rules.
    expect(tracked?.entries).toBeGreaterThan(0);
    expect(tracked?.entries).toBeLessThan(tracked?.most ?? 0);
    expect(allowedCpus).toMatch(/^[\d,-]+$/);
  });

  test("every asked path is there, and a removed run leaves nothing", async () => {
    if (opened === undefined) throw new Error("nothing was opened");
    const { kubernetes, plan, session } = opened;
    expect(session.failedPaths).toEqual([]);
    expect(session.paths.map(({ name }) => name)).toEqual(PATHS);
    await removeRun(kubernetes, plan, realClock);
    expect(await kubernetes.get({ ...NAMESPACES, name: plan.namespace.name })).toBeUndefined();
  });
});
