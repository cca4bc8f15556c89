/**
 * The near side of the protocol: gives orders to an agent, wherever it is, and hands out its answers.
 * @packageDocumentation
 */
import { inflateRawSync } from "node:zlib";
import type { Clock, LineProcess } from "../../machine/ports.js";
import { type Milliseconds, milliseconds } from "../../units/quantity.js";
import type { ProcessOutcome } from "../contract.js";
import {
  type Answers,
  BEAT_MS,
  type Beat,
  LEAVE_AFTER_MS,
  type Message,
  type Order,
  type Packed,
  PROTOCOL_VERSION,
  type Ready,
  type Request,
} from "./protocol.js";

/** What carries lines to an agent and back: a program of this machine, or a stream into a pod. */
export type AgentTransport = Pick<LineProcess, "send" | "closeInput" | "kill" | "ended"> & Partial<Pick<LineProcess, "pid">>;

/** How a venue has its agent started, and how it speaks of it. */
export interface AgentHome {
  /** Starts the agent; `onLine` is called for each line that it writes. */
  readonly start: (onLine: (line: string) => void) => AgentTransport;
  readonly clock: Clock;
  /** What the agent lives in, as the subject of a sentence: `the lab's sandbox`. */
  readonly name: string;
  /** What to do when the agent speaks another version of the protocol. */
  readonly otherVersion: string;
  /**
   * Whether liveness is known only from traffic: the agent stops its load, and later ends, when it hears nothing, so that beats are sent; and an agent
   * that answers nothing for long is given up.
   */
  readonly beats?: boolean;
  /** How long an agent that beats may answer nothing; as long as it would wait itself if not said. */
  readonly patience?: Milliseconds;
  /** Makes an error of the venue's own kind. */
  readonly error: (message: string, hint?: string) => Error;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** A node that lost its power closes no stream: all that can be seen is silence. A busy cluster gets as long to come back as the agent waits. */
const PATIENCE = milliseconds(LEAVE_AFTER_MS);
const BEAT: Beat = { beat: true };
/** An agent that has said nothing for so long is asked something. */
const ASK_AFTER_MS = 2_000;
/** A window is shorter than this: an answer that takes longer is on its way, and the agent must hear that podwire is there. */
const WINDOW_MS = 1_000;

/** How long the agent may take to end by itself before it is killed. */
const CLOSING_MS = milliseconds(1_500);

/** A started agent. Orders wait for nothing but their answers; several may be under way. */
export class AgentClient {
  /** Settles when the agent takes orders; rejects when it refuses, has ended or speaks another version. */
  readonly ready: Promise<void>;
  /** Settles when the agent has ended and everything that it wrote is read. Never rejects. */
  readonly ended: AgentTransport["ended"];
  readonly #waiting = new Map<number, Waiting>();
  readonly #awaited = new Map<number, Waiting>();
  /** Outcomes that came before someone asked for them. */
  readonly #early = new Map<number, ProcessOutcome>();
  readonly #transport: AgentTransport;
  #settleReady: Waiting | undefined;
  readonly #over = new AbortController();
  #lastId = 0;
  #gone: Error | undefined;
  #closing: Promise<void> | undefined;
  /** Windows under way, in which the agent is not to be disturbed, and when the last one was ordered. */
  #windows = 0;
  #windowAt = Number.NEGATIVE_INFINITY;
  /** When the agent last said anything, by the home's clock. */
  #heardAt: number;

