import type { Histogram } from "../../model/histogram.js";
import { histogramOf } from "../../statistics/histogram.js";
import type { LoadOutcome, LoadSeen, Path, ProcessOutcome } from "../../venues/contract.js";
import type { ProbeResult } from "../contract.js";
import { failure, printed, processFailure } from "../failure.js";
import { loadFacts, protocolGrowth } from "../kernel-counts.js";
import { PAGE_BYTES } from "./nginx.js";
import { servedCounter } from "./served.js";

type HttpWorkload = "http" | "http-keepalive";

/** Name of the file that ab writes its quantiles to. */
export const QUANTILES = "quantiles.csv";

/**
 * Reads one run of ab. The rate is that of requests that reached the server's kernel over the window, less the share that ab says were not answered as
 * they should be. The times of requests are ab's own.
 */
export function parseAb(workload: HttpWorkload, outcome: ProcessOutcome, path: Path, seen: LoadOutcome): ProbeResult {
  const ended = processFailure("ab", outcome);
  if (ended !== undefined) return ended;
  const complete = numberAfter(outcome.stdout, "Complete requests") ?? 0;
  if (outcome.exitCode !== 0 || complete === 0)
    return failure(complaintOf(outcome), printed(outcome), "see whether nginx is reached on this path");
  const foreign = foreignPage(outcome.stdout, complete);
  if (foreign !== undefined)
    return failure(foreign, failureLines(outcome.stdout), "see who else listens on that port, or answers in the server's place");
  const served = servedRequests(outcome.stdout, complete);
  if (served === 0)
    return failure(`all ${String(complete)} requests failed`, failureLines(outcome.stdout), "see whether nginx is reached on this path");
  const quantiles = readQuantiles(outcome.collected[QUANTILES] ?? "");
  if (quantiles === undefined) return failure("ab wrote no complete table of quantiles", outcome.collected[QUANTILES] ?? printed(outcome));
  if ("unseen" in seen) return { ...failure(seen.unseen, printed(outcome)), ...(seen.brief === true ? { brief: true } : {}) };
  if (seen.seconds <= 0) return failure("no time passed between two requests", printed(outcome));
  const reached = reachedIn(workload, path, seen) * (served / complete);
  return {
    ok: true,
    sample: {
      values: { [workload]: reached / seen.seconds, ...percentilesOf(workload, quantiles) },
      histogram: weighted(quantiles, complete),
      work: reached / 1e3,
      counts: { offered: complete, forwarded: served, failed: complete - served },
      facts: { ...loadFacts(seen), ...witnessOf(workload, outcome, path) },
    },
  };
}

const reachedIn = (workload: HttpWorkload, path: Path, { amount }: LoadSeen): number => amount / servedCounter(workload, path).each;

/** What the server's kernel counted of the whole run, beside ab's own number of requests. */
function witnessOf(workload: HttpWorkload, outcome: ProcessOutcome, path: Path): Record<string, number> {
  if (workload === "http") {
    const connections = protocolGrowth(outcome, path.to.id, "Tcp.PassiveOpens");
    return connections === undefined ? {} : { connections };
  }
  // Where both ends are one endpoint its segments are requests and answers.
  const answers = path.from.id === path.to.id ? undefined : protocolGrowth(outcome, path.to.id, "Tcp.OutSegs");
  const arrived = protocolGrowth(outcome, path.to.id, "Tcp.InSegs");
  const requests = arrived === undefined ? {} : { requestSegments: arrived / servedCounter(workload, path).each };
  return { ...(answers === undefined ? {} : { answers }), ...requests };
}

function complaintOf(outcome: ProcessOutcome): string {
  const complaint = /^(?:apr_|ab: |socket: )(.*)$/m.exec(printed(outcome))?.[0];
  return complaint ?? `ab printed no result; it ended with exit code ${String(outcome.exitCode)}`;
}

/** A number of ab's table, e.g. of `Complete requests:      8000`; undefined when the line is missing. */
function numberAfter(text: string, label: string): number | undefined {
  const found = new RegExp(`^${label}: +(\\d+(?:\\.\\d+)?)`, "m").exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Answers that may be under way when ab ends, whose bytes it counts. */
const UNDER_WAY = 50;

/** Why these are not the answers of podwire's server; undefined where they may be. What is shorter than its page may be its page, cut off. */
function foreignPage(text: string, complete: number): string | undefined {
  const bytes = numberAfter(text, "HTML transferred") ?? 0;
  if (bytes <= (complete + UNDER_WAY) * PAGE_BYTES) return undefined;
  return `not podwire's server answers: ${String(Math.round(bytes / complete))} bytes a request, and its page has ${String(PAGE_BYTES)}`;
}

/**
 * Requests that got the page. ab counts broken connections as failed and answers like 404 apart from them, and those of another length than the first answer's as
 * failed: an answer that is no page and shorter is counted twice, and where the first answer was cut off, every whole page. Where a server closes every
 * connection without a word, ab reports no failure and a fine rate.
 */
function servedRequests(text: string, complete: number): number {
  const failed = numberAfter(text, "Failed requests") ?? 0;
  const ofLength = Number(/^ {3}\(Connect: .*, Length: (\d+)/m.exec(text)?.[1] ?? 0);
  const refused = numberAfter(text, "Non-2xx responses") ?? 0;
  const firstIsWhole = numberAfter(text, "Document Length") === PAGE_BYTES;
  const otherAnswers = firstIsWhole ? Math.max(ofLength, refused) : refused;
  const pages = Math.floor((numberAfter(text, "HTML transferred") ?? 0) / PAGE_BYTES);
  return Math.max(0, Math.min(complete - (failed - ofLength) - otherAnswers, pages));
}

const failureLines = (text: string): string =>
  (text.match(/^(?:Document Length|Failed requests|Non-2xx responses| {3}\(Connect).*$/gm) ?? []).join("\n");

/** Times in us that 1 %, 2 %, ... 100 % of the requests did not exceed, from `Percentage served,Time in ms`. */
function readQuantiles(text: string): number[] | undefined {
  const times = new Map([...text.matchAll(/^(\d+),(\d+\.\d+)$/gm)].map((row) => [Number(row[1]), Number(row[2]) * 1e3]));
  const quantiles = Array.from({ length: 100 }, (_, index) => times.get(index + 1));
  const present = quantiles.filter((time) => time !== undefined);
  return present.length === quantiles.length ? present : undefined;
}

/** The distribution that the quantiles stand for: each for as many requests as lie between it and the one before. */
function weighted(quantiles: readonly number[], requests: number): Histogram {
  const upTo = (percent: number): number => Math.round((requests * percent) / 100);
  const spread = quantiles.flatMap((time, index) => Array.from({ length: upTo(index + 1) - upTo(index) }, () => time));
  return histogramOf(spread);
}

/** Percentile metrics exist for `http` only. */
function percentilesOf(workload: HttpWorkload, quantiles: readonly number[]): Record<string, number> {
  return workload === "http" ? { "http.p50": quantiles[49] ?? 0, "http.p99": quantiles[98] ?? 0 } : {};
}
