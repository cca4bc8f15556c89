/**
 * The use case behind `podwire cluster conformance`: pods and Services are made, every check is tried between them with packets, and all is removed.
 * @packageDocumentation
 */
import { type Check, SILENCE } from "../../../conformance/check.js";
import { toldInRun, toldOfPolicies } from "../../../inspection/told-in-run.js";
import { type Kubernetes, KubernetesError, type KubernetesObject } from "../../../machine/kubernetes/port.js";
import { CONFORMANCE_SCHEMA, type Conformance, type ConformanceCell } from "../../../model/conformance.js";
import type { Inspection } from "../../../model/inspection.js";
import type { Telling } from "../../../model/run.js";
import type { ClusterAgents } from "../../../venues/cluster/cluster-session.js";
import { createObjects } from "../../../venues/cluster/lifetime/create.js";
import { nodeView } from "../../../venues/cluster/nodes/node-view.js";
import { networkOf, podsOf } from "../../../venues/cluster/objects/layout.js";
import { objectName, type PlannedObject } from "../../../venues/cluster/objects/plan.js";
import { NODES } from "../../../venues/cluster/objects/resources.js";
import { accessWords } from "../../../venues/cluster/rights/right.js";
import { type ClusterNeed, missingRights, missingSentence, ownServiceRights, refusalOf } from "../../../venues/cluster/rights/rights.js";
import { CELLS, cellsOf } from "../../conformance/cells.js";
import type { Listener, Say, UseCaseContext } from "../../context.js";
import { RunError } from "../../errors.js";
import { startAgents } from "../bring-up.js";
import { type Lived, unlessInterrupted, withObjects } from "../lifetime.js";
import { inspectWith } from "../look.js";
import { askable } from "../measuring.js";
import { newRun, sayLeftovers } from "../new-run.js";
import { type Preparation, prepareRun } from "../preparation.js";
import type { ClusterRequest } from "../request.js";
import { clusterTelling, type Told } from "../telling.js";
import { once } from "../through-pods.js";
import { clusterVariant } from "./expected.js";
import { asksService } from "./needs.js";
import { serviceRefs } from "./services.js";
import { type Standing, standUp } from "./site.js";

/** What is tried, where, and who listens. */
export interface ClusterConformanceOptions extends Listener {
  readonly kubernetes: Kubernetes;
  readonly request: ClusterRequest;
  readonly checks: readonly Check[];
  /** Whether what was made stays. */
  readonly keep: boolean;
  /** Takes what is going to be made, before it is made. */
  readonly onPrepared: (prepared: Preparation) => void;
}

/**
 * Makes pods and Services, tries every check, and removes everything.
 * @throws InterruptedError when it is interrupted, RunError with what the cluster says
 */
export async function clusterConformance(options: ClusterConformanceOptions, context: UseCaseContext): Promise<Lived<Told<Conformance>>> {
  const { kubernetes, request, checks, keep, say } = options;
  const withServices = checks.some(({ name }) => asksService(name));
  const lacking = await whyNoServices(kubernetes, needOf(request, withServices), say);
  const noServices = withServices ? lacking : "no asked check needs them";
  await sayLeftovers(kubernetes, request, context, say);
  const { preparer, draw } = newRun(context);
  const prepared = await prepareRun(kubernetes, request, preparer);
  options.onPrepared(prepared);
  const { plan } = prepared;
  const later = noServices === undefined ? serviceRefs(plan) : [];
  return withObjects({ kubernetes, plan, keep, removal: { later }, context, say }, async () => {
    const { agents, noHosts } = await bringUpHosts(options, prepared, draw, context);
    const work = tryAll({ kubernetes, plan, agents, checks, noHosts, noServices, draw }, options, context);
    try {
      return await unlessInterrupted(work, context);
    } finally {
      await agents.close();
      // Nothing is made behind the removal's back.
      await work.catch(() => undefined);
    }
  });
}

const needOf = ({ namespace, host }: ClusterRequest, services: boolean): ClusterNeed => ({
  use: "conformance",
  host,
  services,
  pods: true,
  ...(namespace === undefined ? {} : { namespace }),
});

/**
 * Asks for every right. What is missing of those to Services costs their cells alone.
 * @returns why there can be no Services, a clause
 * @throws RunError when something is missing without which nothing is begun
 */
async function whyNoServices(kubernetes: Kubernetes, need: ClusterNeed, say: Say): Promise<string | undefined> {
  const missing = await missingRights(kubernetes, need);
  const refusal = refusalOf(missing, need);
  if (refusal !== undefined) throw new RunError(refusal);
  for (const right of missing) say(missingSentence(right));
  const own = new Set(ownServiceRights(need.namespace).map(({ access }) => accessWords(access)));
  const lacking = missing.map(({ access }) => accessWords(access)).filter((words) => own.has(words));
  return lacking.length === 0 ? undefined : `this account may not ${lacking.join(", nor ")}`;
}

