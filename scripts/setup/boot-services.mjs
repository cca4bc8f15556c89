/**
 * Services that start at boot. Packages switch theirs on when they are installed; the lab wants their programs only.
 */
import { readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { runToEnd } from "./child.mjs";
import { locate } from "./programs.mjs";
import { SetupError } from "./setup-error.mjs";

/** @typedef {import("./child.mjs").Ended} Ended */

/**
 * The links that switch services on: in the `*.wants` folders of systemd, and the `S` links of the older init's run levels.
 * @param {string} [etc]
 * @returns {string[]} paths below /etc
 */
export function bootLinks(etc = "/etc") {
  const units = namesIn(join(etc, "systemd/system"), true)
    .filter((path) => /\.wants\/.*\.(?:service|socket|timer)$/.test(path))
    .map((path) => join("systemd/system", path));
  const scripts = namesIn(etc, false)
    .filter((folder) => /^rc[2-5S]\.d$/.test(folder))
    .flatMap((folder) => namesIn(join(etc, folder), false).map((name) => join(folder, name)))
    .filter((path) => /\/S\d\d[^/]+$/.test(path));
  return [...units, ...scripts];
}

/**
 * @param {string} folder
 * @param {boolean} recursive
 */
function namesIn(folder, recursive) {
  try {
    return readdirSync(folder, { recursive, encoding: "utf8" });
  } catch {
    return []; // not this kind of init
  }
}

/**
 * Switches off what has been switched on since. Where there is no systemctl, and in a minimal system there is none, its links are taken
 * away, which is what it would do.
 * @param {readonly string[]} before boot links as they were
 * @param {string} [etc]
 * @param {(program: string, args: readonly string[]) => Promise<Ended>} [run]
 */
export async function keepOffAtBoot(before, etc = "/etc", run = runToEnd) {
  const added = bootLinks(etc).filter((path) => !before.includes(path));
  const units = added.filter((path) => path.startsWith("systemd/"));
  const scripts = added.filter((path) => !path.startsWith("systemd/"));
  if (locate("systemctl") === undefined) for (const path of units) unlinkSync(join(etc, path));
  else if (units.length > 0) await mustRun(run, "systemctl", ["disable", "--quiet", ...namesOf(units, /^.*\//)]);
  // Each by itself: update-rc.d takes one service a call.
  for (const name of namesOf(scripts, /^.*\/S\d\d/)) await mustRun(run, "update-rc.d", [name, "disable"]);
}

/**
 * @param {readonly string[]} paths
 * @param {RegExp} before what stands before the name
 */
const namesOf = (paths, before) => [...new Set(paths.map((path) => path.replace(before, "")))];

/**
 * @param {NonNullable<Parameters<typeof keepOffAtBoot>[2]>} run
 * @param {string} program
 * @param {readonly string[]} args
 */
async function mustRun(run, program, args) {
  const ended = await run(program, args);
  if (ended.code !== 0) throw new SetupError(`${[program, ...args].join(" ")} failed:\n${ended.output}`);
}
