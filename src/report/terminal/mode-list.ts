/**
 * Every mode on a terminal: whether this machine can run it, what it needs and what it gives up.
 * @packageDocumentation
 */
import type { Mode } from "../../modes/contract.js";
import { canText } from "./can-text.js";
import { labelled, PROSE_WIDTH, wrap } from "./text.js";

/** Where texts begin behind their labels. */
const COLUMN = 12;

/**
 * A paragraph a mode, below how many of them can run here.
 * @param missing - by the name of a mode, why this machine cannot run it
 */
export function renderModeList(modes: readonly Mode[], missing: ReadonlyMap<string, string>, width: number): string {
  const prose = Math.min(width, PROSE_WIDTH);
  const lines = [
    ...wrap(canText("modes", modes, missing), prose),
    ...modes.flatMap((mode) => ["", ...modeLines(mode, missing.get(mode.name), prose)]),
  ];
  return `${lines.join("\n")}\n`;
}

function modeLines(mode: Mode, reason: string | undefined, width: number): readonly string[] {
  const under = (label: string, ...texts: readonly string[]): readonly string[] =>
    texts.flatMap((text, index) => labelled(index === 0 ? `  ${label}` : "", text, COLUMN, width));
  return [
    ...wrap(`${mode.name}: ${mode.title}`, width, "    "),
    ...under("here", reason === undefined ? "supported" : `unsupported: ${reason}`),
    ...(mode.onlyByName === undefined ? [] : under("measured", `when it is named only: ${mode.onlyByName}`)),
    ...(mode.neverMeasured === undefined ? [] : under("measured", `never: ${mode.neverMeasured}`)),
    ...(mode.kernel.length === 0 ? [] : under("kernel", mode.kernel.join(", "))),
    ...under("requires", ...mode.requires),
    ...under("gives up", ...mode.givesUp),
    ...under("known as", ...mode.knownAs.map(({ product, setting }) => `${product}: ${setting}`)),
  ];
}
