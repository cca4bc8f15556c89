/**
 * Waiting with a precision that timers of the event loop do not have.
 * @packageDocumentation
 */
import { setTimeout as timer } from "node:timers/promises";

const cell = new Int32Array(new SharedArrayBuffer(4));

/** Timers fire up to a millisecond or two late; the last part is slept in the kernel instead, without using the CPU. */
const LAST_MS = 3;

/** Sleeps in the kernel for some milliseconds; nothing else happens meanwhile. */
export function sleepBlocking(ms: number): void {
  if (ms > 0) Atomics.wait(cell, 0, 0, ms);
}

/** Resolves at a moment of the monotonic clock (`process.hrtime.bigint()`), about 0.1 ms late. */
export async function sleepUntil(moment: bigint): Promise<void> {
  const left = msUntil(moment);
  if (left > LAST_MS) await timer(left - LAST_MS);
  sleepBlocking(msUntil(moment));
}

/** The moment that lies some milliseconds after another one. */
export const later = (moment: bigint, ms: number): bigint => moment + BigInt(Math.round(ms * 1e6));

/** Milliseconds until a moment; negative when it is past. */
export const msUntil = (moment: bigint): number => Number(moment - process.hrtime.bigint()) / 1e6;
