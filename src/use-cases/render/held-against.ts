/**
 * What documents would change: held against a folder, or against the objects of a live cluster.
 * @packageDocumentation
 */
import { type Kubernetes, KubernetesError, type KubernetesObject } from "../../machine/kubernetes/port.js";
import { type DocumentDiff, RENDER_DIFF_SCHEMA, type RenderDiff } from "../../model/render-diff.js";
import { modeOfVariant } from "../../model/variant.js";
import { firstOverlap, hostAddressOf, linkOf, type Named, outermost, type Prefix, prefixText } from "../../render/addressing/prefix.js";
import type { PlacedNode, RenderInput, Target } from "../../render/contract.js";
import { fileDiffs } from "../../render/diff/files.js";
import { modeOfFlannel, modeOfNode, modeOfPool } from "../../render/diff/mode-there.js";
import { type ObjectPlace, objectDiff, type Wanted, wantedObjects } from "../../render/diff/objects.js";
import { type Switch, safeOrder } from "../../render/diff/order.js";
import { kindOf } from "../../render/mode-kinds.js";
import type { Rendered } from "../../render/render.js";
import { RunError } from "../errors.js";
import type { Folder } from "./folder.js";

/** Against a folder that was looked into. */
export function againstFolder(target: Target, { input, files }: Rendered, folder: Folder): RenderDiff {
  const { before, there, stale, path } = folder;
  const found = {
    documents: fileDiffs(files, there, stale),
    moved: nodesMoved(input, folder),
    ...(before === undefined ? {} : { before }),
  };
  return diffOf(target, input, found, { kind: "folder", name: path });
}

/** Nodes whose PodCIDR another one stands beside in the folder's Node objects. */
function nodesMoved({ nodes }: RenderInput, { there }: Folder): readonly string[] {
  const text = there.get("cluster/nodes.yaml");
  if (text === undefined) return [];
  const { wanted } = wantedObjects([{ path: "cluster/nodes.yaml", text, about: { check: [], back: [] } }]);
  return nodes.filter((node) => isMoved(node, wanted.find(({ place }) => place.name === node.name)?.fields)).map(({ name }) => name);
}

/** Without a PodCIDR a Node is given one, and with the same nothing changes. */
function isMoved(node: PlacedNode, object: Readonly<Record<string, unknown>> | undefined): boolean {
  const has = podCIDRsOf(object);
  return has.length > 0 && has.join() !== node.podCIDRs.map(prefixText).join();
}

function podCIDRsOf(object: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const spec = (object?.["spec"] ?? {}) as { podCIDR?: unknown; podCIDRs?: unknown };
  return Array.isArray(spec.podCIDRs) ? spec.podCIDRs.map(String) : typeof spec.podCIDR === "string" ? [spec.podCIDR] : [];
}

/** What is asked of a cluster. */
type Readable = Pick<Kubernetes, "context" | "get" | "list">;

/**
 * Against a cluster, which is read and not changed.
 * @throws RunError where it cannot be read, or a Node that was not named has a PodCIDR that is given to another one
 */
export async function againstCluster(target: Target, { input, files }: Rendered, kubernetes: Readable): Promise<RenderDiff> {
  try {
    const { wanted, elsewhere } = wantedObjects(files);
    const documents: DocumentDiff[] = [];
    for (const one of wanted) documents.push(objectDiff(one, await readObject(one.place, kubernetes)));
    const nodes = await readNodes(input, wanted, kubernetes);
    documents.push(...nodes.changes);
    documents.push(...elsewhere.map((what): DocumentDiff => ({ what, change: "elsewhere", lines: [] })));
    const before = await modeThere(nodes.objects, kubernetes);
    const found = { documents, moved: nodes.moved, ...(before === undefined ? {} : { before }) };
    return diffOf(target, input, found, { kind: "cluster", name: kubernetes.context });
  } catch (error) {
    if (error instanceof KubernetesError) throw new RunError(error.message);
    throw error;
  }
}

async function readObject(
  { apiVersions, kind, plural, namespace, name }: ObjectPlace,
  kubernetes: Readable,
): Promise<KubernetesObject | undefined> {
  for (const apiVersion of apiVersions) {
    const found = await kubernetes.get({ apiVersion, kind, plural, name, ...(namespace === undefined ? {} : { namespace }) });
    if (found !== undefined) return found;
  }
  return undefined;
}

const NODES = { apiVersion: "v1", kind: "Node", plural: "nodes" } as const;

interface NodesThere {
  readonly objects: readonly KubernetesObject[];
  readonly moved: readonly string[];
  /** Of documents that take other PodCIDRs for granted than Nodes have. */
  readonly changes: readonly DocumentDiff[];
}

