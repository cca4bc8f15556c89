/**
 * The Debian packages, as far as they can be dealt with by the user who started the set-up; `apt.mjs` is the part that needs root.
 */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runToEnd } from "./child.mjs";
import { locate } from "./programs.mjs";
import { SetupError } from "./setup-error.mjs";

const APT = fileURLToPath(new URL("apt.mjs", import.meta.url));
const LISTS = "/var/lib/apt/lists";

/** @typedef {import("./programs.mjs").DebianPackage} DebianPackage */

/**
 * Installs what is missing, as root or through a sudo that asks for no password.
 * @param {readonly DebianPackage[]} missing not empty
 * @returns {Promise<import("../setup.mjs").Step | undefined>} undefined when only optional packages are missing and cannot be had here
 */
export async function debianStep(missing) {
  if (!existsSync("/etc/debian_version") || locate("apt-get") === undefined) throw notDebian(missing);
  const names = await installable(missing);
  if (names.length === 0) return undefined;
  const [program, ...args] = await asRoot([process.execPath, APT, ...names]);
  return {
    title: `Debian packages (${names.join(" ")})`,
    carryOut: async () => {
      const ended = await runToEnd(program, args, { signalTo: "process" });
      if (ended.code !== 0) throw new SetupError(ended.output, `The packages wanted are: ${names.join(" ")}`, ended.code);
    },
  };
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
 * Names to install. An optional package that this release's lists do not have is left out.
 * @param {readonly DebianPackage[]} missing
 */
async function installable(missing) {
  const required = missing.filter((one) => one.optional !== true).map((one) => one.name);
  const optional = missing.filter((one) => one.optional === true).map((one) => one.name);
  if (optional.length === 0 || !hasLists()) return [...required, ...optional];
  const ended = await runToEnd("apt-cache", ["policy", ...optional], { env: { ...process.env, LC_ALL: "C" } });
  const available = [...ended.output.matchAll(/^(\S+):\n\s+Installed:.*\n\s+Candidate: (?!\(none\))/gm)].map((match) => match[1]);
  return [...required, ...optional.filter((name) => available.includes(name))];
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
