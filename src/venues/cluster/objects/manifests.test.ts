import { expect, test } from "vitest";
import { PATH_NAMES, type PathName } from "../../../model/path.js";
import { manifestsOf, securityLevel } from "./manifests.js";
import type { ClusterPlan, PlannedObject } from "./plan.js";
import { EXPIRES, RUN_LABEL } from "./run-labels.js";

const PLAN: ClusterPlan = {
  run: "abc234",
  namespace: { name: "podwire-abc234", own: true },
  image: "example/agent:1",
  nodes: { a: { name: "n1", cpus: 3.92 }, b: { name: "n2", cpus: 2 } },
  paths: PATH_NAMES,
  workloads: ["tcp", "http"],
  budgetSeconds: 300,
  owner: "someone",
  expires: "2026-01-01T00:00:00.000Z",
  tolerateTaints: false,
  deep: false,
};

interface Spec {
  readonly [field: string]: unknown;
  readonly hostNetwork?: boolean;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly { readonly securityContext: Readonly<Record<string, unknown>>; readonly resources: object }[];
}

const pods = (plan: ClusterPlan): readonly { readonly name: string; readonly spec: Spec }[] =>
  manifestsOf(plan)
    .filter(({ object }) => object.kind === "Pod")
    .map(({ object }) => ({ name: object.metadata.name, spec: object["spec"] as Spec }));

const fieldAt = (object: unknown, at: readonly string[]): unknown =>
  at.reduce((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], object);

test("the namespace comes first and says whose it is, what for, and until when", () => {
  const [first, ...others] = manifestsOf(PLAN);
  expect(first?.object).toMatchObject({
    kind: "Namespace",
    metadata: {
      name: "podwire-abc234",
      labels: { "app.kubernetes.io/managed-by": "podwire", [RUN_LABEL]: "abc234", "pod-security.kubernetes.io/enforce": "privileged" },
      annotations: { "podwire.dev/owner": "someone", [EXPIRES]: "2026-01-01T00:00:00.000Z" },
    },
  });
  for (const { object } of others)
    expect(object.metadata).toMatchObject({ namespace: "podwire-abc234", labels: { [RUN_LABEL]: "abc234" } });
});

test("no pod outlives its budget by more than two minutes, holds a token, may write its root, or keeps a capability", () => {
  for (const { spec } of pods(PLAN)) {
    expect(spec).toMatchObject({ activeDeadlineSeconds: 420, automountServiceAccountToken: false, restartPolicy: "Never" });
    expect(spec.containers[0]).toMatchObject({
      securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      resources: { requests: { cpu: "100m" }, limits: {} },
    });
    expect(JSON.stringify(spec)).not.toContain("hostPath");
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: "RuntimeDefault" } });
  }
});

test("NET_RAW and uid 0 are asked for only where a metric needs them", () => {
  const raw = (plan: ClusterPlan): string[] =>
    pods(plan)
      .filter(({ spec }) => JSON.stringify(spec).includes("NET_RAW"))
      .map(({ name, spec }) => `${name} ${String(spec.securityContext["runAsUser"])}`);
  expect(raw(PLAN)).toEqual([]);
  expect(raw({ ...PLAN, workloads: ["latency.icmp"] })).toEqual(["host-a 0", "host-b 0"]);
  expect(raw({ ...PLAN, workloads: ["pps"] })).toHaveLength(5);
});

test("ping in a pod's own network takes the safe sysctl, which the host network does not know", () => {
  for (const { spec } of pods({ ...PLAN, workloads: ["latency.icmp"] })) {
    const sysctls = spec.securityContext["sysctls"];
    if (spec.hostNetwork === true) expect(sysctls).toBeUndefined();
    else expect(sysctls).toEqual([{ name: "net.ipv4.ping_group_range", value: "0 2147483647" }]);
  }
});

test("the namespace enforces the strictest level that admits every pod", () => {
  const inPods: readonly PathName[] = ["pod-pod", "pod-service"];
  expect(securityLevel({ paths: inPods, workloads: ["tcp", "latency.icmp"], deep: false })).toBe("restricted");
  expect(securityLevel({ paths: inPods, workloads: ["pps"], deep: false })).toBe("privileged");
  expect(securityLevel({ paths: ["host-host"], workloads: ["tcp"], deep: false })).toBe("privileged");
  expect(securityLevel({ paths: inPods, workloads: ["tcp"], deep: true })).toBe("privileged");
});

test("pods are pinned by the node's name, or where nodes are not known by each other", () => {
  expect(JSON.stringify(pods(PLAN)[0])).toContain('"matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}]');
  const free = pods({ ...PLAN, nodes: {}, paths: ["pod-pod", "pod-pod-local"] });
  expect(free.map(({ name, spec }) => [name, Object.keys((spec["affinity"] as object | undefined) ?? {})])).toEqual([
    ["pod-a", []],
    ["pod-a2", ["podAffinity"]],
    ["pod-b", ["podAntiAffinity"]],
  ]);
  expect(() => manifestsOf({ ...PLAN, nodes: { a: { name: "n1", cpus: 2 } } })).toThrow("two nodes");
});

test("taints are tolerated only when that is forced", () => {
  expect(JSON.stringify(manifestsOf(PLAN))).not.toContain("tolerations");
  expect(pods({ ...PLAN, tolerateTaints: true })[0]?.spec["tolerations"]).toEqual([{ operator: "Exists" }]);
});

test("in a namespace of someone else names do not meet theirs, and the namespace is left alone", () => {
  const objects = manifestsOf({ ...PLAN, namespace: { name: "bench", own: false } });
  expect(objects.some(({ object }) => object.kind === "Namespace")).toBe(false);
  for (const { object } of objects) {
    expect(object.metadata.namespace).toBe("bench");
    expect(object.metadata.name).toMatch(/^podwire-abc234-/);
  }
});

test("a Service selects one pod of its run and forwards each port to itself", () => {
  const services = manifestsOf(PLAN).filter(({ object }) => object.kind === "Service");
  expect(services.map(({ object }) => object.metadata.name)).toEqual(["remote", "local", "headless", "node-port"]);
  for (const { object } of services) {
    const spec = object["spec"] as { selector: Record<string, string>; ports: { port: number; targetPort: number }[] };
    expect(spec.selector[RUN_LABEL]).toBe("abc234");
    for (const { port, targetPort } of spec.ports) expect(targetPort).toBe(port);
  }
});

test("every object has its reason, and every reason stands at a field that is there", () => {
  const all: readonly PlannedObject[] = manifestsOf({ ...PLAN, workloads: ["pps", "latency.icmp"], tolerateTaints: true, pullSecret: "s" });
  for (const { object, reason, because } of all) {
    expect(reason).not.toBe("");
    for (const { at } of because) expect([object.metadata.name, at.join("."), fieldAt(object, at)]).not.toContain(undefined);
  }
});
