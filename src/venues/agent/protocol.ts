/**
 * What podwire and an agent say to each other: one JSON value a line, orders on the agent's standard input, messages on its standard
 * output. In the lab both sides are of one build; an image in a cluster may be older, which the version tells.
 * @packageDocumentation
 */
import type { LoadOutcome, LoadSign, LoadWindow, ProcessOutcome, Reading, Slice, TrackedConnections } from "../contract.js";

/** Version that the agent states when it is ready. Each change of this file that the other side must know of raises it. */
export const PROTOCOL_VERSION = 5;

/**
 * How often podwire says that it is there, and what an agent in a pod does when it hears nothing: it stops the load soon, since a flood may itself keep
 * podwire's words away; it leaves late, since a busy cluster may be silent for long. Milliseconds.
 */
export const BEAT_MS = 500;
export const STOP_LOAD_AFTER_MS = 2_000;
export const LEAVE_AFTER_MS = 60_000;

/** An endpoint whose counters are wanted: its id in the venue and its namespace under /run/netns; the agent's own where that is absent. */
export interface Watched {
  readonly id: string;
  readonly namespace?: string;
}

/** Runs a program to its end. */
export interface RunOrder {
  readonly kind: "run";
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string;
  /** Milliseconds after which it is killed. */
  readonly timeout: number;
  /** Namespace to run in; absent means the agent's own. */
  readonly namespace?: string;
}

/** Starts a program in a namespace; a `ended` message follows when it has ended. */
export interface SpawnOrder {
  readonly kind: "spawn";
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string | undefined;
  readonly timeout: number;
  readonly namespace?: string | undefined;
  readonly files: Readonly<Record<string, string>>;
  readonly collect: readonly string[];
  readonly watch: readonly Watched[];
  /** It only answers others, which is no load: it goes on when the agent hears nothing. */
  readonly serves?: boolean | undefined;
  /** Milliseconds after which the agent suspends it, unless it was suspended or resumed before. */
  readonly suspendAfter?: number | undefined;
}

/** Suspends a spawned program; answered once it is suspended or has ended. */
export interface StopOrder {
  readonly kind: "stop";
  readonly process: number;
}

/** Resumes a suspended program. */
export interface ResumeOrder {
  readonly kind: "resume";
  readonly process: number;
}

/** Asks a program to end, and kills it when it has not after `grace` milliseconds. */
export interface EndOrder {
  readonly kind: "end";
  readonly process: number;
  readonly signal: "SIGINT" | "SIGTERM" | "SIGKILL";
  readonly grace: number;
}

/** Asks whether a program that has not ended has printed a text on either of its outputs. */
export interface PrintedOrder {
  readonly kind: "printed";
  readonly process: number;
  readonly text: string;
}

/** Resumes suspended programs for `settle` + `length` milliseconds. */
export interface SliceOrder {
  readonly kind: "slice";
  readonly processes: readonly number[];
  readonly settle: number;
  readonly length: number;
  readonly watch: readonly Watched[];
  /** Asks for a further reading halfway through `length`, by which a bench sees whether a slice has settled. */
  readonly middle?: true;
}

/** A slice as an agent saw it; its processes by their numbers. */
export interface AgentSlice extends Omit<Slice, "ended"> {
  readonly ended: readonly number[];
}

/** A slice, with the reading of its middle where that was asked for. */
export interface MarkedSlice extends AgentSlice {
  readonly middle?: Reading;
}

/**
 * Resumes suspended programs between two given moments and reads clock and counters at two others, all of this agent's monotonic clock in
 * nanoseconds. Without programs it only reads: what the far end of a path is asked for.
 */
export interface WindowOrder {
  readonly kind: "window";
  readonly processes: readonly number[];
  readonly resumeAt: number;
  readonly opens: number;
  readonly closes: number;
  readonly stop: number;
  readonly watch: readonly Watched[];
}

/** What was read in a window. */
export interface WindowReadings extends AgentSlice {
  /** When the programs were resumed at the latest, and suspended at the earliest; absent without programs. */
  readonly ran?: { readonly from: number; readonly to: number };
}

