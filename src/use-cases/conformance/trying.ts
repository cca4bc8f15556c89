/**
 * What checks are carried out on, whether in the lab or in a cluster.
 * @packageDocumentation
 */
import type { Ground } from "../../conformance/ground.js";
import type { CountedMoment } from "../../conformance/last-seen.js";
import type { CheckService } from "../../conformance/services.js";
import type { Expectations } from "../../model/conformance.js";
import type { RepeatedExchange, Tried, Try } from "../../model/exchange.js";
import type { NamespaceName } from "../../model/wiring.js";
import type { Milliseconds } from "../../units/quantity.js";
import type { Meanwhile } from "../../venues/agent/exchanges.js";

/** A ground that stands. */
export interface Trying {
  readonly ground: Ground;
  readonly expectations: Expectations;
  /** Carries tries out, all of one namespace at once and the namespaces side by side; the outcomes are in the order of the tries. */
  readonly carryOut: (tries: readonly Try[]) => Promise<readonly Tried[]>;
  /** Asks again and again in a namespace while something is done; gives what the asker printed. */
  readonly keepAsking: (from: NamespaceName, exchange: RepeatedExchange, meanwhile: Meanwhile) => Promise<readonly string[]>;
  /** Takes an endpoint from a Service; resolves when that holds, as far as it can be known, with a sentence where that is not known. */
  readonly remove: (service: CheckService, gone: NamespaceName) => Promise<string | undefined>;
  /** How long a socket keeps asking after a removal. */
  readonly onward: Milliseconds;
  /** What was counted so far. */
  readonly counts: () => Promise<CountedMoment>;
  /** How many times a question is asked at once to see where it is lost: enough to stand out from other traffic, where there is any. */
  readonly copies: number;
}
