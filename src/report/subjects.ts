/**
 * What a note is about, in words.
 * @packageDocumentation
 */
import { findMetric } from "../model/metric.js";
import type { Summary } from "../model/summary.js";
import { HOST } from "./outline.js";

/** What a note is about. */
export interface Subject {
  /** Names of the table's rows, as in machine output; empty where it is about the whole run or about modes' own hosts. */
  readonly rows: readonly string[];
  /** Metrics; empty where it is about whole rows. */
  readonly metrics: readonly string[];
  /** Both in words: `macvlan, vlan: HTTP, keep-alive`. */
  readonly subject: string;
}

/** How rows and metrics are called. */
export interface Naming {
  readonly venue: Summary["venue"];
  readonly row: (name: string) => string;
  readonly metric: (name: string) => string;
  /** What rows are, in the plural. */
  readonly rows: string;
}

const MOST_ROWS = 3;
const MOST_METRICS = 2;

/** What a note is about: names as far as a line holds them, else their number. */
export function about(rows: readonly string[], metrics: readonly string[], naming: Naming): Subject {
  const telling = metrics.filter((name) => !isBesideItsFigure(name, metrics));
  const what = telling.length <= MOST_METRICS ? telling.map(naming.metric).join(", ") : `${String(metrics.length)} figures`;
  return { rows, metrics, subject: [who(rows, naming), what].filter((part) => part !== "").join(": ") };
}

/** The bare host is no mode. */
function who(rows: readonly string[], naming: Naming): string {
  if (rows.length <= MOST_ROWS) return rows.map(naming.row).join(", ");
  const others = rows.filter((name) => name !== HOST);
  return `${String(others.length)} ${naming.rows}${others.length < rows.length ? ` and the ${naming.row(HOST)}` : ""}`;
}

/** What is said of a mode's own hosts marks no row: rows are about pods. */
export const aboutOwnHosts = <Of extends Subject>(note: Of): Of => ({
  ...note,
  rows: [],
  subject: note.rows.length === 1 ? note.subject.replace(/(?=: |$)/, "'s own hosts") : `own hosts of ${note.subject}`,
});

/** What is wrong with a figure is wrong with the CPU cost of the same load. */
export const isBesideItsFigure = (name: string, metrics: readonly string[]): boolean =>
  name.endsWith(".cpu") && metrics.some((other) => other !== name && findMetric(other)?.workload === findMetric(name)?.workload);
