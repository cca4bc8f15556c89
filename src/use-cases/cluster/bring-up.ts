/**
 * Brings up what a run is measured with: its objects, and an agent in every pod.
 * @packageDocumentation
 */
import type { Kubernetes, KubernetesObject } from "../../machine/kubernetes/port.js";
import { ClusterAgents } from "../../venues/cluster/cluster-session.js";
import { createObjects } from "../../venues/cluster/lifetime/create.js";
import { readyPod } from "../../venues/cluster/lifetime/ready-pods.js";
import { waitForPods } from "../../venues/cluster/lifetime/wait.js";
import { type PodRole, podsOf, type ServiceName, servicesOf } from "../../venues/cluster/objects/layout.js";
import { type ClusterPlan, objectName } from "../../venues/cluster/objects/plan.js";
import type { UseCaseContext } from "../context.js";
import type { RunWatcher } from "../watcher.js";
import { unlessInterrupted } from "./lifetime.js";
import type { Preparation } from "./preparation.js";

/** What is brought up where. */
export interface Bringing {
  readonly kubernetes: Kubernetes;
  readonly prepared: Pick<Preparation, "plan" | "objects">;
  /** Whole number from 0 to below its argument. */
  readonly draw: (below: number) => number;
}

/**
 * Creates the objects, waits for the pods, saying what for, and starts an agent in each. The caller closes the agents and removes the objects,
 * whether this succeeds or not.
 * @throws InterruptedError when it is interrupted, RunError with the object, the server's words and the next step
 */
export async function bringUp(
  { kubernetes, prepared: { plan, objects }, draw }: Bringing,
  context: UseCaseContext,
  watcher: Pick<RunWatcher, "waiting">,
): Promise<ClusterAgents> {
  watcher.waiting("creating the pods");
  // Not left when interrupted: what is under way would be created behind the removal's back.
  const created = await createObjects(kubernetes, objects, context.machine.clock, context.interrupted);
  return startAgents({ kubernetes, plan, roles: podsOf(plan.paths), created, draw }, context, watcher);
}

/** Pods that were created, and those of them that get an agent. */
export interface Created extends Pick<Bringing, "kubernetes" | "draw"> {
  readonly plan: ClusterPlan;
  readonly roles: readonly PodRole[];
  /** As the server has them. */
  readonly created: readonly KubernetesObject[];
}

/**
 * Waits for pods that were created, saying what for, and starts an agent in each that has a role. The caller closes the agents.
 * @throws InterruptedError when it is interrupted, RunError with the object, the server's words and the next step
 */
export async function startAgents(
  { kubernetes, plan, roles, created, draw }: Created,
  context: UseCaseContext,
  watcher: Pick<RunWatcher, "waiting">,
): Promise<ClusterAgents> {
  const { clock } = context.machine;
  const { interrupted } = context;
  const ready = await unlessInterrupted(
    waitForPods(
      { run: plan.run, namespace: plan.namespace.name, pods: podNames(created) },
      {
        kubernetes,
        clock,
        signal: interrupted,
        onReason: (sentence) => {
          watcher.waiting(sentence);
        },
      },
    ),
    context,
  );
  const pods = roles.flatMap((role) => {
    const object = ready.get(objectName(plan, role.name));
    return object === undefined ? [] : [readyPod(role, object)];
  });
  const services = servicesIn(plan, created);
  return unlessInterrupted(ClusterAgents.start({ kubernetes, clock, pods, services, paths: plan.paths, image: plan.image, draw }), context);
}

const podNames = (objects: readonly KubernetesObject[]): readonly string[] =>
  objects.flatMap(({ kind, metadata }) => (kind === "Pod" ? [metadata.name] : []));

function servicesIn(plan: ClusterPlan, created: readonly KubernetesObject[]): ReadonlyMap<ServiceName, KubernetesObject> {
  return new Map(
    servicesOf(plan.paths).flatMap((role) => {
      const object = created.find(({ kind, metadata }) => kind === "Service" && metadata.name === objectName(plan, role.name));
      return object === undefined ? [] : [[role.name, object] as const];
    }),
  );
}
