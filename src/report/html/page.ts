/**
 * The HTML report: one file that needs nothing else, made from a run and its summary.
 * @packageDocumentation
 */
import type { Run } from "../../model/run.js";
import { type Summary, VERDICTS } from "../../model/summary.js";
import { formatMoment } from "../../units/format.js";
import { answerOf } from "../answer.js";
import { triedSections } from "../conformance/html.js";
import { decisionsText } from "../decisions.js";
import { doubtedCells } from "../doubts.js";
import { gapsOf } from "../gaps.js";
import { inspectionSection } from "../inspection/html.js";
import { labelOf } from "../labels.js";
import { html, type Markup } from "../markup.js";
import { deviationFacts, methodFacts } from "../method.js";
import { baselinesOf, columnsOf, hostWords, type MetricColumn, type ModeNotes, rowsOf } from "../outline.js";
import { questionTable } from "../question-table.js";
import { questionOf } from "../questions.js";
import { servicesSection } from "../services/html.js";
import { serviceCharts } from "../services/lines.js";
import { scoreMeaning, VERDICT_MEANINGS, VERDICT_WORDS } from "../words.js";
import { documentText, pairsSection } from "./document.js";
import { doubtsSection, gapsSection, givenUpSection } from "./findings.js";
import { firstScreen } from "./first-screen.js";
import { fullTable } from "./full-table.js";
import { matrixSection } from "./matrix.js";
import { modeId, modesSection } from "./modes.js";
import { plotId } from "./plot-card.js";
import { questionPlots } from "./question-plots.js";
import { serviceCountsSection } from "./service-counts.js";

/** What the page knows beyond the run. */
export interface HtmlOptions {
  /** What the catalogue says about modes: stand-ins and deviations are taken from it. */
  readonly notes?: readonly ModeNotes[];
}

/** The whole page as text. */
export function renderHtml(summary: Summary, run: Run, options: HtmlOptions = {}): string {
  const columns = columnsOf(summary, run);
  const notes = options.notes ?? [];
  const table = questionTable(summary, run);
  const asked = table.questions.flatMap((question) => {
    const column = columns.find(({ name }) => name === question.metric);
    return column === undefined ? [] : [{ question, column }];
  });
  const others = columns
    .filter(({ name }) => !asked.some(({ column }) => column.name === name))
    .map((column) => ({ question: questionOf(column.name, run.scenario), column }));
  const answer = answerOf(summary, run);
  const body = html`${firstScreen(answer, {
    table,
    words: { label: `Ratios to ${hostWords(summary)}`, rows: summary.venue === "cluster" ? "Path" : "Mode" },
    links: {
      row: (name) => (summary.venue === "cluster" ? "paths" : modeId(summary, name)),
      question: (metric) => (compared(summary, metric) ? plotId(metric) : undefined),
    },
    verdicts: VERDICT_WORDS,
    figure: `Ratio to ${hostWords(summary)}`,
    source: `podwire ${summary.venue}, ${formatMoment(run.startedAt)}.`,
  })}
${contents(summary)}
${questionPlots(summary, asked, others)}
${servicesSection(summary)}
${triedSections(summary.conformance)}
${doubtsSection(summary)}
${gapsSection(summary)}
${givenUpSection(summary)}
${modesSection(summary, run, notes)}
${pathsSection(summary)}
${matrixSection(summary, run.scenario)}
${serviceCountsSection(summary)}
${inspectionSection(summary.inspection)}
${fullTable(summary, columns)}
${pairsSection("method", "How it was measured", [
  ...methodFacts(summary, run, columns).map((fact) => [fact.label, fact.text] as const),
  ...decisionFacts(summary, columns),
  ["Words", VERDICTS.map((verdict) => `${VERDICT_WORDS[verdict]} (${verdict}): ${VERDICT_MEANINGS[verdict]}`).join("; ")],
  ...(summary.ranking.length === 0 ? [] : [["Score", scoreMeaning(summary)] as const]),
])}
${pairsSection(
  "deviations",
  "Where the lab differs from the real thing",
  deviationFacts(summary, notes).map((fact) => [fact.label, fact.text] as const),
)}
${pairsSection("environment", "Environment", Object.entries(summary.environment))}`;
  return documentText({
    title: `podwire: ${answer[0]?.short ?? summary.venue}`,
    podwire: run.podwire,
    body,
    foot: `${run.schema} · ${summary.schema} · seed ${String(run.scenario.seed)}`,
  });
}

/** What follows the first screen. */
function contents(summary: Summary): Markup {
  const links: readonly (readonly [string, string, boolean])[] = [
    ["questions", "Question by question", summary.modes.some(({ cells }) => cells.some(({ ratio }) => ratio !== undefined))],
    ["services", "Services", serviceCharts(summary).length > 0],
    ["conformance", "What works", summary.conformance !== undefined],
    ["doubts", "Doubts", doubtedCells(summary).length > 0],
    ["gaps", "Not measured", summary.status === "partial" || gapsOf(summary).length > 0],
    ["given-up", "Given up", (summary.givenUp ?? []).length > 0],
    ["modes", "Needs and losses", summary.ranking.length + summary.excluded.length > 0],
    ["paths", "Paths", summary.venue === "cluster" && rowsOf(summary).length > 0],
    ["pairs", "Pairs of nodes", (summary.matrix?.pairs.length ?? 0) > 0],
    ["service-counts", "By Services", (summary.serviceCounts?.length ?? 0) > 0],
    ["network", "Network", summary.inspection !== undefined],
    ["full", "Every figure", summary.modes.some((mode) => mode.cells.length > 0)],
    ["method", "Method", true],
    ["environment", "Environment", Object.keys(summary.environment).length > 0],
  ];
  return html`<nav aria-label="Contents">${links.filter(([, , there]) => there).map(([id, label]) => html`<a href="#${id}">${label}</a>`)}</nav>`;
}

const compared = ({ modes }: Summary, metric: string): boolean =>
  modes.some(({ cells }) => cells.some((cell) => cell.metric === metric && cell.ratio !== undefined));

function decisionFacts(summary: Summary, columns: readonly MetricColumn[]): readonly (readonly [string, string])[] {
  const names = columns.map(({ name }) => name);
  const text = decisionsText(summary, names);
  return text === "" ? [] : [["Decisions", text]];
}

/** What the paths of a cluster are, under their names for people and for machines. */
function pathsSection(summary: Summary): Markup {
  if (summary.venue !== "cluster") return html``;
  const rows = [...baselinesOf(summary), ...rowsOf(summary)].map(
    ({ name, caption = "" }) => html`<dt>${labelOf(summary, name)} <code>${name}</code></dt><dd>${caption}</dd>`,
  );
  return rows.length === 0
    ? html``
    : html`<section id="paths" aria-labelledby="paths-title"><h2 id="paths-title">The paths</h2><dl class="pairs">${rows}</dl></section>`;
}
