/**
 * What a check is: what is tried between which places, and how that is judged. Plain data and pure functions.
 * @packageDocumentation
 */
import type { CheckName, CheckSet } from "../model/conformance.js";
import type { AskTry, Exchange, ExchangeProtocol, Tried, Try, TryOutcome } from "../model/exchange.js";
import type { NamespaceName } from "../model/wiring.js";
import { milliseconds } from "../units/quantity.js";
import type { Ground } from "./ground.js";
import type { CheckService } from "./services.js";

/** Whether a check holds, and what shows it, in one clause. */
export interface Judgement {
  readonly works: boolean;
  readonly evidence: string;
}

/** One check. */
export interface Check {
  readonly name: CheckName;
  readonly set: CheckSet;
  /** What is tried, as a noun phrase for tables and pages. */
  readonly title: string;
  /** The sockets by which it is tried, a cell each; `null` where that makes no difference. */
  readonly protocols: readonly (ExchangeProtocol | null)[];
  /** One after the other, where what comes first changes what comes after; absent: all at once. */
  readonly inOrder?: true;
  /** Services of which an endpoint is removed between questions, by socket. */
  readonly removes?: Readonly<Record<ExchangeProtocol, CheckService>>;
  /** What to carry out. */
  readonly tries: (ground: Ground, protocol: ExchangeProtocol) => readonly Try[];
  readonly judge: (tried: readonly Tried[], ground: Ground) => Judgement;
}

/** After which silence is the result, for a question that is answered in less than a millisecond. */
export const SILENCE = milliseconds(500);
/** For what moves megabytes, or many connections at once, on a starved machine too. */
export const LONG = milliseconds(5_000);

/** A question to a responder by its own address. */
export function askAt(
  ground: Ground,
  from: NamespaceName,
  to: NamespaceName,
  more: Partial<Exchange> & Pick<Exchange, "protocol">,
): AskTry {
  const exchange = { address: ground.addressOf(to), port: ground.portOf(to), sends: 0, asks: 0, patience: SILENCE, ...more };
  return { kind: "ask", from, to, exchange };
}

/** Every question was answered by the one who was meant. */
export function allAnswered(tried: readonly Tried[]): Judgement {
  const wrong = tried.find(({ asked, outcome }) => !isAnswered(asked, outcome));
  const shown = wrong ?? tried[0];
  if (shown === undefined) return { works: false, evidence: "nothing was tried" };
  const count = wrong === undefined && tried.length > 1 ? `${String(tried.length)} of ${String(tried.length)}, the first: ` : "";
  return { works: wrong === undefined, evidence: `${count}${describe(shown)}` };
}

const isAnswered = (asked: Try, outcome: TryOutcome): boolean =>
  outcome.result === "echoed" || (outcome.result === "answered" && outcome.who === asked.to);

/** `198.18.0.11:80`, `[2001:2::c612:b]:80`. */
const withPort = ({ address, port }: Exchange): string => `${address.includes(":") ? `[${address}]` : address}:${String(port)}`;

/** A try and its outcome in words. */
export function describe({ asked, outcome }: Tried): string {
  const whom = asked.kind === "ping" ? asked.address : withPort(asked.exchange);
  switch (outcome.result) {
    case "answered": {
      const other = outcome.who === asked.to ? "" : `, not ${asked.to}`;
      const size = outcome.bytes > 0 ? `, ${String(outcome.bytes)} bytes` : "";
      return `${outcome.who}${other} answered ${asked.from} at ${whom}, which it saw as ${outcome.source}${size}`;
    }
    case "echoed":
      return `${asked.to} echoed ${asked.from}'s packet of ${asked.kind === "ping" ? String(asked.size) : "?"} bytes`;
    case "not-echoed":
      return `${asked.from} to ${whom}: no echo: ${outcome.detail}`;
    case "refused":
      return `${asked.from} to ${whom}: refused (${outcome.detail}) after ${outcome.took.toFixed(0)} ms`;
    case "silence":
      return `${asked.from} to ${whom}: silence for ${outcome.took.toFixed(0)} ms (${outcome.detail})`;
    case "failed":
      return `${asked.from} to ${whom}: ${outcome.detail}`;
  }
}
