/**
 * What a run says of its network before it measures, a sentence each: what is amiss, and policies, which cost on every packet that they look at.
 * @packageDocumentation
 */
import type { Inspection, PolicyName } from "../model/inspection.js";
import { listed } from "../units/listed.js";

/** More names than these are counted. */
const NAMED = 3;

/** One thing that is said of policies: in brief, as the clause that names them, and as a sentence with what follows. */
interface ToldOfPolicies {
  readonly brief: string;
  readonly clause: string;
  readonly full: string;
}

/** Policies in force on the measured pods and nodes with who enforces them, and those that may be; none where there are none or it is not known. */
export function toldOfPolicies({ policiesInForce }: Inspection): readonly ToldOfPolicies[] {
  const { policies = [], onNodes = [], undecided = [], enforcedBy = "unknown" } = policiesInForce ?? {};
  const known = enforcedBy !== "unknown";
  const selected = [
    ...(policies.length === 0 ? [] : [{ what: "the measured pods", names: namesOf(policies) }]),
    ...(onNodes.length === 0 ? [] : [{ what: "the measured nodes", names: namesOf(onNodes) }]),
  ];
  const told = (brief: string, clause: string, rest: string): ToldOfPolicies => ({ brief, clause, full: `${clause}; ${rest}` });
  const whole = listed(selected.map(({ what, names }) => `${what} (${names})`));
  return [
    ...(selected.length === 0
      ? []
      : [
          told(
            `policies select ${listed(selected.map(({ what }) => what))}${known ? `, ${enforcedBy} enforces them` : ""}`,
            `network policies select ${whole}`,
            `${known ? `${enforcedBy} enforces them` : "who enforces them is not known"}, and what that costs is part of the figures`,
          ),
        ]),
    ...(undecided.length === 0
      ? []
      : [
          told(
            "policies may be in force whose selectors podwire does not evaluate",
            `network policies may be in force whose selectors podwire does not evaluate (${namesOf(undecided)})`,
            "what they cost is then part of the figures",
          ),
        ]),
  ];
}

function namesOf(policies: readonly PolicyName[]): string {
  const names = policies
    .slice(0, NAMED)
    .map(({ kind, namespace, name }) => `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`);
  const rest = policies.length - names.length;
  return listed([...names, ...(rest > 0 ? [`${String(rest)} more`] : [])]);
}

/** Modes whose pods are children of the node's card: what they send passes none of the node's rules. */
export const PAST_THE_NODE: readonly string[] = ["macvlan", "ipvlan-l2"];

/** Why a Service's address may lead nowhere here, as a sentence; undefined where something was found that carries Services of pods. */
export function servicesUncarried({ mode, kubeProxy, servicesBy }: Inspection): string | undefined {
  if (servicesBy === undefined && (kubeProxy === "none" || kubeProxy === "unknown"))
    return "No kube-proxy answers on the nodes, and nothing else was found that carries Services: their addresses then lead nowhere";
  if (!PAST_THE_NODE.includes(mode)) return undefined;
  return `What pods send does not pass their node (${mode}), whose rules carry Services: their addresses then lead nowhere`;
}

/** Everything that a run says. */
export const toldInRun = (inspection: Inspection): readonly string[] => [
  ...(inspection.findings ?? []).map(({ text }) => text),
  ...toldOfPolicies(inspection).map(({ full }) => full),
];

/** What a run says once its nodes were looked at with rights over them (`--deep`), and did not say before. */
export function toldBesides(before: Inspection, after: Inspection): readonly string[] {
  const said = toldInRun(before);
  return [...toldOfMode(before, after), ...toldInRun(after).filter((sentence) => !said.includes(sentence))];
}

function toldOfMode({ mode: before }: Inspection, { mode: after, nearest }: Inspection): readonly string[] {
  if (before === after) return [];
  const shown = after === "unknown" ? `none of podwire's modes${nearest === undefined ? "" : `, the nearest is ${nearest.mode}`}` : after;
  return [`by what its nodes' programs show, the network is wired like ${shown} (${before} before they were read)`];
}
