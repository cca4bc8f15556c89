// Imports a generated stream of text that is as large as asked (default 1 GB) and prints time, rate and peak memory.
//   node scripts/setup.mjs build && node scripts/bench/import.mjs [megabytes] [kind]
// Kinds: mixed (logs, prose, tool output, binary), log, binary, oneline (no line end at all), hostile (lines made to be slow to search).
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { imported } from "../../dist/import/comparing/pairing.js";
import { recogniseFile } from "../../dist/import/recognise.js";

const MEGABYTE = 1_000_000;
const megabytes = Number(process.argv[2] ?? 1000);
const asked = process.argv[3] ?? "mixed";
const captured = new URL("../../test/captured/import/", import.meta.url);
const read = (/** @type {string} */ name) => readFileSync(new URL(name, captured));

const LOG =
  'Jan 18 09:12:44 node-4 kubelet[2211]: I0118 09:12:44.310021    2211 kubelet.go:2042] "SyncLoop ADD" source="api" pods=["default/web-5d9c"]\n';
/** Tokens that recognisers look for, repeated without end: what a search that backtracks would stumble over. */
const HOSTILE = [
  "1 ",
  "host ",
  "pod to ",
  "[  5] ",
  "0.00-1.00 sec ",
  "64 bytes from ",
  "1.1.1.1:",
  "| ",
  "Mbit/s ",
  "12 Mbit/s ",
  "9,9",
  "/ping seq= ttl=",
  "- ",
  "flannel ",
  "a  b  ",
  "90 % of ",
  "-A ",
  "dev ",
];

/** @type {Record<string, () => Buffer>} */
const CHUNKS = {
  log: () => Buffer.from(LOG.repeat(1800)),
  binary: () => randomBytes(256 * 1024),
  oneline: () => Buffer.alloc(256 * 1024, "x"),
  hostile: () => Buffer.from(HOSTILE.flatMap((token) => [4096, 990].map((length) => `${token.repeat(length / token.length)}\n`)).join("")),
  mixed: () =>
    Buffer.concat([
      Buffer.from(LOG.repeat(1500)),
      ...["tickets/flannel-slow.en.md", "iperf3-tcp.json", "iperf3-tcp8.txt", "iptables-save.txt", "ab.txt", "fortio.txt"].map(read),
      randomBytes(2048),
      Buffer.from("\n"),
    ]),
};

function* chunks(/** @type {string} */ kind) {
  const make = CHUNKS[kind];
  if (make === undefined) throw new Error(`no such kind: ${kind}; there are ${Object.keys(CHUNKS).join(", ")}`);
  const fixed = kind === "binary" ? undefined : make();
  for (let sent = 0; sent < megabytes * MEGABYTE; ) {
    const chunk = fixed ?? make();
    sent += chunk.length;
    yield chunk;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
}

let peak = 0;
const start = performance.now();
const found = await recogniseFile("stream", Readable.from(chunks(asked)));
const result = imported([found], "bench");
const seconds = (performance.now() - start) / 1000;
const figures = `${String(result.figures.length)} figures, ${String(result.comparisons.length)} comparisons`;
console.log(
  `${asked}: ${String(megabytes)} MB, ${String(found.lines)} lines in ${seconds.toFixed(1)} s (${(megabytes / seconds).toFixed(1)} MB/s)`,
);
console.log(`peak memory ${(peak / MEGABYTE).toFixed(0)} MB; ${figures}`);
for (const limit of result.limits) console.log(`limit: ${limit.what}: ${String(limit.limit)}, ${String(limit.dropped)} left out or cut`);
