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
import type { LaunchSettings } from "./launch-settings.js";
import { LoadWatches } from "./load-watches.js";
import { Output } from "./output.js";
import { CounterReader, parseReading } from "./readings.js";
import { watchSilence } from "./silence.js";
import { Spawned } from "./spawned.js";

/** How an agent is set up where it is. */
export interface AgentSetup {
  readonly settings: LaunchSettings;
  /** Makes the place ready; what it throws is reported to the controller. */
  readonly prepare: () => void;
  /** Whether long lines are packed. */
  readonly packs: boolean;
  /** Milliseconds without any line after which load stops, and after which the agent leaves; absent where the input closes for certain. */
  readonly silence?: { readonly stopLoadAfter: number; readonly leaveAfter: number };
}

/** Serves until the controller disconnects; then everything that was started ends, and this process with it. */
export function serve({ settings, prepare, packs, silence }: AgentSetup): void {
  const output = new Output(packs, leave);
  process.stdin.on("close", leave);
  process.stdin.on("error", leave);
  try {
    prepare();
    const context = openContext(settings, output);
    takeOrders(context, output, silence === undefined ? () => undefined : heedSilence(silence, context));
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

const heedSilence = ({ stopLoadAfter, leaveAfter }: NonNullable<AgentSetup["silence"]>, { spawned }: AgentContext): (() => void) =>
  watchSilence([
    {
      after: stopLoadAfter,
      act: () => {
        spawned.stopLoad(`podwire was not heard for ${String(stopLoadAfter / 1_000)} s, so the load was stopped`);
      },
    },
    { after: leaveAfter, act: leave },
  ]);

function takeOrders(context: AgentContext, output: Output, heard: () => void): void {
  const orders = new LineSplitter((line) => {
    heard();
    const request = JSON.parse(line) as Request | Beat;
    if ("beat" in request) return;
    void answer(request, context).then((message) => {
      output.send(message);
    });
  });
  process.stdin.setEncoding("utf8").on("data", (chunk: string) => {
    orders.push(chunk);
  });
  output.send({ type: "ready", version: PROTOCOL_VERSION, podwire: ownVersion(), node: process.version });
}

/** What orders are carried out with. */
interface AgentContext {
  readonly settings: LaunchSettings;
  readonly readings: CounterReader;
  readonly spawned: Spawned;
  readonly loads: LoadWatches;
}

function openContext(settings: LaunchSettings, output: Output): AgentContext {
  const readings = new CounterReader();
  const spawned = new Spawned(settings, readings, (process, outcome) => {
    output.send({ type: "ended", process, outcome });
  });
  return { settings, readings, spawned, loads: new LoadWatches(readings) };
}

async function answer(request: Request, context: AgentContext): Promise<Message> {
  try {
    return { type: "answer", id: request.id, value: await carryOut(request.order, context) };
  } catch (error) {
    return { type: "error", id: request.id, reason: wordsOf(error) };
  }
}

async function carryOut(order: Order, { settings, readings, spawned, loads }: AgentContext): Promise<Answers[Order["kind"]]> {
  switch (order.kind) {
    case "run":
      return launch(settings, order).ended;
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
    case "printed":
      return spawned.hasPrinted(order);
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