  /** Starts the agent. Whoever starts it waits for {@link AgentClient.ready} and closes it, whether that comes or not. */
  constructor(readonly home: AgentHome) {
    this.#heardAt = home.clock.monotonic();
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.#transport = home.start((line) => {
      this.#read(line);
    });
    this.ended = this.#transport.ended;
    void this.ended.then((ending) => {
      const how = ending.startError ?? ending.signal ?? `exit code ${String(ending.exitCode)}`;
      this.#fail(home.error(`${home.name} has ended (${how})${ending.stderr === "" ? "" : `: ${ending.stderr.trim()}`}`));
    });
    if (home.beats === true) void this.#beat();
  }

  /** Process id of the program that carries the lines, where that is one of this machine. */
  get pid(): number | undefined {
    return this.#transport.pid;
  }

  /** Why it takes no orders any more; undefined while it does. */
  get gone(): string | undefined {
    return this.#gone?.message;
  }

  /** Gives an order and waits for its answer. */
  async order<K extends Order["kind"]>(order: Extract<Order, { readonly kind: K }>): Promise<Answers[K]> {
    if (this.#gone !== undefined) throw this.#gone;
    const id = ++this.#lastId;
    const request: Request = { id, order };
    const answer = new Promise<Answers[K]>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#transport.send(JSON.stringify(request));
    });
    return order.kind === "window" ? this.#undisturbed(answer) : answer;
  }

  /** The outcome of a spawned process, to be asked for once. */
  async outcome(process: number): Promise<ProcessOutcome> {
    const early = this.#early.get(process);
    this.#early.delete(process);
    if (early !== undefined) return early;
    if (this.#gone !== undefined) throw this.#gone;
    return new Promise<ProcessOutcome>((resolve, reject) => {
      this.#awaited.set(process, { resolve, reject });
    });
  }

  /** Ends the agent with everything that it has started; resolves when it is gone. May be called again. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#fail(this.home.error(`${this.home.name} is closed`));
    // The agent ends what it has started, and itself, when its input closes.
    this.#transport.closeInput();
    const patience = new AbortController();
    void this.home.clock.sleep(CLOSING_MS, patience.signal).then(() => {
      if (!patience.signal.aborted) this.#transport.kill();
    });
    await this.ended;
    patience.abort();
  }

  /** A beat would fall into a time slice; the order itself has shown the agent that podwire is there, and a slice is short. */
  async #undisturbed<T>(answer: Promise<T>): Promise<T> {
    this.#windowAt = this.home.clock.monotonic();
    this.#windows++;
    try {
      return await answer;
    } finally {
      this.#windows--;
    }
  }

  async #beat(): Promise<void> {
    const { clock, name, error, patience = PATIENCE } = this.home;
    while (this.#gone === undefined) {
      const now = clock.monotonic();
      const silent = now - this.#heardAt;
      if (silent > patience) {
        this.#fail(error(`${name} has not answered for ${String(patience / 1_000)} s`));
        this.#transport.kill();
        return;
      }
      const inWindow = this.#windows > 0 && now - this.#windowAt < WINDOW_MS;
      if (!inWindow) this.#transport.send(JSON.stringify(silent > ASK_AFTER_MS ? this.#question() : BEAT));
      await clock.sleep(milliseconds(BEAT_MS), this.#over.signal);
    }
  }

  /** An order of which only the arrival of an answer matters. */
  #question(): Request {
    return { id: ++this.#lastId, order: { kind: "clock" } };
  }

  #read(line: string): void {
    this.#heardAt = this.home.clock.monotonic();
    let message: Message;
    try {
      message = unpacked(JSON.parse(line) as Message | Packed);
    } catch {
      this.#fail(this.home.error(`${this.home.name} sent something that no agent says: ${line.slice(0, 200)}`));
      this.#transport.kill();
      return;
    }
    this.#receive(message);
  }

  #receive(message: Message): void {
    switch (message.type) {
      case "ready":
        this.#greet(message);
        return;
      case "refused":
        this.#settleReady?.reject(this.home.error(message.reason));
        return;
      case "answer":
        take(this.#waiting, message.id)?.resolve(message.value as never);
        return;
      case "error":
        take(this.#waiting, message.id)?.reject(this.home.error(message.reason));
        return;
      case "ended":
        this.#deliver(message.process, message.outcome);
    }
  }

  #deliver(process: number, outcome: ProcessOutcome): void {
    const waiting = take(this.#awaited, process);
    if (waiting === undefined) this.#early.set(process, outcome);
    else waiting.resolve(outcome as never);
  }

  #greet(greeting: Ready): void {
    if (greeting.version === PROTOCOL_VERSION) this.#settleReady?.resolve(undefined as never);
    else this.#settleReady?.reject(this.#otherVersion(greeting));
  }

  #otherVersion({ version, podwire }: Ready): Error {
    const { error, name, otherVersion } = this.home;
    const whose = podwire === undefined ? "" : ` (of podwire ${podwire})`;
    return error(`the agent of ${name}${whose} speaks protocol ${String(version)}, this podwire ${String(PROTOCOL_VERSION)}`, otherVersion);
  }

  #fail(error: Error): void {
    this.#gone ??= error;
    this.#over.abort();
    this.#settleReady?.reject(error);
    for (const waiting of [...this.#waiting.values(), ...this.#awaited.values()]) waiting.reject(error);
    this.#waiting.clear();
    this.#awaited.clear();
  }
}

const unpacked = (message: Message | Packed): Message =>
  message.type === "packed" ? (JSON.parse(inflateRawSync(Buffer.from(message.message, "base64")).toString("utf8")) as Message) : message;

function take(waiting: Map<number, Waiting>, id: number): Waiting | undefined {
  const entry = waiting.get(id);
  waiting.delete(id);
  return entry;
}
