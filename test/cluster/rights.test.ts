import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { type RbacOptions, rbacYaml, rightsOf } from "../../src/venues/cluster/rights/rbac.js";
import { accessWords, type Right } from "../../src/venues/cluster/rights/right.js";
import { type ClusterNeed, missingRights, missingSentence, refusalOf, rightsFor } from "../../src/venues/cluster/rights/rights.js";
import type { Cluster } from "./fixture.js";
import { Kubeconfigs, tokenOf } from "./kubeconfigs.js";
import { CLUSTER_START_MS, sharedCluster } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";

const unavailable = await clusterUnavailable();

const LABELS = { "test/rights": "yes" };

interface Rule {
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

interface Document {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: object;
  readonly subjects?: readonly object[];
}

/** Each variant that `podwire cluster rbac` prints, and what it suffices for. */
const VARIANTS: readonly (readonly [name: string, options: RbacOptions, need: ClusterNeed])[] = [
  ["rbac", { namespaceOnly: false, requiredOnly: false, home: "wide" }, { use: "run", host: true, services: true, pods: true }],
  [
    "rbac --namespace one",
    { namespace: "one", namespaceOnly: false, requiredOnly: false, home: "one" },
    { use: "run", namespace: "one", host: true, services: true, pods: true },
  ],
  [
    "rbac --namespace-only --namespace only",
    { namespace: "only", namespaceOnly: true, requiredOnly: false, home: "only" },
    { use: "run", namespace: "only", host: false, services: true, pods: true },
  ],
];

describe.skipIf(unavailable !== undefined)(`rights (${unavailable ?? "asked of a real API server"})`, () => {
  let cluster: Cluster;
  let kubeconfigs: Kubeconfigs;

  beforeAll(async () => {
    cluster = await sharedCluster({ network: "flannel-vxlan" });
    kubeconfigs = new Kubeconfigs(cluster);
  }, CLUSTER_START_MS);

  afterAll(async () => {
    kubeconfigs.remove();
    // Hundreds, which kubectl would delete one by one.
    for (const plural of ["clusterroles", "clusterrolebindings"])
      await cluster.kubectl(["delete", "--raw", `/apis/rbac.authorization.k8s.io/v1/${plural}?labelSelector=test/rights`]);
    const named = ["podwire", "wide-required", "one-required"];
    await cluster.kubectl(["delete", "clusterroles,clusterrolebindings", "--ignore-not-found", ...named]);
    await cluster.kubectl(["delete", "namespace", "wide", "one", "only"]);
  });

  const apply = async (yaml: string): Promise<unknown> => cluster.kubectl(["apply", "--filename", "-"], yaml);

  /** The same roles for another account, without one verb on one type or named object. */
  function without(yaml: string, right: Right, account: string): Document[] {
    return parseAllDocuments(yaml)
      .map((document) => document.toJS() as Document)
      .map((document) => ({
        ...document,
        ...(document.kind === "Namespace" ? {} : { metadata: { ...document.metadata, name: account, labels: LABELS } }),
        ...(document.roleRef === undefined ? {} : { roleRef: { ...document.roleRef, name: account } }),
        ...(document.subjects === undefined ? {} : { subjects: document.subjects.map((subject) => ({ ...subject, name: account })) }),
        ...(document.rules === undefined ? {} : { rules: document.rules.flatMap((rule) => lessened(rule, right)) }),
      }));
  }

  function lessened(rule: Rule, { access: { verb, resource, subresource, name } }: Right): Rule[] {
    const type = subresource === undefined ? resource : `${resource}/${subresource}`;
    const named = rule.resourceNames !== undefined;
    if (!rule.resources.includes(type) || !rule.verbs.includes(verb) || named !== (name !== undefined)) return [rule];
    if (name === undefined) return some({ ...rule, verbs: rule.verbs.filter((one) => one !== verb) });
    return some({ ...rule, resourceNames: (rule.resourceNames ?? []).filter((one) => one !== name) });
  }

  const some = (rule: Rule): Rule[] => (rule.verbs.length === 0 || rule.resourceNames?.length === 0 ? [] : [rule]);

  /** What is granted in all namespaces is granted in each. */
  const granting = ({ access: { verb, resource, subresource, name } }: Right): string =>
    JSON.stringify([verb, resource, subresource, name]);

  describe.each(VARIANTS)("podwire cluster %s", (_name, options, need) => {
    test("what it prints suffices for its own account, also to clean up", async () => {
      await apply(rbacYaml(options));
      const kubernetes = kubeconfigs.open({ user: { token: await tokenOf(cluster, options.home, "podwire") } });
      const needs = [need, { ...need, use: "conformance" as const }, { ...need, use: "clean" as const }];
      const optional = options.namespaceOnly ? ["required"] : ["required", "optional"];
      for (const one of needs) {
        const missing = await missingRights(kubernetes, one);
        expect(missing.filter(({ necessity }) => optional.includes(necessity))).toEqual([]);
      }
    });

    test("the required ones alone suffice too", async () => {
      const account = `${options.home}-required`;
      await apply(rbacYaml({ ...options, requiredOnly: true }).replaceAll("name: podwire\n", `name: ${account}\n`));
      const kubernetes = kubeconfigs.open({ impersonate: `system:serviceaccount:${options.home}:${account}` });
      expect(refusalOf(await missingRights(kubernetes, need), need)).toBeUndefined();
    });

    test("each verb that is taken away is missed, and nothing else: required ones stop a run, optional ones are said", async () => {
      const yaml = rbacYaml(options);
      const printed = new Set(rightsOf(options).map(({ access }) => accessWords(access)));
      const all = rightsFor(need);
      const rights = all.filter(({ access }) => printed.has(accessWords(access)));
      const accounts = rights.map((_, index) => `${options.home}-without-${String(index)}`);
      const items = rights.flatMap((right, index) => without(yaml, right, accounts[index] ?? ""));
      await apply(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
      for (const [index, right] of rights.entries()) {
        const kubernetes = kubeconfigs.open({ impersonate: `system:serviceaccount:${options.home}:${accounts[index] ?? ""}` });
        const expected = all.filter((one) => !rights.includes(one) || granting(one) === granting(right));
        const missing = await missingRights(kubernetes, need);
        expect(missing.map(({ access }) => accessWords(access))).toEqual(expected.map(({ access }) => accessWords(access)));
        const refusal = refusalOf(missing, need);
        const stopping = expected.find(({ necessity }) => necessity === "required");
        if (stopping === undefined) expect(refusal).toBeUndefined();
        else
          expect(refusal).toMatch(
            new RegExp(`^${escaped(missingSentence(stopping))}; \`podwire cluster rbac.*\` prints a role that suffices$`),
          );
      }
    });
  });

  const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
});
