import { expect, test } from "vitest";
import { handClock } from "../../../../test/synthetic/hand-clock.js";
import type { Kubernetes, KubernetesObject } from "../../../machine/kubernetes/port.js";
import { milliseconds } from "../../../units/quantity.js";
import { NAMESPACES } from "../objects/resources.js";
import { untilGone } from "./gone.js";

const REF = { ...NAMESPACES, name: "podwire-abc234" };

const there = (uid: string, status?: object): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: REF.name, uid },
  ...(status === undefined ? {} : { status }),
});

/** A cluster that answers so, and forever with the last. */
function answering(...answers: readonly (KubernetesObject | undefined)[]): Kubernetes {
  const left = [...answers];
  const get = async (): Promise<KubernetesObject | undefined> => Promise.resolve(left.length > 1 ? left.shift() : left[0]);
  return { get } as Partial<Kubernetes> as Kubernetes;
}

test("an object is waited for until it is gone", async () => {
  const clock = handClock();
  expect(await untilGone(answering(there("1"), there("1"), undefined), REF, { clock })).toBeUndefined();
  expect(clock.slept).toHaveLength(2);
});

test("one of the same name that is another is not waited for", async () => {
  const clock = handClock();
  expect(await untilGone(answering(there("2")), REF, { clock }, "1")).toBeUndefined();
  expect(clock.slept).toEqual([]);
});

test("one that stays is reported with what it waits for, in the cluster's words", async () => {
  const conditions = [
    { type: "NamespaceDeletionContentFailure", status: "False", message: "All content successfully deleted" },
    {
      type: "NamespaceFinalizersRemaining",
      status: "True",
      message: "Some content has finalizers remaining: example.com/wait in 1 resource",
    },
  ];
  const waiting = { clock: handClock(), within: milliseconds(5_000) };
  expect(await untilGone(answering(there("1", { conditions })), REF, waiting)).toBe(
    "it is still being deleted after 5 s (Some content has finalizers remaining: example.com/wait in 1 resource)",
  );
  expect(await untilGone(answering(there("1")), REF, { ...waiting, clock: handClock() })).toBe("it is still being deleted after 5 s");
});

test("an interruption ends the waiting", async () => {
  const stop = new AbortController();
  stop.abort();
  expect(await untilGone(answering(there("1")), REF, { clock: handClock(), signal: stop.signal })).toBe("its deletion is under way");
});
