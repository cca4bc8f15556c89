/**
 * The answer of a run as data: what to run, how close it comes, what it needs, and what to run where it cannot be. In words of the field, without
 * intervals: these stand in the table.
 * @packageDocumentation
 */

import { untriedNeeds } from "../advice/needs.js";
import { keptText } from "../advice/words.js";
import { networkMode } from "../model/network-mode.js";
import type { PathName } from "../model/path.js";
import { isNotToBeRun, NONE_TO_BE_RUN } from "../model/put-layer.js";
import type { Run } from "../model/run.js";
import type { Cell, Recommendation, Summary } from "../model/summary.js";
import { whyNeverMeasured } from "../modes/measured.js";
import { listed, listedUpTo } from "../units/listed.js";
import { BARE_HOST, briefClaim, type Claimed, claimedOf, claimText, HOSTS, inBrief, mostTelling } from "./claims.js";
import { rowsOf } from "./outline.js";

/** One sentence of an answer. */
export interface AnswerSentence {
  /**
   * What it is about: `run` what to run, what packets showed it to keep and how close it comes, `needs` what that needs, `left-out` what does not meet stated
   * needs, `care` what must be done for them, `otherwise` what to run elsewhere, `caution` why the answer may change, `next` what to do next.
   */
  readonly about: "run" | "needs" | "left-out" | "care" | "otherwise" | "caution" | "next";
  /** The whole sentence. */
  readonly text: string;
  /** The same in fewer words, losing little; absent where the short one is next. */
  readonly medium?: string;
  /** The same for little room; empty where the sentence can be left out. */
  readonly short: string;
}

/** A few sentences, the most important first. */
export type Answer = readonly AnswerSentence[];

/** The answer of a run. */
export function answerOf(summary: Summary, run: Run): Answer {
  const answer = summary.venue === "cluster" ? clusterAnswer(summary, run) : labAnswer(summary, run);
  return summary.status === "partial" ? [...answer, CUT_SHORT] : answer;
}

/** The answer as one paragraph. */
export const answerText = (answer: Answer): string => answer.map(({ text }) => text).join(" ");

const CUT_SHORT: AnswerSentence = {
  about: "caution",
  text: "The run was cut short, so more rounds may change this.",
  short: "The run was cut short.",
};

function labAnswer(summary: Summary, run: Run): Answer {
  const chosen = summary.recommendation;
  return chosen === undefined ? [nothingToRun(summary, run)] : recommended(chosen, summary, run);
}

function nothingToRun({ excluded, modes }: Summary, run: Run): AnswerSentence {
  const { scenario } = run;
  const both = (text: string): AnswerSentence => alike("run", text);
  if (scenario.modes.every((mode) => mode === "host"))
    return both("Only the bare hosts were measured, so there is nothing to choose from; name modes with --modes.");
  const pods = modes.filter(({ mode }) => mode !== "host");
  if (pods.length > 0 && pods.every(isNotToBeRun)) return both(NONE_TO_BE_RUN);
  const measured = pods.filter(({ status }) => status === "measured");
  if (measured.length === 0)
    return withReason(
      "No mode could be measured",
      pods.find(({ reason }) => reason !== undefined),
    );
  const untried = untriedNeeds(run, scenario.needs);
  if (excluded.length === measured.length && untried.length > 0)
    return both(`Nothing can be recommended: whether it keeps ${listed(untried.map(({ need }) => need))} was not tried with packets.`);
  if (excluded.length === measured.length) return both(`None of the measured modes meets what you need: ${listed(scenario.needs)}.`);
  const none = excluded.length === 0 ? "No mode can be recommended" : "No mode that meets what you need can be recommended";
  const host = modes.find(({ mode }) => mode === "host");
  if (host?.cells.some(hasFigure) !== true) return withReason(`${none}: the bare host has no figure to compare with`, host);
  const cells = measured.flatMap((one) => one.cells);
  if (cells.some(({ ratio }) => ratio !== undefined))
    return both(`${none}: too few rounds were measured to compare one with the bare host; give a longer --budget.`);
  if (!cells.some(hasFigure)) return both(`${none}: none of their figures could be measured.`);
  return both(`${none}: the bare host has none of the figures that they have.`);
}

const hasFigure = ({ median }: Cell): boolean => median !== null;

/** `No mode could be measured (vlan: the link is down).` */
function withReason(text: string, of: Summary["modes"][number] | undefined): AnswerSentence {
  const reason = of?.reason ?? of?.cells.find((cell) => cell.reason !== undefined)?.reason;
  const [line = ""] = (reason ?? "").split("\n");
  if (of === undefined || line === "") return alike("run", `${text}.`);
  return { about: "run", text: `${text} (${of.mode}: ${line.replace(/\.$/, "")}).`, short: `${text}.` };
}

function recommended({ mode, tied, needs, care, kept, before, otherwise }: Recommendation, summary: Summary, run: Run): Answer {
  const figures = figuresOf(mode, summary, run);
  const shown = kept === undefined ? [] : [keptText(kept)];
  const sentence = (most: number, claim: string): string => {
    const claims = [...shown, ...(claim === "" ? [] : [claim])];
    return `Run ${mode}${tiedWith(tied, most)}${claims.length === 0 ? "" : `: it ${claims.join(", and ")}`}.`;
  };
  return [
    sentenceOf("run", {
      text: sentence(3, claimText(figures, BARE_HOST)),
      medium: sentence(2, claimText(figures.map(inBrief), BARE_HOST)),
      short: sentence(2, claimText(mostTelling(figures, SHORT_FIGURES).map(inBrief), BARE_HOST)),
    }),
    ...(kept === undefined ? [] : leftOut(summary)),
    ...(before === undefined ? [] : [byTheirFiles(before)]),
    ...(needs === undefined ? [] : [alike("needs", `It needs ${needs}.`)]),
    ...care.map((text) =>
      sentenceOf("care", { text: `Take care of ${text}.`, short: `Take care of ${text.split(":")[0] ?? ""}, see --full.` }),
    ),
    ...(otherwise === undefined ? [] : [elsewhere(otherwise, summary, run)]),
  ];
}

