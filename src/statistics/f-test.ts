/**
 * Whether restarting a generator changes what it measures.
 * @packageDocumentation
 */
import { fTail } from "./distributions.js";
import type { Sample } from "./sample.js";

/** A one-way analysis of variance, or why there is none. `unit` is what must count as one observation. */
export type RestartEffect =
  | { readonly kind: "tested"; readonly f: number; readonly p: number; readonly unit: "round" | "restart" }
  | { readonly kind: "untestable"; readonly reason: string };

/** Below this probability the restart is taken for an effect. */
const SIGNIFICANT = 0.01;

/** F test over the log ratios of each restart: when means of restarts differ by more than rounds explain, a restart is the unit of analysis. */
export function restartEffect(restarts: readonly Sample[]): RestartEffect {
  const all = restarts.flat();
  const between = restarts.length - 1;
  const within = all.length - restarts.length;
  if (between < 1 || within < 1) return { kind: "untestable", reason: "fewer than two restarts, or one round in each" };
  if (all.some((value) => !Number.isFinite(value))) return { kind: "untestable", reason: "in some rounds nothing moved" };
  const grandMean = mean(all);
  const explained = restarts.reduce((sum, restart) => sum + restart.length * (mean(restart) - grandMean) ** 2, 0) / between;
  const unexplained = restarts.reduce((sum, restart) => sum + squaresAround(mean(restart), restart), 0) / within;
  if (unexplained === 0) return { kind: "untestable", reason: "the rounds of a restart do not differ at all" };
  const f = explained / unexplained;
  const p = fTail(f, between, within);
  return { kind: "tested", f, p, unit: p < SIGNIFICANT ? "restart" : "round" };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squaresAround(centre: number, values: readonly number[]): number {
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}
