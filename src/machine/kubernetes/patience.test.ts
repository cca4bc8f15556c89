import { expect, test } from "vitest";
import { handClock } from "../../../test/synthetic/hand-clock.js";
import { milliseconds } from "../../units/quantity.js";
import { Patience } from "./patience.js";
import { KubernetesError, type KubernetesFailure, type KubernetesProblem } from "./port.js";

const failing = (problem: KubernetesProblem, more: Partial<KubernetesFailure> = {}): KubernetesError =>
  new KubernetesError({ problem, verb: "get", object: "pod a/b", words: "words", next: "next", ...more });

/** Fails with each error in turn, then answers. */
function script(...errors: readonly KubernetesError[]): () => Promise<string> {
  const left = [...errors];
  return async () => {
    const error = left.shift();
    await Promise.resolve();
    if (error !== undefined) throw error;
    return "answer";
  };
}

const LIMITS = { away: milliseconds(60_000), settling: milliseconds(10_000), pause: milliseconds(500) };

async function reached(): Promise<{ patience: Patience; clock: ReturnType<typeof handClock>; said: string[] }> {
  const clock = handClock();
  const said: string[] = [];
  const patience = new Patience(clock, LIMITS, (sentence) => said.push(sentence));
  await patience.until(script());
  return { patience, clock, said };
}

const away = failing("unreachable");

test("an API server that never answered is not waited for", async () => {
  const clock = handClock();
  await expect(new Patience(clock, LIMITS).until(script(away))).rejects.toBe(away);
  expect(clock.slept).toEqual([]);
});

test("one that was there is waited for, and that is said once", async () => {
  const { patience, clock, said } = await reached();
  expect(await patience.until(script(...Array.from({ length: 60 }, () => away)))).toBe("answer");
  expect(clock.monotonic()).toBe(30_000);
  expect(said).toHaveLength(1);
});

test("it is not waited for beyond the limit", async () => {
  const { patience, clock } = await reached();
  await expect(patience.until(script(...Array.from({ length: 1000 }, () => away)))).rejects.toBe(away);
  expect(clock.monotonic()).toBe(60_000);
});

test("a refusal counts as an answer, and is not repeated", async () => {
  const clock = handClock();
  const patience = new Patience(clock, LIMITS);
  const refusal = failing("forbidden", { status: 403 });
  await expect(patience.until(script(refusal))).rejects.toBe(refusal);
  expect(await patience.until(script(away))).toBe("answer");
});

test("a server that just came back may refuse for want of its caches, for a while", async () => {
  const { patience, clock } = await reached();
  const unsettled = failing("unauthorized", { status: 401 });
  expect(await patience.until(script(away, unsettled, unsettled))).toBe("answer");
  const before = clock.monotonic();
  await expect(patience.until(script(away, ...Array.from({ length: 100 }, () => unsettled)))).rejects.toBe(unsettled);
  expect(clock.monotonic() - before).toBe(10_000);
});

test("an overloaded server says how long it wants to be left alone, also at the first contact", async () => {
  const clock = handClock();
  const busy = failing("busy", { status: 429, retryAfter: milliseconds(7_000) });
  expect(await new Patience(clock, LIMITS).until(script(busy))).toBe("answer");
  expect(clock.slept).toEqual([7_000]);
});

test("an abort ends the waiting", async () => {
  const { patience } = await reached();
  const stop = new AbortController();
  stop.abort();
  await expect(patience.until(script(away), stop.signal)).rejects.toBe(away);
});

test("each attempt is given the failure of the one before", async () => {
  const { patience } = await reached();
  const seen: unknown[] = [];
  const answer = script(away);
  await patience.until(async (before) => {
    seen.push(before);
    return answer();
  });
  expect(seen).toEqual([undefined, away]);
});

test("a defect is no trouble of the cluster's", async () => {
  const { patience } = await reached();
  const defect = new TypeError("defect");
  await expect(patience.until(() => Promise.reject(defect))).rejects.toBe(defect);
});
