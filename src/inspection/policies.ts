/**
 * Which network policies select the pods that are asked, and who enforces them. Sources: Kubernetes API, NetworkPolicy and LabelSelector; cilium/cilium
 * Documentation/security/policy (endpointSelector, label sources); Calico's NetworkPolicy and GlobalNetworkPolicy references (selectors are texts).
 * @packageDocumentation
 */
import type { Inspection, PolicyName, Untold } from "../model/inspection.js";
import { type ApiFacts, configMap, environmentOf, type PolicyView, runningDaemonSet } from "./api-facts.js";
import { type AskedPod, from, KUBE_ROUTER_HEALTH, type Look, printed } from "./pods/look.js";
import { type ProductClaim, read } from "./products/contract.js";
import { fields, list } from "./sift.js";
import { flagValue } from "./written-settings.js";

/** A pod that policies may select. */
type Selectable = NonNullable<AskedPod["selectable"]>;

/** What is known of policies. */
export interface PoliciesTold {
  readonly inForce?: NonNullable<Inspection["policiesInForce"]>;
  readonly evidence: Inspection["evidence"];
  readonly unknown: readonly Untold[];
}

/** Policies in force on the pods of a look and on its nodes, and their enforcer. Pods on their node's own network are not selected by any of the pods' policies. */
export function policiesOf(api: ApiFacts, looks: readonly Look[], claim: ProductClaim | undefined): PoliciesTold {
  const pods = looks.flatMap(({ network, selectable }) => (network === "pod" && selectable !== undefined ? [selectable] : []));
  if (pods.length === 0 || api.networkPolicies.refused !== undefined) return { evidence: [], unknown: [] };
  const nodes = [...new Set(looks.filter(({ network }) => network === "host").map(({ node }) => node))];
  const answers = [...api.networkPolicies.objects, ...api.productPolicies.objects].map((policy) => ({
    name: nameOf(policy),
    pods: selectsAny(policy, pods),
    nodes: selectsNodes(policy, nodes, api),
  }));
  const selecting = answers.filter((one) => one.pods === true).map(({ name }) => name);
  const onNodes = answers.filter((one) => one.nodes === true).map(({ name }) => name);
  const undecided = answers
    .filter((one) => (one.pods === undefined && one.nodes !== true) || (one.nodes === undefined && one.pods !== true))
    .map(({ name }) => name);
  const enforcer = enforcerOf(api, looks, claim);
  return {
    inForce: {
      policies: selecting,
      ...(onNodes.length === 0 ? {} : { onNodes }),
      ...(undecided.length === 0 ? {} : { undecided }),
      enforcedBy: enforcer?.who ?? "unknown",
    },
    evidence: enforcer === undefined ? [] : [enforcer.evidence],
    unknown: [
      ...(api.productPolicies.refused === undefined ? [] : [{ claim: "policiesInForce", why: api.productPolicies.refused }]),
      ...undecided.map(({ kind, name }) => ({
        claim: "policiesInForce",
        why: `${kind} ${name} selects by an expression that podwire does not evaluate`,
      })),
      ...(selecting.length + onNodes.length > 0 && enforcer === undefined
        ? [{ claim: "policiesInForce", why: "nothing that was seen enforces policies; --deep looks at the nodes' rules" }]
        : []),
    ],
  };
}

const nameOf = ({ kind, namespace, name }: PolicyView): PolicyName => ({ kind, ...(namespace === undefined ? {} : { namespace }), name });

