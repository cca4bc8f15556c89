import { expect, test } from "vitest";
import { handClock } from "../../../test/synthetic/hand-clock.js";
import { milliseconds } from "../../units/quantity.js";
import { AgentClient, type AgentTransport } from "./client.js";
import { PROTOCOL_VERSION, type Request } from "./protocol.js";
import { SyncedAgent } from "./synced-agent.js";

/** What the agent's clock is ahead by, nanoseconds. */
const AHEAD = 5e9;
const FACTS = { bootId: "m", kernel: "6", architecture: "x64", cpus: 2, congestionControl: "cubic", mtu: {}, user: 0, capabilities: "0" };

/** Milliseconds of a usual round trip. */
const USUAL = 4;

/** An agent on a clock that only its answers move; the next ones take as long as `slow` says, milliseconds, and then each its usual time. */
async function slowAgent() {
  const clock = handClock();
  const way = { slow: [] as number[], exchanges: 0 };
  const start = (onLine: (line: string) => void): AgentTransport => {
    const answer = async ({ id, order }: Request): Promise<void> => {
      const half = milliseconds((way.slow.shift() ?? USUAL) / 2);
      await clock.sleep(half);
      const shown = { clock: clock.monotonic() * 1e6 + AHEAD };
      await clock.sleep(half);
      if (order.kind === "clock") way.exchanges++;
      onLine(JSON.stringify({ type: "answer", id, value: order.kind === "clock" ? shown : FACTS }));
    };
    queueMicrotask(() => {
      onLine(JSON.stringify({ type: "ready", version: PROTOCOL_VERSION }));
    });
    const ended = new Promise<never>(() => undefined);
    return { send: (line) => void answer(JSON.parse(line) as Request), closeInput: () => undefined, kill: () => undefined, ended };
  };
  const client = new AgentClient({ start, clock, name: "the agent", otherVersion: "", error: (message) => new Error(message) });
  await client.ready;
  const agent = await SyncedAgent.sync(client);
  /** Asks again once the offset is no longer fresh. */
  const renew = async () => {
    await clock.sleep(milliseconds(1_100));
    return agent.offset();
  };
  return { clock, way, agent, renew };
}

test("some seconds of slow answers do not loosen what is known of the clock", async () => {
  const { way, renew } = await slowAgent();
  way.slow = Array.from({ length: 8 }, () => 400);
  for (let renewal = 0; renewal < 3; renewal++) await renew();
  const { offset, error } = await renew();
  // The error of the quick exchanges, and what clocks may have drifted apart since.
  expect(error).toBeLessThan(4e6);
  expect(Math.abs(offset - AHEAD)).toBeLessThanOrEqual(error);
});

test("after a pause longer than exchanges are kept, all are made anew", async () => {
  const { clock, way, renew } = await slowAgent();
  await clock.sleep(milliseconds(60_000));
  way.exchanges = 0;
  expect((await renew()).error).toBeLessThan(3e6);
  expect(way.exchanges).toBe(8);
});

test("a round trip that met a pause does not tell how far ahead slices are planned", async () => {
  const { agent, way, renew } = await slowAgent();
  way.slow = [5_000];
  await renew();
  expect(agent.roundTrip).toBe(USUAL);
});
