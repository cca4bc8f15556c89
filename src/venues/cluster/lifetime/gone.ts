/**
 * Waiting until an object is really gone: a deletion that was accepted is only begun.
 * @packageDocumentation
 */
import type { Kubernetes, KubernetesObject, ObjectRef } from "../../../machine/kubernetes/port.js";
import type { Clock } from "../../../machine/ports.js";
import { type Milliseconds, milliseconds } from "../../../units/quantity.js";

/** A namespace with pods that end within a second is gone within some seconds; controllers of a loaded cluster may take their time. */
const GONE_WITHIN = milliseconds(90_000);
const POLL = milliseconds(250);

/** How long, and until when at most. */
export interface Waiting {
  readonly clock: Clock;
  readonly within?: Milliseconds;
  readonly signal?: AbortSignal;
}

/**
 * Resolves when the object is gone, with undefined; else, after a while or when the signal aborts, with a clause that says why it is there.
 * @param uid an object of the same name and another uid is not the one that is waited for
 */
export async function untilGone(
  kubernetes: Kubernetes,
  ref: ObjectRef,
  { clock, within = GONE_WITHIN, signal }: Waiting,
  uid?: string,
): Promise<string | undefined> {
  const deadline = clock.monotonic() + within;
  for (;;) {
    const object = await kubernetes.get(ref);
    if (object === undefined || (uid !== undefined && object.metadata.uid !== uid)) return undefined;
    if (signal?.aborted === true) return "its deletion is under way";
    if (clock.monotonic() > deadline) return `it is still being deleted after ${String(within / 1000)} s${conditionsOf(object)}`;
    await clock.sleep(POLL, signal);
  }
}

/** What a namespace waits for, in its own words. */
function conditionsOf({ status }: KubernetesObject): string {
  const { conditions = [] } = (status ?? {}) as { readonly conditions?: readonly { readonly status: string; readonly message?: string }[] };
  const messages = conditions.filter((one) => one.status === "True").flatMap((one) => one.message ?? []);
  return messages.length === 0 ? "" : ` (${messages.join("; ")})`;
}
