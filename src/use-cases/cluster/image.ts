/**
 * The use case behind `podwire cluster image`: the agent's image, without a container engine and without a registry.
 * @packageDocumentation
 */
import { dirname, join } from "node:path";
import { type Milliseconds, milliseconds } from "../../units/quantity.js";
import { agentLayer, followImports } from "../../venues/cluster/image/agent-layer.js";
import { imageArchive, type Layer } from "../../venues/cluster/image/image-archive.js";
import { ARCHITECTURES, type Architecture, MAKER, rootFileSystemCommand, SUITE } from "../../venues/cluster/image/root-file-system.js";
import { agentImage } from "../../venues/cluster/objects/image-reference.js";
import { installCommand } from "../../venues/lab/packages.js";
import type { UseCaseContext } from "../context.js";
import { InterruptedError, RunError, wordsOf } from "../errors.js";

/** What image is wanted. */
export interface WantedImage {
  /** Where the archive goes. */
  readonly out: string;
  readonly architecture: Architecture;
  /** Debian mirror; absent for the machine's own. */
  readonly mirror?: string;
  /** A tar archive of a root file system that is used instead of a new one. */
  readonly base?: string;
  /** Runs a program whose output the caller sees; gives its exit code. */
  readonly attach: (
    argv: readonly [string, ...string[]],
    options: { readonly interactive: false; readonly environment: Readonly<Record<string, string>> },
  ) => Promise<number>;
}

/** What was made. */
export interface MadeImage {
  readonly reference: string;
  /** Compressed size of all layers. */
  readonly bytes: number;
}

const QUICK: Milliseconds = milliseconds(10_000);

/** Packages that carry dates of their own keep them; everything newer than this gets it, so that the same packages make the same image. */
const NEWEST_FILE = "1700000000";

/**
 * Makes the agent's image.
 * @throws RunError with what is missing or what failed, InterruptedError when it is interrupted
 */
export async function makeAgentImage(wanted: WantedImage, context: UseCaseContext): Promise<MadeImage> {
  const { out, architecture } = wanted;
  const { archives, version } = context;
  const reference = agentImage(version);
  return archives.within(context.temporaryFolder, async (folder) => {
    const layers = [await baseLayer(folder, wanted, context), await topLayer(folder, context)];
    const digestOf = (text: string): string => archives.digestOf(text);
    await wrap(`${out} cannot be written`, async () =>
      archives.write(out, imageArchive({ reference, version, architecture, layers, digestOf })),
    );
    return { reference, bytes: layers.reduce((sum, { size }) => sum + size, 0) };
  });
}

/** The architecture of this machine, where it is one that images are made for. */
export async function architectureHere({ machine }: UseCaseContext): Promise<Architecture | undefined> {
  const { stdout } = await machine.commands.run({ argv: ["uname", "-m"], reason: "which architecture this machine is of", timeout: QUICK });
  return Object.entries(ARCHITECTURES).find(([, kernel]) => kernel === stdout.trim())?.[0] as Architecture | undefined;
}

async function baseLayer(folder: string, wanted: WantedImage, context: UseCaseContext): Promise<Layer> {
  const { architecture } = wanted;
  const made = join(folder, "root.tar");
  if (wanted.base === undefined)
    await makeRoot(
      { architecture, to: made, root: context.machine.root, ...(wanted.mirror === undefined ? {} : { mirror: wanted.mirror }) },
      wanted.attach,
      context,
    );
  const from = wanted.base ?? made;
  const path = join(folder, "root.tar.gz");
  const compressed = await wrap(`${from} cannot be read`, async () => context.archives.compress(from, path));
  return { ...compressed, path, reason: `${MAKER}: Debian ${SUITE}, ${architecture}` };
}

async function makeRoot(
  root: Parameters<typeof rootFileSystemCommand>[0],
  attach: WantedImage["attach"],
  { machine, interrupted }: UseCaseContext,
): Promise<void> {
  if ((await machine.commands.locate(MAKER)) === undefined) {
    throw new RunError(`the image is made by ${MAKER}, which is not installed; run \`${installCommand([MAKER])}\` (Debian, Ubuntu)`);
  }
  const exitCode = await attach(rootFileSystemCommand(root), { interactive: false, environment: { SOURCE_DATE_EPOCH: NEWEST_FILE } });
  if (interrupted.aborted) throw new InterruptedError("interrupted: no image was written");
  if (exitCode !== 0) {
    throw new RunError(`${MAKER} ended with exit code ${String(exitCode)}; its own words stand above. It needs a Debian mirror (--mirror)`);
  }
}

async function topLayer(folder: string, context: UseCaseContext): Promise<Layer> {
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
    throw new RunError(`${what}: ${wordsOf(error)}`);
  }
}
