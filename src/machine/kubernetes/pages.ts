/**
 * Lists in pages, so that the nodes of a huge cluster are never held at once.
 * @packageDocumentation
 */
import { nameOfQuery, pathOfQuery } from "./addresses.js";
import type { Patience } from "./patience.js";
import { KubernetesError, type KubernetesObject, type ObjectQuery } from "./port.js";
import type { KubernetesRequest, Requests } from "./requests.js";

/** Objects a page, as kubectl has it. */
const PAGE = 500;

/** A page of a list, as the API server sends it. */
interface Page {
  readonly metadata?: { readonly continue?: string; readonly resourceVersion?: string };
  readonly items?: readonly Partial<KubernetesObject>[];
}

/** How requests are made. */
export interface Connection {
  readonly requests: Requests;
  readonly patience: Patience;
}

/** The objects, page by page. The resource version of the last page is passed on, since a watch begins there. */
export async function* listed(
  { requests, patience }: Connection,
  query: ObjectQuery,
  { signal, onVersion }: { readonly signal?: AbortSignal; readonly onVersion?: (version: string) => void } = {},
): AsyncGenerator<KubernetesObject> {
  let position: string | undefined;
  do {
    const request = pageRequest(query, position, signal);
    const page = (await patience.until(async () => requests.json(request).catch(goingOn(request, requests)), signal)) as Page;
    for (const item of page.items ?? []) yield whole(item, query);
    position = page.metadata?.continue;
    if (page.metadata?.resourceVersion !== undefined) onVersion?.(page.metadata.resourceVersion);
  } while (position !== undefined && position !== "");
}

function pageRequest(query: ObjectQuery, position: string | undefined, signal: AbortSignal | undefined): KubernetesRequest {
  return {
    method: "GET",
    path: pathOfQuery(query, { limit: String(PAGE), continue: position }),
    verb: "list",
    object: nameOfQuery(query),
    ...(signal === undefined ? {} : { signal }),
  };
}

/**
 * A list that takes longer than the server keeps its state (5 minutes as a rule) is answered with 410 and a position at which it goes on with
 * the state of now (Kubernetes API concepts, "Retrieving large results sets in chunks").
 */
const goingOn =
  (request: KubernetesRequest, requests: Requests) =>
  async (error: unknown): Promise<unknown> => {
    if (!(error instanceof KubernetesError) || error.failure.position === undefined) throw error;
    const path = new URL(request.path, "http://path.invalid");
    path.searchParams.set("continue", error.failure.position);
    return requests.json({ ...request, path: `${path.pathname}${path.search}` });
  };

/** Items of a list do not say of which type they are. */
function whole(item: Partial<KubernetesObject>, { apiVersion, kind }: ObjectQuery): KubernetesObject {
  return { ...item, apiVersion, kind, metadata: item.metadata ?? { name: "" } };
}
