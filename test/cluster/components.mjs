/**
 * The programs of a cluster, built from the Go module in `go/` and kept for every clone on this machine.
 */
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cache.mjs";
import { run } from "./child.mjs";
import { withBuildLock } from "./lock.mjs";

const MODULE = fileURLToPath(new URL("./go/", import.meta.url));
const SOURCES = [
  "go.mod",
  "go.sum",
  "kube/main.go",
  "flannel/main.go",
  "dns/go.mod",
  "dns/go.sum",
  "dns/main.go",
  "policies/go.mod",
  "policies/go.sum",
  "policies/main.go",
];
const KUBERNETES = "v1.34.4";
const LEAST_GO = [1, 24];
/** Programs by folder. `dns` and `policies` are modules of their own: with the others they would have to agree on the versions of everything. */
const BUILDS = [
  ["kube", `-s -w -X k8s.io/component-base/version.gitVersion=${KUBERNETES}`],
  ["flannel", "-s -w"],
  ["dns", "-s -w"],
  ["policies", "-s -w"],
];

/** @typedef {{ readonly path: string, readonly version: string }} Go */

/**
 * The Go that builds the components, or one sentence that says what to do.
 * @returns {Promise<Go | string>}
 */
export async function findGo() {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/local/go/bin", "/usr/lib/go/bin"].filter((one) => one.startsWith("/"));
  const path = folders.map((folder) => join(folder, "go")).find(isProgram);
  const advice = `install Go ${LEAST_GO.join(".")} or newer (https://go.dev/dl/) in PATH or /usr/local/go`;
  if (path === undefined) return `the test cluster's components are built with Go, and there is none on this machine: ${advice}`;
  const version = (await run([path, "env", "GOVERSION"], { cwd: "/", env: goEnvironment() })).trim();
  const [major = 0, minor = 0] = version.replace(/^go/, "").split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST_GO;
  if (major < leastMajor || (major === leastMajor && minor < leastMinor)) return `${path} is ${version}, which is too old: ${advice}`;
  return { path, version };
}

/** Go counts its own use in the configuration folder; that folder is then the cache's, but for the settings that are there. */
function goEnvironment() {
  const configuration = process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config");
  return { ...process.env, GOENV: process.env["GOENV"] ?? join(configuration, "go/env"), XDG_CONFIG_HOME: join(cacheFolder(), "go-use") };
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The folder with `kube`, `kubectl`, `flannel`, `dns` and `policies`; built if this machine has not got them (10 minutes cold, 20 s with Go's caches warm).
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export async function ensureComponents(say) {
  const go = await findGo();
  if (typeof go === "string") throw new Error(go);
  const folder = join(cacheFolder(), `components-${keyOf(go)}`);
  if (existsSync(folder)) return folder;
  await withBuildLock(join(cacheFolder(), "build.lock"), say, async () => {
    if (!existsSync(folder)) await build(go, folder, say);
  });
  return folder;
}

/** @param {Go} go */
function keyOf(go) {
  const hash = createHash("sha256").update(go.version).update(JSON.stringify(BUILDS));
  for (const name of SOURCES) hash.update(name).update(readFileSync(join(MODULE, name)));
  return hash.digest("hex").slice(0, 12);
}

/**
 * Into a folder beside, which takes its name when all of it is there.
 * @param {Go} go
 * @param {string} folder
 * @param {(line: string) => void} say
 */
async function build(go, folder, say) {
  say(
    `building Kubernetes ${KUBERNETES}, flannel, CoreDNS and kube-router with ${go.version} (once on this machine; 10 minutes when nothing is cached)`,
  );
  const work = mkdtempSync(`${folder}.part-`);
  try {
    // An older Go fetches the toolchain that the module asks for, unless its owner forbade that.
    const env = { ...goEnvironment(), GOFLAGS: "-buildvcs=false", CGO_ENABLED: "1" };
    for (const [name = "", flags = ""] of BUILDS) {
      await run([go.path, "build", `-ldflags=${flags}`, "-o", join(work, name), "."], { cwd: join(MODULE, name), env });
    }
    symlinkSync("kube", join(work, "kubectl"));
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
