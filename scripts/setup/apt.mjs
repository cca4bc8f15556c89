#!/usr/bin/env node
/**
 * `sudo node scripts/setup/apt.mjs PACKAGE... [--if-available PACKAGE...]`: installs Debian packages and starts nothing that they bring, now or at the next boot.
 * Prints only what went wrong.
 */
import { bootLinks, keepOffAtBoot } from "./boot-services.mjs";
import { runToEnd } from "./child.mjs";
import { available, hasLists, IF_AVAILABLE } from "./debian.mjs";
import { SERVICES_HELD_BACK, withoutServiceStarts } from "./service-starts.mjs";
import { SetupError } from "./setup-error.mjs";

const UNREACHABLE =
  /Temporary failure resolving|Could not resolve|Could not connect|Connection (?:refused|timed out|failed)|Network is unreachable/;
// apt knows the package or its version only from newer lists.
const LISTS_TOO_OLD = /Unable to locate package|has no installation candidate|404\s+Not Found/;

const ENVIRONMENT = {
  ...process.env,
  LC_ALL: "C",
  DEBIAN_FRONTEND: "noninteractive",
  // Ubuntu's needrestart would restart services of the host after each call.
  NEEDRESTART_SUSPEND: "1",
  [SERVICES_HELD_BACK]: "1",
};

/** @param {readonly string[]} args */
function aptGet(args) {
  return runToEnd("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=600", "-o", "Dpkg::Use-Pty=0", ...args], {
    env: ENVIRONMENT,
    signalTo: "process",
  });
}

/** @param {readonly string[]} packages */
function install(packages) {
  // --no-remove: a conflict is for the user to solve.
  return aptGet(["install", "--yes", "--no-install-recommends", "--no-remove", ...packages]);
}

async function update() {
  const ended = await aptGet(["update", "-o", "APT::Update::Error-Mode=any"]);
  if (ended.code !== 0) throw failure("apt-get update", ended.output);
}

/**
 * @param {string} command
 * @param {string} output
 */
function failure(command, output) {
  const advice = UNREACHABLE.test(output)
    ? "The package servers could not be reached. Check the network (or apt's proxy settings) and start again."
    : "";
  return new SetupError(`${command} failed:\n${output}`, advice);
}

/**
 * @param {readonly string[]} required
 * @param {readonly string[]} optional
 */
async function installWithFreshLists(required, optional) {
  const hadLists = hasLists();
  if (!hadLists) await update();
  const packages = [...required, ...(await available(optional))];
  if (packages.length === 0) return;
  let ended = await install(packages);
  if (ended.code !== 0 && hadLists && LISTS_TOO_OLD.test(ended.output)) {
    await update();
    ended = await install(packages);
  }
  if (ended.code !== 0) throw failure("apt-get install", ended.output);
}

async function main() {
  const words = process.argv.slice(2);
  const packages = words.filter((word) => word !== IF_AVAILABLE);
  if (packages.length === 0 || packages.some((name) => !/^[a-z0-9][a-z0-9.+-]+$/.test(name)))
    throw new SetupError("Usage: apt.mjs PACKAGE...", "", 2);
  if (process.getuid?.() !== 0) throw new SetupError("apt.mjs has to run as root");
  const optionalFrom = words.includes(IF_AVAILABLE) ? words.indexOf(IF_AVAILABLE) : words.length;
  const before = bootLinks();
  try {
    await withoutServiceStarts(() => installWithFreshLists(words.slice(0, optionalFrom), words.slice(optionalFrom + 1)));
  } finally {
    await keepOffAtBoot(before);
  }
}

main().catch((/** @type {unknown} */ error) => {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n${error.advice === "" ? "" : `${error.advice}\n`}`);
  process.exitCode = error.exitCode;
});
