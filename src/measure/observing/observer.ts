/**
 * Observers carry out one observation of a lane in a venue. Which kind is used is the probe's word.
 * @packageDocumentation
 */

import type { Way } from "../../model/campaign.js";
import type { Histogram } from "../../model/histogram.js";
import type { Observation } from "../../model/run.js";
import type { ProbeError, ProbeResult } from "../../probes/contract.js";
import type { CpuTimes, ProcessOutcome, Reading } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";
import { kernelEvidence } from "./kernel-evidence.js";

/** Where an observation stands in the run. */
export interface Slot {
  readonly round: number;
  readonly position: number;
  /** Which start of the generators it is; undefined where each observation starts its own. */
  readonly restart?: number | undefined;
  /** Seconds since the run began. */
  readonly startedAt: number;
}

/** A tool's own words, kept for some observations. */
export interface RawOutput {
  readonly argv: string[];
  readonly stdout: string;
  readonly stderr: string;
}

/** An observation and what the tool printed. */
export interface Observed {
  readonly observation: Observation;
  /** Absent where no tool was run. */
  readonly raw?: RawOutput;
}

/** Clients that stay, started side by side on each lane and then resumed one after the other. */
export interface Cohort {
  /** Numbers of these starts, as slots have them. */
  readonly starts: readonly number[];
  /** Seconds that the clients live if nothing ends them. */
  readonly lifetime: number;
}

/** Carries out observations of one workload. A lane's own trouble is best an observation's error; what is rejected is taken for one as long as the venue is there. */
export interface Observer {
  /** Makes ready what stays between observations of these lanes. May be called again after {@link close}. */
  open(lanes: readonly Lane[], cohort?: Cohort): Promise<void>;
  /** One observation; undefined when its result only comes with {@link close}. */
  observe(lane: Lane, slot: Slot): Promise<Observed | undefined>;
  /** Ends what stayed, and gives the observations that were still to come. */
  close(): Promise<readonly Observed[]>;
}

/** Carries out observations of several lanes at the same moment. */
export interface DuetObserver {
  /** One observation of each lane, side by side. */
  observeTogether(lanes: readonly Lane[], slot: Slot): Promise<readonly Observed[]>;
}

/** Which observation it is. */
export interface Visit {
  readonly lane: Lane;
  readonly slot: Slot;
  readonly how: Way;
}

/** Puts together what the probe read and what the venue's clock and CPU counters say. */
export function observationOf(
  visit: Visit,
  result: ProbeResult,
  { before, after }: { readonly before: Reading; readonly after: Reading },
): Observation {
  const { lane, how } = visit;
  const base = {
    ...identityOf(visit),
    elapsed: Math.max(0, (after.clock - before.clock) / 1e9),
    cpu: difference(before.cpu, after.cpu),
  };
  if (!result.ok) {
    const delivery = result.counts === undefined ? {} : { counts: { ...result.counts } };
    return { ...base, values: {}, work: 0, ...delivery, error: errorText(result) };
  }
  const { values, work, histogram, censored, counts } = result.sample;
  const facts = { ...kernelEvidence(lane, how, result.sample, { before, after }), ...result.sample.facts };
  return {
    ...base,
    values: { ...values },
    work,
    ...(histogram === undefined ? {} : { histogram: pairsOf(histogram) }),
    ...(censored === undefined ? {} : { censored: pairsOf(censored) }),
    ...(counts === undefined ? {} : { counts: { ...counts } }),
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
  };
}

const pairsOf = (histogram: Histogram): [number, number][] => histogram.map(([value, count]) => [value, count]);

/** An observation that could not be made at all: nothing was run or read. */
export const lostObservation = (visit: Visit, error: string): Observation => ({
  ...identityOf(visit),
  elapsed: 0,
  cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 },
  values: {},
  work: 0,
  error,
});

const identityOf = ({ lane, slot, how }: Visit) => ({
  workload: lane.workload,
  round: slot.round,
  how,
  position: slot.position,
  ...(slot.restart === undefined ? {} : { restart: slot.restart }),
  mode: lane.path.mode,
  path: lane.path.name,
  startedAt: slot.startedAt,
});

/** What the tool printed, cut to a length that a run file can hold for many observations. */
export function rawOf(argv: readonly string[], outcome: ProcessOutcome): RawOutput {
  return { argv: [...argv], stdout: shorten(outcome.stdout), stderr: shorten(outcome.stderr) };
}

const RAW_LIMIT = 16_384;

const shorten = (text: string): string =>
  text.length <= RAW_LIMIT ? text : `${text.slice(0, RAW_LIMIT)}\n[cut: ${String(text.length - RAW_LIMIT)} more characters]`;

/** A probe's error in one line. */
export function errorText(failure: ProbeError): string {
  return [failure.error, failure.evidence, failure.hint].filter((part) => part !== undefined && part !== "").join("; ");
}

function difference(before: CpuTimes, after: CpuTimes): CpuTimes {
  return {
    busy: after.busy - before.busy,
    softirq: after.softirq - before.softirq,
    steal: after.steal - before.steal,
    idle: after.idle - before.idle,
  };
}
