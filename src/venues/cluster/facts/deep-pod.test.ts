import { describe, expect, it } from "vitest";
import type { ClusterPlan } from "../objects/plan.js";
import { deepPods } from "./deep-pod.js";

const PLAN: ClusterPlan = {
  run: "abc123",
  namespace: { name: "shared", own: false },
  image: "registry.example/agent:1",
  nodes: { a: { name: "worker-1", cpus: 4 } },
  paths: ["pod-pod-local"],
  workloads: [],
  budgetSeconds: 60,
  expires: "2026-01-01T00:00:00Z",
  tolerateTaints: false,
  deep: false,
};

describe("the pod of the privileged look", () => {
  it("is privileged on the node's network, writes nowhere but to scratch space, and ends by itself", () => {
    const [one] = deepPods(PLAN);
    expect(one?.pod.object["spec"]).toMatchObject({
      hostNetwork: true,
      activeDeadlineSeconds: 180,
      automountServiceAccountToken: false,
      restartPolicy: "Never",
      containers: [{ image: PLAN.image, securityContext: { privileged: true, readOnlyRootFilesystem: true } }],
    });
    expect(JSON.stringify(one?.pod.object)).not.toContain("hostPath");
  });

  it("carries the run's label and a name of its own in a namespace that is not the run's own, so that `cluster clean` finds it and nothing else", () => {
    expect(deepPods(PLAN)[0]?.pod.object.metadata).toMatchObject({
      name: "podwire-abc123-deep-a",
      namespace: "shared",
      labels: { "app.kubernetes.io/managed-by": "podwire", "podwire.dev/run": "abc123" },
    });
  });

  it("goes on nodes of the plan only", () => {
    expect(deepPods(PLAN).map(({ node }) => node)).toEqual(["worker-1"]);
  });
});
