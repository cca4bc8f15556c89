/**
 * Flame graphs as static SVG: a function stands on what called it and is as wide as the CPU time that it and what it called took. Nothing runs: what is too narrow
 * for its name has it in a tooltip.
 * @packageDocumentation
 */
import type { DifferenceNode } from "../../explain/profile/difference-tree.js";
import { isOfTheWay, rowOf } from "../../explain/profile/symbol-table.js";
import { html, type Markup } from "../markup.js";
import { profileLayerTitle } from "./layer-title.js";

/** What is drawn. */
export interface FlameGraph {
  readonly title: string;
  readonly tree: DifferenceNode;
  /** Of whom the widths are; `difference` has the variant's widths, coloured by what is more or less than on the host. */
  readonly shows: "host" | "variant" | "difference";
  /** `us/request`. */
  readonly unit: string;
  /** The figure that is as wide as the drawing, so that two drawings can be held against each other. */
  readonly widest: number;
}

/** The drawing's own units; it is as wide as what it stands in, and no narrower than its text can be read (style.ts): then it is moved under its window. */
const [WIDTH, ROW] = [1200, 19];
/** What is narrower is left out. */
const NARROWEST = 1;
/** One character of a name. */
const CHARACTER = 7.3;

interface Box {
  readonly x: number;
  readonly depth: number;
  readonly width: number;
  readonly node: DifferenceNode;
}

/** The drawing. */
export function flameGraph(graph: FlameGraph): Markup {
  const side = graph.shows === "host" ? "host" : "variant";
  const boxes = boxesOf(graph.tree, { side, scale: graph.widest > 0 ? WIDTH / graph.widest : 0 });
  const height = ROW * (1 + boxes.reduce((most, { depth }) => Math.max(most, depth), 0));
  const drawn = boxes.map((box) => boxOf(box, graph, height));
  return html`<svg class="flames" viewBox="0 0 ${String(WIDTH)} ${String(height)}" role="img" aria-label="${graph.title}">${drawn}</svg>`;
}

function boxesOf(root: DifferenceNode, { side, scale }: { readonly side: "host" | "variant"; readonly scale: number }): readonly Box[] {
  const boxes: Box[] = [];
  const place = (node: DifferenceNode, x: number, depth: number): void => {
    const width = node[side] * scale;
    if (width < NARROWEST) return;
    boxes.push({ x, depth, width, node });
    let left = x;
    for (const child of node.children) {
      place(child, left, depth + 1);
      left += child[side] * scale;
    }
  };
  place(root, 0, 0);
  return boxes;
}

function boxOf({ x, depth, width, node }: Box, graph: FlameGraph, height: number): Markup {
  const y = height - (depth + 1) * ROW;
  const look = graph.shows === "difference" ? changeOf(node, graph.widest) : kindOf(node.name);
  const room = Math.floor((width - 6) / CHARACTER);
  const label = room < 3 ? html`` : html`<text x="${at(x + 3)}" y="${at(y + 14)}">${cut(node.name, room)}</text>`;
  return html`<g class="${look}"><title>${tooltip(node, graph)}</title><rect x="${at(x)}" y="${at(y)}" width="${at(Math.max(0.5, width - 0.6))}" height="${String(ROW - 1)}"/>${label}</g>`;
}

/** Whose function it is, as the drawing's colours tell it: the pod's way, the stack that every network has, or anything else. */
function kindOf(name: string): "way" | "stack" | "else" {
  const layer = rowOf(name)?.layer;
  if (layer === undefined) return "else";
  if (isOfTheWay(layer)) return "way";
  return STACK.has(layer) ? "stack" : "else";
}

const STACK: ReadonlySet<string> = new Set([
  "tcp-udp",
  "sockets",
  "copy",
  "ip",
  "receive",
  "transmit",
  "softirq",
  "packet-memory",
  "driver",
  "bpf",
]);

/** A change below this share of the whole is not coloured. */
const SMALLEST_CHANGE = 0.005;
/** Shares of the larger figure at which colours become stronger. */
const STEPS = [0.6, 0.25];

/** How much more or less than on the host, as a class. */
function changeOf({ host, variant }: DifferenceNode, whole: number): string {
  const change = variant - host;
  if (Math.abs(change) < SMALLEST_CHANGE * whole) return "equal";
  const share = Math.abs(change) / Math.max(host, variant);
  const strength = STEPS.findIndex((step) => share >= step);
  return `${change > 0 ? "more" : "less"} s${String(strength < 0 ? STEPS.length : strength)}`;
}

function tooltip({ name, host, variant }: DifferenceNode, { shows, unit }: FlameGraph): string {
  const layer = rowOf(name)?.layer;
  const what = layer === undefined ? name : `${name} (${profileLayerTitle(layer)})`;
  if (shows !== "difference") return `${what}: ${figure(shows === "host" ? host : variant)} ${unit}`;
  const change = variant - host;
  return `${what}: ${figure(variant)} ${unit}, host ${figure(host)} (${change < 0 ? "−" : "+"}${figure(Math.abs(change))})`;
}

const figure = (value: number): string => value.toPrecision(3);

const cut = (name: string, room: number): string => (name.length <= room ? name : `${name.slice(0, room - 2)}..`);

const at = (place: number): string => String(Math.round(place * 10) / 10);