/** What packets showed to fail, each with why in a few words: the notes below the table have it of every mode. */
function leftOut({ excluded }: Summary): Answer {
  if (excluded.length === 0) return [];
  const [first, ...others] = excluded.map(({ mode, why, inBrief = why }) => `${mode} (${inBrief})`);
  const names =
    excluded.length <= MOST_LEFT_OUT
      ? listed([first ?? "", ...others])
      : `${String(excluded.length)} modes that lack it, among them ${first ?? ""}`;
  return [
    sentenceOf("left-out", {
      text: `Left out: ${names}.`,
      medium: `Left out: ${listedUpTo(
        excluded.map(({ mode }) => mode),
        MOST_LEFT_OUT,
      )}.`,
      short: "",
    }),
  ];
}

const MOST_LEFT_OUT = 2;

/** What ranks before the first choice, and was not tried. */
function byTheirFiles(before: readonly string[]): AnswerSentence {
  const names = listedUpTo(before, 2);
  const ranks = `${names} ${before.length === 1 ? "ranks" : "rank"} before it by a description alone`;
  return sentenceOf("left-out", { text: `${ranks}, without a layer that carries Services.`, short: `${ranks}.` });
}

const SHORT_FIGURES = 2;

const alike = (about: AnswerSentence["about"], text: string): AnswerSentence => ({ about, text, short: text });

function elsewhere({ where, mode, tied = [] }: NonNullable<Recommendation["otherwise"]>, summary: Summary, run: Run): AnswerSentence {
  const [telling] = mostTelling(figuresOf(mode, summary, run), 1);
  const head = `${where}, run ${mode}`;
  if (telling === undefined) return sentenceOf("otherwise", { text: `${head}${tiedWith(tied, 2)}.`, short: `${head}.` });
  return sentenceOf("otherwise", {
    text: `${head}${tiedWith(tied, 2)}: it ${claimText([telling], BARE_HOST)}.`,
    medium: `${head}: it ${claimText([inBrief(telling)], BARE_HOST)}.`,
    short: `${head}: ${briefClaim(inBrief(telling))}.`,
  });
}

const figuresOf = (mode: string, summary: Summary, run: Run): readonly Claimed[] =>
  claimedOf(
    rowsOf(summary).find(({ name }) => name === mode),
    run,
  );

/** Ties are of scores: in single figures the same modes may differ. */
const tiedWith = (tied: readonly string[], most: number): string =>
  tied.length === 0 ? "" : `, tied overall with ${listedUpTo(tied, most)}`;

/** A sentence whose shorter forms are kept only where they are shorter. */
function sentenceOf(about: AnswerSentence["about"], { text, medium = text, short }: Omit<AnswerSentence, "about">): AnswerSentence {
  const shorter = (one: string, than: string): string => (one.length < than.length ? one : than);
  const middle = shorter(medium, text);
  return { about, text, ...(middle === text ? {} : { medium: middle }), short: shorter(short, middle) };
}

function clusterAnswer(summary: Summary, run: Run): Answer {
  const told = rowsOf(summary).map((row) => ({ name: row.name, figures: claimedOf(row, run) }));
  const first =
    told.find(({ name, figures }) => name === "pod-pod" && figures.length > 0) ?? told.find(({ figures }) => figures.length > 0);
  const next = nextInCluster(run);
  if (first === undefined) {
    return [alike("run", "No path of this cluster could be compared with its hosts: the figures are missing or of too few rounds."), next];
  }
  const sentence = (figures: readonly Claimed[]): string => `${subjectOf(first.name)} ${claimText(figures, HOSTS)}.`;
  return [sentenceOf("run", { text: sentence(first.figures), short: sentence(mostTelling(first.figures, SHORT_FIGURES)) }), next];
}

const subjectOf = (path: string): string =>
  `${Object.hasOwn(WAYS, path) ? WAYS[path as PathName] : `On ${path}`} this cluster's pod network`;

const WAYS: Readonly<Record<PathName, string>> = {
  "host-host": "Between hosts",
  "host-host-local": "Inside of one host",
  "pod-pod": "Between nodes",
  "pod-pod-local": "Between pods of one node",
  "pod-service": "From pods to a Service",
  "pod-service-local": "From pods to a Service on their node",
  "pod-headless": "From pods to a headless Service",
  "pod-nodeport": "From pods to a node port",
  "host-pod": "From hosts to pods",
  "pod-host": "From pods to hosts",
};

function nextInCluster(run: Run): AnswerSentence {
  const mode = networkMode(run);
  const text =
    mode === "unknown"
      ? "Which network it is could not be determined: `podwire cluster inspect --pods` says what is missing."
      : `It is wired like ${mode}: \`podwire lab\` shows how close other modes come${whyNeverMeasured(mode) === undefined ? ", `podwire compare LAB CLUSTER` whether the lab predicts it" : ""}.`;
  return { about: "next", text, short: mode === "unknown" ? text : `It is wired like ${mode}; \`podwire lab\` shows what others reach.` };
}
