/**
 * What can be rendered, for people.
 * @packageDocumentation
 */
import type { TargetList } from "../../model/render-targets.js";
import { listed } from "../../units/listed.js";
import { labelled, wrap } from "./text.js";

const WORDS = { run: "run from them here", parsed: "read by it here", "not here": "not checked here" } as const;

/** Where texts begin behind their labels. */
const COLUMN = 11;

/** So many modes are named once, by the first target that has them and nothing else. */
const MANY = 4;

/** A target a paragraph. Modes that several targets share, and layers that each of them takes, are said once. */
export function renderTargetList({ targets }: TargetList, width: number): string {
  const owners = new Map<string, string>();
  for (const { target, variants } of targets) {
    const key = variants.join(", ");
    if (variants.length >= MANY && !owners.has(key)) owners.set(key, target);
  }
  return targets
    .map(({ target, title, variants, checker, checked, why }) =>
      [
        ...wrap(`${target}: ${title}`, width, "    "),
        ...labelled("  for", variantsText(target, variants, owners), COLUMN, width),
        ...labelled("  checked", `${checker} (${WORDS[checked]}${why === undefined ? "" : `; ${why}`})`, COLUMN, width),
        "",
      ].join("\n"),
    )
    .join("\n");
}

/** Modes, and the layers with which they are taken too. */
function variantsText(target: string, variants: readonly string[], owners: ReadonlyMap<string, string>): string {
  const plain = variants.filter((variant) => !variant.includes("+"));
  const named = (modes: readonly string[]): string => {
    const list = modes.join(", ");
    const owner = owners.get(list);
    return owner === undefined || owner === target ? list : `all variants of ${owner}`;
  };
  const layered = layersIn(variants).map(({ modes, layers }) => {
    const choice = listed(layers, "or");
    if (modes.join() === plain.join()) return `each of them with ${choice} too`;
    return modes.every((mode) => plain.includes(mode)) ? `${named(modes)} with ${choice} too` : `${named(modes)} with ${choice}`;
  });
  return [...(plain.length === 0 ? [] : [named(plain)]), ...layered].join("; ");
}

interface Layered {
  readonly modes: readonly string[];
  readonly layers: readonly string[];
}

/** Layers that are taken with the same modes, together. */
function layersIn(variants: readonly string[]): readonly Layered[] {
  const modesOf = new Map<string, string[]>();
  for (const variant of variants.filter((one) => one.includes("+"))) {
    const at = variant.indexOf("+");
    const layer = variant.slice(at + 1);
    modesOf.set(layer, [...(modesOf.get(layer) ?? []), variant.slice(0, at)]);
  }
  const groups = new Map<string, Layered>();
  for (const [layer, modes] of modesOf) {
    const key = modes.join();
    groups.set(key, { modes, layers: [...(groups.get(key)?.layers ?? []), layer] });
  }
  return [...groups.values()];
}
