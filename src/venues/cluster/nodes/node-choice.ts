/**
 * Which nodes are measured, and why these. Pure: nodes come one by one, and only a few of them are kept however many there are.
 * @packageDocumentation
 */
import type { KubernetesObject } from "../../../machine/kubernetes/port.js";
import type { ChosenNode } from "../objects/plan.js";
import { type NodeView, nodeView } from "./node-view.js";

/** What the caller asked for. */
export interface NodeWish {
  /** By name; their order is kept, the first is the one that clients run on. */
  readonly names?: readonly string[];
  /** Nodes under pressure, cordoned ones and ones with taints are taken all the same. */
  readonly force: boolean;
  /** Architectures (as in `node.status.nodeInfo`) that the agent's image has; absent means any. */
  readonly architectures?: readonly string[];
}

/** The choice. */
export interface NodeChoice {
  readonly nodes: { readonly a: ChosenNode; readonly b?: ChosenNode };
  /** Everything that is known of the chosen nodes, in the same order. */
  readonly views: readonly NodeView[];
  /** Why these, one sentence each. */
  readonly reasons: readonly string[];
  /** Nodes that were seen. */
  readonly seen: number;
}

/** Why no choice could be made; the message says what was seen and what to do. */
export class NodeChoiceError extends Error {
  override readonly name = "NodeChoiceError";
}

/** Fit nodes that are remembered: enough to find two of one architecture. */
const CANDIDATES = 16;
/** Unfit nodes that are named in a refusal. */
const NAMED = 5;

/** Chooses two nodes, or one where there is only one. */
export async function chooseNodes(nodes: AsyncIterable<KubernetesObject>, wish: NodeWish): Promise<NodeChoice> {
  const sieve = new Sieve(wish);
  for await (const node of nodes) sieve.take(nodeView(node));
  return wish.names === undefined ? anyOf(sieve) : named(wish.names, sieve);
}

/** Why a node is not fit, undefined when it is. `force` leaves only what cannot work at all. */
export function whyUnfit(node: NodeView, { force, architectures }: Omit<NodeWish, "names">): string | undefined {
  if (node.os !== "linux") return `it runs ${node.os}`;
  if (architectures?.includes(node.architecture) === false) return `the agent's image does not exist for ${node.architecture}`;
  if (node.address === undefined) return "it has no internal IPv4 address";
  if (!node.ready) return `it is not Ready${node.notReadyWords === "" ? "" : ` (${node.notReadyWords})`}`;
  if (force) return undefined;
  if (node.cordoned) return "it is cordoned";
  if (node.pressures.length > 0) return `it reports ${node.pressures.join(", ")}`;
  if (node.taints.length > 0) return `its taint ${node.taints.join(", ")} keeps pods away`;
  return undefined;
}

interface Refusal {
  readonly name: string;
  readonly why: string;
}

/** Lets nodes pass by and keeps the few that matter. */
class Sieve {
  readonly fit: NodeView[] = [];
  readonly refused: Refusal[] = [];
  readonly #wish: NodeWish;
  seen = 0;
  fitCount = 0;

  constructor(wish: NodeWish) {
    this.#wish = wish;
  }

  take(node: NodeView): void {
    this.seen += 1;
    const wanted = this.#wish.names?.includes(node.name) ?? true;
    if (!wanted) return;
    const why = whyUnfit(node, this.#wish);
    if (why === undefined) {
      this.fitCount += 1;
      if (this.fit.length < CANDIDATES || this.#wish.names !== undefined) this.fit.push(node);
    } else if (this.refused.length < NAMED || this.#wish.names !== undefined) this.refused.push({ name: node.name, why });
  }
}

function named(names: readonly string[], sieve: Sieve): NodeChoice {
  const chosen = names.map((name) => {
    const node = sieve.fit.find((view) => view.name === name);
    if (node !== undefined) return node;
    const refusal = sieve.refused.find((one) => one.name === name);
    if (refusal === undefined) {
      throw new NodeChoiceError(
        `--nodes: there is no node ${name} among the ${String(sieve.seen)} of this cluster; \`kubectl get nodes\` lists them`,
      );
    }
    throw new NodeChoiceError(`node ${name} is not measured: ${refusal.why}${nextStep(refusal.why)}`);
  });
  const reasons = chosen.map((node) => `${node.name}: asked for by --nodes`);
  return choice(chosen, reasons, sieve);
}

function anyOf(sieve: Sieve): NodeChoice {
  const [first] = sieve.fit;
  if (first === undefined) throw new NodeChoiceError(noneFit(sieve));
  const [a, b] = alike(sieve.fit) ?? [first, sieve.fit[1]];
  const chosen = b === undefined ? [a] : [a, b];
  const kind = `Ready, without pressure or taints, ${a.architecture}`;
  const others = [
    ...(sieve.fitCount > chosen.length ? [`${String(sieve.fitCount - chosen.length)} more would have done`] : []),
    ...sieve.refused.map(({ name, why }) => `not ${name}: ${why}`),
  ];
  const difference =
    b !== undefined && a.architecture !== b.architecture ? [`${b.name} is ${b.architecture}: no two fit nodes are alike`] : [];
  return choice(chosen, [`${chosen.map(({ name }) => name).join(" and ")}: ${kind}`, ...difference, ...others], sieve);
}

/** The first two nodes of one architecture, of one instance type where there are such: a pair should differ in nothing but its place. */
function alike(nodes: readonly NodeView[]): readonly [NodeView, NodeView] | undefined {
  const pairs = nodes.flatMap((a, place) => nodes.slice(place + 1).map((b): readonly [NodeView, NodeView] => [a, b]));
  const sameArchitecture = pairs.filter(([a, b]) => a.architecture === b.architecture);
  return sameArchitecture.find(([a, b]) => a.instanceType === b.instanceType && a.cpus === b.cpus) ?? sameArchitecture[0];
}

function choice(chosen: readonly NodeView[], reasons: readonly string[], { seen }: Sieve): NodeChoice {
  const [a, b] = chosen;
  if (a === undefined) throw new NodeChoiceError("--nodes: names no node");
  return { nodes: { a, ...(b === undefined ? {} : { b }) }, views: chosen, reasons, seen };
}

function noneFit({ seen, refused }: Sieve): string {
  if (seen === 0) return "no node matches: `kubectl get nodes --show-labels` shows what there is; see --node-selector";
  const named = refused.map(({ name, why }) => `${name}: ${why}`).join("; ");
  const more = seen > refused.length ? `; and ${String(seen - refused.length)} more` : "";
  return `none of ${String(seen)} nodes is fit to be measured: ${named}${more}${nextStep(named)}`;
}

/** What --force changes. */
const nextStep = (why: string): string =>
  /cordoned|reports|taint/.test(why) ? ". --force measures it all the same; --nodes chooses others" : ". --nodes chooses others";
