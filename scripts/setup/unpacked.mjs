/**
 * Programs that only read documents in tests, out of Debian packages that are unpacked into .setup/unpacked/ and not installed: installing NetworkManager
 * or FRR would upgrade the machine's systemd, and bring services that nothing here starts. Needs no root.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./checkout.mjs";
import { runToEnd } from "./child.mjs";
import { available, hasLists } from "./debian.mjs";
import { locate, UNPACKED_FOR_TEST } from "./programs.mjs";

const FOLDER = join(ROOT, ".setup/unpacked");
const ENVIRONMENT = { ...process.env, LC_ALL: "C" };

/**
 * @typedef {object} UnpackedProgram
 * @property {string} path of the program
 * @property {Readonly<Record<string, string>>} environment with which it finds its libraries
 */

/**
 * A program as installed, else as unpacked.
 * @param {string} name
 * @returns {UnpackedProgram | undefined}
 */
export function unpackedProgram(name) {
  const installed = locate(name);
  if (installed !== undefined) return { path: installed, environment: {} };
  const path = ["usr/bin", "usr/sbin"].map((folder) => join(FOLDER, folder, name)).find((one) => existsSync(one));
  return path === undefined ? undefined : { path, environment: { LD_LIBRARY_PATH: libraryFolders().join(":") } };
}

/** Folders of libraries have the machine's architecture in their names; FRR has one of its own in there. */
function libraryFolders() {
  return ["usr/lib", "lib"]
    .map((name) => join(FOLDER, name))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((folder) => folder.includes("-linux-gnu"))
    .flatMap((folder) => [folder, join(folder, "frr")]);
}

/**
 * @param {boolean} listsWillCome whether package lists are fetched before this is carried out
 * @returns {Promise<import("../setup.mjs").Step | undefined>} undefined where all is there or cannot be had
 */
export async function unpackStep(listsWillCome) {
  const missing = UNPACKED_FOR_TEST.filter(({ programs }) => programs.some((name) => unpackedProgram(name) === undefined));
  const names = missing.map(({ name }) => name);
  if (names.length === 0 || locate("apt-get") === undefined || locate("dpkg-deb") === undefined) return undefined;
  if (!listsWillCome && (!hasLists() || (await available(names)).length === 0)) return undefined;
  return {
    title: `programs for tests, unpacked and not installed (${names.join(" ")})`,
    carryOut: async () => {
      const failed = await unpack(await available(names));
      if (failed !== undefined) process.stderr.write(`not here, and the tests that need them are skipped: ${failed} ... `);
    },
  };
}

/**
 * @param {readonly string[]} names
 * @returns {Promise<string | undefined>} why not
 */
async function unpack(names) {
  if (names.length === 0) return "this release has none of them";
  const part = `${FOLDER}.part`;
  rmSync(part, { recursive: true, force: true });
  const packages = join(part, "packages");
  mkdirSync(packages, { recursive: true });
  try {
    const plan = await runToEnd("apt-get", ["--simulate", "--no-install-recommends", "install", ...names], { env: ENVIRONMENT });
    if (plan.code !== 0) return lastLine(plan.output);
    const download = await runToEnd("apt-get", ["-q", "download", ...newPackages(plan.output)], { env: ENVIRONMENT, cwd: packages });
    if (download.code !== 0) return lastLine(download.output);
    for (const file of readdirSync(packages)) {
      const ended = await runToEnd("dpkg-deb", ["--extract", join(packages, file), part]);
      if (ended.code !== 0) return lastLine(ended.output);
    }
    rmSync(packages, { recursive: true });
    rmSync(FOLDER, { recursive: true, force: true });
    renameSync(part, FOLDER);
    return undefined;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/**
 * `NAME=VERSION` of what apt would install anew. What it would upgrade stays as it is: the unpacked programs run with the machine's own.
 * @param {string} plan of `apt-get --simulate install`
 */
export const newPackages = (plan) =>
  [...plan.matchAll(/^Inst (\S+) \((\S+) /gm)].map(([, name = "", version = ""]) => `${name}=${version}`);

/** @param {string} output */
const lastLine = (output) => output.split("\n").findLast((line) => line.startsWith("E:")) ?? output.split("\n").at(-1) ?? "";
