/**
 * What `podwire render` is asked for: a variant or a saved result, a target, nodes and cluster.
 * @packageDocumentation
 */
import { KUBERNETES_VERSIONS, type KubernetesVersion, type Target } from "../../render/contract.js";
import { RenderError } from "../../render/errors.js";
import { type Cluster, readCluster } from "../../render/inputs/cluster-file.js";
import { type NodeEntry, readNodes } from "../../render/inputs/nodes-file.js";
import { readTuning } from "../../render/inputs/tuning-file.js";
import { type Rendered, type RenderRequest, render } from "../../render/render.js";
import { TARGETS } from "../../render/targets/index.js";
import { listed } from "../../units/listed.js";
import { RunError, wordsOf } from "../../use-cases/errors.js";
import { summaryOf } from "../../use-cases/summary.js";
import type { Variant } from "../../variants/variant.js";
import { suggestion } from "../completion/nearest.js";
import type { CliContext } from "../context.js";
import { UsageError } from "../errors.js";
import { knownVariant } from "../lab/scenario-from-flags.js";
import { readWholeText } from "../read-text.js";
import { readRun, readSaved } from "../report.js";

/** Flags that say what documents are made from. */
export interface InputFlags {
  readonly for?: string;
  readonly nodes?: string;
  readonly cluster?: string;
  readonly kubernetes?: string;
  readonly tuning?: string;
}

/** What is to be rendered, before nodes and cluster are read. */
export type Asked = Omit<RenderRequest, "nodes" | "cluster">;

/**
 * What the command line asks for.
 * @param what - a variant, or the path of a run or of a closed loop's result
 */
export async function asked(what: string | undefined, flags: InputFlags, context: CliContext): Promise<Asked> {
  if (what === undefined) throw new UsageError("no variant and no run file was named: `podwire render VARIANT --for TARGET`");
  const target = targetNamed(flags.for);
  const kubernetes = flags.kubernetes === undefined ? {} : { kubernetes: versionOf(flags.kubernetes) };
  if (flags.nodes === "-" && flags.cluster === "-") throw new UsageError("--nodes and --cluster: standard input can be only one of them");
  const alone = target.takesTuning === "in place of a variant";
  if (alone && flags.tuning !== undefined)
    throw new UsageError(
      `--tuning: ${target.name} takes the file in place of VARIANT: \`podwire render ${flags.tuning} --for ${target.name}\`.`,
    );
  const isFile = /\/|\.json$/.test(what);
  if (alone && isFile) {
    const tuning = await saved(what, context);
    return { target, ...kubernetes, tuning, variant: knownVariant(tuning.variant, `${what}: `) };
  }
  const variant = isFile ? await recommended(what, context) : knownVariant(what, "");
  return { target, ...kubernetes, variant, ...(flags.tuning === undefined ? {} : { tuning: await saved(flags.tuning, context) }) };
}

async function saved(path: string, context: CliContext): Promise<NonNullable<Asked["tuning"]>> {
  const text = await readSaved(path, context);
  return orUsage(() => readTuning(text, path));
}

/** What cannot be changed where the provider runs the control plane. */
const MANAGED: Readonly<Record<string, string>> = {
  eks: "on EKS the flags of kube-controller-manager cannot be set, so that nodes have no PodCIDR, and pods have addresses of the VPC by its CNI plugin unless another one with addresses of its own takes its place",
  gke: "on GKE the pod network is chosen when the cluster is made (routes-based or VPC-native, with Dataplane V2 or without), and neither it nor the flags of the controllers, kubelet and kube-proxy can be changed afterwards",
  aks: "on AKS the pod network is chosen when the cluster is made (`--network-plugin`), only `none` leaves the CNI plugin to you, and the flags of the controllers can never be set",
};

function targetNamed(name: string | undefined): Target {
  const names = TARGETS.map((target) => target.name);
  if (name === undefined)
    throw new UsageError(`--for TARGET is missing: ${names.join(", ")}. \`podwire render --list\` says what each is.`);
  const managed = MANAGED[name.toLowerCase()];
  if (managed !== undefined) throw new UsageError(`--for ${name}: ${managed}.`);
  const target = TARGETS.find((one) => one.name === name);
  if (target !== undefined) return target;
  throw new UsageError(`--for: no target is called ${name}.${suggestion(name, names)} Known are ${names.join(", ")}.`);
}

function versionOf(text: string): KubernetesVersion {
  const version = KUBERNETES_VERSIONS.find((one) => one === text.replace(/^v/, ""));
  if (version !== undefined) return version;
  throw new UsageError(`--kubernetes: documents are rendered for ${listed(KUBERNETES_VERSIONS, "or")}, and not for ${text}`);
}

/** A run recommends one mode, or it is left to whoever asks: podwire does not guess. */
async function recommended(path: string, context: CliContext): Promise<Variant> {
  const { recommendation, advice } = summaryOf(await readRun(path, context));
  if (recommendation === undefined) throw new RunError(`${path} recommends nothing that could be rendered: ${advice}`);
  const { mode, tied } = recommendation;
  if (tied.length > 0)
    throw new RunError(
      `${path} recommends ${listed([mode, ...tied], "and")} alike: name one of them, \`podwire render ${mode} --for TARGET\``,
    );
  return knownVariant(mode, `${path}: `);
}

/**
 * The documents.
 * @throws UsageError where a file cannot be read, or the target cannot render what is asked
 */
export async function rendered(request: Asked, flags: InputFlags, context: CliContext): Promise<Rendered> {
  const nodesText = await textOf("--nodes", flags.nodes, context);
  const clusterText = await textOf("--cluster", flags.cluster, context);
  return orUsage(() => {
    const nodes: readonly NodeEntry[] = nodesText === undefined ? [] : readNodes(nodesText, sourceName(flags.nodes));
    const cluster: Cluster = clusterText === undefined ? {} : readCluster(clusterText, sourceName(flags.cluster));
    return render({ ...request, nodes, cluster });
  });
}

function orUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RenderError) throw new UsageError(`${error.message}.`);
    throw error;
  }
}

const sourceName = (path: string | undefined): string => (path === undefined || path === "-" ? "standard input" : path);

async function textOf(flag: string, path: string | undefined, { byteStreams }: CliContext): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readWholeText(path, byteStreams);
  } catch (error) {
    throw new UsageError(`${flag}: ${path} cannot be read: ${wordsOf(error)}`);
  }
}
