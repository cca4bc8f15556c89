/**
 * An inspection in words: the same facts in the same order in every report.
 * @packageDocumentation
 */
import { DEEP_TOPICS, type DeepFact, type Inspection, type NodeKind } from "../../model/inspection.js";
import { formatCount } from "../../units/format.js";

/** One line of a report. */
export interface InspectionFact {
  readonly label: string;
  readonly text: string;
}

/** What the network is, in one line. */
export function inspectionHeadline({ cni, setting, mode }: Inspection): string {
  const product = cni === "unknown" ? "a network that could not be told" : cni;
  const wired = mode === "unknown" ? "podwire's mode for it: unknown" : `wired like podwire's ${mode}`;
  return `${product}${setting === undefined ? "" : ` (${setting})`}, ${wired}`;
}

/** Everything that could be told. */
export function inspectionFacts(inspection: Inspection): readonly InspectionFact[] {
  const { podCidrs, ipFamilies, kubernetes, nodes } = inspection;
  const facts: readonly (readonly [string, string])[] = [
    ["network", `${inspection.cni}${inspection.setting === undefined ? "" : `, ${inspection.setting}`}`],
    ["mode", inspection.mode],
    ["Services", servicesText(inspection)],
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

function servicesText({ kubeProxy, servicesBy }: Inspection): string {
  const proxy = kubeProxy === "none" ? "no kube-proxy" : `kube-proxy ${kubeProxy}`;
  return servicesBy === undefined ? proxy : `${servicesBy}; ${proxy}`;
}

function mtuText({ pod, host, overhead, explainedBy, problem }: Inspection["mtu"]): string {
  if (pod === undefined && host === undefined) return "";
  const sizes = [...(pod === undefined ? [] : [`pods ${String(pod)}`]), ...(host === undefined ? [] : [`hosts ${String(host)}`])].join(
    ", ",
  );
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

function routesText({ by, via }: Inspection["podRoutes"]): string {
  if (by === "unknown") return "";
  return `${WAYS[by]}${via === undefined ? "" : `, ${by === "tunnel" || by === "segment" ? "by" : "via"} ${via}`}`;
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

/** What could not be told, one line each. */
export const untoldLines = ({ unknown }: Inspection): readonly string[] => unknown.map(({ claim, why }) => `${claim}: ${why}`);

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
