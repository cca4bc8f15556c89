#!/usr/bin/env node
/**
 * Checks the import rules of `.dependency-cruiser.cjs` in the current folder, and the rules themselves: a pattern that matches no file fails,
 * so that a rename cannot switch a rule off in silence.
 */
import { existsSync } from "node:fs";
import { cruise } from "dependency-cruiser";
import extractDepcruiseConfig from "dependency-cruiser/config-utl/extract-depcruise-config";
import extractDepcruiseOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";

/**
 * Patterns whose files are still to come. Each fails as soon as a file matches it: then it leaves this list, and its rule is live.
 */
const NOT_BUILT_YET = ["^src/findings/", "^src/web/", "^src/cli/serve", "^src/venues/hosts/"];

const CONFIG = "./.dependency-cruiser.cjs";

/** @typedef {import("dependency-cruiser").ICruiseResult} CruiseResult */
/** @typedef {{ name?: string, comment?: string, from: object, to?: object }} Rule */

/** @returns {Promise<CruiseResult>} */
async function readImports() {
  const options = await extractDepcruiseOptions(CONFIG);
  const roots = ["src", "test"].filter((root) => existsSync(root));
  const { output } = await cruise(roots, options, undefined, { tsConfig: extractTSConfig("tsconfig.json") });
  if (typeof output === "string") throw new Error("dependency-cruiser answered with text instead of a result");
  return output;
}

/**
 * Every pattern of the rules, with the rules that have it.
 * @param {readonly Rule[]} rules
 * @returns {Map<string, string[]>}
 */
function patternsOf(rules) {
  /** @type {Map<string, string[]>} */
  const patterns = new Map();
  for (const rule of rules) {
    for (const side of [rule.from, rule.to ?? {}]) {
      const { path = [], pathNot = [] } = /** @type {{ path?: string | string[], pathNot?: string | string[] }} */ (side);
      for (const pattern of [path, pathNot].flat()) patterns.set(pattern, [...(patterns.get(pattern) ?? []), rule.name ?? "unnamed"]);
    }
  }
  return patterns;
}

/**
 * What is wrong with the rules themselves, one sentence each.
 * @param {CruiseResult} result
 * @param {readonly Rule[]} rules
 * @returns {string[]}
 */
function faultsOfRules(result, rules) {
  const files = result.modules.map((module) => module.source);
  const patterns = patternsOf(rules);
  /** @type {string[]} */
  const faults = NOT_BUILT_YET.filter((pattern) => !patterns.has(pattern)).map(
    (pattern) => `${pattern} is listed as not built yet, but no rule has it`,
  );
  for (const [pattern, names] of patterns) {
    // $1 is what the rule's `from` caught.
    const matches = files.some((file) => new RegExp(pattern.replaceAll("$1", "[^/]+")).test(file));
    const expected = !NOT_BUILT_YET.includes(pattern);
    if (matches && !expected) faults.push(`${pattern} exists now: take it out of NOT_BUILT_YET in scripts/architecture.mjs`);
    if (!matches && expected)
      faults.push(`${pattern} matches no file any more (rule ${names.join(", ")}): rename it in .dependency-cruiser.cjs`);
  }
  return faults;
}

/** @type {readonly Rule[]} */
const rules = (await extractDepcruiseConfig(CONFIG)).forbidden ?? [];
const result = await readImports();
const broken = result.summary.violations.map(({ rule, from, to }) => {
  const why = rules.find(({ name }) => name === rule.name)?.comment ?? "";
  return `${rule.name}: ${from} -> ${to}\n    ${why}`;
});
const complaints = [...broken, ...faultsOfRules(result, rules)];
for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
process.stdout.write(`${String(result.summary.totalCruised)} files, ${String(complaints.length)} complaints\n`);
process.exitCode = complaints.length === 0 ? 0 : 1;
