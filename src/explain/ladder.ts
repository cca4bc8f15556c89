/**
 * What is built and measured to explain a variant, by the names of variants: each rung is one, and so is the variant without a layer.
 * @packageDocumentation
 */
import type { Ladder } from "../model/explanation.js";
import { LAYER_SIGN } from "../model/variant.js";
import type { Topology } from "../model/wiring.js";
import { rungWord, withoutWord } from "../variants/part-of-mode.js";
import { nameOf, type Placed } from "../variants/placed-layers.js";
import type { Variant } from "../variants/variant.js";
import { rulesetLayer } from "./layer-names.js";

type Rung = Ladder["rungs"][number];

/** Which layers there are does not depend on the topology. */
const PLAIN: Topology = { nodes: 2, mtu: 1500 };

/** Whether one of a variant's layers carries Services, by which the variant is then measured. */
const carriesServices = (layers: readonly Placed[]): boolean => layers.some(({ layer }) => layer.carries === "services");

/**
 * The ladder of a variant.
 * @param takeAway - whether the variant is measured without each of its layers too; a variant with layers of its own is not, since each of those would be
 *   loaded once more
 */
export function ladderOf({ name, mode, layers }: Variant, takeAway: boolean): Ladder {
  const rungs = mode.rungs(PLAIN);
  const path = carriesServices(layers) ? "pod-service" : "pod-pod";
  const ofMode = rungs.map(({ layer, title }): Rung => ({ layer, title, mode: named(mode.name, rungWord(layer)), path: "pod-pod" }));
  const last = ofMode.at(-1)?.mode;
  const without = takeAway && layers.length === 0 ? mode.without(PLAIN) : [];
  return {
    variant: name,
    path,
    rungs: [...ofMode, ...(last === undefined ? [] : rungsOfLayers(last, layers))],
    without: without.flatMap(({ layers: gone }) =>
      gone[0] === undefined ? [] : [{ layers: [...gone], mode: named(mode.name, withoutWord(gone[0])) }],
    ),
  };
}

const named = (...words: readonly string[]): string => words.join(LAYER_SIGN);

/** One rung for each layer on the mode, on the path from pod to pod, and what is dialled by a Service's address last. */
function rungsOfLayers(mode: string, layers: readonly Placed[]): Rung[] {
  const all = named(mode, ...layers.map(nameOf));
  const put = layers.flatMap((placed, index): Rung[] => {
    // What is at the socket alone does nothing to a pod that is dialled by its own address.
    if (placed.layer.carries === "services" && !isKubeProxy(placed)) return [];
    return [
      {
        layer: isKubeProxy(placed) ? rulesetLayer("kube-proxy") : layerOfTuning(placed),
        title: titleOf(placed),
        mode: named(mode, ...layers.slice(0, index + 1).map(nameOf)),
        path: "pod-pod",
      },
    ];
  });
  if (!carriesServices(layers)) return put;
  return [...put, { layer: "service-nat", title: "Service NAT", mode: all, path: "pod-service" }];
}

const isKubeProxy = ({ layer }: Placed): boolean => layer.name.startsWith("kube-proxy-");

/** A tuning that is no layer of a mode keeps its own name. */
const layerOfTuning = ({ layer }: Placed): string => (layer.name === "offload-off" ? "offload" : layer.name);

const titleOf = (placed: Placed): string => (isKubeProxy(placed) ? `${nameOf(placed)}'s rules` : nameOf(placed));

/** Every name that is measured beside the host, each once. */
export const lanesOfLadder = ({ variant, rungs, without }: Ladder): readonly string[] => [
  ...new Set([...rungs.map(({ mode }) => mode), variant, ...without.map(({ mode }) => mode)]),
];
