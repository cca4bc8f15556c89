/**
 * A profile on a terminal: the layers with the largest differences, what profiling costs, and the two witnesses.
 * @packageDocumentation
 */
import { inPoints } from "../../explain/answer.js";
import { loadInWords, type Named } from "../../model/metric-names.js";
import type { Cost, ProfileTable } from "../../model/profile.js";
import type { Paint } from "../terminal/paint.js";
import { displayWidth, padEnd, padStart, plain, truncate, wrap } from "../terminal/text.js";
import {
  agreementText,
  costText,
  differenceText,
  ownCostInBrief,
  profileSentences,
  roundsText,
  topLayers,
  witnessedTitle,
  witnessSentence,
} from "./figures.js";
import { profileLayerTitle } from "./layer-title.js";

/** How it is set. */
export interface ProfileSetting {
  readonly width: number;
  readonly paint: Paint;
}

/** Layers on one screen where it has room for them. */
export const TOP_LAYERS = 4;

const GAP = "  ";
/** What stands behind the name of a step, or of several, needs 45 columns. */
const WIDEST_TITLE = 40;

/**
 * What belongs on one screen: of the first profile the layers that differ most, what profiling costs, and what the witnesses say; of others that they are there.
 * The first line is empty.
 * @param scenario - by which loads have the names of the field
 */
export function profileDigest(
  [table, ...others]: readonly ProfileTable[],
  scenario: Named,
  { layers = TOP_LAYERS, ...setting }: ProfileSetting & { readonly layers?: number },
): readonly string[] {
  if (table === undefined) return [];
  const more = others.length === 0 ? undefined : `${cpuTimeOf(others, scenario)}: --full.`;
  const sentences = [ownCostInBrief(table), witnessSentence(table), more].flatMap((sentence) => sentence ?? []);
  return ["", ...costLines(table, loadInWords(table.workload, scenario), setting, layers), ...quietly(sentences, setting)];
}

/** What profiles are of: `CPU time of HTTP with new connections, round trips`. */
export const cpuTimeOf = (tables: readonly ProfileTable[], scenario: Named): string =>
  `CPU time of ${tables.map(({ workload }) => loadInWords(workload, scenario)).join(", ")}`;

/** Everything, the first line empty; the load has the name that flags and files have. */
export function profileLines(table: ProfileTable, setting: ProfileSetting): readonly string[] {
  return ["", ...costLines(table, table.workload, setting), ...quietly(profileSentences(table), setting), ...witnessLines(table, setting)];
}

const quietly = (sentences: readonly string[], { width, paint }: ProfileSetting): readonly string[] =>
  sentences.flatMap((sentence) => wrap(sentence, width - 2).map((line) => paint("quiet", `  ${line}`)));

function costLines(table: ProfileTable, name: string, { width, paint }: ProfileSetting, most?: number): readonly string[] {
  const { unit, total, variant } = table;
  const shown = topLayers(table, most);
  const rows = [
    ["", "difference", "host", plain(variant.mode), "difference a packet"],
    ...shown.map(({ layer, ...cost }) => [profileLayerTitle(layer), ...cells(cost)]),
    ["all", ...cells(total)],
  ];
  const [head = "", ...body] = aligned(rows, { left: Number.POSITIVE_INFINITY, width });
  return [paint("heading", truncate(`CPU time of ${name}, ${unit}, ${roundsText(table)}`, width)), paint("quiet", head), ...body];
}

const cells = ({ host, variant, difference, perPacket }: Cost): readonly string[] => [
  differenceText(difference),
  costText(host.value),
  costText(variant.value),
  `${differenceText(perPacket.difference)} us`,
];

function witnessLines({ witnesses, unit }: ProfileTable, { width, paint }: ProfileSetting): readonly string[] {
  if (witnesses.length === 0) return [];
  const rows = witnesses.map((one) => [
    truncate(plain(witnessedTitle(one)), WIDEST_TITLE),
    one.waterfall === undefined ? "-" : inPoints(one.waterfall),
    one.profile.difference === undefined ? "-" : differenceText(one.profile.difference),
    agreementText(one),
  ]);
  const [head = "", ...body] = aligned([["", "points", unit, ""], ...rows], { left: 3, width });
  return ["", paint("heading", "Two witnesses: waterfall and profile"), paint("quiet", head), ...body];
}

/** Columns of equal width; the first is flush left, and so is what begins with `left`. A line that is too long is cut. */
function aligned(
  rows: readonly (readonly string[])[],
  { left, width }: { readonly left: number; readonly width: number },
): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => displayWidth(row[column] ?? ""))));
  return rows.map((row) => {
    const set = row.map((text, column) => (column === 0 || column >= left ? padEnd : padStart)(text, widths[column] ?? 0));
    return truncate(`  ${set.join(GAP)}`.trimEnd(), width);
  });
}
