import { describe, expect, test } from "vitest";
import type { Command, LineProcess, Outcome } from "../../../machine/ports.js";
import type { ExchangeOutcome } from "../../../model/exchange.js";
import { milliseconds } from "../../../units/quantity.js";
import type { LabMachine } from "../../../venues/lab/lab-agent.js";
import { findOutside, type ReachedNode } from "./outside.js";

const ENDED: Outcome = { exitCode: 0, signal: undefined, timedOut: false, stdout: "", stderr: "", elapsed: milliseconds(1) };
const took = milliseconds(1);
const answered = (who: string, source = "192.0.2.9:40000"): ExchangeOutcome => ({
  ...({ result: "answered", who, source, bytes: 0, from: "192.0.2.1", took } as const),
});

/** A machine on which each question ends so, and which would send from this address. */
function machine(outcomes: readonly ExchangeOutcome[], own = "192.0.2.9"): LabMachine {
  const run = async ({ argv }: Command): Promise<Outcome> =>
    Promise.resolve({ ...ENDED, stdout: argv.includes("source") ? `${own}\n` : JSON.stringify(outcomes) });
  const process: LineProcess = {
    pid: 1,
    send: () => undefined,
    closeInput: () => undefined,
    kill: () => undefined,
    ended: new Promise(() => undefined),
  };
  const start = (_: readonly string[], onLine: (line: string) => void): LineProcess => {
    queueMicrotask(() => {
      onLine("ready 4242");
    });
    return process;
  };
  return { node: "node", agent: "/dist/agent.js", commands: { run }, processes: { start } } as unknown as LabMachine;
}

/** Nodes that reach podwire's machine or not. */
const nodes = (back: ExchangeOutcome): readonly ReachedNode[] =>
  ["node-a", "node-b"].map((name, index) => ({
    ...{ name, address: `192.0.2.${String(index + 1)}`, port: 30_000 },
    place: {
      ...{ where: name, program: ["node", "exchange.js"], error: (message: string) => new Error(message) },
      run: async () => Promise.resolve({ ...ENDED, stdout: JSON.stringify([back]) }),
    },
  }));

const BOTH = [answered("node-a"), answered("node-b")];
const SILENT: ExchangeOutcome = { result: "silence", detail: "no connection", took };
const whyNot = async (...asked: Parameters<typeof findOutside>): Promise<string> => {
  const found = await findOutside(...asked);
  if ("why" in found) return found.why;
  return "why" in found.answers ? found.answers.why : "it is outside";
};
const nowhere = (): undefined => undefined;

describe("the machine that runs podwire", () => {
  test("is outside where it reaches every node and every node reaches it", async () => {
    expect(await whyNot(machine(BOTH), nodes(answered("outside")), nowhere)).toBe("it is outside");
  });

  test.each([
    [
      "node-b's silence",
      [answered("node-a"), SILENT],
      "the machine that runs podwire cannot reach node-b: at 192.0.2.2:30000 nothing answered within 2 s (no connection)",
    ],
    [
      "a refusal",
      [{ result: "refused", detail: "ECONNREFUSED", took } as const, answered("node-b")],
      "the machine that runs podwire cannot reach node-a: at 192.0.2.1:30000 the connection was refused (ECONNREFUSED)",
    ],
    [
      "another's answer",
      [answered("node-a"), answered("node-a")],
      "the machine that runs podwire cannot reach node-b: at 192.0.2.2:30000 node-a answered instead",
    ],
  ])("is not, by %s, and a person can read why", async (_, outcomes, words) => {
    expect(await whyNot(machine(outcomes), nodes(answered("outside")), nowhere)).toBe(words);
  });

  test("is not where it is one of the cluster's nodes or pods", async () => {
    expect(await whyNot(machine(BOTH), nodes(answered("outside")), (address) => `the node of ${address}`)).toBe(
      "podwire runs on the node of 192.0.2.9, which is not outside of it: Services may be resolved there before a packet is sent",
    );
  });

  test("cannot be called where its address is translated, or where nodes do not reach it", async () => {
    expect(await whyNot(machine(BOTH, "10.1.1.1"), nodes(answered("outside")), nowhere)).toBe(
      "the nodes see this machine as 192.0.2.9, which is not its own address: something in between translates it, and nodes cannot call back",
    );
    expect(await whyNot(machine(BOTH), nodes(SILENT), nowhere)).toBe(
      "node-a cannot reach the machine that runs podwire: at 192.0.2.9:4242 nothing answered within 2 s (no connection)",
    );
  });
});
