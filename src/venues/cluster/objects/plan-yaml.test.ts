import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { manifestsOf } from "./manifests.js";
import { planYaml } from "./plan-yaml.js";

const plan = manifestsOf({
  run: "abc234",
  namespace: { name: "podwire-abc234", own: true },
  image: "example/agent:1",
  nodes: { a: { name: "n1", cpus: 2 }, b: { name: "n2", cpus: 2 } },
  paths: ["host-host", "pod-pod", "pod-service"],
  workloads: ["tcp", "pps"],
  budgetSeconds: 60,
  expires: "2026-01-01T00:00:00.000Z",
  tolerateTaints: false,
  deep: false,
});

test("the text holds exactly the objects that are created", () => {
  const documents = parseAllDocuments(planYaml(plan));
  expect(documents.map((document) => document.toJS() as unknown)).toEqual(plan.map(({ object }) => object));
});

test("each object's reason and those of its fields stand in it as comments", () => {
  const text = planYaml(plan);
  for (const { reason, because } of plan) for (const why of [reason, ...because.map((one) => one.why)]) expect(text).toContain(`# ${why}`);
});
