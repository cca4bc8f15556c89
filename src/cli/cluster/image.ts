import { dirname, join } from "node:path";
import type { Milliseconds } from "../../units/quantity.js";
import { milliseconds } from "../../units/quantity.js";
import { agentLayer, followImports } from "../../venues/cluster/image/agent-layer.js";
import { imageArchive, type Layer } from "../../venues/cluster/image/image-archive.js";
import { ARCHITECTURES, type Architecture, MAKER, rootFileSystemCommand, SUITE } from "../../venues/cluster/image/root-file-system.js";
import { agentImage } from "../../venues/cluster/objects/image-reference.js";
import { installCommand } from "../../venues/lab/packages.js";
import type { CliContext } from "../context.js";
import { requireWritable } from "../deliver.js";
import { EXIT, InterruptedError, oneLine, RunError, UsageError } from "../errors.js";

/** Flags of `podwire cluster image`. */
export interface ClusterImageFlags {
  readonly out: string;
  readonly arch?: Architecture;
  readonly mirror?: string;
  readonly base?: string;
}

const QUICK: Milliseconds = milliseconds(10_000);

/** Packages that carry dates of their own keep them; everything newer than this gets it, so that the same packages make the same image. */
const NEWEST_FILE = "1700000000";

/** Makes the agent's image without a container engine and without a registry. */
export async function clusterImage(flags: ClusterImageFlags, context: CliContext): Promise<number> {
  await requireWritable("--out", flags.out, context);
  const here = await architectureOf(context);
  const architecture = flags.arch ?? here;
  if (architecture === undefined) throw new UsageError(`--arch: this machine is of neither ${known()}; name the one of the nodes`);
  const reference = agentImage(context.version);
  await context.archives.within(context.temporaryFolder, async (folder) => {
    const layers = [await baseLayer(folder, architecture, flags, context), await topLayer(folder, context)];
    const digestOf = (text: string): string => context.archives.digestOf(text);
    await wrap(`${flags.out} cannot be written`, async () =>
      context.archives.write(flags.out, imageArchive({ reference, version: context.version, architecture, layers, digestOf })),
    );
    context.terminal.out(report(flags.out, reference, architecture, layers));
  });
  if (architecture !== here) context.terminal.err(unproven(architecture));
  return EXIT.ok;
}

const known = (): string => Object.keys(ARCHITECTURES).join(" nor ");

async function architectureOf({ machine }: CliContext): Promise<Architecture | undefined> {
  const { stdout } = await machine.commands.run({ argv: ["uname", "-m"], reason: "which architecture this machine is of", timeout: QUICK });
  return Object.entries(ARCHITECTURES).find(([, kernel]) => kernel === stdout.trim())?.[0] as Architecture | undefined;
}

async function baseLayer(folder: string, architecture: Architecture, flags: ClusterImageFlags, context: CliContext): Promise<Layer> {
  const made = join(folder, "root.tar");
  if (flags.base === undefined)
    await makeRoot(
      { architecture, to: made, root: context.machine.root, ...(flags.mirror === undefined ? {} : { mirror: flags.mirror }) },
      context,
    );
  const from = flags.base ?? made;
  const path = join(folder, "root.tar.gz");
  const compressed = await wrap(`${from} cannot be read`, async () => context.archives.compress(from, path));
  return { ...compressed, path, reason: `${MAKER}: Debian ${SUITE}, ${architecture}` };
}

async function makeRoot(wanted: Parameters<typeof rootFileSystemCommand>[0], { machine, attach, interrupted }: CliContext): Promise<void> {
  if ((await machine.commands.locate(MAKER)) === undefined) {
    throw new RunError(`the image is made by ${MAKER}, which is not installed; run \`${installCommand([MAKER])}\` (Debian, Ubuntu)`);
  }
  const exitCode = await attach(rootFileSystemCommand(wanted), { interactive: false, environment: { SOURCE_DATE_EPOCH: NEWEST_FILE } });
  if (interrupted.aborted) throw new InterruptedError("interrupted: no image was written");
  if (exitCode !== 0) {
    throw new RunError(`${MAKER} ended with exit code ${String(exitCode)}; its own words stand above. It needs a Debian mirror (--mirror)`);
  }
}

async function topLayer(folder: string, context: CliContext): Promise<Layer> {
  const tar = join(folder, "agent.tar");
  const path = join(folder, "agent.tar.gz");
  // The lab's agent is built beside the pod's: dist/venues/agent/program/.
  const dist = join(dirname(context.machine.agent), "../../..");
  const files = await wrap("the agent is not built (npm run build)", async () =>
    followImports(async (file) => context.machine.files.readText(join(dist, file))),
  );
  await context.archives.write(tar, agentLayer(files, context.version));
  return { ...(await context.archives.compress(tar, path)), path, reason: `podwire ${context.version}: the agent` };
}

async function wrap<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new RunError(`${what}: ${oneLine(error instanceof Error ? error.message : String(error))}`);
  }
}

function report(out: string, reference: string, architecture: Architecture, layers: readonly Layer[]): string {
  const megabytes = layers.reduce((sum, { size }) => sum + size, 0) / 1e6;
  return [
    `${out}: ${reference} for ${architecture}, ${megabytes.toFixed(0)} MB`,
    "On every node that is to be measured:",
    `  ctr -n k8s.io image import ${out}`,
    "",
  ].join("\n");
}

const unproven = (architecture: Architecture): string =>
  `podwire: ${architecture} is not this machine's architecture: the packages are unpacked, but nothing in this image has been run (unproven)\n`;
