/**
 * Minimal Debian systems in folders, and programs that run in them as in a container without an init: the machine's kernel and network, private
 * mounts and processes, and a root that is no mount point, as chroot(8) leaves it.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../cluster/child.mjs";

/** Large temporary files have their place there; /tmp may be memory. */
const FOLDER = "/var/tmp";
/** What a contributor of the README has: the checkout comes by git, and npm runs its command. */
const PACKAGES = ["git", "ca-certificates", "nodejs", "npm"];
/** A mirror that keeps old states has lists that have run out. */
const APT_OPTIONS = ['Acquire::Check-Valid-Until "false"', 'Acquire::Check-Date "false"'];
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** How the machine reaches registries, if by no straight way. */
const WAY_OUT = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "npm_config_registry"];
const OWN_CERTIFICATES = "NODE_EXTRA_CA_CERTS";

/**
 * @typedef {object} BareSystem
 * @property {string} folder its root
 * @property {(...argv: readonly string[]) => Promise<string>} run standard output of a program in it, started in its /root/podwire; throws with the program's words
 * @property {() => void} remove
 */

/**
 * Makes a system with the checkout in /root/podwire: some minutes, most of them the mirror's. Throws with mmdebstrap's words.
 * @param {string} suite such as `bookworm`
 * @param {string} checkout folder of a git work tree: what git would take of it is copied
 * @param {string} [node] folder with `bin/node`, which goes before the system's own
 * @returns {Promise<BareSystem>}
 */
export async function makeSystem(suite, checkout, node) {
  const work = mkdtempSync(join(FOLDER, `podwire-${suite}-`));
  const remove = () => {
    rmSync(work, { recursive: true, force: true });
  };
  try {
    const root = join(work, "root");
    const apt = APT_OPTIONS.map((option) => `--aptopt=${option}`);
    await run(["mmdebstrap", "--variant=apt", "--format=directory", ...apt, `--include=${PACKAGES.join(",")}`, suite, root]);
    if (node !== undefined) cpSync(join(node, "bin/node"), join(root, "usr/local/bin/node"));
    cpSync("/etc/resolv.conf", join(root, "etc/resolv.conf"), { dereference: true });
    const environment = wayOut(root);
    await copyCheckout(checkout, join(root, "root/podwire"));
    return { folder: root, remove, run: (...argv) => run(entering(root, environment, argv)) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** @param {string} root @returns {readonly string[]} variables, with what they name put into the root */
function wayOut(root) {
  const given = WAY_OUT.flatMap((name) => (process.env[name] === undefined ? [] : [`${name}=${process.env[name]}`]));
  const certificates = process.env[OWN_CERTIFICATES];
  if (certificates === undefined) return given;
  cpSync(certificates, join(root, "etc/machine-certificates.pem"), { dereference: true });
  return [...given, `${OWN_CERTIFICATES}=/etc/machine-certificates.pem`];
}

/** @param {string} checkout @param {string} to */
async function copyCheckout(checkout, to) {
  // The checkout may be another user's.
  const list = ["git", "-c", "safe.directory=*", "-C", checkout, "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  for (const file of (await run(list)).split("\0").filter((name) => name !== "" && existsSync(join(checkout, name)))) {
    mkdirSync(join(to, file, ".."), { recursive: true });
    cpSync(join(checkout, file), join(to, file));
  }
}

/**
 * Ends with the process that starts it, and all its mounts with it.
 * @param {string} root
 * @param {readonly string[]} environment
 * @param {readonly string[]} argv
 * @returns {string[]}
 */
function entering(root, environment, argv) {
  const mounts = 'mount -t proc proc "$0/proc" && mount -t sysfs sysfs "$0/sys" && mount --rbind /dev "$0/dev"';
  const inside = 'cd /root/podwire && exec "$@"';
  return [
    ...["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child"],
    ...["sh", "-c", `${mounts} && exec chroot "$0" "$@"`, root],
    ...["env", "-i", `PATH=${PATH}`, "HOME=/root", "TERM=dumb", ...environment],
    ...["sh", "-c", inside, "sh", ...argv],
  ];
}
