/**
 * Which Debian package brings which program, and which are missing. Presence is read from the files themselves: asking dpkg costs more than
 * everything else here, and a program that was built by hand is as good.
 */
import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} DebianPackage
 * @property {string} name
 * @property {readonly string[]} [programs] all of them must be there
 * @property {readonly string[]} [anyOf] one of these is enough
 * @property {readonly string[]} [files] absolute paths that must be there
 * @property {true} [optional] not in every Debian and Ubuntu; where it cannot be had, the tests that need it say so and are skipped
 */

/** What measuring needs. @type {readonly DebianPackage[]} */
export const FOR_RUN = [
  { name: "iproute2", programs: ["ip", "tc", "bridge", "ss"] },
  { name: "iptables", programs: ["iptables", "iptables-restore", "ip6tables-restore"] },
  { name: "nftables", programs: ["nft"] },
  { name: "ethtool", programs: ["ethtool"] },
  { name: "conntrack", programs: ["conntrack"] },
  { name: "iperf3", programs: ["iperf3"] },
  { name: "iputils-ping", programs: ["ping"] },
  { name: "sockperf", programs: ["sockperf"] },
  { name: "netsniff-ng", programs: ["trafgen"] },
  { name: "nginx-light", programs: ["nginx"] },
  { name: "apache2-utils", programs: ["ab"] },
  { name: "util-linux", programs: ["unshare", "nsenter", "setpriv", "taskset"] },
  // A package of its own, which a minimal Debian 13 does without.
  { name: "mount", programs: ["mount"] },
  { name: "procps", programs: ["sysctl", "ps"] },
  // Compile native/: flannel-udp's proxy.
  { name: "gcc", programs: ["cc"] },
  { name: "libc6-dev", files: ["/usr/include/string.h"] },
  // Compile bpf/: the programs of socket-lb and tc-nodeport, and their loader. Without them the layers are unsupported and say so.
  { name: "clang", programs: ["clang"], optional: true },
  { name: "libbpf-dev", files: ["/usr/include/bpf/libbpf.h"], optional: true },
  // Samples what CPUs do, for explanations. Without it they have no profile and say so; Ubuntu has another name for the package.
  { name: "linux-perf", programs: ["perf"], optional: true },
  // WireGuard without the kernel's. Without them the mode wireguard is unsupported and says so.
  { name: "wireguard-go", programs: ["wireguard-go"], optional: true },
  { name: "wireguard-tools", programs: ["wg"], optional: true },
];

/** @type {readonly DebianPackage[]} */
const ONLY_FOR_TEST = [
  // networkctl speaks to networkd by it.
  { name: "dbus-daemon", programs: ["dbus-daemon"] },
  { name: "docker.io", programs: ["dockerd"] },
  // Both come with docker.io up to Debian 12. The nodes of test/cluster are made of them.
  { name: "containerd", programs: ["containerd", "ctr"] },
  { name: "runc", programs: ["runc"] },
  { name: "openssl", programs: ["openssl"] },
  // Part of docker.io up to Debian 12, a package of its own since.
  { name: "docker-cli", programs: ["docker"], optional: true },
  // kube-router enforces NetworkPolicies with it, on the nodes of test/cluster.
  { name: "ipset", programs: ["ipset"] },
  // kube-proxy's IPVS mode, under the second kernel.
  { name: "ipvsadm", programs: ["ipvsadm"], optional: true },
  // Lists eBPF programs: for the privileged look at nodes, and what layers leave.
  { name: "bpftool", programs: ["bpftool"], optional: true },
  { name: "containernetworking-plugins", files: ["/usr/lib/cni/bridge", "/usr/lib/cni/host-local"] },
  { name: "busybox-static", programs: ["busybox"] },
  // Makes the agent's image for the cluster's tests; Debian only.
  { name: "mmdebstrap", programs: ["mmdebstrap"], optional: true },
  { name: "chromium", anyOf: ["chromium", "chromium-browser", "google-chrome"], optional: true },
  { name: "tmux", programs: ["tmux"] },
  { name: "user-mode-linux", programs: ["linux.uml"], optional: true },
  // Reads the man page for mistakes.
  { name: "mandoc", programs: ["mandoc"], optional: true },
  // Reads what `podwire render` writes for it. At boot it has nothing to do without files in /etc/netplan.
  { name: "netplan.io", programs: ["netplan"], optional: true },
  // Its modprobe reads what `podwire render` writes for it.
  { name: "kmod", programs: ["modprobe"], optional: true },
  { name: "git", programs: ["git"] },
  // Tests send by it.
  { name: "socat", programs: ["socat"] },
];

/**
 * They read what `podwire render` writes for them, and are only unpacked (unpacked.mjs).
 * @type {readonly { name: string, programs: readonly string[] }[]}
 */
export const UNPACKED_FOR_TEST = [
  { name: "frr", programs: ["vtysh"] },
  { name: "network-manager", programs: ["nmcli", "NetworkManager"] },
];

/** What `npm run test:products` needs beside that. @type {readonly DebianPackage[]} */
const ONLY_FOR_PRODUCTS = [
  // Makes the products' images.
  { name: "mmdebstrap", programs: ["mmdebstrap"] },
  { name: "bird2", programs: ["bird"] },
  // Says which eBPF programs there are.
  { name: "bpftool", programs: ["bpftool"] },
];

// An ordinary user's PATH lacks the sbin folders, where most of these tools live.
const FOLDERS = [
  ...new Set([...(process.env["PATH"] ?? "").split(":"), "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"]),
].filter((folder) => folder.startsWith("/"));

/**
 * The absolute path of a program, or undefined.
 * @param {string} name
 */
export function locate(name) {
  return FOLDERS.map((folder) => join(folder, name)).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a package's programs are on this machine.
 * @param {DebianPackage} wanted
 */
export function isThere(wanted) {
  const { programs = [], anyOf, files = [] } = wanted;
  return (
    programs.every((name) => locate(name) !== undefined) &&
    (anyOf === undefined || anyOf.some((name) => locate(name) !== undefined)) &&
    files.every((path) => existsSync(path))
  );
}

/**
 * Packages that a purpose needs and this machine lacks.
 * @param {string} purpose `run`, `test` or `products`
 * @returns {DebianPackage[]}
 */
export function missingPackages(purpose) {
  const wanted = purpose === "run" ? FOR_RUN : [...FOR_RUN, ...ONLY_FOR_TEST, ...(purpose === "products" ? ONLY_FOR_PRODUCTS : [])];
  return wanted.filter((one) => !isThere(one));
}
