/**
 * What a run says of its network before it measures, a sentence each: what is amiss, and policies, which cost on every packet that they look at.
 * @packageDocumentation
 */
import type { Inspection } from "../model/inspection.js";
import { listed } from "../units/listed.js";

/** More names than these are counted. */
const NAMED = 3;

/** Policies in force on the measured pods and who enforces them; undefined where there are none or it is not known. */
export function policiesSentence({ policiesInForce }: Inspection): string | undefined {
  const { policies = [], enforcedBy = "unknown" } = policiesInForce ?? {};
  if (policies.length === 0) return undefined;
  const names = policies
    .slice(0, NAMED)
    .map(({ kind, namespace, name }) => `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`);
  const rest = policies.length - names.length;
  const all = listed([...names, ...(rest > 0 ? [`${String(rest)} more`] : [])]);
  const who = enforcedBy === "unknown" ? "who enforces them is not known" : `${enforcedBy} enforces them`;
  return `network policies select the measured pods (${all}); ${who}, and what that costs is part of the figures`;
}

/** Why a Service's address may lead nowhere here, as a sentence; undefined where something was found that carries Services. */
export function servicesUncarried({ kubeProxy, servicesBy }: Inspection): string | undefined {
  if (servicesBy !== undefined || (kubeProxy !== "none" && kubeProxy !== "unknown")) return undefined;
  return "No kube-proxy answers on the nodes, and nothing else was found that carries Services: their addresses then lead nowhere";
}

/** Everything that a run says. */
export function toldInRun(inspection: Inspection): readonly string[] {
  const policies = policiesSentence(inspection);
  return [...(inspection.findings ?? []).map(({ text }) => text), ...(policies === undefined ? [] : [policies])];
}
