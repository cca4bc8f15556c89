import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { rbacYaml, rightsOf } from "./rbac.js";
import { accessWords, type Right } from "./right.js";
import { type ClusterNeed, missingSentence, refusalOf, rightsFor } from "./rights.js";

const RUN: ClusterNeed = { use: "run", host: true, services: true, pods: true };

const need = fc.record(
  {
    use: fc.constantFrom("run" as const, "inspect" as const, "clean" as const, "conformance" as const),
    namespace: fc.constantFrom("bench", "podwire"),
    host: fc.boolean(),
    services: fc.boolean(),
    pods: fc.boolean(),
  },
  { requiredKeys: ["use", "host", "services", "pods"] },
);

const words = (rights: readonly Right[]): string[] => rights.map(({ access }) => accessWords(access));

test("each verb stands once, required ones first, and says what it is for", () => {
  fc.assert(
    fc.property(need, (one) => {
      const rights = rightsFor(one);
      expect(new Set(words(rights)).size).toBe(rights.length);
      expect(
        rights
          .map(({ necessity }) => necessity)
          .sort()
          .reverse(),
      ).toEqual(rights.map(({ necessity }) => necessity));
      for (const { why, without } of rights) {
        expect(why).toMatch(/^(to|for) /);
        expect(without).toMatch(/^[a-zA-Z]/);
      }
    }),
  );
});

test("with a namespace made beforehand nothing but nodes and the network's settings is touched outside of it", () => {
  const outside = rightsFor({ ...RUN, namespace: "bench" }).filter(({ access }) => access.namespace !== "bench");
  expect(outside.filter(({ necessity }) => necessity === "required").map(({ access }) => accessWords(access))).toEqual(["list nodes"]);
  expect(outside.filter(({ access: { verb } }) => !["get", "list"].includes(verb))).toEqual([]);
});

test("without host pods no right outside of the namespace is required", () => {
  const rights = rightsFor({ ...RUN, namespace: "bench", host: false });
  expect(rights.filter(({ necessity, access }) => necessity === "required" && access.namespace !== "bench")).toEqual([]);
});

test("what is missing: the sentence, and the role that suffices", () => {
  const [create, ...more] = rightsFor({ ...RUN, namespace: "bench" }).filter(({ access }) => access.resource === "pods");
  if (create === undefined) throw new Error("pods are made");
  expect(missingSentence(create)).toBe(
    "this account may not create pods in namespace bench, which podwire uses to start the pods that are measured: no pod can be started",
  );
  const here = { ...RUN, namespace: "bench" };
  expect(refusalOf([create], here)).toBe(
    `${missingSentence(create)}; \`podwire cluster rbac --namespace bench\` prints a role that suffices`,
  );
  expect(refusalOf([create, ...more], { ...here, host: false })).toMatch(/ \(nor get pods in namespace bench, .*\); .*--namespace-only/);
  expect(refusalOf([], here)).toBeUndefined();
  expect(
    refusalOf(
      rightsFor(here).filter(({ necessity }) => necessity === "optional"),
      here,
    ),
  ).toBeUndefined();
});

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}
interface Parsed {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
}

/** What RBAC would read out of the documents, in the words of {@link accessWords}. */
function granted(yaml: string): Set<string> {
  const documents = parseAllDocuments(yaml).map((document) => document.toJS() as Parsed);
  const one = ({ apiGroups, resources, verbs, resourceNames }: Rule, namespace: string | undefined): string[] =>
    (resourceNames ?? [undefined]).flatMap((name) =>
      verbs.map((verb) => inWords({ verb, group: apiGroups[0] ?? "", type: resources[0] ?? "", name, namespace })),
    );
  return new Set(documents.flatMap(({ metadata: { namespace }, rules = [] }) => rules.flatMap((rule) => one(rule, namespace))));
}

type Granted = Readonly<Record<"verb" | "group" | "type", string> & Record<"name" | "namespace", string | undefined>>;

const inWords = ({ verb, group, type, name, namespace }: Granted): string => [verb, group, type, name, namespace].join(" ");

test("the printed roles grant each right, and nothing else", () => {
  const options = fc.record({ namespaceOnly: fc.boolean(), requiredOnly: fc.boolean(), made: fc.boolean() });
  fc.assert(
    fc.property(options, ({ namespaceOnly, requiredOnly, made }) => {
      const own = made || namespaceOnly ? "bench" : undefined;
      const variant = { ...(own === undefined ? {} : { namespace: own }), namespaceOnly, requiredOnly, home: "bench" };
      const wanted = rightsOf(variant).map(({ access: { verb, group, resource, subresource, name, namespace } }) =>
        inWords({
          verb,
          group,
          type: subresource === undefined ? resource : `${resource}/${subresource}`,
          name,
          namespace: namespace === own ? own : undefined,
        }),
      );
      expect(granted(rbacYaml(variant))).toEqual(new Set(wanted));
    }),
  );
});

test("no role stands in a namespace that may not be there", () => {
  const yaml = rbacYaml({ namespace: "bench", namespaceOnly: false, requiredOnly: false, home: "bench" });
  const documents = parseAllDocuments(yaml).map((document) => document.toJS() as Parsed);
  expect([...new Set(documents.map(({ metadata: { namespace } }) => namespace))].sort()).toEqual(["bench", undefined]);
});

test("the variant without a namespace says what RBAC cannot confine, and recommends the other", () => {
  const yaml = rbacYaml({ namespaceOnly: false, requiredOnly: false, home: "podwire" });
  expect(yaml).toContain("# RBAC cannot confine the creation of namespaces, nor exec");
  expect(yaml).toContain("podwire cluster rbac --namespace podwire");
});
