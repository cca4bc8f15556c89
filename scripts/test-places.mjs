/**
 * Where programs that gates and tests start may write: a home folder and a folder for temporary files of this run's own, in which nothing may be
 * left. What is kept on purpose from one run to the next stays where it is: the test cluster's programs and images, and Go's own caches.
 */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/**
 * @typedef {object} Places
 * @property {string} report path of a file for the test runner's report
 * @property {NodeJS.ProcessEnv} environment
 * @property {() => readonly string[]} left paths of what is there, relative to the two folders' parent; folders only where they are empty
 * @property {() => void} remove
 */

/** @returns {Places} */
export function makePlaces() {
  const folder = mkdtempSync(join(tmpdir(), "podwire-test-"));
  const [home, temporary] = [join(folder, "home"), join(folder, "tmp")];
  mkdirSync(home);
  mkdirSync(temporary);
  // Tests start programs as ordinary users too, who have to get at what they are given.
  chmodSync(folder, 0o755);
  chmodSync(temporary, 0o1777);
  return {
    report: join(folder, "report.json"),
    environment: { ...process.env, ...kept(), ...moved(home), TMPDIR: temporary },
    left: () => [home, temporary].flatMap((place) => leaves(place)).map((path) => path.slice(folder.length + 1)),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param {string} home @returns {Record<string, string | undefined>} */
const moved = (home) => ({
  HOME: home,
  ...{ XDG_CACHE_HOME: undefined, XDG_CONFIG_HOME: undefined, XDG_DATA_HOME: undefined, XDG_STATE_HOME: undefined },
  // npm tells its scripts where its cache is.
  npm_config_cache: undefined,
});

/** @returns {Record<string, string>} */
function kept() {
  const { XDG_CACHE_HOME = join(homedir(), ".cache"), XDG_CONFIG_HOME = join(homedir(), ".config"), ...others } = process.env;
  return {
    PODWIRE_CLUSTER_CACHE: others["PODWIRE_CLUSTER_CACHE"] ?? join(XDG_CACHE_HOME, "podwire"),
    GOENV: others["GOENV"] ?? join(XDG_CONFIG_HOME, "go/env"),
    GOCACHE: others["GOCACHE"] ?? join(XDG_CACHE_HOME, "go-build"),
    GOPATH: others["GOPATH"] ?? join(homedir(), "go"),
    npm_config_userconfig: others["npm_config_userconfig"] ?? join(homedir(), ".npmrc"),
  };
}

/** @param {string} folder @returns {string[]} files in it, and folders that hold nothing */
function leaves(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const inside = entry.isDirectory() ? leaves(path) : [];
    return inside.length === 0 ? [path] : inside;
  });
}
