/**
 * What is planned for a node, and what became of it, on a terminal.
 * @packageDocumentation
 */
import { metricName, OPEN_LAB } from "../../model/metric-names.js";
import type { TuningPlan, TuningStatus } from "../../model/tuning.js";
import { formatMoment, formatRatio } from "../../units/format.js";
import { painter } from "./paint.js";
import { labelled, PROSE_WIDTH, wrap } from "./text.js";

/** How it is set. */
interface Setting {
  readonly width: number;
  readonly colour: boolean;
}

type PlannedChange = TuningPlan["changes"][number];

/** A change's commands: `plan` prints what `apply` prints when it makes them, line for line. Commands are copied, and so are never broken. */
export const commandLines = ({ change, steps }: Pick<PlannedChange, "change" | "steps">, width: number): readonly string[] => [
  change,
  ...steps.flatMap(({ what, now, wanted, command }) => [...indented(`${what}: ${now} -> ${wanted}`, "  ", width), `    $ ${command}`]),
];

/** The plan, each line ended. */
export function renderTuningPlan(plan: TuningPlan, { width, colour }: Setting): string {
  const paint = painter(colour);
  const set = (text: string, indent: string): readonly string[] => indented(text, indent, width).map((line) => paint("quiet", line));
  const { changes, possible, refused, advice, so, notHere, ladder = [], ladderMeasured: measured } = plan;
  const section = (title: string, rows: readonly (readonly string[])[]): readonly string[] =>
    rows.length === 0 ? [] : ["", paint("heading", title), ...rows.flat()];
  const named = ({ change, because }: TuningPlan["refused"][number]): readonly string[] => indented(`${change}: ${because}`, "  ", width);
  const lines = [
    ...indented(answer(plan), "", width).map((line) => paint("strong", line)),
    ...changes.flatMap((one) => ["", ...changeLines(one, { set, width, heading: (text) => paint("heading", text) })]),
    ...section("Possible, but nothing here asks for it: --only makes it", possible.map(named)),
    ...section("Not made", refused.map(named)),
    ...section(
      "To be done by hand",
      advice.map(({ change, evidence, says }) => indented(`${change}: ${evidence.says}: ${says}`, "  ", width)),
    ),
    ...section("Not possible or without meaning here", notHere.map(named)),
    ...section("Is so already", so.length === 0 ? [] : [indented(so.join(", "), "  ", width)]),
    ...section("The way out of netfilter", [
      ...ladder.map(({ step, saves, needs, breaks, how, gains }, index) => [
        ...labelled(`  ${String(index + 1)}. `, step, 5, width),
        ...set(`saves ${saves}`, "     "),
        ...set(`needs ${needs}`, "     "),
        ...gains.flatMap((gain) => set(gainOf(gain, measured), "     ")),
        ...set(`breaks ${breaks.length === 0 ? "no check of podwire lab conformance" : breaks.join(", ")}`, "     "),
        ...set(how, "     "),
      ]),
      ...(ladder.length === 0 || measured !== undefined ? [] : [set("what each step gains was not measured for this release", "  ")]),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

type Ladder = NonNullable<TuningPlan["ladder"]>;

/** What a step gained on one mode, with where that was seen: a lab whose link has no limit. */
function gainOf({ mode, metric, overStart, overStep }: Ladder[number]["gains"][number], measured: TuningPlan["ladderMeasured"]): string {
  const ratio = ({ median, low, high }: typeof overStart): string => formatRatio(median, low, high);
  const where = measured === undefined ? "" : ` (${String(measured.services)} Services, ${measured.at}, ${measured.machine})`;
  return `gains on ${mode}: ${metricName(metric, OPEN_LAB).inWords} ${ratio(overStep)} of the step before, ${ratio(overStart)} of the beginning${where}`;
}

/** A text that is wrapped, each line behind the indent. */
const indented = (text: string, indent: string, width: number): readonly string[] =>
  wrap(text, Math.min(width, PROSE_WIDTH) - indent.length).map((line) => `${indent}${line}`);

function answer({ changes, refused }: TuningPlan): string {
  const held = refused.length === 0 ? "" : `, ${String(refused.length)} held back`;
  if (changes.length === 0) return `Nothing to change${held}.`;
  const [what, them] = changes.length === 1 ? ["change", "it"] : ["changes", "them"];
  return `${String(changes.length)} ${what}${held}. Nothing is changed yet: podwire tune apply, with the same options, makes ${them}.`;
}

interface ChangeSetting {
  readonly set: (text: string, indent: string) => readonly string[];
  readonly width: number;
  readonly heading: (text: string) => string;
}

function changeLines(change: PlannedChange, { set, width, heading }: ChangeSetting): readonly string[] {
  const [name = "", ...commands] = commandLines(change, width);
  const { evidence, why, scope, risk, acts, breaks, sideEffects, steps } = change;
  return [
    heading(name),
    ...commands,
    ...set(`why: ${why}`, "  "),
    ...set(`seen: ${evidence.says} (${evidence.weight === "none" ? "nothing speaks for it yet" : `${evidence.weight} evidence`})`, "  "),
    ...set(`scope ${scope}; risk ${risk}; acts ${acts.startsWith("at ") ? acts : `on ${acts}`}. ${breaks}`, "  "),
    ...(sideEffects === "none" ? [] : set(`side effects: ${sideEffects}`, "  ")),
    ...[...steps].reverse().map(({ undo }) => `  undo: ${undo}`),
  ];
}

/** What became of what was made, each line ended. */
export function renderTuningStatus({ journal, damage, torn, entries }: TuningStatus, { width, colour }: Setting): string {
  const paint = painter(colour);
  const set = (text: string, indent = ""): readonly string[] => indented(text, indent, width);
  const standing = entries.filter(({ state }) => state !== "undone" && state !== "not made");
  const told =
    entries.length === 0
      ? "Nothing that was changed here stands."
      : `${String(standing.length)} of ${String(entries.length)} changes stand or wait for a look.`;
  const lines = [
    ...set(told).map((line) => paint("strong", line)),
    `journal: ${journal}`,
    ...damage.flatMap((one) => set(`damage: ${one}`).map((line) => paint("warning", line))),
    ...(torn ? set("its last line was cut short: podwire or the machine died while it was written") : []),
    ...entries.flatMap(({ change, state, at, trial, values }) => [
      "",
      ...set(`${change}: ${state}${trial ? " (a trial)" : ""}, ${formatMoment(at)}`).map((line) => paint("heading", line)),
      ...values.filter(({ wanted }) => wanted !== undefined).flatMap((value) => set(valueText(value, state), "  ")),
      ...followed(values).flatMap((text) => set(text, "  ")),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

type Value = TuningStatus["entries"][number]["values"][number];

function valueText({ what, before, wanted, now }: Value, state: TuningStatus["entries"][number]["state"]): string {
  const gone = state === "other boot" ? "gone with that boot" : state === "other namespace" ? "gone with that namespace" : "now not there";
  return `${what}: ${before} -> ${wanted ?? before}, ${now === undefined ? gone : `now ${now}`}`;
}

/** Values that the kernel changes along with others are shown where they are not as they were. */
const followed = (values: readonly Value[]): readonly string[] =>
  values
    .filter(({ wanted, before, now }) => wanted === undefined && now !== undefined && now !== before)
    .map(({ what, before, now }) => `${what}: ${before}, now ${now ?? ""} (along with it)`);
