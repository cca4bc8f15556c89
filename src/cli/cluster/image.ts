import { architectureHere, type MadeImage, makeAgentImage } from "../../use-cases/cluster/image.js";
import { ARCHITECTURES, type Architecture } from "../../venues/cluster/image/root-file-system.js";
import type { CliContext } from "../context.js";
import { requireWritable } from "../deliver.js";
import { EXIT, UsageError } from "../errors.js";

/** Flags of `podwire cluster image`. */
export interface ClusterImageFlags {
  readonly out: string;
  readonly arch?: Architecture;
  readonly mirror?: string;
  readonly base?: string;
}

/** Makes the agent's image and says what to do with it. */
export async function clusterImage(flags: ClusterImageFlags, context: CliContext): Promise<number> {
  await requireWritable("--out", flags.out, context);
  const here = await architectureHere(context);
  const architecture = flags.arch ?? here;
  if (architecture === undefined) throw new UsageError(`--arch: this machine is of neither ${known()}; name the one of the nodes`);
  const { attach } = context;
  const made = await makeAgentImage({ ...flags, architecture, attach }, context);
  context.terminal.out(report(flags.out, architecture, made));
  if (architecture !== here) context.terminal.err(unproven(architecture));
  return EXIT.ok;
}

const known = (): string => Object.keys(ARCHITECTURES).join(" nor ");

function report(out: string, architecture: Architecture, { reference, bytes }: MadeImage): string {
  return [
    `${out}: ${reference} for ${architecture}, ${(bytes / 1e6).toFixed(0)} MB`,
    "On every node that is to be measured:",
    `  ctr -n k8s.io image import ${out}`,
    "",
  ].join("\n");
}

const unproven = (architecture: Architecture): string =>
  `podwire: ${architecture} is not this machine's architecture: the packages are unpacked, but nothing in this image has been run (unproven)\n`;
