/**
 * The Debian packages, as far as they can be dealt with by the user who started the set-up; `apt.mjs` is the part that needs root.
 */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runToEnd } from "./child.mjs";
import { isThere, locate } from "./programs.mjs";
import { SetupError } from "./setup-error.mjs";

const APT = fileURLToPath(new URL("apt.mjs", import.meta.url));
const LISTS = "/var/lib/apt/lists";
/** Stands in the arguments of apt.mjs before the packages that not every release has. */
export const IF_AVAILABLE = "--if-available";

/** @typedef {import("./programs.mjs").DebianPackage} DebianPackage */

/**
 * Installs what is missing, as root or through a sudo that asks for no password.
 * @param {readonly DebianPackage[]} missing not empty
 * @returns {Promise<import("../setup.mjs").Step | undefined>} undefined when only optional packages are missing and cannot be had here
 */
export async function debianStep(missing) {
  if (!existsSync("/etc/debian_version") || locate("apt-get") === undefined) throw notDebian(missing);
  const required = namesOf(missing, false);
  // Before the lists were ever fetched no one knows; apt.mjs asks again when it has them.
  const optional = hasLists() ? await available(namesOf(missing, true)) : namesOf(missing, true);
  if (required.length + optional.length === 0) return undefined;
  const [program, ...args] = await asRoot([
    process.execPath,
    APT,
    ...required,
    ...(optional.length === 0 ? [] : [IF_AVAILABLE, ...optional]),
  ]);
  return {
    title: `Debian packages (${[...required, ...optional].join(" ")})`,
    carryOut: async () => {
      const ended = await runToEnd(program, args, { signalTo: "process" });
      const wanted = `The packages wanted are: ${[...required, ...optional].join(" ")}`;
      if (ended.code !== 0) throw new SetupError(ended.output || "the installing process was killed", wanted);
      checkArrival(missing);
    },
  };
}

/**
 * @param {readonly DebianPackage[]} packages
 * @param {boolean} optional
 */
const namesOf = (packages, optional) => packages.filter((one) => (one.optional === true) === optional).map((one) => one.name);

/**
 * Without this, a package that no longer has its program would be installed again at every start.
 * @param {readonly DebianPackage[]} wanted
 */
function checkArrival(wanted) {
  const absent = namesOf(
    wanted.filter((one) => !isThere(one)),
    false,
  );
  if (absent.length === 0) return;
  throw new SetupError(`apt installed ${absent.join(" ")}, but the programs that should be in there are still missing.`);
}

/** @param {readonly DebianPackage[]} missing */
function notDebian(missing) {
  const programs = missing.flatMap((one) => one.programs ?? one.anyOf?.slice(0, 1) ?? one.files ?? []);
  return new SetupError(
    "programs are missing, and this set-up can install them only on Debian and Ubuntu.",
    `Install these by your system's own means, then start again: ${programs.join(" ")}`,
  );
}

/**
 * Those of some packages that this release's lists have.
 * @param {readonly string[]} names
 */
export async function available(names) {
  if (names.length === 0) return [];
  const ended = await runToEnd("apt-cache", ["policy", ...names], { env: { ...process.env, LC_ALL: "C" } });
  const known = [...ended.output.matchAll(/^(\S+):\n\s+Installed:.*\n\s+Candidate: (?!\(none\))/gm)].map((match) => match[1]);
  return names.filter((name) => known.includes(name));
}

/** Whether the package lists were ever fetched; a fresh container has none. */
export function hasLists() {
  return existsSync(LISTS) && readdirSync(LISTS).some((name) => name.includes("_Packages"));
}

/**
 * The command as it runs with root's rights.
 * @param {[string, ...string[]]} command
 * @returns {Promise<[string, ...string[]]>}
 */
async function asRoot(command) {
  if (process.getuid?.() === 0) return command;
  const sudo = locate("sudo");
  if (sudo !== undefined && (await runToEnd(sudo, ["-n", "true"])).code === 0) return [sudo, "-n", ...command];
  const line = command.join(" ");
  throw new SetupError(
    "Debian packages are missing, and this user cannot install them without a password.",
    `Paste this, then start again (it is apt-get install without recommended packages, and with service starts held back):\n\n  ${sudo === undefined ? `su -c '${line}'` : `sudo ${line}`}\n`,
  );
}
