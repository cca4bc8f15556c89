/**
 * An explanation on a terminal: the answer, the waterfalls of two metrics, and what to know about it, as one screen.
 * @packageDocumentation
 */
import { sentencesOf } from "../../explain/answer.js";
import type { ExplainedMetric, Explanation } from "../../model/explanation.js";
import { findMetric } from "../../model/metric.js";
import { loadInWords, metricName, type Named } from "../../model/metric-names.js";
import type { WaterfallBar } from "../charts/waterfall.js";
import type { Note } from "../notes.js";
import { cpuTimeOf, profileDigest, profileLines, TOP_LAYERS } from "../profile/terminal.js";
import { type Paint, painter, type Role } from "../terminal/paint.js";
import type { Room } from "../terminal/room.js";
import { RUN_FILE, shellWord } from "../terminal/screen/of-run.js";
import { renderScreen, type Screen, type ScreenOptions } from "../terminal/screen/screen.js";
import { signsFor } from "../terminal/screen/signs.js";
import { displayWidth, PROSE_WIDTH, padEnd, padStart, truncate, truncateMiddle, wrap } from "../terminal/text.js";
import { meaningsAgainst } from "../verdict-meanings.js";
import { cheaperLines, profileTables, takenAwayLines, unprofiled, unprofiledReasons, waterfallRows } from "./rows.js";

/** No table of questions: the waterfall is the table. */
const NO_TABLE: Screen["table"] = { questions: [], rows: [], baselines: [] };

/** An explanation, and the scenario by which its metrics have the names of the field. */
export interface NamedExplanation {
  readonly explanation: Explanation;
  readonly scenario: Named;
}

/** One screen. */
export function renderExplanation({ explanation, scenario }: NamedExplanation, files: Screen["files"], options: ScreenOptions): string {
  const [, runFile] = files.find(([what]) => what === RUN_FILE) ?? [];
  return renderScreen(
    {
      answer: sentencesOf(explanation, scenario).map((sentence, index) => ({ ...sentence, about: index === 0 ? "run" : "next" })),
      table: NO_TABLE,
      verdicts: meaningsAgainst("the bare host", NO_TABLE),
      notes: notesOf(explanation, scenario),
      tables: (room) => tablesOf({ explanation, scenario }, options.utf8, room),
      files,
      everything: [
        ...(runFile === undefined ? [] : [`podwire report ${shellWord(runFile)} --full`]),
        "podwire report RUN --full",
        "--full",
      ],
    },
    options,
  );
}

/** Everything that is known, under the names that flags and files have. */
export function renderExplanationFull(explanation: Explanation, options: ScreenOptions): string {
  const paint = painter(options.colour);
  const signs = signsFor(options.utf8);
  const prose = Math.min(options.width, PROSE_WIDTH);
  const lines = [
    ...wrap(explanation.answer, prose).map((line) => paint("strong", line)),
    ...explanation.metrics.flatMap((metric) => [
      ...waterfallLines(metric, metric.metric, explanation.variant, options, paint),
      ...section("Every rung by itself", rungLines(metric), options.width, paint),
      ...section("Taken away from the whole", takenAwayLines(metric), options.width, paint),
    ]),
    ...profileTables(explanation).flatMap((table) => profileLines(table, { width: options.width, paint })),
    ...section(
      "What can be had cheaper",
      cheaperLines(explanation).map(({ instead, text }) => `${instead}: ${text}`),
      options.width,
      paint,
    ),
    ...section(
      "Not measured, and why",
      [...explanation.missing.map(({ what, reason }) => `${what}: ${reason}`), ...unprofiledReasons(explanation)],
      options.width,
      paint,
    ),
  ];
  return `${lines.map((line) => signs.text(line).trimEnd()).join("\n")}\n`;
}

const section = (title: string, lines: readonly string[], width: number, paint: Paint): string[] =>
  lines.length === 0 ? [] : ["", paint("heading", title), ...lines.flatMap((line) => wrap(line, width, "    "))];

const rungLines = ({ rungs }: ExplainedMetric): string[] =>
  rungs.map(
    ({ title, points, low, high, ratio }) =>
      `${title}: ${points.toFixed(1)} points [${low.toFixed(1)}, ${high.toFixed(1)}]; up to here ${ratio.median.toFixed(2)} of the host [${ratio.low.toFixed(2)}, ${ratio.high.toFixed(2)}]`,
  );

/** More are tables of --full. */
const MOST_WATERFALLS = 2;

/**
 * Two waterfalls and the first profile, as far as they have room: layers of the profile are left out first, then the profile, and the second waterfall only
 * where it has no room even so. The first waterfall is always drawn, and what is not drawn is named.
 */