/** Nodes are looked at for every target whose documents have their PodCIDRs in them: with another one the documents are wrong. */
async function readNodes({ nodes, variant }: RenderInput, wanted: readonly Wanted[], kubernetes: Readable): Promise<NodesThere> {
  const objects: KubernetesObject[] = [];
  for await (const object of kubernetes.list(NODES)) objects.push(object);
  if (kindOf(variant.mode.name).pods !== "routed") return { objects, moved: [], changes: [] };
  requireFree(nodes, objects);
  const byName = new Map(objects.map((object) => [object.metadata.name, object] as const));
  const moved = nodes.filter((node) => isMoved(node, byName.get(node.name)));
  const said = new Set(wanted.filter(({ place }) => place.kind === "Node").map(({ place }) => place.name));
  const changes = moved
    .filter(({ name }) => !said.has(name))
    .map(({ name, podCIDRs }) => {
      const fields = { spec: { podCIDRs: podCIDRs.map(prefixText) } };
      return objectDiff({ place: { ...NODES, apiVersions: [NODES.apiVersion], name }, fields, file: "" }, byName.get(name));
    });
  return { objects, moved: moved.map(({ name }) => name), changes };
}

/**
 * podwire gives the lowest blocks that it knows to be free: those of Nodes that nodes.yaml does not name look so to it.
 * @throws RunError where such a one has the block, or a part of it
 */
function requireFree(nodes: readonly PlacedNode[], objects: readonly KubernetesObject[]): void {
  const known = new Set(nodes.map(({ name }) => name));
  const named = (name: string, prefix: Prefix): Named => ({ name: `${prefixText(prefix)} of ${name}`, prefix });
  const strangers = objects
    .filter(({ metadata }) => !known.has(metadata.name))
    .flatMap((object) => podCIDRsOf(object).map((text) => named(object.metadata.name, linkOf(hostAddressOf(text, object.metadata.name)))));
  const own = nodes.flatMap(({ name, podCIDRs }) => podCIDRs.map((prefix) => named(name, prefix)));
  const clash = firstOverlap([...own, ...outermost(strangers)]);
  if (clash === undefined) return;
  const [one, other] = clash;
  const [ours, theirs] = own.includes(one) ? [one, other] : [other, one];
  throw new RunError(
    `The PodCIDR ${ours.name} overlaps ${theirs.name}, a Node of the cluster that nodes.yaml does not name. It has to name all of them: \`kubectl get nodes -o json\` prints them with their PodCIDRs.`,
  );
}

/** Two products that both say they are there decide nothing. */
async function modeThere(nodes: readonly KubernetesObject[], kubernetes: Readable): Promise<string | undefined> {
  const configMap = {
    apiVersions: ["v1"],
    kind: "ConfigMap",
    plural: "configmaps",
    namespace: "kube-flannel",
    name: "kube-flannel-cfg",
  } as const;
  const said = new Set(
    [modeOfFlannel(await readObject(configMap, kubernetes)), ...(await modesOfPools(kubernetes))].filter((mode) => mode !== undefined),
  );
  const modes = said.size > 0 ? said : new Set(nodes.map(modeOfNode).filter((mode) => mode !== undefined));
  const [mode, other] = modes;
  return other === undefined ? mode : undefined;
}

/** As what Calico's pools are there: by its API server or as CRDs of the same group, and as CRDs for Calico's own use. */
const POOL_VERSIONS = ["projectcalico.org/v3", "crd.projectcalico.org/v1"];

async function modesOfPools(kubernetes: Readable): Promise<readonly (string | undefined)[]> {
  const modes: (string | undefined)[] = [];
  for (const apiVersion of POOL_VERSIONS) modes.push(...(await modesOfPoolsAs(apiVersion, kubernetes)));
  return modes;
}

async function modesOfPoolsAs(apiVersion: string, kubernetes: Readable): Promise<readonly (string | undefined)[]> {
  const modes: (string | undefined)[] = [];
  try {
    for await (const pool of kubernetes.list({ apiVersion, kind: "IPPool", plural: "ippools" })) modes.push(modeOfPool(pool));
  } catch (error) {
    // Where Calico is not installed the API server has none of its kinds; that they may not be read decides nothing else.
    if (error instanceof KubernetesError && ["not found", "forbidden"].includes(error.problem)) return [];
    throw error;
  }
  return modes;
}

/** What was found, and with it the order. The variant that is there may be known with its layers, of which the order needs none. */
function diffOf(
  target: Target,
  input: RenderInput,
  found: Omit<Switch, "input" | "target" | "against">,
  against: RenderDiff["against"],
): RenderDiff {
  const { before, documents } = found;
  const mode = before === undefined ? {} : { before: modeOfVariant(before) };
  return {
    schema: RENDER_DIFF_SCHEMA,
    target: target.name,
    variant: input.variant.name,
    against,
    ...(before === undefined ? {} : { before }),
    documents: [...documents],
    order: [...safeOrder({ ...found, ...mode, input, target, against: against.kind })],
  };
}
