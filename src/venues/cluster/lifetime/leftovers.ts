/**
 * What earlier runs left in a cluster. Only what carries both of podwire's labels counts, and a namespace only under its run's name.
 * @packageDocumentation
 */

import {
  type Kubernetes,
  KubernetesError,
  type KubernetesObject,
  type ObjectRef,
  type ResourceType,
} from "../../../machine/kubernetes/port.js";
import type { ProcessIdentity } from "../../../machine/ports.js";
import { groupBy } from "../../../model/grouped.js";
import { ENDPOINT_SLICES, NAMESPACES, PODS, SERVICES } from "../objects/resources.js";
import { EXPIRES, namespaceOf, OWNER, OWNER_PROCESS, RUN_LABEL, SELECT_ALL, SLICE_MANAGED_BY } from "../objects/run-labels.js";

/** An object that a run made, and that is to be deleted by itself. */
export interface LeftObject {
  readonly ref: ObjectRef;
  readonly uid: string | undefined;
}

/** Everything that is left of one run. */
export interface Leftover {
  readonly run: string;
  /** Its namespace; or its pods, Services and EndpointSlices where it worked in someone else's. */
  readonly objects: readonly LeftObject[];
  /** When no one can need it any more, ISO 8601. */
  readonly expires?: string;
  readonly owner?: string;
  /** The process that ran it, as its machine knows it. */
  readonly process?: string;
}

/** What was found, and where could not be looked. */
export interface LeftoverSearch {
  readonly leftovers: readonly Leftover[];
  /** The API server's refusals, one for each type of object that the caller may not list. */
  readonly unseen: readonly KubernetesError[];
}

/** Looks for what runs left: everywhere, or in one namespace. Runs that are under way are among them. */
export async function leftovers(kubernetes: Kubernetes, { namespace }: { readonly namespace?: string } = {}): Promise<LeftoverSearch> {
  const unseen: KubernetesError[] = [];
  const found: KubernetesObject[] = [];
  const search = async (type: ResourceType, onRefusal: (error: KubernetesError) => void): Promise<void> => {
    const where = namespace === undefined ? {} : { namespace };
    try {
      for await (const object of kubernetes.list({ ...type, ...where, labelSelector: SELECT_ALL }))
        if (isOurs(object)) found.push(slim(object));
    } catch (error) {
      if (!(error instanceof KubernetesError) || error.problem !== "forbidden") throw error;
      onRefusal(error);
    }
  };
  for (const type of namespace === undefined ? [NAMESPACES, PODS, SERVICES] : [PODS, SERVICES]) {
    await search(type, (error) => {
      unseen.push(error);
    });
  }
  // Who may not list them has made none: conformance makes Services only with all rights to them.
  await search(ENDPOINT_SLICES, () => undefined);
  return { leftovers: byRun(found), unseen };
}

/** A selector finds a label with an empty value too, and anybody may label a namespace of another name. */
function isOurs({ kind, metadata: { name, labels = {} } }: KubernetesObject): boolean {
  const run = labels[RUN_LABEL] ?? "";
  // The controller's slices have the labels of their Services, and go with these.
  if (kind === ENDPOINT_SLICES.kind && labels[SLICE_MANAGED_BY.key] !== SLICE_MANAGED_BY.value) return false;
  return run !== "" && (kind !== NAMESPACES.kind || name === namespaceOf(run));
}

/** Pods are large, and only their names are needed. */
const slim = ({ apiVersion, kind, metadata }: KubernetesObject): KubernetesObject => ({ apiVersion, kind, metadata });

/** The objects of each run, without those that its own namespace takes along. */
export function byRun(objects: readonly KubernetesObject[]): Leftover[] {
  const runs = groupBy(objects, ({ metadata: { labels } }) => labels?.[RUN_LABEL] ?? "");
  return [...runs].map(([run, all]) => leftoverOf(run, all)).sort((a, b) => a.run.localeCompare(b.run));
}

function leftoverOf(run: string, objects: readonly KubernetesObject[]): Leftover {
  const own = objects.filter(({ kind }) => kind === NAMESPACES.kind).map(({ metadata }) => metadata.name);
  const roots = objects.filter(({ metadata: { namespace } }) => namespace === undefined || !own.includes(namespace));
  const annotation = (key: string): string | undefined =>
    roots.find(({ metadata }) => metadata.annotations?.[key])?.metadata.annotations?.[key];
  const [expires, owner, process] = [annotation(EXPIRES), annotation(OWNER), annotation(OWNER_PROCESS)];
  return {
    run,
    objects: roots.map(({ apiVersion, kind, metadata: { name, namespace, uid } }) => ({
      ref: { apiVersion, kind, plural: pluralOf(kind), name, ...(namespace === undefined ? {} : { namespace }) },
      uid,
    })),
    ...(expires === undefined ? {} : { expires }),
    ...(owner === undefined ? {} : { owner }),
    ...(process === undefined ? {} : { process }),
  };
}

const pluralOf = (kind: string): string => [NAMESPACES, PODS, SERVICES, ENDPOINT_SLICES].find((type) => type.kind === kind)?.plural ?? "";

/** Why a leftover can be removed without asking anybody; undefined when its run may be under way. */
export function whyDead({ expires, process }: Leftover, now: Date, fate: ProcessIdentity["fate"]): string | undefined {
  if (process !== undefined) {
    const became = fate(process);
    if (became === "ended") return "its podwire has ended";
    if (became === "alive") return undefined;
  }
  if (expires === undefined) return undefined;
  return new Date(expires) < now ? `expired on ${expires}` : undefined;
}

/** `namespace podwire-abc234`, `pod bench/podwire-abc234-pod-a`. */
export const objectWords = ({ ref: { kind, namespace, name } }: LeftObject): string =>
  `${kind.toLowerCase()} ${namespace === undefined ? "" : `${namespace}/`}${name}`;

/** One clause for everything that is left of a run. */
export function leftoverWords({ run, objects, owner }: Leftover): string {
  return `${objects.map(objectWords).join(", ")} of run ${run}${owner === undefined ? "" : ` (${owner})`}`;
}

/** How dead runs are recognised. */
export interface Judging {
  readonly namespace?: string;
  readonly now: Date;
  readonly fate: ProcessIdentity["fate"];
}

/** What a new run says of earlier ones: those that died and left something, and those that may be under way and would be measured along. */
export async function leftoversOf(kubernetes: Kubernetes, { namespace, now, fate }: Judging): Promise<string | undefined> {
  const search = await leftovers(kubernetes, namespace === undefined ? {} : { namespace });
  const dead = search.leftovers.filter((leftover) => whyDead(leftover, now, fate) !== undefined);
  const others = search.leftovers.filter((leftover) => !dead.includes(leftover));
  const flag = namespace === undefined ? "" : ` --namespace ${namespace}`;
  const sentences = [
    ...(dead.length === 0
      ? []
      : [`earlier runs left ${dead.map(leftoverWords).join("; ")}: \`podwire cluster clean${flag}\` removes that`]),
    ...(others.length === 0 ? [] : [`another run may be under way, and would disturb this one: ${others.map(leftoverWords).join("; ")}`]),
  ];
  return sentences.length === 0 ? undefined : sentences.join("; ");
}
