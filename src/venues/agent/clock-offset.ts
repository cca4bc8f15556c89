/**
 * How an agent's monotonic clock stands to ours. An agent says what its clock shows; it did so after we sent the question and before we had
 * the answer. Each such exchange confines the offset to an interval as wide as its round trip (as in NTP, RFC 5905 section 8), and the truth lies in all of them.
 * @packageDocumentation
 */

/** One question and its answer. Nanoseconds; `sent` and `received` of our clock, `shown` of the agent's. */
export interface ClockExchange {
  readonly sent: number;
  readonly received: number;
  readonly shown: number;
}

/** What our clock's readings become on the agent's: `agent = ours + offset`, to within `error`. Nanoseconds. */
export interface ClockOffset {
  readonly offset: number;
  readonly error: number;
  /** Moment of our clock at which this held; clocks drift apart afterwards. */
  readonly at: number;
}

/**
 * How fast two quartz clocks can drift apart, as a share of the time: 50 ppm each is the worst that such clocks are specified for. While NTP
 * slews a clock it may be ten times as much, which the next exchanges show.
 */
const DRIFT = 100e-6;

/**
 * The offset that all exchanges allow, its error bound, or undefined when no offset agrees with all of them: then a clock was set or slewed in between.
 * @param exchanges - at least one, made within some seconds
 */
export function estimateOffset(exchanges: readonly [ClockExchange, ...ClockExchange[]]): ClockOffset | undefined {
  const at = Math.max(...exchanges.map(({ received }) => received));
  // An older exchange says less about now: its bounds move apart as the clocks may have.
  const slack = (exchange: ClockExchange): number => (at - exchange.sent) * DRIFT;
  const least = Math.max(...exchanges.map((exchange) => exchange.shown - exchange.received - slack(exchange)));
  const most = Math.min(...exchanges.map((exchange) => exchange.shown - exchange.sent + slack(exchange)));
  return least > most ? undefined : { offset: (least + most) / 2, error: (most - least) / 2, at };
}

/** How far apart the bounds are that an exchange sets, at a later moment of our clock. */
export const widthAt = ({ sent, received }: ClockExchange, moment: number): number => received - sent + 2 * (moment - sent) * DRIFT;

/** The error bound at a later moment of our clock. */
export const errorAt = (offset: ClockOffset, moment: number): number => offset.error + Math.abs(moment - offset.at) * DRIFT;

/** What an agent's clock shows at a moment of ours, as far as is known. */
export const onAgent = (offset: ClockOffset, moment: number): number => moment + offset.offset;

/** The moment of our clock at which an agent's clock showed something, as far as is known. */
export const onOurs = (offset: ClockOffset, shown: number): number => shown - offset.offset;
