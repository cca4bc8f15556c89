/**
 * What podwire and the agent inside the sandbox say to each other: one JSON value a line, orders on the agent's standard
 * input, messages on its standard output. Both sides are built together, so the types are the whole agreement.
 * @packageDocumentation
 */
import type { ProcessOutcome, Reading, Slice } from "../contract.js";

/** Version that the agent states when it is ready; a stale build of one side is noticed by it. */
export const PROTOCOL_VERSION = 1;

/** An endpoint whose counters are wanted: its id in the venue and its namespace under /run/netns. */
export interface Watched {
  readonly id: string;
  readonly namespace: string;
}

/** Runs a program to its end. */
export interface RunOrder {
  readonly kind: "run";
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string;
  /** Milliseconds after which it is killed. */
  readonly timeout: number;
  /** Namespace to run in; absent means the sandbox's own. */
  readonly namespace?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a program in a namespace; a `ended` message follows when it has ended. */
export interface SpawnOrder {
  readonly kind: "spawn";
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string;
  readonly timeout: number;
  readonly namespace: string;
  readonly files: Readonly<Record<string, string>>;
  readonly collect: readonly string[];
  readonly watch: readonly Watched[];
}

/** Suspends a spawned program; answered once it is suspended or has ended. */
export interface StopOrder {
  readonly kind: "stop";
  readonly process: number;
}

/** Lets a suspended program go on. */
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

/** Lets suspended programs go on for `settle` + `length` milliseconds. */
export interface SliceOrder {
  readonly kind: "slice";
  readonly processes: readonly number[];
  readonly settle: number;
  readonly length: number;
  readonly watch: readonly Watched[];
  /** Asks for a further reading halfway through `length`, by which a bench sees whether a slice has settled. */
  readonly middle?: true;
}

/** A slice, with the reading of its middle where that was asked for. */
export interface MarkedSlice extends Slice {
  readonly middle?: Reading;
}

/** Reads clock, CPU times and counters once. */
export interface ReadOrder {
  readonly kind: "read";
  readonly watch: readonly Watched[];
}

/** What can be ordered. */
export type Order = RunOrder | SpawnOrder | StopOrder | ResumeOrder | EndOrder | SliceOrder | ReadOrder;

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
  readonly slice: MarkedSlice;
  readonly read: Reading;
}

/** A line to the agent. */
export interface Request {
  readonly id: number;
  readonly order: Order;
}

/** A line from the agent. */
export type Message =
  | { readonly type: "ready"; readonly version: number }
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "answer"; readonly id: number; readonly value: Answers[Order["kind"]] }
  | { readonly type: "error"; readonly id: number; readonly reason: string }
  | { readonly type: "ended"; readonly process: number; readonly outcome: ProcessOutcome };
