/**
 * Questions asked in namespaces of the lab, in pods, and on podwire's own machine: what was asked, and how it ended.
 * @packageDocumentation
 */

import type { Clock } from "../../machine/ports.js";
import type { Exchange, ExchangeOutcome, PingTry, RepeatedExchange, Tried, Try, TryOutcome } from "../../model/exchange.js";
import type { NamespaceName } from "../../model/wiring.js";
import { parseAddress } from "../../units/address.js";
import { type Milliseconds, milliseconds } from "../../units/quantity.js";
import type { AgentClient } from "./client.js";
import type { RunOutcome } from "./protocol.js";

/** The program that asks and answers, with the Node.js that runs it. */
export type ExchangeProgram = readonly [node: string, program: string];

/** A program that is run to its end. */
export interface ShortProgram {
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/** A place in which questions are asked. */
export interface ExchangePlace {
  /** In words, for errors. */
  readonly where: string;
  readonly program: ExchangeProgram;
  readonly run: (program: ShortProgram) => Promise<RunOutcome>;
  /** Makes the error that is thrown when the asker itself fails. */
  readonly error: (message: string) => Error;
}

/** A place with an agent, in which a program can stay while something else is done. */
export interface StayingPlace {
  readonly program: ExchangeProgram;
  readonly agent: AgentClient;
  readonly clock: Clock;
  /** Absent: the agent's own. */
  readonly namespace?: string;
}

/** Milliseconds beyond the longest patience that a process of Node may take to start and to end on a starved machine. */
const STARTING_MS = 20_000;
const PING_MS = 10_000;

/** Carries tries out; the outcomes stand in their order. */
export async function carryOut(placeOf: (name: NamespaceName) => ExchangePlace, tries: readonly Try[]): Promise<readonly Tried[]> {
  const outcomes = new Map<Try, TryOutcome>();
  const askers = new Set(tries.map(({ from }) => from));
  await Promise.all(
    [...askers].map(async (from) => {
      const own = tries.filter((one) => one.from === from);
      const asked = own.filter((one) => one.kind === "ask");
      const answers = await askAll(
        placeOf(from),
        asked.map(({ exchange }) => exchange),
      );
      asked.forEach((one, index) => {
        outcomes.set(one, answers[index] ?? { result: "failed", detail: "the asker lost it", took: one.exchange.patience });
      });
      for (const one of own) if (one.kind === "ping") outcomes.set(one, await ping(placeOf(from), one));
    }),
  );
  return tries.map((asked) => {
    const outcome = outcomes.get(asked);
    if (outcome === undefined) throw new Error(`nothing came of a try from ${asked.from}`);
    return { asked, outcome };
  });
}

/**
 * Asks everything at once in one place; the outcomes are in the order of the questions.
 * @throws the place's error when the asker itself fails
 */
export async function askAll(
  { where, program, run, error }: ExchangePlace,
  exchanges: readonly Exchange[],
): Promise<readonly ExchangeOutcome[]> {
  if (exchanges.length === 0) return [];
  const timeout = Math.max(...exchanges.map(({ patience }) => patience)) + STARTING_MS;
  const argv = [...program, "ask"] as const;
  const outcome = await run({ argv, stdin: JSON.stringify(exchanges), timeout });
  if (outcome.exitCode !== 0) throw error(`\`${argv.join(" ")}\` in ${where}: ${outcome.startError ?? outcome.stderr.trim()}`);
  return JSON.parse(outcome.stdout) as ExchangeOutcome[];
}

/** IP and ICMP headers of an echo request, bytes. */
const ECHO_HEADERS = { ipv4: 28, ipv6: 48 } as const;

async function ping({ run }: ExchangePlace, { address, size }: PingTry): Promise<TryOutcome> {
  const payload = String(size - ECHO_HEADERS[parseAddress(address)?.family ?? "ipv4"]);
  const argv = ["ping", "-n", "-q", "-c", "1", "-w", "2", "-M", "do", "-s", payload, address] as const;
  const { exitCode, stdout, stderr, startError } = await run({ argv, timeout: PING_MS });
  if (exitCode === 0) return { result: "echoed" };
  const words = startError ?? (stderr.trim() === "" ? (stdout.trim().split("\n").at(-1) ?? "") : stderr.trim());
  return { result: "not-echoed", detail: words.replaceAll(/\s+/g, " ") };
}

/** Within this time after the asker has begun the first answer comes, or none does. */
const FIRST_ANSWER_MS = 3_000;
const POLL = milliseconds(20);
/** What an asker prints before it asks. */
const BEGUN = "begun";
/** For a process of Node to end once it is asked to. */
const ENDING_MS = 2_000;

/** What is done while one asks again and again. */
export interface Meanwhile {
  /** Those who may answer. */
  readonly whom: readonly NamespaceName[];
  /** Done once one of them has. */
  readonly onFirst: (who: NamespaceName) => Promise<void>;
  /** How long it is asked on after that. */
  readonly onward: Milliseconds;
}

/** Keeps asking, and does something after the first answer from one of those who may answer. @returns the lines that the asker printed */
export async function keepAsking(
  { agent, clock, program, namespace }: StayingPlace,
  exchange: RepeatedExchange,
  { whom, onFirst, onward }: Meanwhile,
): Promise<readonly string[]> {
  const order = {
    kind: "spawn",
    argv: [...program, "keep-asking"],
    ...(namespace === undefined ? {} : { namespace }),
    stdin: JSON.stringify(exchange),
    timeout: exchange.times * exchange.every + STARTING_MS,
  } as const;
  const process = await agent.order<"spawn">({ ...order, files: {}, collect: [], watch: [] });
  const outcome = agent.outcome(process);
  /** Which of these lines the asker has printed, as soon as there is one. */
  const printed = async (words: readonly string[], within: number): Promise<string | undefined> => {
    const deadline = clock.monotonic() + within;
    do {
      for (const word of words) if (await agent.order<"printed">({ kind: "printed", process, text: `${word}\n` })) return word;
      await clock.sleep(POLL);
    } while (clock.monotonic() < deadline);
    return undefined;
  };
  await printed([BEGUN], STARTING_MS);
  const answer = await printed(
    whom.map((name) => `answer ${name}`),
    FIRST_ANSWER_MS,
  );
  const who = whom.find((name) => answer === `answer ${name}`);
  if (who !== undefined) {
    await onFirst(who);
    await clock.sleep(onward);
  }
  await agent.order<"end">({ kind: "end", process, signal: "SIGTERM", grace: ENDING_MS });
  return (await outcome).stdout.split("\n").filter((line) => line !== "" && line !== BEGUN);
}
