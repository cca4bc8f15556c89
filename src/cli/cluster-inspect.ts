import type { Inspection } from "../model/inspection.js";
import { anonymizeInspection, inspectionMask } from "../report/anonymize.js";
import { renderInspectionJson } from "../report/inspection/json.js";
import { renderInspectionMarkdown } from "../report/inspection/markdown.js";
import { renderInspectionTerminal } from "../report/inspection/terminal.js";
import { inspectWith } from "./cluster-look.js";
import type { CliContext } from "./context.js";
import { EXIT } from "./errors.js";

/** Flags of `podwire cluster inspect`. */
export interface ClusterInspectFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly anonymize?: boolean;
}

/** Says what a cluster's network is. Creates nothing. */
export async function clusterInspect(flags: ClusterInspectFlags, context: CliContext): Promise<number> {
  const { kubeconfig, context: name } = flags;
  const kubernetes = await context.openKubernetes({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(name === undefined ? {} : { context: name }),
    onWait: (sentence) => {
      context.terminal.err(`podwire: ${sentence}\n`);
    },
  });
  const inspection = await inspectWith(kubernetes);
  show(inspection, kubernetes.context, flags, context);
  return context.interrupted.aborted ? EXIT.interrupted : EXIT.ok;
}

function show(inspection: Inspection, cluster: string, flags: ClusterInspectFlags, context: CliContext): void {
  const { out, colour, columns } = context.terminal;
  const mask = flags.anonymize === true ? inspectionMask(inspection) : undefined;
  const shown = mask === undefined ? inspection : anonymizeInspection(inspection, mask);
  if (flags.json === true) out(renderInspectionJson(shown, context.version));
  else if (flags.markdown === true) out(renderInspectionMarkdown(shown));
  else out(renderInspectionTerminal(shown, { width: columns(), colour: colour.out, cluster: mask === undefined ? cluster : "masked" }));
}
