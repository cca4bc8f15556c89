/**
 * An inspection in words: the same facts in the same order in every report.
 * @packageDocumentation
 */
import { DEEP_TOPICS, type DeepFact, type Inspection, type NodeKind, type PolicyName, type Trait } from "../../model/inspection.js";
import { formatCount } from "../../units/format.js";

/** One line of a report. */
export interface InspectionFact {
  readonly label: string;
  readonly text: string;
}

/** What the network is, in one line. */
export function inspectionHeadline(inspection: Inspection): string {
  const { cni, setting } = inspection;
  const product = cni === "unknown" ? "a network that could not be determined" : `${cni}${versionText(inspection)}`;
  return `${product}${setting === undefined ? "" : ` (${setting})`}, ${wiredText(inspection)}`;
}

function wiredText({ mode, nearest }: Inspection): string {
  if (mode !== "unknown") return `wired like podwire's ${mode}`;
  return nearest === undefined ? "podwire's mode for it: unknown" : `nearest to podwire's ${nearest.mode}`;
}

function versionText({ traits = [] }: Inspection): string {
  const version = traits.find(({ trait }) => trait === "version");
  return version === undefined ? "" : ` ${version.seen ?? version.configured ?? ""}`;
}

/** Everything that could be told. */
export function inspectionFacts(inspection: Inspection): readonly InspectionFact[] {
  const { podCidrs, ipFamilies, kubernetes, nodes } = inspection;
  const facts: readonly (readonly [string, string])[] = [
    ["network", `${inspection.cni}${versionText(inspection)}${inspection.setting === undefined ? "" : `, ${inspection.setting}`}`],
    ["mode", modeText(inspection)],
    ...(inspection.traits ?? []).flatMap((one) => traitFact(one)),
    ["Services", servicesText(inspection)],
    ["policies", policiesText(inspection)],
    ["MTU", mtuText(inspection.mtu)],
    ["between nodes", routesText(inspection.podRoutes)],
    [
      "pod addresses",
      [podCidrs.pools.length === 0 ? "" : `from ${podCidrs.pools.join(", ")}`, cidrsText(podCidrs)].filter((one) => one !== "").join("; "),
    ],
    ["IP families", ipFamilies.join(" and ")],
    ["objects", countsText(inspection)],
    ["Kubernetes", kubernetes ?? ""],
    ["nodes", nodes.map(kindText).join("; ")],
  ];
  return facts.flatMap(([label, text]) => (text === "" ? [] : [{ label, text }]));
}

function modeText({ mode, differs = [], nearest }: Inspection): string {
  if (mode !== "unknown" || nearest === undefined) return `${mode}${differsText(differs)}`;
  return `none of podwire's; nearest is ${nearest.mode}${differsText(nearest.differs)}`;
}

const differsText = (differs: readonly string[]): string => (differs.length === 0 ? "" : `; what differs: ${differs.join("; ")}`);

/** Version and Services have lines of their own. */
const TRAIT_LABELS: Readonly<Partial<Record<Trait["trait"], string>>> = {
  routing: "routing",
  services: "Services by",
  hostRouting: "host routing",
  masquerade: "masquerade",
  encryption: "encryption",
  bandwidthManager: "bandwidth mgr.",
};

/** What the nodes show comes first; which witness spoke stands with it. */
function traitFact({ trait, seen, configured }: Trait): readonly (readonly [string, string])[] {
  const label = TRAIT_LABELS[trait];
  if (label === undefined) return [];
  if (seen === undefined) return [[label, `${configured ?? ""} (as configured)`]];
  if (configured === undefined) return [[label, `${seen} (as seen)`]];
  return [[label, seen === configured ? `${seen} (seen and configured)` : `${seen} (as seen; configured: ${configured})`]];
}

function policiesText({ policiesInForce, networkPolicies }: Inspection): string {
  if (policiesInForce === undefined) return "";
  const { policies, onNodes = [], undecided = [], enforcedBy } = policiesInForce;
  const known = enforcedBy !== "unknown";
  const selected = [
    ...(policies.length === 0 ? [] : [`the pods that were asked: ${namesOf(policies)}`]),
    ...(onNodes.length === 0 ? [] : [`the nodes that were asked: ${namesOf(onNodes)}`]),
  ];
  const others = networkPolicies === undefined || networkPolicies === 0 ? "" : ` (of ${formatCount(networkPolicies)} in the cluster)`;
  return [
    selected.length === 0 ? `none selects the pods that were asked${others}` : `in force on ${selected.join("; on ")}`,
    ...(undecided.length === 0
      ? []
      : [`podwire does not evaluate what ${namesOf(undecided)} ${undecided.length === 1 ? "selects" : "select"}`]),
    ...(selected.length === 0
      ? known
        ? [`${enforcedBy} enforces policies here`]
        : []
      : [known ? `${enforcedBy} enforces them` : "who enforces them is not known"]),
  ].join("; ");
}

