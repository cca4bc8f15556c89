/**
 * From a variant, a target and what is known of nodes and cluster to documents.
 * @packageDocumentation
 */
import type { Tuning } from "../model/closed-loop.js";
import { isPart, LAYER_SIGN, modeOfVariant } from "../model/variant.js";
import { listed } from "../units/listed.js";
import { nameOf } from "../variants/placed-layers.js";
import type { Variant } from "../variants/variant.js";
import { type Mtus, mtusOf } from "./addressing/mtu.js";
import { placeNodes } from "./addressing/place.js";
import {
  CHECKED_VERSION,
  type KubernetesVersion,
  type Need,
  type PlacedNode,
  type RenderedFile,
  type RenderInput,
  type Target,
} from "./contract.js";
import { RenderError } from "./errors.js";
import { withHead } from "./head.js";
import type { Cluster } from "./inputs/cluster-file.js";
import { DEFAULT_MTU, type NodeEntry } from "./inputs/nodes-file.js";
import { kindOf, NOT_RENDERED } from "./mode-kinds.js";
import { TARGETS } from "./targets/index.js";

/** What is asked. */
export interface RenderRequest {
  /** Where a tuning takes its place, the one that it was found on. */
  readonly variant: Variant;
  readonly target: Target;
  /** What a closed loop found, in place of the variant or beside it, as the target takes it ({@link Target.takesTuning}). */
  readonly tuning?: Tuning;
  /** Absent: the target's own, or the newest. */
  readonly kubernetes?: KubernetesVersion;
  /** Empty where no nodes.yaml was given. */
  readonly nodes: readonly NodeEntry[];
  /** Empty where no cluster.yaml was given. */
  readonly cluster: Cluster;
}

/** Documents, and what they were made from. */
export interface Rendered {
  readonly input: RenderInput;
  /** Each with its head. */
  readonly files: readonly RenderedFile[];
}

/**
 * The documents of a target.
 * @throws RenderError where the target cannot express the variant, lacks a field, or addresses do not fit; in one sentence
 */
export function render(request: RenderRequest): Rendered {
  const { variant, target, cluster, tuning } = request;
  const alone = tuning !== undefined && target.takesTuning === "in place of a variant";
  if (tuning !== undefined) requireTaker(tuning, variant, target);
  if (!alone) requireExpressible(variant, target);
  const kubernetes = versionFor(target, request.kubernetes);
  for (const need of target.needs(variant.mode.name)) requireGiven(need, request);
  const place = target.takesTuning === "in place of a variant" ? "hidden" : kindOf(variant.mode.name).pods;
  const nodes = placeNodes(request.nodes, cluster, place, variant.mode.name);
  const input: RenderInput = {
    ...{ variant, kubernetes, nodes, cluster, mtus: mtusFor(variant, nodes, cluster) },
    ...(tuning === undefined ? {} : { tuning }),
  };
  return { input, files: target.render(input).flatMap((file) => withHead(file, input, target.name)) };
}

/** What was found on one mode says nothing of another. */
function requireTaker(tuning: Tuning, { mode }: Variant, { name, takesTuning }: Target): void {
  if (takesTuning === undefined) throw new RenderError(`${name} renders no result of a closed loop; ${takers()} do`);
  const foundOn = modeOfVariant(tuning.variant);
  if (foundOn !== mode.name)
    throw new RenderError(`the closed loop's result was found on ${foundOn}, and says nothing of ${mode.name}, which is to be rendered`);
  if (tuning.permanent.length === 0)
    throw new RenderError(`nothing was kept on ${tuning.variant}, so that there is nothing to make permanent`);
}

const takers = (): string =>
  listed(
    TARGETS.filter(({ takesTuning }) => takesTuning !== undefined).map(({ name }) => name),
    "and",
  );

function versionFor({ name, only }: Target, asked: KubernetesVersion | undefined): KubernetesVersion {
  if (only !== undefined && asked !== undefined && asked !== only)
    throw new RenderError(`${name} has documents for Kubernetes ${only} and not for ${asked}`);
  if (only === undefined && asked === "1.2") {
    const old = TARGETS.filter((target) => target.only === "1.2").map((target) => target.name);
    throw new RenderError(`${name} has no documents for Kubernetes 1.2; ${listed(old, "and")} ${old.length === 1 ? "has" : "have"}`);
  }
  return asked ?? only ?? CHECKED_VERSION;
}

