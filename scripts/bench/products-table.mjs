// The tables of docs/products.md, from what quick runs of `npm run test:products` kept.
//
//   node scripts/setup.mjs build && node scripts/bench/products-table.mjs FOLDER
//
// FOLDER is what PODWIRE_PRODUCT_RESULTS named for them, and is taken from there when left out.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beside, machineOf, outcomes } from "./products/tables.mjs";
import { markdown, parsed } from "./record.mjs";

/** @typedef {import("./products/tables.mjs").Tried} Tried */

const folder = process.argv[2] ?? process.env["PODWIRE_PRODUCT_RESULTS"];
if (folder === undefined) {
  process.stderr.write("usage: node scripts/bench/products-table.mjs FOLDER (or PODWIRE_PRODUCT_RESULTS=FOLDER)\n");
  process.exitCode = 2;
} else {
  const tried = runsIn(folder);
  const tables = [outcomes(tried), beside(tried)];
  process.stdout.write(`${machineOf(tried)}\n\n${tables.map(markdown).join("\n")}`);
}

/** @param {string} place @returns {readonly Tried[]} */
function runsIn(place) {
  const files = readdirSync(place).flatMap((file) => {
    const [, network, number] = /^(.+)-quick-(\d+)\.json$/.exec(file) ?? [];
    return network === undefined ? [] : [{ network, number: Number(number), file: join(place, file) }];
  });
  return [...new Set(files.map(({ network }) => network))].sort().map((network) => ({
    network,
    summaries: files
      .filter((one) => one.network === network)
      .sort((one, other) => one.number - other.number)
      .map(({ file }) => /** @type {Tried["summaries"][number]} */ (parsed(readFileSync(file, "utf8")))),
  }));
}
