/**
 * How close a row comes to what it is compared with, as words of a sentence.
 * @packageDocumentation
 */
import type { Run } from "../model/run.js";
import type { Cell, CellRatio } from "../model/summary.js";
import { listed } from "../units/listed.js";
import type { ReportRow } from "./outline.js";
import { questionOf } from "./questions.js";
import { shortRatio } from "./short-ratio.js";

/** What rows are compared with, in the forms that a sentence needs. */
export interface ComparedWith {
  readonly noun: string;
  /** The noun once it was named: `it`. */
  readonly pronoun: string;
  readonly possessive: string;
}

/** The nodes of a lab without pods. */
export const BARE_HOST: ComparedWith = { noun: "the bare host", pronoun: "it", possessive: "the bare host's" };
/** A cluster's own hosts. */
export const HOSTS: ComparedWith = { noun: "the hosts", pronoun: "theirs", possessive: "the hosts'" };

/** A figure of which a claim is made. */
export interface Claimed extends Pick<CellRatio, "verdict" | "limit"> {
  readonly inWords: string;
  /** The shortest name that is still clear: of HTTP only one figure is given. */
  readonly inBrief: string;
  readonly better: "higher" | "lower";
  readonly ratio: number;
}

/** What is said of a row: one of each line. */
const TELLING: readonly (readonly string[])[] = [
  ["tcp"],
  ["tcp-open", "tcp8"],
  ["http", "http-keepalive"],
  ["latency.tcp.p50", "latency.udp.p50", "latency.icmp"],
  ["pps"],
];

/** The telling figures of a row, or of a row that has none of them what it has; those without an interval say nothing. */
export function claimedOf(row: ReportRow | undefined, run: Run): readonly Claimed[] {
  const first = (metrics: readonly string[]): Claimed[] => metrics.flatMap((metric) => claimed(row?.cell(metric), run)).slice(0, 1);
  const telling = TELLING.flatMap(first);
  return telling.length > 0 ? telling : run.scenario.metrics.flatMap((metric) => first([metric])).slice(0, TELLING.length);
}

function claimed(cell: Cell | undefined, run: Run): readonly Claimed[] {
  if (cell?.ratio === undefined || cell.ratio.low === null) return [];
  const { inWords, better } = questionOf(cell.metric, run.scenario);
  const inBrief = BRIEF[cell.metric] ?? inWords;
  const { median, verdict, limit } = cell.ratio;
  return [{ inWords, inBrief, better, ratio: median, verdict, ...(limit === undefined ? {} : { limit }) }];
}

const BRIEF: Readonly<Record<string, string>> = { http: "HTTP", "http-keepalive": "HTTP", pps: "packets/s" };

/** A figure under its shortest name. */
export const inBrief = (figure: Claimed): Claimed => ({ ...figure, inWords: figure.inBrief });

const WEIGHT = ["slower", "faster", "same", "undecided"] as const;

/** The figures that matter most: clear losses, the largest first, then gains, then what is the same, then what is undecided. */
export function mostTelling(figures: readonly Claimed[], most: number): readonly Claimed[] {
  const weight = ({ verdict }: Claimed): number => WEIGHT.indexOf(verdict);
  return [...figures].sort((one, other) => weight(one) - weight(other) || size(other) - size(one)).slice(0, most);
}

/** How far a decided figure is from the same; of the others the order of the table is as good. */
const size = ({ ratio, verdict }: Claimed): number => (verdict === "slower" || verdict === "faster" ? Math.abs(Math.log(ratio)) : 0);

/**
 * `matches the bare host in TCP at 1 Gbit/s, reaches 62 % of it in HTTP and takes 1.4 times the bare host's round trip p50; packets per second (0.94) are
 * undecided`, to follow `it`. Empty without figures.
 */
export function claimText(figures: readonly Claimed[], whom: ComparedWith): string {
  const ordered = mostTelling(figures, figures.length);
  const same = ordered.filter(({ verdict }) => verdict === "same");
  const decided = ordered.filter(({ verdict }) => verdict === "slower" || verdict === "faster");
  const rates = decided.filter(({ better }) => better === "higher");
  const costs = decided.filter(({ better }) => better === "lower");
  const clear = [
    ...(same.length === 0 ? [] : [`matches ${whom.noun} in ${listed(same.map(({ inWords }) => inWords))}`]),
    ...(rates.length === 0 ? [] : [`reaches ${shares(rates, same.length === 0 ? whom.noun : whom.pronoun)}`]),
    ...(costs.length === 0
      ? []
      : [`takes ${listed(costs.map((cost, index) => `${times(cost)} times ${index === 0 ? `${whom.possessive} ` : ""}${cost.inWords}`))}`]),
  ];
  const open = ordered.filter(({ verdict }) => verdict === "undecided");
  const openText = listed(
    open.map((one) => `${one.inWords} (${shortRatio(one.ratio, one.limit)}${one.better === "lower" ? " times" : ""})`),
  );
  if (clear.length === 0) return open.length === 0 ? "" : `is undecided against ${whom.noun} in ${openText}`;
  const said = listedClauses(clear);
  return open.length === 0 ? said : `${said}; ${openText} ${open.length === 1 ? "is" : "are"} undecided`;
}

/** `62 % of it in HTTP and packets per second and 58 % in TCP`: equal shares are said once. */
function shares(rates: readonly Claimed[], whose: string): string {
  const alike = new Map<string, string[]>();
  for (const rate of rates) alike.set(percent(rate), [...(alike.get(percent(rate)) ?? []), rate.inWords]);
  return listedClauses([...alike].map(([share, names], index) => `${share}${index === 0 ? ` of ${whose}` : ""} in ${listed(names)}`));
}

/** Clauses that hold an `and` of their own are kept apart by a comma before the last one. */
function listedClauses(clauses: readonly string[]): string {
  if (clauses.length < 2 || !clauses.some((clause) => clause.includes(" and "))) return listed(clauses);
  return `${clauses.slice(0, -1).join(", ")}, and ${clauses.at(-1) ?? ""}`;
}

/** One figure with the fewest words: `42 % in packets per second`. */
export function briefClaim(figure: Claimed): string {
  const { inWords, better, ratio, verdict, limit } = figure;
  if (verdict === "same") return `the same in ${inWords}`;
  if (verdict === "undecided") return `${shortRatio(ratio, limit)} in ${inWords}, undecided`;
  return better === "higher" ? `${percent(figure)} in ${inWords}` : `${times(figure)} times the ${inWords}`;
}

const LIMITS = { "at-least": "at least ", "at-most": "at most " } as const;

const limitWords = ({ limit }: Claimed): string => (limit === undefined ? "" : LIMITS[limit]);

const times = (figure: Claimed): string => `${limitWords(figure)}${shortRatio(figure.ratio)}`;

/** Two significant digits, or as many as it takes to differ from 100 %. */
function percent(figure: Claimed): string {
  const share = figure.ratio * 100;
  return `${limitWords(figure)}${shareDigits(share)} %`;
}

function shareDigits(share: number): string {
  if (share === 0) return "0";
  if (share < 0.01) return "less than 0.01";
  if (share < 9.95) return share.toPrecision(2);
  return share !== 100 && share.toFixed(0) === "100" ? share.toFixed(1) : share.toFixed(0);
}
