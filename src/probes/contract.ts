/**
 * A probe knows one tool: which servers it needs, how to run it on a path, and how to read what it printed. It spawns nothing.
 * @packageDocumentation
 */

import type { Histogram } from "../model/histogram.js";
import type { WorkloadName } from "../model/metric.js";
import { milliseconds } from "../units/quantity.js";
import type { EndpointCommand, LoadOutcome, LoadWindow, Path, ProcessOutcome, Reading } from "../venues/contract.js";

/** What one observation of a path yielded. */
export interface Sample {
  /** Values by metric name, in the metric's unit. An observation that moved nothing has 0, not a gap. */
  readonly values: Readonly<Record<string, number>>;
  /** The distribution from which percentile metrics are pooled, in us: times seen from beginning to end. */
  readonly histogram?: Histogram;
  /** Times that were cut off by the end of the observation, and how long they had lasted, in us; absent where none was. */
  readonly censored?: Histogram;
  /** Amount of work in the workload's CPU unit (GB, million frames, thousand requests, million round trips). */
  readonly work: number;
  readonly counts?: { readonly offered?: number; readonly forwarded?: number; readonly lost?: number; readonly failed?: number };
  /** Further facts that self-distrust checks need, e.g. retransmits. */
  readonly facts?: Readonly<Record<string, number>>;
}

/** Why an observation has no sample. A failed measurement is an error with its cause, never 0. */
export interface ProbeError {
  readonly error: string;
  /** What the tool printed, shortened, when that helps. */
  readonly evidence?: string;
  /** What to do next. */
  readonly hint?: string;
  /** What is known of a failed observation's delivery, e.g. that a datagram was lost. */
  readonly counts?: Sample["counts"];
  /** Set where the cause passes by itself, so that another try is worth it at once: a server that still serves another client. */
  readonly passes?: true;
  /**
   * Set where a load of a given amount was over before enough of it was seen, as where the agent waited for a CPU: another try with more of it is worth it
   * at once.
   */
  readonly brief?: true;
}

/** A sample or the reason why there is none. */
export type ProbeResult = { readonly ok: true; readonly sample: Sample } | ({ readonly ok: false } & ProbeError);

/** Servers stay for the whole run, and a run ends them; this only bounds a forgotten one. */
export const SERVER_LIFETIME = milliseconds(24 * 60 * 60 * 1_000);

/** A server that must be running in the path's `to` endpoint. */
export interface ServerSpec {
  /** The same key in the same endpoint means the same server: it is started once. */
  readonly key: string;
  readonly command: EndpointCommand;
  /** The server is ready when its endpoint listens on this port. */
  readonly readyPort: { readonly protocol: "tcp" | "udp"; readonly port: number };
}

/** What every trial probe has. */
interface TrialParts {
  readonly kind: "trial";
  readonly workload: WorkloadName;
  readonly programs: readonly string[];
  /** Set where a load closes so many connections that what the kernel keeps of them slows what comes later. */
  readonly closesConnections?: true;
  /** The one CPU that a program of it binds itself to, whatever else is allowed. */
  readonly boundTo?: { readonly program: string; readonly cpu: number };
  servers(path: Path): readonly ServerSpec[];
  command(path: Path): EndpointCommand;
}

/** A trial whose tool puts a load on the path; the figure is what the kernels counted over a window in which the load ran. */
export interface LoadTrialProbe extends TrialParts {
  /** Over which part of the load is counted. A tool is ended when the part is over, unless it has an end of its own (`until`). */
  window(path: Path): LoadWindow;
  /** Readings of the outcome lie around the whole run of the tool, those of the load around the part that was counted. */
  parse(outcome: ProcessOutcome, path: Path, seen: LoadOutcome): ProbeResult;
}

/** A trial whose figure only the tool can say: round trips. */
export interface ToolTrialProbe extends TrialParts {
  readonly window?: undefined;
  parse(outcome: ProcessOutcome, path: Path): ProbeResult;
}

/** One run of a tool from start to end is one observation. */
export type TrialProbe = LoadTrialProbe | ToolTrialProbe;

/** The part of a suspended client's life that one observation let it run for, by the clock of its machine (nanoseconds, as in `Reading.clock`). */
export interface BurstWindow {
  readonly from: number;
  readonly to: number;
}

/**
 * The tool stays, suspended; an observation resumes it for a burst. What it measured is read from its log when it is ended,
 * cut at the observations' windows.
 */
export interface ResidentProbe {
  readonly kind: "resident";
  readonly workload: WorkloadName;
  readonly programs: readonly string[];
  /** Milliseconds that the client must run after its start until it is at work (sockperf sleeps first). */
  readonly startup: number;
  /** Milliseconds after that, suspended, until what it sees counts (sockperf throws away what it saw first). */
  readonly settling: number;
  /** Milliseconds for which the client must be resumed after its last burst, before it is ended: the tool throws away what it saw last. */
  readonly cooldown: number;
  servers(path: Path): readonly ServerSpec[];
  command(path: Path, lifetimeSeconds: number): EndpointCommand;
  /**
   * One result for each burst, in their order, from the outcome of the ended client. A burst that the log knows nothing of is an
   * error; whatever lies outside the windows (start, suspensions) is dropped. A round trip that straddles a burst's end is cut off there, not dropped.
   */
  parse(outcome: ProcessOutcome, path: Path, bursts: readonly BurstWindow[]): readonly ProbeResult[];
}

/**
 * A load generator that stays, suspended; an observation resumes it for some milliseconds, drops the settling part, and the kernel's
 * counters at both ends of the path say what was done. What the generator prints is not read unless it ends by itself.
 */
export interface SliceProbe {
  readonly kind: "slice";
  readonly workload: WorkloadName;
  readonly programs: readonly string[];
  /** Set where a load closes so many connections that what the kernel keeps of them slows what comes later. */
  readonly closesConnections?: true;
  /** Milliseconds that a generator needs from its start until it is at work. */
  readonly startup: number;
  /** Milliseconds of a slice that are dropped, and that are counted. */
  readonly settle: number;
  readonly length: number;
  servers(path: Path): readonly ServerSpec[];
  command(path: Path): EndpointCommand;
  /** Work from which on a slice shows that its generator is at work: more than its connecting moves, or what else arrives. */
  readonly leastWork: number;
  /** Why a generator has ended by itself. */
  ended(outcome: ProcessOutcome): ProbeError;
  /** The sample from what the counters of `path.from` and `path.to` say before and after. */
  count(before: Reading, after: Reading, path: Path): ProbeResult;
}

/** One way to observe a path. */
export type Probe = TrialProbe | ResidentProbe | SliceProbe;
