/**
 * Observers carry out one observation of a lane in a venue. The probe says which kind is used.
 * @packageDocumentation
 */

import type { Way } from "../../model/campaign.js";
import type { Histogram } from "../../model/histogram.js";
import type { Observation } from "../../model/run.js";
import type { ProbeError, ProbeResult, Sample } from "../../probes/contract.js";
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
  /** Name of the condition that holds meanwhile. */
  readonly condition?: string;
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
  /** Starts the long-lived client or generator of each of these lanes; nothing for trials. May be called again after {@link close}. */
  open(lanes: readonly Lane[], cohort?: Cohort): Promise<void>;
  /** One observation; undefined when its result only comes with {@link close}. */
  observe(lane: Lane, slot: Slot): Promise<Observed | undefined>;
  /** One observation of each of several lanes, side by side; absent where that cannot be done. */
  observeTogether?(lanes: readonly Lane[], slot: Slot): Promise<readonly Observed[]>;
  /** Ends what was started, and gives the observations that were still to come. */
  close(): Promise<readonly Observed[]>;
}

/** Which observation it is. */
export interface ObservationKey {
  readonly lane: Lane;
  readonly slot: Slot;
  readonly how: Way;
}

/** Puts together what the probe read and what the venue's clock and CPU counters say. A figure that nothing can have is an error, whichever probe it comes from. */
export function observationOf(
  key: ObservationKey,
  read: ProbeResult,
  { before, after }: { readonly before: Reading; readonly after: Reading },
): Observation {
  const { lane, how } = key;
  const impossible = read.ok ? whyImpossible(read.sample, after.clock - before.clock) : undefined;
  const result: ProbeResult = impossible === undefined ? read : { ok: false, error: impossible };
  const base = {
    ...identityOf(key),
    elapsed: Math.max(0, (after.clock - before.clock) / 1e9),
    cpu: cpuBetween(before.cpu, after.cpu),
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

/** Why a sample cannot be: counters that were set back, or a clock, make rates that are negative, infinite or no number. */
function whyImpossible({ values, work }: Sample, nanoseconds: number): string | undefined {
  if (nanoseconds < 0) return `the clock went back by ${(-nanoseconds / 1e9).toFixed(3)} s`;
  const [name, value] = Object.entries({ ...values, work }).find(([, one]) => !Number.isFinite(one) || one < 0) ?? [];
  return name === undefined ? undefined : `${name} came out as ${String(value)}: a counter or a clock was set back`;
}

const pairsOf = (histogram: Histogram): [number, number][] => histogram.map(([value, count]) => [value, count]);

/** An observation that could not be made at all: nothing was run or read. */
export const lostObservation = (key: ObservationKey, error: string): Observation => ({
  ...identityOf(key),
  elapsed: 0,
  cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 },
  values: {},
  work: 0,
  error,
});

const identityOf = ({ lane, slot, how }: ObservationKey) => ({
  workload: lane.workload,
  round: slot.round,
  how,
  position: slot.position,
  ...(slot.restart === undefined ? {} : { restart: slot.restart }),
  mode: lane.path.mode,
  path: lane.path.name,
  ...(slot.condition === undefined ? {} : { condition: slot.condition }),
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

/** CPU times that passed between two readings. */
export function cpuBetween(before: CpuTimes, after: CpuTimes): CpuTimes {
  return {
    busy: after.busy - before.busy,
    softirq: after.softirq - before.softirq,
    steal: after.steal - before.steal,
    idle: after.idle - before.idle,
  };
}
