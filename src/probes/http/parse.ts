import type { Histogram } from "../../model/histogram.js";
import { histogramOf } from "../../statistics/histogram.js";
import type { ProcessOutcome } from "../../venues/contract.js";
import type { ProbeResult } from "../contract.js";
import { failure, printed, processFailure } from "../failure.js";
import { PAGE_BYTES } from "./nginx.js";

/** Name of the file that ab writes its quantiles to. */
export const QUANTILES = "quantiles.csv";

/** Reads one run of ab. Requests per second are those that were served as they should be. */
export function parseAb(workload: "http" | "http-keepalive", outcome: ProcessOutcome): ProbeResult {
  const ended = processFailure("ab", outcome);
  if (ended !== undefined) return ended;
  const complete = numberAfter(outcome.stdout, "Complete requests");
  const rate = numberAfter(outcome.stdout, "Requests per second");
  if (outcome.exitCode !== 0 || complete === undefined || rate === undefined || complete === 0 || rate === 0) {
    return failure(complaintOf(outcome), printed(outcome), "see whether nginx is reached on this path");
  }
  const served = servedRequests(outcome.stdout, complete);
  if (served === 0)
    return failure(`all ${String(complete)} requests failed`, failureLines(outcome.stdout), "see whether nginx is reached on this path");
  const quantiles = readQuantiles(outcome.collected[QUANTILES] ?? "");
  if (quantiles === undefined) return failure("ab wrote no complete table of quantiles", outcome.collected[QUANTILES] ?? printed(outcome));
  return {
    ok: true,
    sample: {
      values: { [workload]: (rate * served) / complete, ...percentilesOf(workload, quantiles) },
      histogram: weighted(quantiles, complete),
      work: served / 1e3,
      counts: { offered: complete, forwarded: served, failed: complete - served },
      facts: { seconds: complete / rate },
    },
  };
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

/**
 * Requests that got the page. ab counts broken connections as failed and answers like 404 apart from them, but takes the length of
 * the first answer for the right one: where a server closes every connection without a word, ab reports no failure and a fine rate.
 */
function servedRequests(text: string, complete: number): number {
  const failed = (numberAfter(text, "Failed requests") ?? 0) + (numberAfter(text, "Non-2xx responses") ?? 0);
  const pages = Math.floor((numberAfter(text, "HTML transferred") ?? 0) / PAGE_BYTES);
  return Math.max(0, Math.min(complete - failed, pages));
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
function percentilesOf(workload: string, quantiles: readonly number[]): Record<string, number> {
  return workload === "http" ? { "http.p50": quantiles[49] ?? 0, "http.p99": quantiles[98] ?? 0 } : {};
}
