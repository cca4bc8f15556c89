// Does images/agent/Dockerfile build, does podwire measure with what comes of it, and does an engine load the archive of `podwire cluster image`?
//
//   npm run bench:dockerfile [-- --keep]
//
// A dockerd of its own (no bridge, no rules, data in a temporary folder) builds it for this machine's architecture. Its base is made of Debian's packages
// and handed out by a registry on the loopback interface, so that no account and no public registry is needed; a Debian mirror is. Needs root, Go (the test
// cluster in which the image is tried) and some minutes.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureAgentImage } from "../../test/cluster/agent-image.mjs";
import { run } from "../../test/cluster/child.mjs";
import { removeCgroups } from "../../test/cluster/registry.mjs";
import { startCluster } from "../../test/cluster/start.mjs";
import { podwire } from "./cluster/bench-cluster.mjs";
import { machineFacts, met, parsed, ROOT, record } from "./record.mjs";

const { values: flags } = parseArgs({ options: { keep: { type: "boolean", default: false } } });
const machine = machineFacts();
const REFERENCE = `podwire.test/agent:${machine.podwire}`;
const CGROUP = `podwire-dockerfile-${String(process.pid)}`;

/** @typedef {{ digest: string, size: number, type: string, send: (response: import("node:http").ServerResponse) => void }} Blob */

/** @param {string} text @param {string} type @returns {Blob} */
function textBlob(text, type) {
  const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  return { digest, type, size: Buffer.byteLength(text), send: (response) => response.end(text) };
}

/** @param {string} file */
async function digestOf(file) {
  return `sha256:${(await run(["sha256sum", file])).split(" ")[0] ?? ""}`;
}

/** Debian's smallest system as an image of one layer. @param {string} folder @returns {Promise<{ manifest: Blob, blobs: readonly Blob[] }>} */
async function makeBase(folder) {
  const tar = join(folder, "base.tar");
  await run(["mmdebstrap", "--variant=minbase", "bookworm", tar]);
  const content = await digestOf(tar);
  await run(["gzip", "-1", tar]);
  const packed = `${tar}.gz`;
  const architecture = process.arch === "arm64" ? "arm64" : "amd64";
  const image = { architecture, os: "linux", config: {}, rootfs: { type: "layers", diff_ids: [content] } };
  const config = textBlob(JSON.stringify(image), "application/vnd.docker.container.image.v1+json");
  /** @type {Blob} */
  const layer = {
    digest: await digestOf(packed),
    size: statSync(packed).size,
    type: "application/vnd.docker.image.rootfs.diff.tar.gzip",
    send: (response) => createReadStream(packed).pipe(response),
  };
  const descriptor = (/** @type {Blob} */ { digest, size, type }) => ({ mediaType: type, size, digest });
  const type = "application/vnd.docker.distribution.manifest.v2+json";
  const manifest = { schemaVersion: 2, mediaType: type, config: descriptor(config), layers: [descriptor(layer)] };
  return { manifest: textBlob(JSON.stringify(manifest), type), blobs: [config, layer] };
}

/** The part of the registry's protocol by which one image is pulled. @param {readonly Blob[]} blobs @returns {Promise<{ port: number, close: () => void }>} */
async function registryOf(blobs) {
  const server = createServer((request, response) => {
    const wanted = blobs.find(({ digest }) => request.url?.endsWith(digest) === true);
    if (wanted === undefined) {
      response.writeHead(request.url === "/v2/" ? 200 : 404).end();
      return;
    }
    response.writeHead(200, {
      "content-type": wanted.type,
      "content-length": wanted.size,
      "docker-content-digest": wanted.digest,
    });
    if (request.method === "HEAD") response.end();
    else wanted.send(response);
  });
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve(undefined);
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the registry has no port");
  return { port: address.port, close: () => server.close() };
}

/**
 * An engine that ends with this process, and touches no network but by what containers do on the host's.
 * @param {string} folder
 * @returns {Promise<{ docker: (...words: readonly string[]) => Promise<string>, stop: () => Promise<void> }>}
 */
async function startEngine(folder) {
  const socket = `unix://${join(folder, "socket")}`;
  const places = ["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec"), "--pidfile", join(folder, "pid")];
  const quiet = ["--bridge", "none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"];
  const cgroups = ["--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", CGROUP];
  const own = ["--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const engine = spawn("setpriv", [...own, "dockerd", "--host", socket, ...places, ...quiet, ...cgroups], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  await new Promise((resolve, reject) => {
    engine.stderr.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
      log += chunk;
      if (log.includes("API listen on")) resolve(undefined);
    });
    engine.once("exit", () => {
      reject(new Error(`dockerd ended:\n${log}`));
    });
  });
  return {
    docker: async (...words) => run(["docker", "--host", socket, ...words]),
    stop: async () => {
      const ended = new Promise((resolve) => engine.once("exit", resolve));
      engine.kill("SIGKILL");
      await ended;
      await removeCgroups(CGROUP);
    },
  };
}

