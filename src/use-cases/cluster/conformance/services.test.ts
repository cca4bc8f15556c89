import { expect, test } from "vitest";
import { handClock } from "../../../../test/synthetic/hand-clock.js";
import type { Kubernetes, KubernetesObject } from "../../../machine/kubernetes/port.js";
import type { NamespaceName } from "../../../model/wiring.js";
import type { ClusterPlan } from "../../../venues/cluster/objects/plan.js";
import { type ServiceSite, Settling } from "./services.js";

const PLAN: ClusterPlan = {
  ...{ run: "abcd", namespace: { name: "podwire-abcd", own: true }, image: "podwire-agent", nodes: {}, paths: [], workloads: [] },
  ...{ budgetSeconds: 60, expires: "2026-11-30T16:00:00Z", tolerateTaints: false, deep: false },
};

/** A site whose API server gives each Service this address. */
function site(
  clusterIP: string | undefined,
  signal = new AbortController().signal,
): ServiceSite & { readonly clock: ReturnType<typeof handClock> } {
  const create = async (_: unknown, object: KubernetesObject): Promise<KubernetesObject> =>
    Promise.resolve({ ...object, spec: { clusterIP, ports: [] } });
  return { kubernetes: { create } as unknown as Kubernetes, plan: PLAN, clock: handClock(), signal, pods: new Map() };
}

test("what settles is waited for, and nothing is said of it", async () => {
  const here = site("10.96.0.9");
  const answers: (readonly NamespaceName[])[] = [["node-a", "node-b"], ["node-b"], []];
  const asked: string[] = [];
  const settling = new Settling(here, async (address) => {
    asked.push(address);
    return Promise.resolve(answers.shift() ?? []);
  });
  expect(await settling.wait()).toBeUndefined();
  expect(asked).toEqual(["10.96.0.9", "10.96.0.9", "10.96.0.9"]);
  expect(here.clock.slept).toEqual([100, 100]);
});

test("what does not settle in time is named, with the nodes on which it did not", async () => {
  const here = site("10.96.0.9");
  expect(await new Settling(here, async () => Promise.resolve(["node-b"])).wait()).toBe(
    "a Service that was made just before did not answer on node-b within 8 s, so the rules there may not have been up to date",
  );
  expect(here.clock.monotonic()).toBe(8_000);
  expect(await new Settling(site("10.96.0.9"), async () => Promise.resolve(["node-a", "node-b"])).wait()).toContain("on node-a and node-b");
});

test("a Service without an address cannot tell whether anything settled, and that is said", async () => {
  const silent = async (): Promise<never> => Promise.reject(new Error("nothing can be asked"));
  expect(await new Settling(site(undefined), silent).wait()).toMatch(/gave a new Service no address/);
});

test("an interruption is no finding", async () => {
  const interruption = new AbortController();
  const settling = new Settling(site("10.96.0.9", interruption.signal), async () => {
    interruption.abort();
    return Promise.resolve(["node-a"]);
  });
  expect(await settling.wait()).toBeUndefined();
});
