#!/usr/bin/env node
/**
 * Sets this checkout and this machine up for a purpose, and changes nothing where all is there already.
 *
 *     node scripts/setup.mjs run     npm packages, build, Debian packages that measuring needs
 *     node scripts/setup.mjs test    the same, and the packages that only tests need
 *     node scripts/setup.mjs build   npm packages and build
 *     node scripts/setup.mjs products   as for tests, and what clusters with products need
 *
 * No dependencies, since it is what fetches them; plain syntax, so that an old Node gets as far as the message about itself.
 * It writes to standard error only: `podwire lab --json` after it owns standard output.
 */
import { buildStep } from "./setup/build.mjs";
import { npmStep } from "./setup/checkout.mjs";
import { withLock } from "./setup/lock.mjs";
import { missingPackages } from "./setup/programs.mjs";
import { SetupError } from "./setup/setup-error.mjs";

const NEEDED_NODE = [20, 19];
const PURPOSES = ["run", "test", "build", "products"];

/** @typedef {{ title: string, carryOut: () => Promise<void> }} Step */

/**
 * What of the machine is not as it should be, in the order in which it is mended.
 * @param {string} purpose one of PURPOSES
 * @returns {Promise<Step[]>}
 */
async function machineSteps(purpose) {
  if (purpose === "build") return [];
  const missing = missingPackages(purpose);
  const packages = missing.length === 0 ? undefined : await (await import("./setup/debian.mjs")).debianStep(missing);
  // What only tests use.
  const unpacked = purpose === "run" ? undefined : await (await import("./setup/unpacked.mjs")).unpackStep(packages !== undefined);
  return [packages, unpacked].filter((step) => step !== undefined);
}

/** The same of the checkout: what can be compiled depends on the compilers and headers that the machine has by then. */
const checkoutSteps = () => [npmStep(), buildStep()].filter((step) => step !== undefined);

/** @param {Step} step */
async function announce(step) {
  process.stderr.write(`setup: ${step.title} ... `);
  const start = process.hrtime.bigint();
  try {
    await step.carryOut();
  } catch (error) {
    process.stderr.write("failed\n");
    throw error;
  }
  process.stderr.write(`${(Number(process.hrtime.bigint() - start) / 1e9).toFixed(1)} s\n`);
}

/** @param {string} purpose */
async function setUp(purpose) {
  if ((await machineSteps(purpose)).length === 0 && checkoutSteps().length === 0) return;
  await withLock(async () => {
    // Asked again: another set-up may have done it while this one waited for the lock.
    for (const step of await machineSteps(purpose)) await announce(step);
    for (const step of checkoutSteps()) await announce(step);
  });
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [neededMajor = 0, neededMinor = 0] = NEEDED_NODE;
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return;
  throw new SetupError(
    `podwire needs Node ${NEEDED_NODE.join(".")} or newer, and this is Node ${process.versions.node} (${process.execPath}).`,
    "Install a newer Node, for example from https://nodejs.org/, or start again by one from npm: npx -y -p node@22 npm ...",
  );
}

async function main() {
  checkNode();
  const purpose = process.argv[2] || "";
  if (!PURPOSES.includes(purpose) || process.argv.length > 3) {
    throw new SetupError("Usage: node scripts/setup.mjs run|test|build|products", "", 2);
  }
  await setUp(purpose);
}

main().catch((/** @type {unknown} */ error) => {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`setup: ${error.message}\n${error.advice === "" ? "" : `${error.advice}\n`}`);
  process.exitCode = error.exitCode;
});
