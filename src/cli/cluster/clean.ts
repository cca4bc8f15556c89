import { type Cleaned, cleanCluster } from "../../use-cases/cluster/clean.js";
import { InterruptedError } from "../../use-cases/errors.js";
import { type Leftover, leftoverWords } from "../../venues/cluster/lifetime/leftovers.js";
import type { CliContext } from "../context.js";
import { EXIT } from "../errors.js";
import { handOut } from "../hand-out.js";
import type { FormatFlags } from "../output-format.js";
import { openCluster } from "./open.js";

/** Flags of `podwire cluster clean`. */
export interface ClusterCleanFlags extends FormatFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly all?: boolean;
}

/** Removes what earlier runs left, waits until it is gone, and says so. */
export async function clusterClean({ all = false, ...flags }: ClusterCleanFlags, context: CliContext): Promise<number> {
  const { namespace } = flags;
  const kubernetes = await openCluster(flags, context);
  const { cleaned, unseen } = await cleanCluster(kubernetes, { all, ...(namespace === undefined ? {} : { namespace }) }, context);
  const forms = { text: () => cleanedText(cleaned, unseen, kubernetes.context), json: () => cleanedJson(cleaned, unseen) };
  await handOut(flags, forms, context);
  if (context.interrupted.aborted)
    throw new InterruptedError("interrupted; what was not waited for may be there still: `podwire cluster clean` looks again");
  return cleaned.some(({ failures }) => failures.length > 0) ? EXIT.failed : EXIT.ok;
}

function cleanedJson(cleaned: readonly Cleaned[], unseen: readonly string[]): string {
  const runs = cleaned.map(({ leftover: { objects, ...leftover }, why, failures }) => ({
    ...leftover,
    objects: objects.map(({ ref: { kind, namespace, name } }) => ({ kind, ...(namespace === undefined ? {} : { namespace }), name })),
    status: why === undefined ? "kept" : failures.length === 0 ? "removed" : "failed",
    ...(why === undefined ? {} : { why }),
    ...(failures.length === 0 ? {} : { failures }),
  }));
  return `${JSON.stringify({ schema: "podwire/clean@1", runs, unseen }, undefined, 2)}\n`;
}

function cleanedText(cleaned: readonly Cleaned[], unseen: readonly string[], context: string): string {
  const lines = cleaned.flatMap(({ leftover, why, failures }) => {
    const words = leftoverWords(leftover);
    if (why === undefined) return [`left alone: ${words}: it may be under way${untilWords(leftover)}; --all removes it`];
    if (failures.length === 0) return [`removed and gone: ${words}: ${why}`];
    return failures.map((failure) => `not gone: ${failure}`);
  });
  const notLooked = unseen.map((sentence) => `not looked at: ${sentence}`);
  const nothing = cleaned.length === 0 ? [`nothing of podwire is left in context ${context}`] : [];
  return `${[...nothing, ...lines, ...notLooked].join("\n")}\n`;
}

const untilWords = ({ expires }: Leftover): string => (expires === undefined ? "" : ` until ${expires}`);
