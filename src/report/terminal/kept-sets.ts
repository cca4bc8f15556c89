/**
 * What works on the modes of a run, on its screen: of each set how many cells do.
 * @packageDocumentation
 */
import type { RunConformance } from "../../model/conformance.js";
import { formatDuration } from "../../units/format.js";
import { listedUpTo } from "../../units/listed.js";
import { type SetCount, setCounts, setCountText } from "../conformance/matrix.js";
import type { Paint, Role } from "./paint.js";
import type { Room } from "./room.js";
import { displayWidth, padEnd, padStart, plain, truncateMiddle, wrap } from "./text.js";

const GAP = "  ";

/** A mode as the table calls it, and how many of its cells work. */
interface Mode {
  readonly name: string;
  readonly sets: readonly SetCount[];
}

interface Row extends Mode {
  readonly lines: readonly string[];
}

/** A table with all its rows. */
interface Drawn {
  /** The empty line and the heading. */
  readonly above: readonly string[];
  /** The names of the columns; none where each row has them. */
  readonly head: readonly string[];
  readonly rows: readonly Row[];
}

/**
 * The table under its heading, in brief where it has more lines than there is room for; nothing where nothing was tried.
 * @param names - how the table of figures calls its modes, themselves or letters, in its order
 */
export function keptSets(conformance: RunConformance | undefined, names: ReadonlyMap<string, string>, room: Room): readonly string[] {
  const place = ({ variant }: { readonly variant: string }): number => [...names.keys()].indexOf(variant);
  const counts = conformance === undefined ? [] : setCounts(conformance).toSorted((one, other) => place(one) - place(other));
  const modes = counts.map(({ variant, sets }) => ({ name: plain(names.get(variant) ?? variant), sets }));
  const [first] = modes;
  if (conformance === undefined || first === undefined) return [];
  const heading = `What works, tried with packets in ${formatDuration(conformance.seconds)}`;
  const above = ["", ...wrap(heading, room.width).map((line) => room.paint("heading", line))];
  const drawn = { above, ...rowsOf(modes, first, room) };
  const whole = [...above, ...drawn.head, ...drawn.rows.flatMap(({ lines }) => lines)];
  return whole.length <= room.most ? whole : inBrief(drawn, room);
}

/** A line a mode below the names of the sets, or a sentence a mode where these have no room beside each other. */
function rowsOf(modes: readonly Mode[], first: Mode, { width, paint }: Room): Omit<Drawn, "above"> {
  const widest = Math.max(...modes.map(({ name }) => displayWidth(name)));
  const head = first.sets.map(({ set }) => padStart(set, ROOM)).join(GAP);
  if (GAP.length * 2 + widest + head.length > width) {
    return { head: [], rows: modes.map((mode) => ({ ...mode, lines: inALine(mode, width) })) };
  }
  const lineOf = ({ name, sets }: Mode): string => `${GAP}${padEnd(name, widest)}${GAP}${sets.map((one) => painted(one, paint)).join(GAP)}`;
  return {
    head: [paint("quiet", `${GAP}${padEnd("", widest)}${GAP}${head}`)],
    rows: modes.map((mode) => ({ ...mode, lines: [lineOf(mode)] })),
  };
}

/** As wide as the longest name of a set, and what stands below it. */
const ROOM = 10;

function painted(count: SetCount, paint: Paint): string {
  const role = count.of === 0 ? "quiet" : count.works === count.of ? "same" : "slower";
  return paint(role, padStart(setCountText(count), ROOM));
}

const inALine = ({ name, sets }: Mode, width: number): readonly string[] =>
  wrap(`${name}: ${sets.map((one) => `${one.set} ${setCountText(one)}`).join(", ")}`, width - GAP.length, GAP).map(
    (line) => `${GAP}${line}`,
  );

/**
 * Where modes have no room for a row each: rows of those that lack something, as many as there is room for, the modes that lack nothing in one line, and those
 * without a row in another. The least of it is one line in place of the table.
 */
function inBrief({ above, head, rows }: Drawn, { width, paint, most }: Room): readonly string[] {
  const [whole, lacking] = [rows.filter(lacksNothing), rows.filter((row) => !lacksNothing(row))];
  const withRows = (count: number): readonly string[] => [
    ...above,
    ...(count === 0 ? [] : head),
    ...lacking.slice(0, count).flatMap(({ lines }) => lines),
    ...together(whole, whole.some(hasNoMeaning) ? "all that has a meaning there" : "all", "same", { width, paint }),
    ...together(lacking.slice(count), "not all, see --full", "slower", { width, paint }),
  ];
  const forms = [...lacking.map((_, index) => withRows(lacking.length - index)), withRows(0)];
  const inPlace = paint("quiet", "What works, tried with packets: --full");
  return forms.find(({ length }) => length <= most) ?? (most < 2 ? [inPlace] : ["", inPlace]);
}

const lacksNothing = ({ sets }: Mode): boolean => sets.every(({ works, of }) => works === of);

const hasNoMeaning = ({ sets }: Mode): boolean => sets.some(({ of }) => of === 0);

/** One line for several modes, with as many of their names as fit: `macvlan, gce and 5 more: all`. */
function together(modes: readonly Mode[], said: string, role: Role, { width, paint }: Pick<Room, "width" | "paint">): readonly string[] {
  if (modes.length === 0) return [];
  const room = width - displayWidth(`${GAP}: ${said}`);
  const names = modes.map(({ name }) => name);
  const texts = names.map((_, index) => listedUpTo(names, names.length - index));
  const shown = texts.find((text) => displayWidth(text) <= room) ?? truncateMiddle(texts.at(-1) ?? "", room);
  return [`${GAP}${shown}: ${paint(role, said)}`];
}