const namesOf = (policies: readonly PolicyName[]): string =>
  policies.map(({ kind, namespace, name }) => `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`).join(", ");

function servicesText({ kubeProxy, servicesBy }: Inspection): string {
  const proxy = kubeProxy === "none" ? "no kube-proxy" : `kube-proxy ${kubeProxy}`;
  return servicesBy === undefined ? proxy : `${servicesBy}; ${proxy}`;
}

function mtuText({ pod, podRoute, podPath, host, overhead, explainedBy, problem }: Inspection["mtu"]): string {
  if (pod === undefined && host === undefined) return "";
  const parts = podRoute === undefined ? "" : ` (interface ${String(pod)}, route ${String(podRoute)})`;
  const sizes = [
    ...(pod === undefined ? [] : [`pods ${String(podPath ?? pod)}${parts}`]),
    ...(host === undefined ? [] : [`hosts ${String(host)}`]),
  ].join(", ");
  const difference =
    overhead === undefined || overhead === 0 ? "" : overhead > 0 ? ` (${String(overhead)} less)` : ` (${String(-overhead)} more)`;
  return [`${sizes}${difference}`, ...(explainedBy === undefined ? [] : [explainedBy]), ...(problem === undefined ? [] : [problem])].join(
    ": ",
  );
}

const WAYS = {
  fabric: "the network routes each node's pods",
  peers: "each node has a route to each other node's pods",
  tunnel: "packets are wrapped",
  segment: "pods are on the nodes' own segment",
} as const;

function routesText({ by, via, protocol }: Inspection["podRoutes"]): string {
  if (by === "unknown") return "";
  const writer = protocol === undefined ? "" : ` (routes of proto ${protocol})`;
  return `${WAYS[by]}${via === undefined ? "" : `, ${by === "tunnel" || by === "segment" ? "by" : "via"} ${via}`}${writer}`;
}

function cidrsText({ nodes, examples }: Inspection["podCidrs"]): string {
  if (nodes === 0) return "";
  const shown = examples.map(({ node, cidrs }) => `${node} ${cidrs.join(" and ")}`).join(", ");
  const rest = nodes - examples.length;
  return `PodCIDRs: ${shown}${rest > 0 ? ` and ${formatCount(rest)} more` : ""}`;
}

function countsText({ services, endpointSlices, networkPolicies }: Inspection): string {
  const counts = [
    [services, "Service", "Services"],
    [endpointSlices, "EndpointSlice", "EndpointSlices"],
    [networkPolicies, "NetworkPolicy", "NetworkPolicies"],
  ] as const;
  return counts
    .flatMap(([count, one, many]) => (count === undefined ? [] : [`${formatCount(count)} ${count === 1 ? one : many}`]))
    .join(", ");
}

function kindText({ count, examples, kernel, runtime, kubelet, architecture, os }: NodeKind): string {
  const rest = count - examples.length;
  const names = `${examples.join(", ")}${rest > 0 ? ` and ${formatCount(rest)} more` : ""}`;
  return `${formatCount(count)} (${names}): kernel ${kernel}, ${runtime}, kubelet ${kubelet}, ${architecture}, ${os}`;
}

/** What could not be determined, one line each. */
export const untoldLines = ({ unknown }: Inspection): readonly string[] => unknown.map(({ claim, why }) => `${claim}: ${why}`);

/** What is amiss and what witnesses tell differently, one line each. */
export const findingLines = ({ findings = [] }: Inspection): readonly string[] =>
  findings.map(({ text, from }) => `${text}${from === undefined ? "" : ` (${from})`}`);

/** What claims rest on, one line each. */
export const evidenceLines = ({ evidence }: Inspection): readonly string[] =>
  evidence.map(({ claim, value, from }) => `${claim}: ${value} (${from})`);

/** A fact of the privileged look; a counter that grew between its two readings is shown with both. */
export function deepText({ name, value, after }: DeepFact): string {
  return `${name}: ${value}${after === undefined || after === value ? "" : `, then ${after}`}`;
}

/** A node's facts by topic, one line each, and what could not be read. Counters that stand at 0 are counted only. */
export function deepLines({ facts, problems }: Pick<NonNullable<Inspection["deep"]>[number], "facts" | "problems">): readonly string[] {
  const resting = facts.filter(isResting);
  const told = DEEP_TOPICS.flatMap((topic) =>
    facts.filter((fact) => fact.topic === topic && !isResting(fact)).map((fact) => `${topic} ${deepText(fact)}`),
  );
  return [...told, ...(resting.length === 0 ? [] : [`drops: ${formatCount(resting.length)} other counters stand at 0`]), ...problems];
}

const isResting = ({ topic, value, after }: DeepFact): boolean => topic === "drops" && value === "0" && (after ?? "0") === "0";