/** Layers that need a program of podwire's own to stay on the node. */
const WITH_AGENT: readonly string[] = ["socket-lb", "tc-nodeport"];

function requireExpressible({ mode, layers, name }: Variant, target: Target): void {
  if (isPart(name))
    throw new RenderError(`${name} is a part of ${mode.name} that shows what a layer costs, and is not a network to run; ${mode.name} is`);
  if (!target.modes.includes(mode.name)) {
    const able = TARGETS.filter((one) => one.onlyLayers !== true && one.modes.includes(mode.name)).map((one) => one.name);
    const others =
      able.length === 0
        ? `, and no target can: ${NOT_RENDERED[mode.name] ?? ""}`
        : `; ${listed(able)} ${able.length === 1 ? "has" : "have"} documents for it`;
    throw new RenderError(`${target.name} cannot express ${mode.name}${others}`);
  }
  const foreign = layers.find(({ layer }) => !target.layers.includes(layer.name));
  if (foreign !== undefined) {
    const own = layers.filter(({ layer }) => target.layers.includes(layer.name)).map(nameOf);
    const rest =
      target.onlyLayers === true && own.length === 0
        ? `it renders ${ownVariants(target, mode.name)}`
        : `${[mode.name, ...own].join(LAYER_SIGN)} renders the rest`;
    throw layerError(foreign.layer.name, target, mode.name, { variant: name, rest });
  }
  if (target.onlyLayers === true && layers.length === 0)
    throw new RenderError(`${target.name} renders layers, and ${name} has none of them: ${ownVariants(target, mode.name)}`);
}

/** What a target that has nothing to say of a mode alone takes. */
const ownVariants = ({ layers }: Target, mode: string): string => layers.map((layer) => `${mode}${LAYER_SIGN}${layer}`).join(", ");

function layerError(
  layer: string,
  target: Target,
  mode: string,
  { variant, rest }: { readonly variant: string; readonly rest: string },
): RenderError {
  const able = TARGETS.filter((one) => one.layers.includes(layer) && one.modes.includes(mode)).map((one) => one.name);
  const why = WITH_AGENT.includes(layer)
    ? "it needs an agent on each node that podwire does not ship yet"
    : able.length === 0
      ? "no target renders it"
      : `${listed(able, "and")} ${able.length === 1 ? "does" : "do"}`;
  return new RenderError(`${target.name} cannot render the layer ${layer} of ${variant}: ${why}; ${rest}`);
}

function requireGiven(need: Need, { target, variant, nodes, cluster }: RenderRequest): void {
  const of = `${target.name} needs`;
  if (need === "nodes") {
    if (nodes.length === 0)
      throw new RenderError(`${of} the nodes of ${variant.mode.name}: name a file with --nodes, or - for standard input`);
  } else if (need === "prefix lengths") {
    const bare = nodes.find(
      ({ address, address6 }) => address.length === undefined || (address6 !== undefined && address6.length === undefined),
    );
    if (bare !== undefined)
      throw new RenderError(
        `${of} the length of each node's network, and the address of ${bare.name} has none: 10.0.0.11/24, not 10.0.0.11`,
      );
  } else if (need === "segment.vlan") {
    if (cluster.segment?.vlan === undefined)
      throw new RenderError(`${of} segment.vlan for ${variant.mode.name}, and cluster.yaml (--cluster FILE) does not have it`);
  } else if (cluster[need] === undefined)
    throw new RenderError(`${of} ${need} for ${variant.mode.name}, and cluster.yaml (--cluster FILE) does not have it`);
}

/** A VXLAN tunnel is of its pods' own family, and pods of two have one MTU: that of the tunnel over IPv6. The other tunnels are over IPv4 alone. */
function mtusFor({ mode }: Variant, nodes: readonly PlacedNode[], { podCIDRs = [] }: Cluster): Mtus {
  const { encapsulation } = kindOf(mode.name);
  const cards = nodes.length === 0 ? [DEFAULT_MTU] : nodes.map(({ mtu }) => mtu);
  const ipv6 = [...podCIDRs, ...nodes.flatMap((node) => node.podCIDRs)].some(({ family }) => family === "ipv6");
  return mtusOf(cards, encapsulation, encapsulation === "vxlan" && ipv6 ? "ipv6" : "ipv4");
}
