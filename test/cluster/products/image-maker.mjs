/**
 * Makes an image of Debian packages and built programs, once for each state of what goes into it.
 */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { locate } from "../../../scripts/setup/programs.mjs";
import { cacheFolder } from "../cache.mjs";
import { run } from "../child.mjs";
import { imageArchive } from "../images.mjs";
import { withBuildLock } from "../lock.mjs";

/** @typedef {import("./images.mjs").ProductImage} ProductImage */

const SUITE = "bookworm";
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Files of packages that nothing in an image needs: a compiler for eBPF wants no headers, libraries or linkers of this machine's. */
const LEFT_OUT = [
  ...["doc", "man", "info", "locale", "i18n", "zoneinfo", "bash-completion", "lintian", "perl*", "python3*"].map(
    (name) => `/usr/share/${name}/*`,
  ),
  ...[
    "/usr/include/*",
    "/usr/lib/gcc/*",
    "/usr/lib/*.a",
    "/usr/lib/*/gconv/*",
    "/usr/lib/*/perl*",
    "/usr/bin/perl*",
    "/usr/lib/*/libperl*",
  ],
  ...["/usr/lib/python3*", "/usr/bin/python3*", "/usr/bin/*-linux-gnu-*", "/usr/lib/llvm-19/build/*", "/usr/lib/llvm-19/lib/clang/*"],
  ...["/lib/systemd/*", "/usr/lib/systemd/*"],
];
/**
 * What base-files makes by a maintainer script, and none is run here. Programs take the two folders for one: Cilium has its node's cgroup mounted below the
 * first and looks for it below the other, and where it finds nothing it mounts the machine's own.
 */
const SYSTEM_LINKS = { "/var/run": "/run", "/var/lock": "/run/lock" };
const EXECUTABLE = 0o755;

/** Why an image cannot be made here; undefined if it can. @param {ProductImage} image @param {string} programs folder of what was built */
export function imageUnavailable(image, programs) {
  if (existsSync(pathOf(image, programs))) return undefined;
  return locate("mmdebstrap") === undefined ? `not on this machine: mmdebstrap, which makes ${image.name}'s image` : undefined;
}

/**
 * @param {ProductImage} image
 * @param {string} programs folder of what was built
 * @param {(line: string) => void} say
 * @returns {Promise<string>} absolute path of a tar that `ctr image import` takes
 */
export async function ensureImage(image, programs, say) {
  const target = pathOf(image, programs);
  if (existsSync(target)) return target;
  const lacking = imageUnavailable(image, programs);
  if (lacking !== undefined) throw new Error(lacking);
  mkdirSync(dirname(target), { recursive: true });
  await withBuildLock(`${target}.lock`, say, async () => {
    if (existsSync(target)) return;
    say(`making ${image.name}'s image (a minute, and a Debian mirror)`);
    const work = mkdtempSync(join(dirname(target), "part-"));
    try {
      await make(image, programs, work);
      renameSync(join(work, "image.tar"), target);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
  return target;
}

/** @param {ProductImage} image @param {string} programs */
function pathOf(image, programs) {
  const key = createHash("sha256")
    .update(JSON.stringify({ image, LEFT_OUT, SYSTEM_LINKS, programs: basename(programs) }))
    .digest("hex");
  return join(cacheFolder(), "images", `${image.name}-${key.slice(0, 12)}.tar`);
}

/**
 * `image.tar` in the work folder.
 * @param {ProductImage} image
 * @param {string} programs
 * @param {string} work
 */
async function make({ packages, files, links, commands, tags }, programs, work) {
  const root = join(work, "root");
  await run([
    ...["mmdebstrap", "--variant=extract", "--format=directory", `--include=${Object.keys(packages).join(",")}`],
    ...LEFT_OUT.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
    ...[SUITE, root],
  ]);
  for (const [path, from] of Object.entries(files)) {
    const to = join(root, path);
    mkdirSync(dirname(to), { recursive: true });
    await run(["cp", "--recursive", isAbsolute(from) ? from : join(programs, from), to]);
    // Scripts came from Go's cache without their modes.
    if (!path.endsWith("/bpf")) chmodSync(to, EXECUTABLE);
  }
  for (const [path, to] of Object.entries({ ...SYSTEM_LINKS, ...links })) {
    rmSync(join(root, path), { recursive: true, force: true });
    symlinkSync(to, join(root, path));
  }
  for (const [path, command] of Object.entries(commands))
    writeFileSync(join(root, path), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: EXECUTABLE });
  await run(["tar", "--create", "--file", join(work, "layer.tar"), "--owner=0", "--group=0", "--numeric-owner", "--directory", root, "."]);
  rmSync(root, { recursive: true });
  await imageArchive(work, tags, { Env: [`PATH=${PATH}`] });
}
