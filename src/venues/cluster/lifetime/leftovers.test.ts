import { expect, test } from "vitest";
import type { KubernetesObject } from "../../../machine/kubernetes/port.js";
import { byRun, leftoverWords, whyDead } from "./leftovers.js";

const object = (kind: string, name: string, run: string, more: Partial<KubernetesObject["metadata"]> = {}): KubernetesObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name, uid: `uid-${name}`, labels: { "podwire.dev/run": run }, ...more },
});

const NOW = new Date("2026-01-01T12:00:00Z");
const unknown = (): "unknown" => "unknown";

test("a run's own namespace takes along what is in it", () => {
  const expires = { annotations: { "podwire.dev/expires": "2026-01-01T11:00:00Z", "podwire.dev/owner": "me" } };
  const [leftover, ...others] = byRun([
    object("Namespace", "podwire-abc234", "abc234", expires),
    object("Pod", "pod-a", "abc234", { namespace: "podwire-abc234" }),
    object("Service", "svc", "abc234", { namespace: "podwire-abc234" }),
  ]);
  expect(others).toEqual([]);
  expect(leftover).toEqual({
    run: "abc234",
    objects: [{ ref: { apiVersion: "v1", kind: "Namespace", plural: "namespaces", name: "podwire-abc234" }, uid: "uid-podwire-abc234" }],
    expires: "2026-01-01T11:00:00Z",
    owner: "me",
  });
});

test("in a namespace of someone else each object counts by itself", () => {
  const [first, second] = byRun([
    object("Pod", "podwire-b-pod-a", "b", { namespace: "bench" }),
    object("Service", "podwire-b-svc", "b", { namespace: "bench" }),
    object("Pod", "podwire-a-pod-a", "a", { namespace: "bench" }),
  ]);
  expect(first && leftoverWords(first)).toBe("pod bench/podwire-a-pod-a of run a");
  expect(second && leftoverWords(second)).toBe("pod bench/podwire-b-pod-a, service bench/podwire-b-svc of run b");
});

test("a run is dead when its process ended here, or its time is over and nobody knows the process", () => {
  const run = { run: "a", objects: [], expires: "2026-01-01T11:00:00Z" };
  const later = { ...run, expires: "2026-01-01T13:00:00Z" };
  expect(whyDead(run, NOW, unknown)).toBe("expired on 2026-01-01T11:00:00Z");
  expect(whyDead(later, NOW, unknown)).toBeUndefined();
  expect(whyDead({ ...later, process: "p" }, NOW, () => "ended")).toBe("its podwire has ended");
  expect(whyDead({ ...run, process: "p" }, NOW, () => "alive")).toBeUndefined();
  expect(whyDead({ ...run, process: "p" }, NOW, unknown)).toBe("expired on 2026-01-01T11:00:00Z");
  expect(whyDead({ run: "a", objects: [] }, NOW, unknown)).toBeUndefined();
  expect(whyDead({ ...run, expires: "no time" }, NOW, unknown)).toBeUndefined();
});
