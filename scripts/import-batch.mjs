#!/usr/bin/env node
/**
 * Reads texts in the form of test/captured/import/corpus and prints what the import of this checkout's source gets wrong in them: how well it reads
 * a batch that it has not seen. A wrong side, a false pair and a number that no one wrote are marked with `!!`; exit 1 where there is one.
 * The table by kind at its end is that of docs/import.md.
 *
 *     node scripts/import-batch.mjs FILE...
 *     node scripts/import-batch.mjs test/captured/import/corpus/*.txt
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
  const { entriesOf, judge, totalsByKind } = /** @type {typeof import("../test/synthetic/import-corpus.js")} */ (
    await server.ssrLoadModule(`${root}test/synthetic/import-corpus.ts`)
  );
  const entries = process.argv.slice(2).flatMap((file) => entriesOf(basename(file, ".txt"), readFileSync(file, "utf8")));
  const judged = [];
  for (const { kind, name, text, expected } of entries) {
    const verdict = judge(text, expected);
    const lines = [...verdict.problems.map((one) => `   ${one}`), ...verdict.absolute.map((one) => `!! ${one}`)];
    if (lines.length > 0) console.log([name, ...lines].join("\n"));
    judged.push({ kind, ...verdict });
  }
  const totals = totalsByKind(judged);
  console.log("| kind | right | wrong side, false pair or number that no one wrote |\n|---|---|---|");
  for (const { kind, texts, right, absolute } of totals)
    console.log(`| ${kind} | ${String(right)} of ${String(texts)} | ${String(absolute)} |`);
  const right = totals.reduce((sum, one) => sum + one.right, 0);
  const absolutes = totals.reduce((sum, { absolute }) => sum + absolute, 0);
  console.log(`${String(right)} of ${String(entries.length)} right, ${String(absolutes)} absolute faults`);
  process.exitCode = entries.length === 0 || absolutes > 0 ? 1 : 0;
} finally {
  await server.close();
}
