/**
 * The agent: takes orders on standard input, carries them out and answers on standard output. It uses nothing but Node's own modules, so that
 * it is up in the time that Node needs and can be copied to wherever there is a Node.
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { LineSplitter } from "../../../machine/line-splitter.js";
import { type Answers, type Beat, type Message, type Order, PROTOCOL_VERSION, type Request } from "../protocol.js";
import { killAll, launch } from "./child.js";
import { readFacts } from "./facts.js";
import { LoadWatches } from "./load-watches.js";
import { Output } from "./output.js";
import { parseReading, Readings } from "./readings.js";
import { Spawned } from "./spawned.js";
import type { Terms } from "./terms.js";

/** How an agent is set up where it is. */
export interface Place {
  readonly terms: Terms;
  /** Makes the place fit to live in; what it throws is told to whoever started the agent. */
  readonly prepare: () => void;
  /** Whether long lines are packed. */
  readonly packs: boolean;
  /** Milliseconds without any line after which nobody is there any more; absent where the end of the input tells that for certain. */
  readonly silence?: number;
}

/** Serves until nobody is there any more; then everything that was started ends, and this process with it. */
export function serve(place: Place): void {
  const output = new Output(place.packs, leave);
  process.stdin.on("close", leave);
  process.stdin.on("error", leave);
  const heard = place.silence === undefined ? () => undefined : leaveAfter(place.silence);
  try {
    place.prepare();
    takeOrders(place.terms, output, heard);
  } catch (error) {
    output.send({ type: "refused", reason: wordsOf(error) });
    process.stdin.resume();
  }
}

/** Ends everything that was started, and this process. */
export function leave(): never {
  killAll();
  process.exit(0);
}

function takeOrders(terms: Terms, output: Output, heard: () => void): void {
  const workshop = openWorkshop(terms, output);
  const orders = new LineSplitter((line) => {
    heard();
    const request = JSON.parse(line) as Request | Beat;
    if ("beat" in request) return;
    void answer(request, workshop).then((message) => {
      output.send(message);
    });
  });
  process.stdin.setEncoding("utf8").on("data", (chunk: string) => {
    orders.push(chunk);
  });
  output.send({ type: "ready", version: PROTOCOL_VERSION, podwire: ownVersion(), node: process.version });
}

/**
 * Leaves when the returned function has not been called for so long. A process that was itself held up for that time may have lines waiting:
 * they are read before it believes that there are none.
 */
function leaveAfter(silence: number): () => void {
  let heard = 0;
  const timer = setTimeout(() => {
    const before = heard;
    // Timers come before input in a turn of the event loop, immediates after it.
    setImmediate(() => {
      if (heard === before) leave();
    });
  }, silence);
  return () => {
    heard++;
    timer.refresh();
  };
}

/** What orders are carried out with. */
interface Workshop {
  readonly terms: Terms;
  readonly readings: Readings;
  readonly spawned: Spawned;
  readonly loads: LoadWatches;
}

function openWorkshop(terms: Terms, output: Output): Workshop {
  const readings = new Readings();
  const spawned = new Spawned(terms, readings, (process, outcome) => {
    output.send({ type: "ended", process, outcome });
  });
  return { terms, readings, spawned, loads: new LoadWatches(readings) };
}

async function answer(request: Request, workshop: Workshop): Promise<Message> {
  try {
    return { type: "answer", id: request.id, value: await carryOut(request.order, workshop) };
  } catch (error) {
    return { type: "error", id: request.id, reason: wordsOf(error) };
  }
}

async function carryOut(order: Order, { terms, readings, spawned, loads }: Workshop): Promise<Answers[Order["kind"]]> {
  switch (order.kind) {
    case "run":
      return launch(terms, order).ended;
    case "spawn":
      return spawned.spawn(order);
    case "stop":
      await spawned.stop([order.process]);
      return true;
    case "resume":
      spawned.resume([order.process]);
      return true;
    case "end":
      spawned.end(order);
      return true;
    case "slice":
      return spawned.slice(order);
    case "window":
      return spawned.window(order);
    case "load":
      return loads.watch(order);
    case "end-load":
      loads.end(order.load);
      return true;
    case "read":
      return parseReading(readings.take(await readings.prepare(order.watch)));
    case "clock":
      return { clock: Number(process.hrtime.bigint()) };
    case "facts":
      return readFacts();
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** podwire's version: of the package that this file is part of, or of the image, which has a package.json of its own in its place. */
function ownVersion(): string {
  for (const place of ["../../../package.json", "../../../../package.json"]) {
    try {
      const { version } = JSON.parse(readFileSync(new URL(place, import.meta.url), "utf8")) as { version?: string };
      if (version !== undefined) return version;
    } catch {
      // Not this place; a copy of the built program alone has neither.
    }
  }
  return "unknown";
}
