/**
 * From a prepared run to a run file: pods up, agents up, the network looked at, measured.
 * @packageDocumentation
 */
import { servicesUncarried, toldBesides, toldInRun } from "../../inspection/told-in-run.js";
import { withDeep } from "../../inspection/with-deep.js";
import type { Measured } from "../../measure/rounds/loop.js";
import type { Run, RunPath } from "../../model/run.js";
import type { ClusterScenario } from "../../model/scenario.js";
import { clusterPaths } from "../../paths/cluster.js";
import type { ClusterAgents, ClusterSession } from "../../venues/cluster/cluster-session.js";
import { explainLoss } from "../../venues/cluster/lifetime/loss.js";
import { isNotable, type OtherTraffic } from "../../venues/cluster/nodes/other-traffic.js";
import { networkOf } from "../../venues/cluster/objects/layout.js";
import type { ReadyPod } from "../../venues/cluster/pod-agent.js";
import type { UseCaseContext } from "../context.js";
import { measureIn, runOf } from "../measuring.js";
import type { RunWatcher } from "../watcher.js";
import { type Bringing, bringUp } from "./bring-up.js";
import { inspectDeep } from "./deep.js";
import { unlessInterrupted } from "./lifetime.js";
import { type Askable, judgedWith } from "./look.js";
import type { Preparation } from "./preparation.js";
import type { ClusterRequest } from "./request.js";
import { unsupportedIn } from "./unsupported.js";

/** What is measured. */
export interface ClusterMeasuring extends Bringing {
  readonly request: ClusterRequest;
  readonly prepared: Preparation;
}

/**
 * Creates the objects and measures; the caller removes them.
 * @throws InterruptedError when it is interrupted before anything is measured, RunError with what the cluster says
 */
export async function measureCluster(measuring: ClusterMeasuring, context: UseCaseContext, watcher: RunWatcher): Promise<Run> {
  const { kubernetes, request, prepared } = measuring;
  const startedAt = context.machine.clock.now().toISOString();
  const agents = await bringUp(measuring, context, watcher);
  try {
    const judged = await unlessInterrupted(judgedWith(kubernetes, askable(agents)), context);
    const inspection = judged();
    const { mode } = inspection;
    for (const sentence of toldInRun(inspection)) watcher.say(sentence);
    const [session, traffic] = await unlessInterrupted(
      Promise.all([agents.open({ mode, noServices: servicesUncarried(inspection) }), agents.otherTraffic()]),
      context,
    );
    for (const { path, reason } of session.failedPaths) watcher.say(`${path}: ${reason}`);
    const environment = { podwire: context.version, ...(await unlessInterrupted(session.facts(), context)), ...trafficFacts(traffic) };
    const scenario = scenarioOf(request, mode, agents.pods, traffic);
    const modes: Run["modes"] = [{ mode, status: "built" }];
    const paths = clusterPaths(scenario, placesOf(request, prepared, session));
    const measure = async (): Promise<Measured> => measureIn({ session, scenario, ...paths }, context, watcher);
    const { deep, result: measured } = request.deep
      ? await inspectDeep(kubernetes, prepared.plan, context, measure)
      : { deep: undefined, result: await measure() };
    const loss = measured.failure === undefined ? undefined : await explainLoss(kubernetes, agents.pods);
    const explained = loss === undefined ? measured : { ...measured, failure: `${measured.failure ?? ""}; ${loss}` };
    const seen = deep === undefined ? inspection : withDeep(judged, deep);
    for (const sentence of toldBesides(inspection, seen)) watcher.say(sentence);
    return runOf({ startedAt, scenario, environment, modes, ...paths, inspection: seen }, explained, context);
  } finally {
    await agents.close();
  }
}

/** The pods as the inspection asks them. */
export function askable(agents: ClusterAgents): Askable {
  const pods = agents.pods.map(({ role, node, address, hostAddress, namespace, labels }) => ({
    id: role,
    node,
    network: networkOf(role),
    address,
    hostAddress,
    selectable: { namespace, labels },
  }));
  return { pods, run: async (id, argv) => agents.run(id, argv) };
}

/** Each asked path: built, or why not, and what it cannot carry. */
export function placesOf(
  request: Pick<ClusterRequest, "paths" | "workloads">,
  { without }: Pick<Preparation, "without">,
  session: Pick<ClusterSession, "paths" | "failedPaths" | "allowedCpusOf">,
): Omit<RunPath, "mode">[] {
  return request.paths.map((path) => {
    const missing = without.find((one) => one.path === path);
    if (missing !== undefined) return { path, status: "unsupported", reason: missing.reason };
    const failed = session.failedPaths.find((one) => one.path === path);
    if (failed !== undefined) return { path, status: "failed", reason: failed.reason };
    const built = session.paths.find(({ name }) => name === path);
    const unsupportedWorkloads = unsupportedIn(path, request.workloads, built && session.allowedCpusOf(built.from));
    const { congestionControl, kernelMtu } = built ?? {};
    return {
      path,
      status: "built",
      ...(Object.keys(unsupportedWorkloads).length === 0 ? {} : { unsupportedWorkloads }),
      ...(congestionControl === undefined ? {} : { congestionControl }),
      ...(kernelMtu === undefined ? {} : { mtu: kernelMtu }),
    };
  });
}

function scenarioOf(request: ClusterRequest, mode: string, pods: readonly ReadyPod[], traffic: readonly OtherTraffic[]): ClusterScenario {
  return {
    venue: "cluster",
    modes: [mode],
    paths: [...request.paths],
    workloads: [...request.workloads],
    metrics: [...request.metrics],
    linkBitsPerSecond: null,
    ...(request.maxRate === undefined ? {} : { maxRate: request.maxRate }),
    nodes: new Set(pods.map(({ node }) => node)).size,
    budgetSeconds: request.budgetSeconds,
    margin: { capped: request.margin, open: request.margin },
    configuredBaseline: false,
    quick: request.quick,
    strategy: request.trials || traffic.some(isNotable) ? "trials" : "auto",
    needs: [],
    seed: request.seed,
  };
}

/** What else the nodes carried just before; where it is notable, slices, which count everything, are not taken. */
function trafficFacts(traffic: readonly OtherTraffic[]): Record<string, string> {
  if (traffic.length === 0) return {};
  const words = traffic.map(
    (one, place) =>
      `node ${place === 0 ? "a" : "b"}: ${(one.bitsPerSecond / 1e6).toFixed(1)} Mbit/s, ${one.packetsPerSecond.toFixed(0)} packets/s, ${one.connectionsPerSecond.toFixed(0)} connections/s`,
  );
  const note = traffic.some(isNotable) ? " (no time slices: their counts would hold this too)" : "";
  return { "other traffic": `${words.join("; ")}${note}` };
}
