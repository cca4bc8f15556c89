/**
 * The real {@link Kubernetes}: the official client's configuration and streams under podwire's port.
 * @packageDocumentation
 */
import type { Clock } from "../ports.js";
import { nameOf, pathOfObject, pathOfType } from "./addresses.js";
import { execute } from "./exec.js";
import { chooseContext, type KubeEnvironment } from "./kubeconfig.js";
import { type Connection, listed } from "./pages.js";
import { PATIENCE, Patience, type PatienceLimits } from "./patience.js";
import {
  type Access,
  type AccessAnswer,
  type Kubernetes,
  KubernetesError,
  type KubernetesObject,
  type KubernetesOptions,
  type KubernetesVersion,
  type ObjectRef,
  type RemoveOptions,
  type ResourceType,
} from "./port.js";
import { Requests } from "./requests.js";
import { watched } from "./watching.js";

/** The world the client lives in. */
export interface KubernetesWorld {
  readonly clock: Clock;
  readonly environment: KubeEnvironment;
  readonly limits?: PatienceLimits;
}

/** Chooses a context; the cluster is not asked for anything yet. */
export function openKubernetes(options: KubernetesOptions, { clock, environment, limits = PATIENCE }: KubernetesWorld): Kubernetes {
  const chosen = chooseContext(options, environment);
  const connection = { requests: new Requests(chosen, clock), patience: new Patience(clock, limits, options.onWait) };
  return {
    context: chosen.context,
    server: chosen.server,
    namespace: chosen.namespace,
    get: async (ref) => get(connection, ref),
    list: (query) => listed(connection, query),
    create: async (type, object) => create(connection, type, object),
    remove: async (ref, how = {}) => remove(connection, ref, how),
    watch: (query, signal) => watched(connection, query, signal),
    allowed: async (access) => allowed(connection, access),
    exec: (target, onLine) => execute(connection.requests, connection.patience, target, onLine),
    version: async () => version(connection),
  };
}

async function get({ requests, patience }: Connection, ref: ObjectRef): Promise<KubernetesObject | undefined> {
  const request = { method: "GET", path: pathOfObject(ref), verb: "get", object: nameOf(ref) } as const;
  try {
    return (await patience.until(async () => requests.json(request))) as KubernetesObject;
  } catch (error) {
    if (error instanceof KubernetesError && error.problem === "not found") return undefined;
    throw error;
  }
}

async function create({ requests, patience }: Connection, type: ResourceType, object: KubernetesObject): Promise<KubernetesObject> {
  const { namespace, name } = object.metadata;
  const ref = { ...type, name, ...(namespace === undefined ? {} : { namespace }) };
  const request = { method: "POST", path: pathOfType(type, namespace), body: object, verb: "create", object: nameOf(ref) } as const;
  const created = await patience.until(async (before) => {
    try {
      return await requests.json(request);
    } catch (error) {
      if (before === undefined || !(error instanceof KubernetesError) || error.problem !== "conflict") throw error;
      // The attempt before may have worked although its answer was lost.
      const there = (await requests.json({ method: "GET", path: pathOfObject(ref), verb: "get", object: nameOf(ref) })) as KubernetesObject;
      if (!sameLabels(object, there)) throw error;
      return there;
    }
  });
  return created as KubernetesObject;
}

/** Whether it is the object that was asked for: podwire's labels hold the run's id. */
function sameLabels({ metadata: { labels = {} } }: KubernetesObject, there: KubernetesObject): boolean {
  return Object.entries(labels).every(([label, value]) => there.metadata.labels?.[label] === value);
}

async function remove({ requests, patience }: Connection, ref: ObjectRef, { graceSeconds, uid }: RemoveOptions): Promise<void> {
  const body = {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: "Background",
    ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
    ...(uid === undefined ? {} : { preconditions: { uid } }),
  };
  const request = { method: "DELETE", path: pathOfObject(ref), body, verb: "delete", object: nameOf(ref) } as const;
  await patience
    .until(async () => requests.json(request))
    .catch((error: unknown) => {
      if (!(error instanceof KubernetesError) || !isGone(error, uid)) throw error;
    });
}

/** 404; or 409 for an object of another uid, which means that the one that was meant is gone. */
const isGone = ({ problem }: KubernetesError, uid: string | undefined): boolean =>
  problem === "not found" || (problem === "conflict" && uid !== undefined);

async function allowed({ requests, patience }: Connection, access: Access): Promise<AccessAnswer> {
  const { verb, group, resource, subresource = "", namespace = "", name = "" } = access;
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { verb, group, resource, subresource, namespace, name } },
  };
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const request = { method: "POST", path, body, verb: "ask", object: `whether ${verb} ${resource} is allowed` } as const;
  const { status } = (await patience.until(async () => requests.json(request))) as { status: { allowed: boolean; reason?: string } };
  return { allowed: status.allowed, ...(status.reason === undefined ? {} : { reason: status.reason }) };
}

async function version({ requests, patience }: Connection): Promise<KubernetesVersion> {
  const request = { method: "GET", path: "/version", verb: "ask", object: "the API server's version" } as const;
  return (await patience.until(async () => requests.json(request))) as KubernetesVersion;
}
