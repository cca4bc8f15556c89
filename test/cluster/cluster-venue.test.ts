/** The cluster keeps the contract that every venue keeps. */
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
  return { kubernetes, plan, session: await agents.open("gce") };
}

describe.skipIf(unavailable !== undefined)(`the cluster (${unavailable ?? "a real one"}) keeps the venue contract`, () => {
  let opened: Opened | undefined;

  afterAll(async () => {
    if (opened !== undefined) await removeRun(opened.kubernetes, opened.plan, realClock);
  }, CLUSTER_START_MS);

  venueContract(async () => {
    opened = await open();
    return opened.session;
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
