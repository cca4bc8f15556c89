/**
 * The image that every node has: Debian's static busybox, as the sandbox container and as something to run in tests.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cache.mjs";
import { run } from "./child.mjs";

export const PAUSE_IMAGE = "localhost/podwire-pause:1";
/** All of busybox's programs in /bin, `sleep` as the entrypoint's first choice; made from this machine's busybox-static. */
export const BUSYBOX_IMAGE = "localhost/busybox:1";
/** What containerd 1.6 takes for the sandbox where its configuration names nothing. */
export const USUAL_SANDBOX_IMAGE = "registry.k8s.io/pause:3.6";
/** In place of busybox's own. */
const WGET = fileURLToPath(new URL("./wget.sh", import.meta.url));
const BUSYBOX = ["/bin/busybox", "/usr/bin/busybox"];
const ARCHITECTURES = new Map([
  ["x64", "amd64"],
  ["arm64", "arm64"],
]);

/**
 * The archive with these names, made once.
 * @param {readonly string[]} [names]
 * @returns {Promise<string>} path of a tar that `ctr image import` takes
 */
export async function ensureBusyboxImage(names = [PAUSE_IMAGE, BUSYBOX_IMAGE]) {
  const busybox = BUSYBOX.find((path) => existsSync(path));
  if (busybox === undefined) throw new Error("there is no busybox on this machine: apt-get install busybox-static");
  const hash = createHash("sha256").update(readFileSync(busybox)).update(readFileSync(WGET)).update(names.join());
  const key = hash.digest("hex").slice(0, 12);
  const folder = join(cacheFolder(), "images");
  const target = join(folder, `busybox-${key}.tar`);
  if (existsSync(target)) return target;
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, "part-"));
  try {
    await busyboxLayer(busybox, join(work, "root"), join(work, "layer.tar"));
    const config = { Entrypoint: ["/bin/sleep"], Cmd: ["2147483647"], Env: ["PATH=/bin"] };
    await imageArchive(work, names, config);
    renameSync(join(work, "image.tar"), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return target;
}

/**
 * @param {string} busybox
 * @param {string} root
 * @param {string} layer
 */
async function busyboxLayer(busybox, root, layer) {
  for (const folder of ["bin", "tmp", "etc", "www"]) mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(busybox, join(root, "bin/busybox"));
  const applets = (await run([busybox, "--list"])).trim().split("\n");
  for (const applet of applets) if (applet !== "busybox" && applet !== "wget") symlinkSync("busybox", join(root, "bin", applet));
  copyFileSync(WGET, join(root, "bin/wget"));
  chmodSync(join(root, "bin/wget"), 0o755);
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/:/bin/sh\n");
  await run(["tar", "--create", "--file", layer, "--owner=0", "--group=0", "--numeric-owner", "--directory", root, "."]);
}

/**
 * `image.tar` out of `layer.tar`, in the layout that `docker save` writes (Docker Image Specification 1.2, "Combined Image JSON").
 * @param {string} work folder of both
 * @param {readonly string[]} names
 * @param {Readonly<Record<string, unknown>>} settings entrypoint, environment and the like
 */
export async function imageArchive(work, names, settings) {
  const digest = createHash("sha256")
    .update(readFileSync(join(work, "layer.tar")))
    .digest("hex");
  const config = JSON.stringify({
    architecture: ARCHITECTURES.get(process.arch) ?? process.arch,
    os: "linux",
    config: settings,
    rootfs: { type: "layers", diff_ids: [`sha256:${digest}`] },
  });
  const configName = `${createHash("sha256").update(config).digest("hex")}.json`;
  writeFileSync(join(work, configName), config);
  writeFileSync(join(work, "manifest.json"), JSON.stringify([{ Config: configName, RepoTags: names, Layers: ["layer.tar"] }]));
  await run(["tar", "--create", "--file", join(work, "image.tar"), "--directory", work, configName, "manifest.json", "layer.tar"]);
}
