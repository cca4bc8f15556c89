#!/usr/bin/env node
/**
 * Reads texts in the form of test/captured/import/corpus and prints what the import of this checkout's source gets wrong in them: how well it reads
 * a batch that it has not seen. A wrong side, a false pair and a number that nobody wrote are marked with `!!`; exit 1 where there is one.
 *
 *     node scripts/import-batch.mjs FILE...
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { createViteServer } from "vitest/node";

const root = fileURLToPath(new URL("../", import.meta.url));
const server = await createViteServer({
  root,
  configFile: false,
  logLevel: "error",
  server: { middlewareMode: true, watch: null, ws: false },
  optimizeDeps: { noDiscovery: true },
});
try {
  const { entriesOf, judge } = /** @type {typeof import("../test/synthetic/import-corpus.js")} */ (
    await server.ssrLoadModule(`${root}test/synthetic/import-corpus.ts`)
  );
  const entries = process.argv.slice(2).flatMap((file) => entriesOf(basename(file, ".txt"), readFileSync(file, "utf8")));
  let [right, absolutes] = [0, 0];
  for (const { name, text, expected } of entries) {
    const { problems, absolute } = judge(text, expected);
    if (problems.length + absolute.length === 0) right += 1;
    else console.log([name, ...problems.map((one) => `   ${one}`), ...absolute.map((one) => `!! ${one}`)].join("\n"));
    absolutes += absolute.length;
  }
  console.log(`${String(right)} of ${String(entries.length)} right, ${String(absolutes)} absolute faults`);
  process.exitCode = entries.length === 0 || absolutes > 0 ? 1 : 0;
} finally {
  await server.close();
}
