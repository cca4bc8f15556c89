import { expect, test } from "vitest";
import type { KubernetesObject } from "../../../machine/kubernetes/port.js";
import { type PodEvent, readinessOf, warningOf } from "./readiness.js";

const pod = (status: object, metadata: object = {}): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "pod-a", ...metadata },
  status,
});
const scheduled = { type: "PodScheduled", status: "True" };
const waitingFor = (reason: string, message?: string): object => ({
  phase: "Pending",
  conditions: [scheduled],
  containerStatuses: [{ ready: false, state: { waiting: { reason, ...(message === undefined ? {} : { message }) } } }],
});
const sentence = (object: KubernetesObject, warnings: readonly PodEvent[] = []): string => {
  const readiness = readinessOf(object, warnings);
  return readiness.state === "ready" ? "ready" : `${readiness.state}: ${readiness.sentence}`;
};

test("a running pod whose container is ready is ready", () => {
  expect(sentence(pod({ phase: "Running", conditions: [scheduled], containerStatuses: [{ ready: true, state: { running: {} } }] }))).toBe(
    "ready",
  );
});

// Statuses and words as a 1.34 cluster shows them.
test.each<[string, object, string]>([
  ["new", {}, "waiting: it waits for the scheduler"],
  ["being made", waitingFor("ContainerCreating"), "waiting: its network is set up and its image is pulled"],
  ["first failed pull", waitingFor("ErrImagePull", "no such host"), "waiting: its container waits (ErrImagePull: no such host)"],
  [
    "image not found",
    waitingFor("ImagePullBackOff", 'Back-off pulling image "x/y:1"'),
    'failed: its image cannot be pulled (ImagePullBackOff: Back-off pulling image "x/y:1")',
  ],
  [
    "container refused",
    waitingFor("CreateContainerError", "no such user"),
    "failed: its container cannot be made (CreateContainerError: no such user)",
  ],
  [
    "taint",
    {
      phase: "Pending",
      conditions: [
        { type: "PodScheduled", status: "False", message: "0/2 nodes are available: 1 node(s) had untolerated taint {gpu: yes}." },
      ],
    },
    "failed: no node takes it (0/2 nodes are available: 1 node(s) had untolerated taint {gpu: yes}.)",
  ],
  [
    "no room",
    { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", message: "0/2 nodes are available: 1 Insufficient cpu." }] },
    "failed: its node has no room for it (0/2 nodes are available: 1 Insufficient cpu.)",
  ],
  [
    "no second node",
    {
      phase: "Pending",
      conditions: [
        { type: "PodScheduled", status: "False", message: "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules." },
      ],
    },
    "failed: there is no second node for it (0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.)",
  ],
  [
    "beside another",
    {
      phase: "Pending",
      conditions: [
        { type: "PodScheduled", status: "False", message: "0/1 nodes are available: 1 node(s) didn't match pod affinity rules." },
      ],
    },
    "waiting: it waits for the pod that it belongs beside",
  ],
  [
    "evicted",
    { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." },
    "failed: it was evicted: The node was low on resource: memory.",
  ],
  [
    "deadline",
    { phase: "Failed", reason: "DeadlineExceeded", message: "Pod was active on the node longer than the specified deadline" },
    "failed: it reached its deadline: Pod was active on the node longer than the specified deadline",
  ],
  [
    "out of memory",
    { phase: "Failed", containerStatuses: [{ ready: false, state: { terminated: { exitCode: 137, reason: "OOMKilled" } } }] },
    "failed: it ended (OOMKilled, exit code 137)",
  ],
])("%s", (_, status, words) => {
  expect(sentence(pod(status))).toBe(words);
});

test("a pod that was deleted by someone else is not waited for", () => {
  expect(sentence(pod({ phase: "Running" }, { deletionTimestamp: "2026-01-01T00:00:00Z" }))).toContain(
    "being deleted, though not by podwire",
  );
});

test("a pod that is drained away says so in the control plane's words", () => {
  const conditions = [{ type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI", message: "Eviction API: evicting" }];
  expect(sentence(pod({ phase: "Running", conditions }, { deletionTimestamp: "2026-01-01T00:00:00Z" }))).toContain(
    "being deleted (EvictionByEvictionAPI: Eviction API: evicting), though not by podwire",
  );
});

test("the kubelet's warnings say what a pod in the making waits for", () => {
  const making = pod(waitingFor("ContainerCreating"));
  const sandbox = { reason: "FailedCreatePodSandBox", message: 'plugin type="bridge" failed\n(add): no IP' };
  expect(sentence(making, [sandbox])).toBe(
    'waiting: its network could not be set up (FailedCreatePodSandBox: plugin type="bridge" failed (add): no IP)',
  );
  expect(sentence(making, [{ reason: "SysctlForbidden", message: "forbidden sysctl" }])).toContain("failed: the kubelet forbids a sysctl");
});

test("only warnings are reasons", () => {
  const event = { apiVersion: "v1", kind: "Event", metadata: { name: "e" }, reason: "Pulled", message: "done" };
  expect(warningOf({ ...event, type: "Normal" })).toBeUndefined();
  expect(warningOf({ ...event, type: "Warning" })).toEqual({ reason: "Pulled", message: "done" });
});

test("a failure has a next step, and long words are cut", () => {
  const readiness = readinessOf(pod(waitingFor("ImagePullBackOff", "x".repeat(5_000))), []);
  expect(readiness).toMatchObject({ state: "failed", next: expect.stringContaining("--image") as string });
  expect(readiness.state === "failed" ? readiness.sentence.length : 0).toBeLessThan(500);
});
