import { describe, expect, test } from "vitest";
import { type OwnService, ownService, ownServiceRefs, ownSlice, ownSliceRef } from "./own-services.js";
import type { ClusterPlan } from "./plan.js";

const PLAN: ClusterPlan = {
  run: "abc234",
  namespace: { name: "bench", own: false },
  image: "podwire-agent:1",
  nodes: {},
  paths: [],
  workloads: [],
  budgetSeconds: 60,
  expires: "2026-01-01T12:00:00Z",
  tolerateTaints: false,
  deep: false,
};
const SERVICE: OwnService = {
  name: "one-terminating",
  ports: [{ name: "udp", protocol: "udp", port: 80, targetPort: 7070 }],
  nodePorts: true,
  endpoints: [{ pod: "pod-a2" }, { pod: "pod-b", state: "terminating" }],
  affinitySeconds: 10_800,
  externalPolicy: "Local",
  reason: "asked",
};
const PLACE = { address: "10.1.2.3", node: "worker-2" };

describe("a Service without a selector", () => {
  test("has what its checks ask for, and is known again by its run", () => {
    const { object } = ownService(PLAN, SERVICE);
    expect(object).toMatchObject({
      kind: "Service",
      metadata: { name: "podwire-abc234-check-one-terminating", namespace: "bench", labels: { "podwire.dev/run": "abc234" } },
      spec: {
        type: "NodePort",
        externalTrafficPolicy: "Local",
        sessionAffinity: "ClientIP",
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } },
        ports: [{ name: "udp", protocol: "UDP", port: 80, targetPort: 7070 }],
      },
    });
    expect(object["spec"]).not.toHaveProperty("selector");
  });

  test("has a slice for each endpoint, with its node and its state", () => {
    const [ready, going] = SERVICE.endpoints.map((endpoint) => ownSlice(PLAN, SERVICE, endpoint, PLACE).object);
    expect(ready).toMatchObject({
      metadata: {
        labels: {
          "kubernetes.io/service-name": "podwire-abc234-check-one-terminating",
          "endpointslice.kubernetes.io/managed-by": "podwire",
          "podwire.dev/run": "abc234",
        },
      },
      endpoints: [{ addresses: ["10.1.2.3"], nodeName: "worker-2", conditions: { ready: true, serving: true, terminating: false } }],
      ports: [{ name: "udp", protocol: "UDP", port: 7070 }],
    });
    expect(going).toMatchObject({ endpoints: [{ conditions: { ready: false, serving: true, terminating: true } }] });
  });

  test("is deleted by the names that it was made under", () => {
    const made = [ownService(PLAN, SERVICE), ...SERVICE.endpoints.map((endpoint) => ownSlice(PLAN, SERVICE, endpoint, PLACE))];
    expect(ownServiceRefs(PLAN, SERVICE).map(({ kind, namespace, name }) => [kind, namespace, name])).toEqual(
      made.map(({ object: { kind, metadata } }) => [kind, metadata.namespace, metadata.name]),
    );
    expect(ownSliceRef(PLAN, "one-terminating", "pod-b").name).toBe("podwire-abc234-check-one-terminating-pod-b");
  });
});
