/**
 * Watches that go on: over the server's own time limit, cuts, and a history that the server no longer has.
 * @packageDocumentation
 */
import { milliseconds } from "../../units/quantity.js";
import { nameOfQuery, pathOfQuery } from "./addresses.js";
import { refused, type Status } from "./failures.js";
import { type Connection, listed } from "./pages.js";
import { KubernetesError, type KubernetesObject, type ObjectQuery, type WatchEvent } from "./port.js";

/** How long the server keeps one watch open. A cut that no one tells of is noticed {@link GRACE} later. */
const OPEN_FOR = milliseconds(60_000);
const GRACE = milliseconds(10_000);

/** One line of a watch. */
interface RawEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "ERROR";
  readonly object: KubernetesObject & Status & { readonly code?: number };
}

/** Changes until the signal aborts. What changed while nothing was heard is found by listing again and comparing with what was known. */
export async function* watched(connection: Connection, query: ObjectQuery, signal: AbortSignal): AsyncGenerator<WatchEvent> {
  const known = new Map<string, KubernetesObject>();
  try {
    while (!isOver(signal)) {
      const { events, version } = await compared(connection, query, known, signal);
      yield* events;
      for await (const event of oneWatch(connection, query, version, signal)) yield remembered(event, query, known);
    }
  } catch (error) {
    // After an abort no one looks at what failed.
    if (!isOver(signal)) throw error;
  }
}

const isOver = (signal: AbortSignal): boolean => signal.aborted;

async function compared(
  connection: Connection,
  query: ObjectQuery,
  known: Map<string, KubernetesObject>,
  signal: AbortSignal,
): Promise<{ events: WatchEvent[]; version: string }> {
  const events: WatchEvent[] = [];
  const gone = new Map(known);
  let version = "";
  const onVersion = (last: string): void => {
    version = last;
  };
  for await (const object of listed(connection, query, { signal, onVersion })) {
    const before = known.get(identity(object));
    gone.delete(identity(object));
    known.set(identity(object), object);
    if (before === undefined) events.push({ type: "added", object });
    else if (before.metadata.resourceVersion !== object.metadata.resourceVersion) events.push({ type: "modified", object });
  }
  for (const [id, object] of gone) {
    known.delete(id);
    events.push({ type: "deleted", object });
  }
  return { events, version };
}

/** A name may be given anew: the uid tells the two apart. */
const identity = ({ metadata }: KubernetesObject): string => metadata.uid ?? `${metadata.namespace ?? ""}/${metadata.name}`;

function remembered({ type, object }: RawEvent, { apiVersion, kind }: ObjectQuery, known: Map<string, KubernetesObject>): WatchEvent {
  const whole = { ...object, apiVersion, kind };
  if (type === "DELETED") {
    known.delete(identity(whole));
    return { type: "deleted", object: whole };
  }
  const before = known.has(identity(whole));
  known.set(identity(whole), whole);
  return { type: before ? "modified" : "added", object: whole };
}

/** Changes from a version on. It ends when the server ends it, as it does now and then, and when the connection is cut. */
async function* oneWatch(connection: Connection, query: ObjectQuery, version: string, signal: AbortSignal): AsyncGenerator<RawEvent> {
  const { requests, patience } = connection;
  const asked = { verb: "watch", object: nameOfQuery(query) };
  const more = { watch: "true", resourceVersion: version, timeoutSeconds: String(OPEN_FOR / 1000) };
  const request = { ...asked, method: "GET", path: pathOfQuery(query, more), signal } as const;
  const response = await patience.until(async () => requests.open(request, milliseconds(OPEN_FOR + GRACE)), signal);
  try {
    for await (const line of lines(response)) {
      const event = JSON.parse(line) as RawEvent;
      if (event.type === "ERROR") throw refused(asked, event.object.code ?? 500, event.object);
      yield event;
    }
  } catch (error) {
    if (error instanceof KubernetesError && !RESUMABLE.has(error.problem)) throw error;
    // A server that cuts every watch at once is not asked without a pause.
    await patience.clock.sleep(patience.limits.pause, signal);
  } finally {
    response.destroy();
  }
}

/** What the server says of a watch that another one can take up. */
const RESUMABLE: ReadonlySet<string> = new Set(["expired", "busy"]);

async function* lines(response: NodeJS.ReadableStream): AsyncGenerator<string> {
  response.setEncoding("utf8");
  let rest = "";
  for await (const chunk of response) {
    const parts = `${rest}${String(chunk)}`.split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part !== "") yield part;
  }
}