/** Packages with their versions, as dpkg's status file has them. @param {string} status */
function packagesIn(status) {
  const of = (/** @type {string} */ entry, /** @type {string} */ field) => new RegExp(`^${field}: (.*)$`, "m").exec(entry)?.[1] ?? "";
  return new Map(status.split("\n\n").map((entry) => [of(entry, "Package"), of(entry, "Version")]));
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "podwire-dockerfile-"));
  const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);
  try {
    say("making the base");
    const { manifest, blobs } = await makeBase(folder);
    const registry = await registryOf([manifest, ...blobs]);
    const engine = await startEngine(folder);
    const archive = join(folder, "agent.tar");
    let [loaded, built] = ["", 0];
    const begin = performance.now();
    try {
      say("building");
      const context = join(folder, "context");
      for (const part of ["images", "dist"]) cpSync(`${ROOT}${part}`, join(context, part), { recursive: true });
      const base = ["--build-arg", `BASE=127.0.0.1:${String(registry.port)}/base`, "--build-arg", `BASE_DIGEST=${manifest.digest}`];
      const file = ["--file", join(context, "images/agent/Dockerfile"), "--tag", REFERENCE, context];
      await engine.docker("build", "--network", "host", ...base, "--build-arg", `VERSION=${machine.podwire}`, ...file);
      built = (performance.now() - begin) / 1000;
      await engine.docker("save", "--output", archive, REFERENCE);
      loaded = (await engine.docker("load", "--input", await ensureAgentImage())).trim();
    } finally {
      registry.close();
      await engine.stop();
    }
    const layers = join(folder, "layers");
    mkdirSync(layers);
    await run(["tar", "-xf", archive, "-C", layers]);
    const [{ Config, Layers }] = /** @type {[{ Config: string, Layers: string[] }]} */ (
      parsed(readFileSync(join(layers, "manifest.json"), "utf8"))
    );
    const { config } = /** @type {{ config: { User: string, Entrypoint: string[], Cmd: string[] } }} */ (
      parsed(readFileSync(join(layers, Config), "utf8"))
    );
    const status = await lastOf(
      Layers.map((layer) => join(layers, layer)),
      "var/lib/dpkg/status",
    );
    const packages = packagesIn(status);
    const measured = await tried(archive, say);
    record({
      name: "dockerfile",
      machine,
      short: false,
      tables: [
        {
          title: "images/agent/Dockerfile, built and used",
          head: ["built in", "archive", "user", "start", "packages", "podwire cluster run --image", "docker load of the archive"],
          rows: [
            [
              `${built.toFixed(0)} s`,
              `${(statSync(archive).size / 1e6).toFixed(0)} MB`,
              config.User,
              [...config.Entrypoint, ...config.Cmd].join(" "),
              String(packages.size),
              measured.code === 0 ? `measured in ${measured.seconds.toFixed(0)} s` : (measured.err.trim().split("\n").at(-1) ?? "failed"),
              loaded,
            ],
          ],
        },
      ],
      outcomes: [met(measured.code === 0), met(loaded.startsWith("Loaded image: "))],
      figures: { reference: REFERENCE, base: manifest.digest, packages: Object.fromEntries(packages), config, built },
    });
  } finally {
    if (flags.keep) say(`kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

/** A file as the topmost layer that has it shows it. @param {readonly string[]} layers @param {string} path */
async function lastOf(layers, path) {
  for (const layer of [...layers].reverse()) {
    const listed = await run(["tar", "-tf", layer]);
    if (listed.split("\n").includes(path)) return run(["tar", "-xOf", layer, path]);
  }
  throw new Error(`no layer has ${path}`);
}

/** A short run with the image, in a real cluster. @param {string} archive @param {(line: string) => void} say */
async function tried(archive, say) {
  const cluster = await startCluster({ network: "flannel-vxlan", images: [archive] }, say);
  try {
    const asked = ["--paths", "host-host,pod-pod", "--metrics", "tcp,pps,latency.udp,http", "--budget", "20s", "--quick"];
    return await podwire(["cluster", "run", "--image", REFERENCE, ...asked, "--json"], cluster);
  } finally {
    await cluster.stop();
  }
}

await main();
