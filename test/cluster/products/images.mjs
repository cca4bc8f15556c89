/**
 * Images of the products: a few Debian packages, unpacked and not installed, and what was built. Data; `image-maker.mjs` carries it out.
 */
import { CILIUM_VERSION, KUBE_ROUTER_VERSION } from "./programs.mjs";

/**
 * @typedef {object} ProductImage
 * @property {string} name
 * @property {readonly string[]} tags by which pods name it
 * @property {Readonly<Record<string, string>>} packages of Debian, with what each is for; what they depend on comes with them
 * @property {Readonly<Record<string, string>>} files by path in the image, where each comes from: relative to the built programs, or of this machine
 * @property {Readonly<Record<string, string>>} links by path in the image, what each leads to
 * @property {Readonly<Record<string, string>>} commands by path in the image, the command line that each stands for; arguments follow
 */

/** What a shell script needs. */
const SHELL = { dash: "sh", coreutils: "cp, mkdir, ...", "base-files": "the folders of a Debian system" };
/** Debian chooses this by a maintainer script, and none is run. */
const IPTABLES = Object.fromEntries(
  ["iptables", "ip6tables"].flatMap((name) => ["", "-save", "-restore"].map((end) => [`/usr/sbin/${name}${end}`, "xtables-nft-multi"])),
);

/** @type {ProductImage} */
export const CILIUM_IMAGE = {
  name: "cilium",
  tags: [`podwire.test/cilium:${CILIUM_VERSION}`, `podwire.test/operator-generic:${CILIUM_VERSION}`],
  packages: {
    ...SHELL,
    bash: "the scripts that install the CNI plugin",
    grep: "the agent's start scripts",
    findutils: "the same",
    "util-linux": "nsenter",
    mount: "the agent's start scripts",
    "clang-19": "compiles the datapath (Cilium asks for 18.1 or newer)",
    iproute2: "tc, ip",
    iptables: "rules that mark what Cilium sends itself",
    ipset: "addresses that are not masqueraded",
    kmod: "modprobe",
    jq: "the agent's start scripts",
  },
  files: {
    "/usr/bin/cilium": "cilium",
    "/usr/bin/cilium-health-responder": "cilium-health-responder",
    "/opt/cni/bin/cilium-cni": "cilium-cni",
    "/cni/loopback": "/usr/lib/cni/loopback",
    "/init-container.sh": "scripts/init-container.sh",
    "/install-plugin.sh": "scripts/install-plugin.sh",
    "/cni-uninstall.sh": "scripts/cni-uninstall.sh",
    "/var/lib/cilium/bpf": "bpf",
  },
  links: {
    ...IPTABLES,
    "/usr/bin/clang": "../lib/llvm-19/bin/clang",
  },
  commands: Object.fromEntries(
    ["cilium-agent", "cilium-dbg", "cilium-operator-generic"].map((name) => [`/usr/bin/${name}`, `/usr/bin/cilium ${name}`]),
  ),
};

/** @type {ProductImage} */
export const KUBE_ROUTER_IMAGE = {
  name: "kube-router",
  tags: [`podwire.test/kube-router:${KUBE_ROUTER_VERSION}`],
  packages: {
    ...SHELL,
    iproute2: "ip: routes and rules",
    iptables: "NetworkPolicies, and what leaves the pods' range",
    ipset: "the same",
    kmod: "modprobe",
  },
  files: { "/usr/bin/kube-router": "kube-router" },
  links: IPTABLES,
  commands: {},
};