function tablesOf({ explanation, scenario }: NamedExplanation, utf8: boolean, { width, paint, most }: Room): readonly string[] {
  const { metrics, variant } = explanation;
  const profiles = profileTables(explanation);
  const drawn = metrics
    .slice(0, MOST_WATERFALLS)
    .map((metric) => waterfallLines(metric, metricName(metric.metric, scenario).inWords, variant, { width, utf8 }, paint));
  const withTables = (waterfalls: number, layers: number): readonly string[] => [
    ...drawn.slice(0, waterfalls).flat(),
    ...furtherTables(
      metrics.slice(waterfalls).map(({ metric }) => metricName(metric, scenario).inWords),
      layers === 0 && profiles.length > 0 ? [cpuTimeOf(profiles, scenario)] : [],
      { width, paint },
    ),
    ...(layers === 0 ? [] : profileDigest(profiles, scenario, { width, paint, layers })),
  ];
  const layerCounts = Array.from({ length: TOP_LAYERS + 1 }, (_, fewer) => TOP_LAYERS - fewer);
  const forms = [MOST_WATERFALLS, 1].flatMap((waterfalls) => layerCounts.map((layers) => withTables(waterfalls, layers)));
  return forms.find(({ length }) => length <= most) ?? withTables(1, 0);
}

/** One sentence that names what only --full draws; nothing where there is none. */
function furtherTables(
  waterfalls: readonly string[],
  others: readonly string[],
  { width, paint }: Pick<Room, "width" | "paint">,
): readonly string[] {
  const ofMetrics = waterfalls.length === 0 ? [] : [`${waterfalls.length === 1 ? "Waterfall" : "Waterfalls"} of ${waterfalls.join(", ")}`];
  const names = [...ofMetrics, ...others];
  return names.length === 0 ? [] : ["", ...wrap(`${names.join("; ")}: --full.`, width).map((line) => paint("quiet", line))];
}

const LOOKS: Readonly<Record<WaterfallBar["look"], Role>> = { worse: "slower", better: "faster", noise: "quiet", total: "plain" };
const WIDEST_LABEL = 44;
const NARROWEST_BAR = 8;

/** Under the metric's name a line a layer: its name, its points, and the bar between where it begins and ends. */
function waterfallLines(
  metric: ExplainedMetric,
  name: string,
  variant: string,
  { width, utf8 }: Pick<ScreenOptions, "width" | "utf8">,
  paint: Paint,
): readonly string[] {
  const rows = waterfallRows(metric, variant);
  const figures = Math.max(...rows.map(({ figure }) => displayWidth(figure)));
  const label = Math.min(
    WIDEST_LABEL,
    Math.max(...rows.map((row) => displayWidth(row.label))),
    Math.max(12, width - figures - NARROWEST_BAR - 4),
  );
  const room = width - label - figures - 4;
  const most = Math.max(...rows.flatMap(({ from, to }) => [from, to]));
  const heading = (unit: string): string => `${name}, ${unit}, ${String(metric.rounds)} rounds, 95 % intervals`;
  const long = heading("points of the host's figure");
  return [
    "",
    paint("heading", displayWidth(long) <= width ? long : truncate(heading("points"), width)),
    ...rows.map((row) => {
      const bar = room < NARROWEST_BAR ? "" : `  ${barOf(row, room, most, utf8)}`;
      return paint(LOOKS[row.look], `${padEnd(fitted(row, label), label)}  ${padStart(row.figure, figures)}${bar}`);
    }),
  ];
}

const fitted = ({ label, brief = label }: WaterfallBar, width: number): string =>
  truncateMiddle(displayWidth(label) > width ? brief : label, width);

function barOf({ from, to }: WaterfallBar, room: number, most: number, utf8: boolean): string {
  const place = (percent: number): number => Math.round((Math.max(0, percent) / most) * room);
  const [left, right] = [place(Math.min(from, to)), place(Math.max(from, to))];
  return `${" ".repeat(left)}${(utf8 ? "█" : "#").repeat(Math.max(right - left, 0))}${right === left ? (utf8 ? "│" : "|") : ""}`;
}

function notesOf(explanation: Explanation, scenario: Named): Note[] {
  const cheaper = cheaperLines(explanation).map(({ instead, text }) => note("warning", instead, text));
  const interactions = explanation.metrics.flatMap((metric) =>
    metric.takenAway.some(({ interaction }) => interaction.beyondNoise)
      ? takenAwayLines(metric)
          .slice(0, metric.takenAway.filter(({ interaction }) => interaction.beyondNoise).length)
          .map((line) => note("doubt", metricName(metric.metric, scenario).inWords, line))
      : [],
  );
  const missing = [
    ...explanation.missing.map(({ what, reason }) => note("missing", missingInWords(what, scenario), reason)),
    ...unprofiled(explanation).map(({ workload, unprofiled: text }) => {
      // `no CPU profile of http: perf is not installed; ...` begins with its subject.
      const [, ...why] = text.split(": ");
      return note("missing", `no CPU profile of ${loadInWords(workload, scenario)}`, why.join(": "));
    }),
  ];
  return [...missing, ...interactions, ...cheaper];
}

/** A metric, or what has no figure in one: `the rung "bridge" in tcp-open`. */
function missingInWords(what: string, scenario: Named): string {
  const [, before = "", metric = ""] = /^(.* in |)(\S+)$/.exec(what) ?? [];
  return findMetric(metric) === undefined ? what : `${before}${metricName(metric, scenario).inWords}`;
}

const note = (kind: Note["kind"], subject: string, text: string): Note => ({ kind, subject, text, full: text, rows: [], metrics: [] });
