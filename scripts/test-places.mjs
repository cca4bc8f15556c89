/**
 * Where programs that gates and tests start may write: a home folder and a folder for temporary files of this run's own, in which nothing may be
 * left. What is kept on purpose from one run to the next stays where it is: the test cluster's programs and images, and Go's own caches. Places that
 * every program of the machine shares are looked at before and after, for what is written there by an absolute path.
 */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/**
 * @typedef {object} Places
 * @property {string} report path of a file for the test runner's report
 * @property {NodeJS.ProcessEnv} environment
 * @property {() => readonly string[]} left paths of what is there, relative to the two folders' parent; folders only where they are empty; and absolute
 *   paths of what has come to shared places, unless another run on this machine may have put it there
 * @property {() => string | undefined} unseen what cannot be judged, and why
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
  const came = watchShared(SHARED);
  const besideAtStart = isOtherAtWork(temporary);
  const beside = () => besideAtStart || isOtherAtWork(temporary);
  return {
    report: join(folder, "report.json"),
    environment: { ...process.env, ...kept(), ...moved(home), TMPDIR: temporary },
    left: () => [
      ...[home, temporary].flatMap((place) => leaves(place)).map((path) => path.slice(folder.length + 1)),
      ...(beside() ? [] : came().filter((path) => path !== folder)),
    ],
    unseen: () => (beside() ? "not looked at: folders that all programs share, for other tests or labs run on this machine" : undefined),
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

/** Where programs write by an absolute path, or by the home folder in the password file. */
const SHARED = [
  ...["/tmp", "/var/tmp", "/run", "/run/netns", "/run/lock", "/sys/fs/cgroup", "/sys/fs/cgroup/unified", tmpdir()],
  ...["", ".cache", ".config", ".kube", ".local/share", ".local/state"].map((folder) => join(userInfo().homedir, folder)),
];
/** Names by which it is known whose something is: podwire's, a lab's namespace, or of a program that tests start. Others of this machine may write too. */
const OURS = /podwire|\.(?:open|capped)\.(?:node|pod)-|^(?:\.kube|\.docker|nginx\.pid|docker-oracle)$/;

/**
 * @param {readonly string[]} folders
 * @returns {() => string[]} paths of ours that have come to the folders since
 */
export function watchShared(folders) {
  const ours = () =>
    [...new Set(folders)].flatMap((folder) =>
      namesIn(folder)
        .filter((name) => OURS.test(name))
        .map((name) => join(folder, name)),
    );
  const before = new Set(ours());
  // The test cluster's programs are kept on purpose.
  const cache = kept()["PODWIRE_CLUSTER_CACHE"];
  return () => ours().filter((path) => !before.has(path) && path !== cache);
}

/** @param {string} folder @returns {string[]} */
function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const AT_WORK = /\bvitest\b|\bscripts\/(?:bench\/|test\.mjs|docs-)|\btest\/cluster\/(?:sandbox\/|up\.mjs)|\bbin\/podwire\b/;

/**
 * Whether tests or labs run that this process has not started, whose files cannot be told from those of its own. What its own tests have left running hides
 * nothing.
 * @param {string} temporary the folder for temporary files of its own tests, by which they are known
 */
function isOtherAtWork(temporary) {
  const above = ancestors();
  return namesIn("/proc").some((pid) => {
    try {
      if (!/^\d+$/.test(pid) || above.has(pid) || !AT_WORK.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"))) return false;
      return !readFileSync(`/proc/${pid}/environ`, "utf8").includes(`TMPDIR=${temporary}\0`);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}

/** This process and those that it was started by, as npm and its shell, whose command lines name this script too. */
function ancestors() {
  const found = new Set();
  for (let pid = String(process.pid); pid !== "0" && !found.has(pid); ) {
    found.add(pid);
    pid = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
  }
  return found;
}

/** @param {string} folder @returns {string[]} files in it, and folders that hold nothing */
function leaves(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const inside = entry.isDirectory() ? leaves(path) : [];
    return inside.length === 0 ? [path] : inside;
  });
}