/** The readings, or by how many milliseconds the order came too late to be carried out. */
export type WindowAnswer = WindowReadings | { readonly late: number };

/** What an agent is to know of a load: one end's sign of it, and the window. */
export interface LoadPlan extends Omit<LoadWindow, "arriving" | "leaving"> {
  readonly sign: LoadSign;
}

/** Looks at the load that passes an endpoint, and reads the watched endpoints' counters at both ends of a part of it. Answered when the part is over. */
export interface LoadOrder {
  readonly kind: "load";
  /** By which {@link EndLoadOrder} names this look. */
  readonly load: number;
  /** The endpoint whose counter tells of the load. */
  readonly at: Watched;
  readonly plan: LoadPlan;
  readonly watch: readonly Watched[];
}

/** Ends a look at a load, which is then answered at once. */
export interface EndLoadOrder {
  readonly kind: "end-load";
  readonly load: number;
}

/** Asks what the agent's clock shows. */
export interface ClockOrder {
  readonly kind: "clock";
}

/** Asks what the agent's machine and namespace are. */
export interface FactsOrder {
  readonly kind: "facts";
}

/** What an agent sees of its machine and its own network namespace. */
export interface AgentFacts {
  /** Tells one running machine from another (random(4)); two agents with the same one share CPUs. */
  readonly bootId: string;
  readonly kernel: string;
  /** As Node says it: `x64`, `arm64`. */
  readonly architecture: string;
  readonly cpus: number;
  /** Absent where the kernel does not say it. */
  readonly cpuModel?: string;
  readonly congestionControl: string;
  readonly user: number;
  /** Effective capabilities (capabilities(7)) as the kernel's hexadecimal mask. */
  readonly capabilities: string;
  /** The CPUs that its programs may use, as the kernel's list (`0-3,8`); absent where the kernel does not say it. */
  readonly allowedCpus?: string;
  /** What connection tracking keeps in its network namespace now; absent where the kernel has none, or does not show it. */
  readonly tracked?: TrackedConnections;
}

/** Reads clock, CPU times and counters once. */
export interface ReadOrder {
  readonly kind: "read";
  readonly watch: readonly Watched[];
}

/** What can be ordered. */
export type Order =
  | RunOrder
  | SpawnOrder
  | StopOrder
  | ResumeOrder
  | EndOrder
  | PrintedOrder
  | SliceOrder
  | WindowOrder
  | LoadOrder
  | EndLoadOrder
  | ReadOrder
  | ClockOrder
  | FactsOrder;

/** How a program that was run to its end ended. */
export interface RunOutcome {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly startError?: string;
}

/** The answer to each kind of order. */
export interface Answers {
  readonly run: RunOutcome;
  /** The number by which later orders name the process. */
  readonly spawn: number;
  readonly stop: true;
  readonly resume: true;
  readonly end: true;
  readonly printed: boolean;
  readonly slice: MarkedSlice;
  readonly window: WindowAnswer;
  readonly load: LoadOutcome;
  readonly "end-load": true;
  readonly read: Reading;
  readonly clock: { readonly clock: number };
  readonly facts: AgentFacts;
}

/** A line to the agent that only says that podwire is there. */
export interface Beat {
  readonly beat: true;
}

/** A line to the agent that asks for something. */
export interface Request {
  readonly id: number;
  readonly order: Order;
}

/** What the agent says first. */
export interface Ready {
  readonly type: "ready";
  readonly version: number;
  /** Versions of podwire and of Node.js that the agent is of; a protocol before 2 did not say them. */
  readonly podwire?: string;
  readonly node?: string;
}

/** What an agent says. */
export type Message =
  | Ready
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "answer"; readonly id: number; readonly value: Answers[Order["kind"]] }
  | { readonly type: "error"; readonly id: number; readonly reason: string }
  | { readonly type: "ended"; readonly process: number; readonly outcome: ProcessOutcome };

/** A long message on its way: its JSON, deflated (RFC 1951), in base64. */
export interface Packed {
  readonly type: "packed";
  readonly message: string;
}