/** Whether a policy selects one of the pods; undefined where podwire cannot say. */
function selectsAny(policy: PolicyView, pods: readonly Selectable[]): boolean | undefined {
  const near = pods.filter(({ namespace }) => policy.namespace === undefined || policy.namespace === namespace);
  const answers = near.flatMap((pod) => policy.selectors.map((selector) => selects(selector, policy, pod)));
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

/** Whether a policy of nodes selects one of these; undefined where podwire cannot say. Cilium's are in force where its host firewall is on (Documentation/security/host-firewall.rst). */
function selectsNodes({ nodeSelectors = [] }: PolicyView, nodes: readonly string[], api: ApiFacts): boolean | undefined {
  if (nodeSelectors.length === 0 || nodes.length === 0) return false;
  const settings = configMap(api, "cilium-config");
  if (settings !== undefined && settings.data["enable-host-firewall"] !== "true") return false;
  const answers = nodes.flatMap((name) => {
    const labels = api.nodes.objects.find((node) => node.name === name)?.labels;
    return nodeSelectors.map((selector) => (labels === undefined ? undefined : matches(selector, labels, withoutSource)));
  });
  if (answers.includes(true)) return settings === undefined ? undefined : true;
  return answers.includes(undefined) ? undefined : false;
}

/** Cilium writes where a label is from before its key. */
const withoutSource = (key: string): string => key.replace(/^(?:any|k8s)[:.]/, "");

function selects(selector: unknown, { product }: PolicyView, { namespace, labels }: Selectable): boolean | undefined {
  if (product === "calico") return typeof selector === "string" && !["", "all()"].includes(selector.trim()) ? undefined : true;
  if (product === "kubernetes") return matches(selector, labels);
  return matches(selector, { ...labels, "io.kubernetes.pod.namespace": namespace }, withoutSource);
}

/** A LabelSelector on labels. One that is empty or absent selects everything. `keyOf` takes a product's prefix from a key. */
export function matches(
  selector: unknown,
  labels: Readonly<Record<string, string>>,
  keyOf: (key: string) => string = (key) => key,
): boolean | undefined {
  const { matchLabels, matchExpressions } = fields(selector);
  const equal = Object.entries(fields(matchLabels)).map(([key, value]): boolean | undefined => labels[keyOf(key)] === value);
  const answers = [...equal, ...list(matchExpressions).map((expression) => holds(expression, labels, keyOf))];
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

function holds(expression: unknown, labels: Readonly<Record<string, string>>, keyOf: (key: string) => string): boolean | undefined {
  const { key, operator, values } = fields(expression);
  if (typeof key !== "string") return undefined;
  const value = labels[keyOf(key)];
  switch (operator) {
    case "In":
      return value !== undefined && list(values).includes(value);
    case "NotIn":
      return value === undefined || !list(values).includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return undefined;
  }
}

interface Enforcer {
  readonly who: string;
  readonly evidence: Inspection["evidence"][number];
}

/** DaemonSets that enforce policies on other products' networks. */
const ENFORCING: readonly (readonly [start: string, who: string])[] = [
  ["calico-node", "Calico"],
  ["canal", "Calico"],
  ["cilium", "Cilium"],
  ["antrea-agent", "Antrea"],
  ["kube-network-policies", "kube-network-policies"],
  ["azure-npm", "Azure Network Policy Manager"],
];

function enforcerOf(api: ApiFacts, looks: readonly Look[], claim: ProductClaim | undefined): Enforcer | undefined {
  const told = (who: string, where: string): Enforcer => ({ who, evidence: read("policiesInForce", `${who} enforces policies`, where) });
  if (claim?.strength === "runs" && claim.enforces !== undefined) return told(claim.enforces, claim.evidence[0]?.from ?? claim.cni);
  for (const [start, who] of ENFORCING) {
    if (runningDaemonSet(api, start) !== undefined) return told(who, `DaemonSet ${start}`);
  }
  const router = runningDaemonSet(api, "kube-router");
  const argv = router?.containers.flatMap((container) => container.argv) ?? [];
  if (router !== undefined && flagValue(argv, "run-firewall") !== "false") return told("kube-router", "DaemonSet kube-router");
  const aws = runningDaemonSet(api, "aws-node");
  if (aws !== undefined && environmentOf(aws, "NETWORK_POLICY_ENFORCING_MODE") !== undefined)
    return told("AWS's network policy agent", "DaemonSet aws-node");
  const answering = looks.find((look) => (printed(look, KUBE_ROUTER_HEALTH) ?? "").startsWith("200 "));
  return answering === undefined ? undefined : told("kube-router", from(answering, KUBE_ROUTER_HEALTH));
}
