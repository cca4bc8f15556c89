/**
 * The agent: the first process inside the sandbox. It takes orders on standard input, carries them out and answers on standard
 * output. It uses nothing but Node's own modules, so that it is up in the time that Node needs.
 * @packageDocumentation
 */
import { Socket } from "node:net";
import { LineSplitter } from "../../../machine/line-splitter.js";
import { type Answers, type Message, type Order, PROTOCOL_VERSION, type Request } from "../protocol.js";
import { launch } from "./child.js";
import { isolate } from "./isolation.js";
import { parseReading, Readings } from "./readings.js";
import { Spawned } from "./spawned.js";

// process.stdout would write to a pipe synchronously, and a slow reader would hold up a slice.
const output = new Socket({ fd: 1, readable: false, writable: true });

const send = (message: Message): void => {
  output.write(`${JSON.stringify(message)}\n`);
};

/** Nobody is there any more: the kernel ends everything else in this pid namespace. */
const leave = (): never => process.exit(0);

function serve(): void {
  const readings = new Readings();
  const spawned = new Spawned(readings, (process, outcome) => {
    send({ type: "ended", process, outcome });
  });
  const orders = new LineSplitter((line) => {
    void answer(JSON.parse(line) as Request, readings, spawned).then(send);
  });
  process.stdin.setEncoding("utf8").on("data", (chunk: string) => {
    orders.push(chunk);
  });
  send({ type: "ready", version: PROTOCOL_VERSION });
}

async function answer(request: Request, readings: Readings, spawned: Spawned): Promise<Message> {
  try {
    return { type: "answer", id: request.id, value: await carryOut(request.order, readings, spawned) };
  } catch (error) {
    return { type: "error", id: request.id, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function carryOut(order: Order, readings: Readings, spawned: Spawned): Promise<Answers[Order["kind"]]> {
  switch (order.kind) {
    case "run":
      return launch(order).ended;
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
    case "read":
      return parseReading(readings.opening(await readings.prepare(order.watch)));
  }
}

process.stdin.on("close", leave);
process.stdin.on("error", leave);
output.on("error", leave);

try {
  isolate();
  serve();
} catch (error) {
  send({ type: "refused", reason: error instanceof Error ? error.message : String(error) });
  process.stdin.resume();
}
