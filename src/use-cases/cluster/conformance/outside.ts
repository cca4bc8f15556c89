/**
 * podwire's own machine as the place outside of the cluster: whether it is one, and under which address nodes know it.
 * @packageDocumentation
 */
import { dirname, join } from "node:path";
import type { TryOutcome } from "../../../model/exchange.js";
import { milliseconds } from "../../../units/quantity.js";
import { carryOut, type ExchangePlace, type ExchangeProgram } from "../../../venues/agent/exchanges.js";
import type { RunOutcome } from "../../../venues/agent/protocol.js";
import type { LabMachine } from "../../../venues/lab/lab-agent.js";
import { RunError } from "../../errors.js";

/** podwire's machine, from which the nodes are reached. */
interface Outside {
  readonly place: ExchangePlace;
  /** Its address, as nodes see it. */
  readonly address: string;
  /** Where it answers nodes; or why they do not reach it. */
  readonly answers: { readonly port: number } | { readonly why: string };
  /** Ends what answers. */
  readonly close: () => void;
}

/** Whether podwire's machine is outside, and else why not, a clause. */
export type Whereabouts = Outside | { readonly why: string };

/** A node, and the place on its network from which it is asked whether it reaches this machine. */
export interface ReachedNode {
  /** `node-a`, `node-b`. */
  readonly name: string;
  readonly address: string;
  /** Where its responder answers. */
  readonly port: number;
  readonly place: ExchangePlace;
}

const PATIENCE = milliseconds(2_000);
const SHORT = milliseconds(20_000);

/**
 * Whether podwire's machine is outside, by packets: it has to reach every node, and nodes have to see it as no node and no pod.
 * @param inside - says whose an address of the cluster is, in words; undefined for any other
 * @returns why not, a clause, where it is not
 */
export async function findOutside(
  machine: LabMachine,
  nodes: readonly ReachedNode[],
  inside: (address: string) => string | undefined,
): Promise<Whereabouts> {
  const program: ExchangeProgram = [machine.node, join(dirname(machine.agent), "exchange.js")];
  const place = placeHere(machine, program);
  const tried = await carryOut(
    () => place,
    nodes.map(({ name, address, port }) => ({
      kind: "ask",
      from: "outside",
      to: name,
      exchange: { protocol: "tcp", address, port, sends: 0, asks: 0, patience: PATIENCE },
    })),
  );
  const sources: string[] = [];
  for (const [index, { outcome }] of tried.entries()) {
    const { name = "", address = "", port = 0 } = nodes[index] ?? {};
    if (outcome.result !== "answered" || outcome.who !== name)
      return { why: `the machine that runs podwire cannot reach ${name}: at ${address}:${String(port)} ${outcomeWords(outcome)}` };
    sources.push(outcome.source.slice(0, outcome.source.lastIndexOf(":")));
  }
  const [source] = sources;
  if (source === undefined) return { why: "there is no pod on a node's own network that this machine could try to reach" };
  const whose = inside(source);
  if (whose !== undefined)
    return { why: `podwire runs on ${whose}, which is not outside of it: Services may be resolved there before a packet is sent` };
  const own = await ownAddress(place, program, nodes[0]?.address ?? "");
  const answering = startAnswering(machine, program);
  const answers =
    own === source
      ? await heardBy(nodes, source, await answering.port)
      : {
          why: `the nodes see this machine as ${source}, which is not its own address: something in between translates it, and nodes cannot call back`,
        };
  return { place, address: source, answers, close: answering.close };
}

/** How a question ended, after the place where it was asked. */
function outcomeWords(outcome: TryOutcome): string {
  switch (outcome.result) {
    case "answered":
      return `${outcome.who} answered instead`;
    case "refused":
      return `the connection was refused (${outcome.detail})`;
    case "silence":
      return `nothing answered within ${String(PATIENCE / 1000)} s (${outcome.detail})`;
    case "failed":
    case "not-echoed":
      return `asking failed (${outcome.detail})`;
    case "echoed":
      return "an echo came back, and no answer";
  }
}

function placeHere({ commands }: LabMachine, program: ExchangeProgram): ExchangePlace {
  return {
    where: "podwire's own machine",
    program,
    run: async ({ argv, stdin, timeout }): Promise<RunOutcome> =>
      commands.run({
        argv,
        ...(stdin === undefined ? {} : { stdin }),
        reason: "asks from outside of the cluster",
        timeout: milliseconds(timeout),
      }),
    error: (message) => new RunError(message),
  };
}

/** The address from which the kernel would send. */
async function ownAddress({ run }: ExchangePlace, program: ExchangeProgram, node: string): Promise<string | undefined> {
  const { stdout, exitCode } = await run({ argv: [...program, "source", node], timeout: SHORT });
  return exitCode === 0 ? stdout.trim() : undefined;
}

/** It ends when its input closes, and so with podwire, whatever ends that. */
function startAnswering(
  { processes }: LabMachine,
  program: ExchangeProgram,
): { readonly port: Promise<number | undefined>; readonly close: () => void } {
  let listens: (port: number | undefined) => void = () => undefined;
  const port = new Promise<number | undefined>((resolve) => {
    listens = resolve;
  });
  const process = processes.start([...program, "stay", "outside"], (line) => {
    listens(Number(/^ready (\d+)$/.exec(line)?.[1]));
  });
  void process.ended.then(() => {
    listens(undefined);
  });
  const close = (): void => {
    process.closeInput();
  };
  return { port, close };
}

/** Whether every node reaches this machine. */
async function heardBy(nodes: readonly ReachedNode[], address: string, port: number | undefined): Promise<Outside["answers"]> {
  if (port === undefined) return { why: "the program that would answer the nodes on podwire's machine did not start" };
  const exchange = { protocol: "tcp", address, port, sends: 0, asks: 0, patience: PATIENCE } as const;
  for (const { name, place } of nodes) {
    const [tried] = await carryOut(() => place, [{ kind: "ask", from: name, to: "outside", exchange }]);
    if (tried?.outcome.result !== "answered")
      return {
        why: `${name} cannot reach the machine that runs podwire: at ${address}:${String(port)} ${tried === undefined ? "nothing was tried" : outcomeWords(tried.outcome)}`,
      };
  }
  return { port };
}
