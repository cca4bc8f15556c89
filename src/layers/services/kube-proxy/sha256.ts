/**
 * SHA-256 (FIPS 180-4) of short texts: kube-proxy names its chains by it, and pure code has no node:crypto.
 * @packageDocumentation
 */

/** The first 32 bits of the fractional part of a number. */
const fraction = (number: number): number => Math.floor((number - Math.floor(number)) * 2 ** 32) | 0;

const PRIMES: readonly number[] = primes(64);
const K = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

function primes(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate++) if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  return found;
}

const rotated = (word: number, by: number): number => (word >>> by) | (word << (32 - by));
const BLOCK = 64;

/** The 32 bytes of the digest of an ASCII text. */
export function sha256(text: string): Uint8Array {
  const state = Int32Array.from(START);
  const padded = paddedMessage(text);
  const schedule = new Int32Array(BLOCK);
  for (let at = 0; at < padded.byteLength; at += BLOCK) digestBlock(state, padded, at, schedule);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, index) => {
    digest.setInt32(index * 4, word);
  });
  return new Uint8Array(digest.buffer);
}

/** The message, a one bit, zeros, and the length in bits at the end of the last block. */
function paddedMessage(text: string): DataView {
  const view = new DataView(new ArrayBuffer(Math.ceil((text.length + 9) / BLOCK) * BLOCK));
  for (let index = 0; index < text.length; index++) view.setUint8(index, text.charCodeAt(index));
  view.setUint8(text.length, 0x80);
  view.setUint32(view.byteLength - 4, text.length * 8);
  return view;
}

/** Element of a typed array that is known to be there. */
const at = (words: Int32Array, index: number): number => words[index] ?? 0;

function digestBlock(state: Int32Array, message: DataView, offset: number, schedule: Int32Array): void {
  for (let index = 0; index < BLOCK; index++)
    schedule[index] = index < 16 ? message.getInt32(offset + index * 4) : expanded(schedule, index);
  let [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => at(state, index)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let index = 0; index < BLOCK; index++) {
    const sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + at(K, index) + at(schedule, index)) | 0;
    const sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = at(state, index) + word;
  });
}

function expanded(schedule: Int32Array, index: number): number {
  const [early, late] = [at(schedule, index - 15), at(schedule, index - 2)];
  const sigma0 = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
  const sigma1 = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
  return (at(schedule, index - 16) + sigma0 + at(schedule, index - 7) + sigma1) | 0;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The first characters of bytes in base32 (RFC 4648). */
export function base32(bytes: Uint8Array, length: number): string {
  let text = "";
  for (let index = 0; index < length; index++) {
    const bit = index * 5;
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    text += ALPHABET.charAt((pair >> (11 - (bit & 7))) & 31);
  }
  return text;
}
