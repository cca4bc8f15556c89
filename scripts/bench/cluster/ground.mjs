/**
 * An open session in a cluster, as `cluster run` opens it, for benches that measure in ways of their own.
 */

import { readFileSync } from "node:fs";
import { clusterRequest } from "../../../dist/cli/cluster/request.js";
import { realClock } from "../../../dist/machine/clock.js";
import { openKubernetes } from "../../../dist/machine/kubernetes/open.js";
import { randomFrom } from "../../../dist/statistics/random.js";
import { bringUp } from "../../../dist/use-cases/cluster/bring-up.js";
import { withObjects } from "../../../dist/use-cases/cluster/lifetime.js";
import { prepareRun } from "../../../dist/use-cases/cluster/preparation.js";
import { freshRunId } from "../../../dist/venues/cluster/objects/run-labels.js";
import { parsed, ROOT } from "../record.mjs";

/**
 * @typedef {import("../../../dist/venues/cluster/cluster-session.js").ClusterSession} Session
 * @typedef {import("../../../dist/venues/cluster/cluster-session.js").ClusterAgents} Agents
 * @typedef {import("../../../dist/use-cases/context.js").UseCaseContext} UseCaseContext
 */

/** Nothing ends these benches from within. */
export const NEVER = new AbortController().signal;

/** What use cases need of their context to bring a run up and to take it down. */
const CONTEXT = /** @type {UseCaseContext} */ (
  /** @type {unknown} */ ({
    machine: { clock: realClock },
    interrupted: NEVER,
    atExit: () => undefined,
  })
);

/** @param {string} sentence */
const say = (sentence) => void process.stderr.write(`${sentence}\n`);

/**
 * Does something in an open session, and removes everything afterwards.
 * @template Result
 * @param {{ kubeconfig: string, mode: string, paths: string, metrics: string, minutes: number }} asked
 * @param {(session: Session, agents: Agents) => Promise<Result>} use
 * @returns {Promise<Result>}
 */
export async function inCluster({ kubeconfig, mode, paths, metrics, minutes }, use) {
  const kubernetes = openKubernetes({ kubeconfig }, { clock: realClock, environment: process.env });
  // Pods end by themselves some time after the budget.
  const request = clusterRequest({ paths, metrics, budget: `${String(Math.ceil(minutes + 2))}m`, host: true }, 1);
  const draw = randomFrom(Date.now() % 2 ** 31);
  const drawn = (/** @type {number} */ below) => draw.integer(below);
  const { version } = /** @type {{ version: string }} */ (parsed(readFileSync(`${ROOT}package.json`, "utf8")));
  const prepared = await prepareRun(kubernetes, request, { run: freshRunId(drawn), version, now: new Date() });
  const { result } = await withObjects({ kubernetes, plan: prepared.plan, keep: false, context: CONTEXT, say }, async () => {
    const agents = await bringUp({ kubernetes, prepared, draw: drawn }, CONTEXT, { waiting: say });
    const session = await agents.open({ mode });
    for (const { path, reason } of session.failedPaths) throw new Error(`${path}: ${reason}`);
    try {
      return await use(session, agents);
    } finally {
      await session.close();
    }
  });
  return result;
}

/** @param {Session} session @param {string} name */
export function pathNamed(session, name) {
  const path = session.paths.find((one) => one.name === name);
  if (path === undefined) throw new Error(`the session has no path ${name}`);
  return path;
}
