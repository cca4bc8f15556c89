/**
 * An exchange: a question that one namespace sends and the answer that comes back, or how it does not. What conformance is judged by.
 * @packageDocumentation
 */
import type { Milliseconds } from "../units/quantity.js";
import type { NamespaceName } from "./wiring.js";

/** By which socket a question is asked. `udp` is a connected socket, whose peer the kernel checks; `udp-unconnected` names the peer with each datagram. */
export const EXCHANGE_PROTOCOLS = ["tcp", "udp", "udp-unconnected"] as const;
/** One of {@link EXCHANGE_PROTOCOLS}. */
export type ExchangeProtocol = (typeof EXCHANGE_PROTOCOLS)[number];

/** A question to a responder. */
export interface Exchange {
  readonly protocol: ExchangeProtocol;
  readonly address: string;
  readonly port: number;
  /** Bytes that follow the question, and bytes that the answer is asked to have with its first line, which is sent whole in any case. */
  readonly sends: number;
  readonly asks: number;
  /** After which silence is the result. */
  readonly patience: Milliseconds;
}

/** A question from one namespace to another. */
export interface AskTry {
  readonly kind: "ask";
  readonly from: NamespaceName;
  /** Who is meant to answer. */
  readonly to: NamespaceName;
  readonly exchange: Exchange;
}

/** One echo request that may not be fragmented. */
export interface PingTry {
  readonly kind: "ping";
  readonly from: NamespaceName;
  readonly to: NamespaceName;
  readonly address: string;
  /** Of the whole IP packet, bytes. */
  readonly size: number;
}

/** One thing that is carried out. */
export type Try = AskTry | PingTry;

/** What a responder says of itself and of who asked. */
export interface Answer {
  /** The namespace in which it runs. */
  readonly who: NamespaceName;
  /** Address and port of the asker, as the responder saw them. */
  readonly source: string;
}

/** How an exchange ended. */
export type ExchangeOutcome =
  | (Answer & {
      readonly result: "answered";
      /** Bytes of the whole answer where a size was asked for; else 0. */
      readonly bytes: number;
      /** The address that the answer came from. A connected socket takes no other than the one it asked. */
      readonly from: string;
      readonly took: Milliseconds;
    })
  | {
      /** `refused`: told so at once, by a reset or an ICMP message; `silence`: nothing came in time; `failed`: anything else, such as no route. */
      readonly result: "refused" | "silence" | "failed";
      /** The system's name of the error, or how far the answer came. */
      readonly detail: string;
      readonly took: Milliseconds;
    };

/** A question that is asked again and again: on one connection, until that ends; or from one datagram socket, which is made anew after an error. */
export interface RepeatedExchange extends Exchange {
  readonly times: number;
  readonly every: Milliseconds;
}

/** How a try ended. A ping has no more to say than whether it was answered. */
export type TryOutcome = ExchangeOutcome | { readonly result: "echoed" } | { readonly result: "not-echoed"; readonly detail: string };

/** A try with its outcome. */
export interface Tried {
  readonly asked: Try;
  readonly outcome: TryOutcome;
}
