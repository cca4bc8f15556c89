/**
 * How a run in a cluster begins: what earlier ones left, and an identity of its own.
 * @packageDocumentation
 */
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import { randomFrom } from "../../statistics/random.js";
import { leftoversOf } from "../../venues/cluster/lifetime/leftovers.js";
import { freshRunId } from "../../venues/cluster/objects/run-labels.js";
import type { Say, UseCaseContext } from "../context.js";
import type { Preparer } from "./preparation.js";
import type { ClusterRequest } from "./request.js";

/** Who prepares a run, and where its random choices come from. */
export interface NewRun {
  readonly preparer: Preparer;
  /** Whole number from 0 to below its argument. */
  readonly draw: (below: number) => number;
}

/** A new identity each time: two runs with the same --seed are two runs. */
export function newRun({ machine: { clock }, version, processIdentity }: UseCaseContext): NewRun {
  const random = randomFrom(clock.now().getTime() % 2 ** 31);
  const draw = (below: number): number => random.integer(below);
  return { draw, preparer: { run: freshRunId(draw), version, now: clock.now(), process: processIdentity.own } };
}

/** Says what ended runs left where this one is going to be. */
export async function sayLeftovers(
  kubernetes: Kubernetes,
  { namespace }: Pick<ClusterRequest, "namespace">,
  { machine, processIdentity }: UseCaseContext,
  say: Say,
): Promise<void> {
  const where = namespace === undefined ? {} : { namespace };
  const earlier = await leftoversOf(kubernetes, { ...where, now: machine.clock.now(), fate: processIdentity.fate });
  if (earlier !== undefined) say(earlier);
}
