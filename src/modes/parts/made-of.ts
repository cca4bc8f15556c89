/**
 * What a mode is made of, layer by layer: one function wires it with any of its layers, and its ladder, its own wiring and what is left of it
 * without one of them all come from there.
 * @packageDocumentation
 */
import type { LayerName } from "../../model/layer-name.js";
import type { Topology, Wiring } from "../../model/wiring.js";

/** Whether a layer is there. */
export type Has = (layer: LayerName) => boolean;

/** One layer of a mode. */
export interface OwnLayer {
  readonly layer: LayerName;
  /** What it is in this mode, in a word or two: `bridge`, `VXLAN`. */
  readonly title: string;
  /** Layers of the same mode without which it cannot be: they take it with them. */
  readonly on?: readonly LayerName[];
  /** Without it no packet gets from pod to pod, so that it is never taken away. */
  readonly ground?: true;
}

/** A mode by its layers. */
export interface MadeOf {
  /** In the order of a ladder, the nearest to the bare host first. */
  readonly layers: readonly OwnLayer[];
  /** The wiring with these layers and no others; with all of them it is the mode itself. Pods reach each other on each that is asked for. */
  readonly wiring: (topology: Topology, has: Has) => Wiring;
}

/** One rung of a ladder from the bare host to a mode: the layers before it and one more. */
export interface Rung {
  readonly layer: LayerName;
  readonly title: string;
  readonly wiring: Wiring;
}

/** A mode without some of its layers. */
export interface TakenAway {
  /** The layer that was taken away first, and those that cannot be without it. */
  readonly layers: readonly LayerName[];
  readonly wiring: Wiring;
}

/** What a mode wires, from what it is made of. */
export interface Made {
  readonly wire: (topology: Topology) => Wiring;
  /** From the bare host to the mode itself, one layer a rung; the last rung is the mode's own wiring. Empty for the bare host. */
  readonly rungs: (topology: Topology) => readonly Rung[];
  /** The mode without each layer that it can lack, as far as no rung is the same. */
  readonly without: (topology: Topology) => readonly TakenAway[];
}

/** A mode's wiring, its ladder, and what is left without its layers. */
export function madeOf({ layers, wiring }: MadeOf): Made {
  const all = new Set(layers.map(({ layer }) => layer));
  return {
    wire: (topology) => wiring(topology, (one) => all.has(one)),
    rungs: (topology) =>
      layers.map(({ layer, title }, place) => {
        const put = new Set(layers.slice(0, place + 1).map((one) => one.layer));
        return { layer, title, wiring: wiring(topology, (one) => put.has(one)) };
      }),
    without: (topology) =>
      layers
        .filter(({ ground }) => ground !== true)
        .map(({ layer }) => takenWith(layer, layers))
        .filter((gone) => !isEnd(gone, layers))
        .map((gone) => ({ layers: gone, wiring: wiring(topology, (one) => all.has(one) && !gone.includes(one)) })),
  };
}

/** A mode whose pods have nothing but their own link: one rung, which is the mode. */
export const madeOfLink = (title: string, wire: (topology: Topology) => Wiring): Made =>
  madeOf({ layers: [{ layer: "namespace-veth", title, ground: true }], wiring: wire });

/** A layer and all that cannot be without it, in the order of the ladder. */
function takenWith(layer: LayerName, layers: readonly OwnLayer[]): readonly LayerName[] {
  const gone = new Set<LayerName>([layer]);
  // A layer stands behind those that it needs, so that one pass finds all.
  for (const one of layers) if (one.on?.some((needed) => gone.has(needed)) === true) gone.add(one.layer);
  return layers.filter((one) => gone.has(one.layer)).map((one) => one.layer);
}

/** Whether layers are the ladder's last ones: without them the mode is a rung. */
const isEnd = (gone: readonly LayerName[], layers: readonly OwnLayer[]): boolean =>
  layers.slice(layers.length - gone.length).every(({ layer }) => gone.includes(layer));