interface BroughtUp {
  readonly agents: ClusterAgents;
  /** Why there are no pods on the nodes' own network. */
  readonly noHosts: string | undefined;
}

/** All pods, those on the nodes' own network last: where admission refuses them, the others are tried without. */
async function bringUpHosts(
  { kubernetes, request, say, progress }: ClusterConformanceOptions,
  { plan, objects }: Preparation,
  draw: (below: number) => number,
  context: UseCaseContext,
): Promise<BroughtUp> {
  const { clock } = context.machine;
  progress("creating the pods");
  const hosts = objects.filter((planned) => isHostPod(planned, plan));
  const others = await createObjects(
    kubernetes,
    objects.filter((planned) => !hosts.includes(planned)),
    clock,
    context.interrupted,
  );
  const made = await hostsOrRefusal(kubernetes, hosts, context);
  const noHosts = !request.host ? "--no-host asks for none" : "refused" in made ? made.refused : undefined;
  if ("refused" in made) say(`no pod on the nodes' own network is admitted (${made.refused}): cells that need one are not tried`);
  const created = "refused" in made ? others : [...others, ...made.created];
  const roles = podsOf(plan.paths).filter(({ name }) => created.some(({ metadata }) => metadata.name === objectName(plan, name)));
  const agents = await startAgents({ kubernetes, plan, roles, created, draw }, context, { waiting: once(progress) });
  return { agents, noHosts };
}

const isHostPod = ({ object }: PlannedObject, plan: Preparation["plan"]): boolean =>
  podsOf(plan.paths).some(({ name }) => networkOf(name) === "host" && object.metadata.name === objectName(plan, name));

async function hostsOrRefusal(
  kubernetes: Kubernetes,
  hosts: readonly PlannedObject[],
  { machine, interrupted }: UseCaseContext,
): Promise<{ readonly created: readonly KubernetesObject[] } | { readonly refused: string }> {
  try {
    return { created: await createObjects(kubernetes, hosts, machine.clock, interrupted) };
  } catch (error) {
    if (error instanceof KubernetesError && (error.problem === "pod security" || error.problem === "admission"))
      return { refused: error.failure.words.replaceAll(/\s+/g, " ") };
    throw error;
  }
}

async function tryAll(
  standing: Omit<Standing, "inspection" | "nodes">,
  { say, progress }: Listener,
  context: UseCaseContext,
): Promise<Told<Conformance>> {
  const { kubernetes, plan, agents, checks } = standing;
  const inspection = await inspectWith(kubernetes, askable(agents));
  for (const sentence of toldInRun(inspection)) say(sentence);
  progress(`trying what works on ${clusterVariant(inspection)}; silence is judged after ${String(SILENCE)} ms`);
  const nodes = await addressesOfNodes(kubernetes);
  const site = await standUp({ ...standing, inspection, nodes }, context);
  const { unsettled } = site;
  if (unsettled !== undefined) say(unsettled);
  try {
    const asked = CELLS.filter(({ check }) => checks.includes(check));
    const cells = await cellsOf(site.trying, asked);
    const told = cells.map((cell) => withPolicies(withUnsettled(cell, unsettled), inspection));
    return {
      found: { schema: CONFORMANCE_SCHEMA, variants: [{ variant: clusterVariant(inspection), cells: told }] },
      telling: tellingOf(clusterTelling(kubernetes, plan, agents, inspection), nodes),
    };
  } finally {
    site.close();
  }
}

/** podwire may run on a node that no pod is on. */
const tellingOf = (telling: Telling, nodes: ReadonlyMap<string, string>): Telling => ({
  ...telling,
  environment: { ...telling.environment, ...Object.fromEntries([...nodes.keys()].map((node, index) => [`node.of${String(index)}`, node])) },
});

/** Rules that were not written yet may be why a Service did not answer; what changes one says so itself. */
const withUnsettled = (cell: ConformanceCell, unsettled: string | undefined): ConformanceCell =>
  unsettled === undefined || cell.result !== "does-not-work" || !asksService(cell.check) || cell.check === "endpoint-removed"
    ? cell
    : { ...cell, evidence: `${cell.evidence}; ${unsettled}` };

/** Policies that select the pods may be why a cell does not work. */
function withPolicies(cell: ConformanceCell, inspection: Inspection): ConformanceCell {
  const policies = toldOfPolicies(inspection).map(({ clause }) => clause);
  return cell.result === "does-not-work" ? { ...cell, evidence: [cell.evidence, ...policies].join("; ") } : cell;
}

/** Addresses of all nodes by name; none where they may not be read. */
async function addressesOfNodes(kubernetes: Kubernetes): Promise<ReadonlyMap<string, string>> {
  const addresses = new Map<string, string>();
  try {
    for await (const object of kubernetes.list(NODES)) {
      const { name, address } = nodeView(object);
      if (address !== undefined) addresses.set(name, address);
    }
  } catch (error) {
    if (!(error instanceof KubernetesError) || error.problem !== "forbidden") throw error;
  }
  return addresses;
}
