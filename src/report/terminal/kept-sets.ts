/**
 * What works on the modes of a run, on its screen: of each set how many cells do.
 * @packageDocumentation
 */
import type { RunConformance } from "../../model/conformance.js";
import { formatDuration } from "../../units/format.js";
import { type SetCount, setCounts, setCountText } from "../conformance/matrix.js";
import type { Paint } from "./paint.js";
import { displayWidth, padEnd, padStart, plain, wrap } from "./text.js";

const GAP = "  ";

/**
 * The table under its heading; nothing where nothing was tried.
 * @param names - how the table of figures calls its modes, themselves or letters, in its order
 */
export function keptSets(
  conformance: RunConformance | undefined,
  names: ReadonlyMap<string, string>,
  width: number,
  paint: Paint,
): readonly string[] {
  const place = ({ variant }: { readonly variant: string }): number => [...names.keys()].indexOf(variant);
  const rows = conformance === undefined ? [] : setCounts(conformance).toSorted((one, other) => place(one) - place(other));
  const [first] = rows;
  if (conformance === undefined || first === undefined) return [];
  const heading = wrap(`What works, tried with packets in ${formatDuration(conformance.seconds)}`, width).map((line) =>
    paint("heading", line),
  );
  const texts = rows.map(({ variant, sets }) => ({ name: plain(names.get(variant) ?? variant), sets }));
  const widest = Math.max(...texts.map(({ name }) => displayWidth(name)));
  const head = first.sets.map(({ set }) => padStart(set, ROOM)).join(GAP);
  if (GAP.length * 2 + widest + head.length > width) return ["", ...heading, ...texts.flatMap((row) => inALine(row, width))];
  return [
    "",
    ...heading,
    paint("quiet", `${GAP}${padEnd("", widest)}${GAP}${head}`),
    ...texts.map(({ name, sets }) => `${GAP}${padEnd(name, widest)}${GAP}${sets.map((one) => painted(one, paint)).join(GAP)}`),
  ];
}

/** As wide as the longest name of a set, and what stands below it. */
const ROOM = 10;

function painted(count: SetCount, paint: Paint): string {
  const role = count.of === 0 ? "quiet" : count.works === count.of ? "same" : "slower";
  return paint(role, padStart(setCountText(count), ROOM));
}

const inALine = ({ name, sets }: { readonly name: string; readonly sets: readonly SetCount[] }, width: number): readonly string[] =>
  wrap(`${name}: ${sets.map((one) => `${one.set} ${setCountText(one)}`).join(", ")}`, width - GAP.length, GAP).map(
    (line) => `${GAP}${line}`,
  );
