/**
 * A run's objects from their creation to their verified removal, whatever happens in between.
 * @packageDocumentation
 */
import { type Kubernetes, KubernetesError } from "../../machine/kubernetes/port.js";
import { ClusterError } from "../../venues/cluster/cluster-error.js";
import { type Removal, removeRun } from "../../venues/cluster/lifetime/remove.js";
import type { ClusterPlan } from "../../venues/cluster/objects/plan.js";
import type { Say, UseCaseContext } from "../context.js";
import { InterruptedError, oneLine, RunError } from "../errors.js";

/** How the removal went: undefined when everything is gone, or was to be kept; else what stands in the way. */
export type Leftover = string | undefined;

/** What a body that used the objects came to, and what was left. */
export interface Lived<T> {
  readonly result: T;
  readonly leftover: Leftover;
}

/** Where a run's objects live, and whether they stay. */
export interface Lifetime {
  readonly kubernetes: Kubernetes;
  readonly plan: ClusterPlan;
  readonly keep: boolean;
  /** What its removal takes beside the plan's objects. */
  readonly removal?: Removal;
  readonly context: UseCaseContext;
  readonly say: Say;
}

/**
 * Runs a body that creates and uses a plan's objects, and removes them afterwards. Until they are gone an abrupt end of podwire names
 * the command that removes them.
 * @throws what the body throws, once everything is removed
 */
export async function withObjects<T>(lifetime: Lifetime, body: () => Promise<T>): Promise<Lived<T>> {
  const { context, plan, say } = lifetime;
  let there = true;
  context.atExit(() => {
    if (there && !lifetime.keep) say(`${homeOf(plan)} may still be there: \`podwire cluster clean\` removes it`);
  });
  try {
    const result = await body();
    const leftover = await remove(lifetime);
    there = leftover !== undefined;
    return { result, leftover };
  } catch (error) {
    const leftover = await remove(lifetime);
    there = false;
    throw leftover === undefined ? error : withLeftover(error, leftover);
  }
}

/** What a run made, in words. */
const homeOf = ({ namespace, run }: ClusterPlan): string =>
  namespace.own ? `namespace ${namespace.name}` : `what run ${run} made in namespace ${namespace.name}`;

async function remove({ kubernetes, plan, keep, removal, context, say }: Lifetime): Promise<Leftover> {
  const home = homeOf(plan);
  if (keep) {
    say(`${home} is kept, as asked; its pods end at ${plan.expires}. \`podwire cluster clean\` removes it`);
    return undefined;
  }
  if (context.interrupted.aborted) say(`interrupted; ${home} is being deleted (Ctrl-C again leaves at once)`);
  try {
    await removeRun(kubernetes, plan, context.machine.clock, removal);
    say(`${home} is deleted`);
    return undefined;
  } catch (error) {
    return `${home} could not be removed: ${sentenceOf(error)}; \`podwire cluster clean\` removes it once the API server answers`;
  }
}

function withLeftover(error: unknown, leftover: string): unknown {
  const sentence = `${sentenceOf(error)}. And ${leftover}`;
  return error instanceof InterruptedError ? new InterruptedError(sentence) : new RunError(sentence);
}

/** An error in one sentence, with what to do. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ClusterError) return error.hint === undefined ? oneLine(error.message) : `${oneLine(error.message)}. ${error.hint}`;
  if (error instanceof KubernetesError || error instanceof Error) return oneLine(error.message);
  return oneLine(String(error));
}

/**
 * Something that may take long, left when podwire is interrupted.
 * @throws InterruptedError at once when that happens; RunError with what the cluster says
 */
export async function unlessInterrupted<T>(work: Promise<T>, { interrupted }: UseCaseContext): Promise<T> {
  const notice = new AbortController();
  const interruption = new Promise<never>((_, reject) => {
    const stop = (): void => {
      reject(new InterruptedError("interrupted before anything was measured: there is nothing to report"));
    };
    if (interrupted.aborted) stop();
    else interrupted.addEventListener("abort", stop, { once: true, signal: notice.signal });
  });
  // Whichever loses is not waited for, and must not end podwire by failing later.
  work.catch(() => undefined);
  interruption.catch(() => undefined);
  try {
    return await Promise.race([work, interruption]);
  } catch (error) {
    throw error instanceof ClusterError ? new RunError(sentenceOf(error)) : error;
  } finally {
    notice.abort();
  }
}
