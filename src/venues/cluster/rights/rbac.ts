/**
 * The roles that suffice for podwire, as documents for `kubectl apply`, each verb with its reason.
 * @packageDocumentation
 */
import { Document, type YAMLMap, type YAMLSeq } from "yaml";
import type { Right } from "./right.js";
import { distinct, rightsFor } from "./rights.js";

/** Which variant of the roles. */
export interface RbacOptions {
  /** A namespace made beforehand, in which all runs work; absent means that podwire makes one a run. */
  readonly namespace?: string;
  /** Nothing outside of that namespace: no node is read and no host-network pod is used. */
  readonly namespaceOnly: boolean;
  /** Leaves out what only adds to a report. */
  readonly requiredOnly: boolean;
  /** Where the service account lives: the namespace made beforehand, where there is one. */
  readonly home: string;
}

/** Name of the service account, the roles and their bindings. */
const NAME = "podwire";

const WIDE = `RBAC cannot confine the creation of namespaces, nor exec, to podwire's own namespaces: with these rights the account can start pods and
run programs in every namespace. Better: \`podwire cluster rbac --namespace podwire\` confines both to one namespace made beforehand
(\`podwire cluster run --namespace podwire\`), beside a ClusterRole that only gets and lists nodes.`;

const ONE_NAMESPACE = `Pods, Services and exec are confined to one namespace, made beforehand. Beside it, only reading: nodes, and the settings of the network.`;

const NAMESPACE_ONLY = `Everything is confined to one namespace: \`podwire cluster run --namespace NAME --no-host\`. Without nodes and host-network pods there is
no ratio to the host; the report says so.`;

/** All documents as one YAML text. */
export function rbacYaml(options: RbacOptions): string {
  const introduction = options.namespace === undefined ? WIDE : options.namespaceOnly ? NAMESPACE_ONLY : ONE_NAMESPACE;
  const documents = [
    ...accountDocuments(options),
    ...rolesOf(rightsOf(options), options.namespace).flatMap((role) => [roleDocument(role), bindingDocument(role, options.home)]),
  ];
  return `${comment(`${introduction}\n\n${usage(options)}`)}\n${documents.map((document) => document.toString({ lineWidth: 0, flowCollectionPadding: false })).join("---\n")}`;
}

/** What is granted: to run, to try what works, and to clean up; reading the network's settings is part of a run. */
export function rightsOf({ namespace, namespaceOnly, requiredOnly }: RbacOptions): Right[] {
  const where = namespace === undefined ? {} : { namespace };
  const need = { ...where, host: !namespaceOnly, services: true, pods: true };
  return distinct((["run", "conformance", "clean"] as const).flatMap((use) => rightsFor({ ...need, use })))
    .filter(({ necessity }) => !requiredOnly || necessity === "required")
    .filter(({ access }) => !namespaceOnly || access.namespace === namespace);
}

function usage({ home, namespace, namespaceOnly }: RbacOptions): string {
  const flags = namespace === undefined ? "" : ` --namespace ${namespace}${namespaceOnly ? " --no-host" : ""}`;
  return `Apply with \`kubectl apply -f -\`, then use the account:
  kubectl config set-credentials podwire --token="$(kubectl -n ${home} create token ${NAME} --duration 8h)"
  kubectl config set-context podwire --cluster=CLUSTER --user=podwire, and \`podwire cluster run --context podwire${flags}\`.`;
}

const comment = (text: string): string => text.replaceAll(/^(?=.)/gm, "# ").replaceAll(/^$/gm, "#");

function accountDocuments({ home, namespace, namespaceOnly }: RbacOptions): Document[] {
  const level = namespaceOnly ? "baseline" : "privileged";
  const pods = { "pod-security.kubernetes.io/enforce": level };
  const made = new Document({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: home, ...(namespace === undefined ? {} : { labels: pods }) },
  });
  made.commentBefore =
    namespace === undefined
      ? " The account's own home; runs make namespaces of their own."
      : namespaceOnly
        ? " Every run works here. Pods on the pod network need no more than this level."
        : " Every run works here. Host-network pods, the baseline of every ratio, are admitted at the level privileged only.";
  return [made, new Document({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: NAME, namespace: home } })];
}

/** Rights of one scope: a namespace, or the whole cluster. */
interface Role {
  readonly namespace: string | undefined;
  readonly rights: readonly Right[];
}

/**
 * Settings of network products are granted by their names in all namespaces: a role in a product's own namespace could not be applied where
 * that product is not.
 */
function rolesOf(rights: readonly Right[], own: string | undefined): Role[] {
  const scopeOf = ({ access: { namespace } }: Right): string | undefined => (namespace === own ? own : undefined);
  const scopes = [...new Set(rights.map(scopeOf))];
  return scopes.map((namespace) => ({ namespace, rights: rights.filter((right) => scopeOf(right) === namespace) }));
}

function roleDocument({ namespace, rights }: Role): Document {
  const document = new Document({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: namespace === undefined ? "ClusterRole" : "Role",
    metadata: { name: NAME, ...(namespace === undefined ? {} : { namespace }) },
    rules: rulesOf(rights).map(({ rule }) => rule),
  });
  const rules = document.get("rules") as YAMLSeq<YAMLMap>;
  for (const [index, { reasons }] of rulesOf(rights).entries()) {
    const node = rules.items[index];
    if (node === undefined) continue;
    node.commentBefore = reasons.map((reason) => ` ${reason}`).join("\n");
    for (const list of node.items) (list.value as YAMLSeq).flow = true;
  }
  return document;
}

interface Rule {
  readonly rule: Readonly<Record<string, readonly string[]>>;
  readonly reasons: readonly string[];
}

/** One rule for all verbs on the same objects that are alike in being required or not, so that a reader can strike the optional ones. */
function rulesOf(rights: readonly Right[]): Rule[] {
  const groups = new Map<string, Right[]>();
  for (const right of rights) {
    const { group, resource, subresource, verb, name } = right.access;
    const key = JSON.stringify([right.necessity, group, resource, subresource, name === undefined ? undefined : verb]);
    groups.set(key, [...(groups.get(key) ?? []), right]);
  }
  return [...groups.values()].map(ruleOf);
}

function ruleOf(rights: readonly Right[]): Rule {
  const [{ access }] = rights as [Right];
  const resource = access.subresource === undefined ? access.resource : `${access.resource}/${access.subresource}`;
  const names = new Set(rights.flatMap(({ access: { name } }) => name ?? []));
  return {
    rule: {
      apiGroups: [access.group],
      resources: [resource],
      ...(names.size === 0 ? {} : { resourceNames: [...names] }),
      verbs: [...new Set(rights.map(({ access: { verb } }) => verb))],
    },
    reasons: rights.map(reasonOf),
  };
}

function reasonOf({ access: { verb, name }, necessity, why, without }: Right): string {
  const what = name === undefined ? verb : `${verb} ${name}`;
  return necessity === "required" ? `${what}: ${why}` : `${what} (optional): ${why}; without it ${without}`;
}

function bindingDocument({ namespace }: Role, home: string): Document {
  const kind = namespace === undefined ? "ClusterRole" : "Role";
  return new Document({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: `${kind}Binding`,
    metadata: { name: NAME, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: NAME },
    subjects: [{ kind: "ServiceAccount", name: NAME, namespace: home }],
  });
}
