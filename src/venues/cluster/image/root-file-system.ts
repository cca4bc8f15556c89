/**
 * The image's root file system: Debian packages, unpacked and not installed. No program of theirs is run, so that an image of any architecture can be made
 * on any other, and ping gets no file capabilities: a file that has some cannot be executed where a pod lacks them (capabilities(7)).
 * @packageDocumentation
 */

/** The release that the packages are of. */
export const SUITE = "bookworm";

/** Architectures by Debian's name, with the name that the kernel (uname -m) has for each. */
export const ARCHITECTURES = { amd64: "x86_64", arm64: "aarch64" } as const;
export type Architecture = keyof typeof ARCHITECTURES;

/** Packages and what each is for. What they depend on comes with them. */
export const PACKAGES: Readonly<Record<string, string>> = {
  "base-files": "the folders of a Debian system",
  "libc-bin": "getconf and the C library's files",
  dash: "sh",
  coreutils: "cat, sleep, env, ...",
  sed: "looking around in a pod",
  grep: "looking around in a pod",
  "util-linux": "setpriv, nsenter",
  procps: "sysctl, ps",
  tini: "the pod's first process: it reaps what an agent leaves and ends when it is asked to",
  nodejs: "runs the agent",
  iperf3: "tcp, udp",
  sockperf: "latency",
  "netsniff-ng": "trafgen: pps",
  "nginx-light": "http, the server",
  "apache2-utils": "ab: http, the client",
  "iputils-ping": "reachability",
  iproute2: "ip, ss, tc, bridge: what the network is",
  ethtool: "offloads",
  nftables: "nft: rulesets, with `inspect --deep`",
  iptables: "iptables-save: rulesets, with `inspect --deep`",
  bpftool: "eBPF programs, with `inspect --deep`",
};

/** Files of those packages that nothing in the image needs, as dpkg's patterns; then the ones among them that stay. */
export const LEFT_OUT = [
  "/usr/share/doc/*",
  "/usr/share/man/*",
  "/usr/share/info/*",
  "/usr/share/locale/*",
  "/usr/share/i18n/*",
  "/usr/share/zoneinfo/*",
  "/usr/share/bash-completion/*",
  "/usr/share/lintian/*",
  // Perl comes along for maintainer scripts, which are not run.
  "/usr/bin/perl*",
  "/usr/lib/*/perl*",
  "/usr/lib/*/libperl*",
  "/usr/share/perl*",
  // Character sets other than UTF-8.
  "/usr/lib/*/gconv/*",
  "/usr/lib/systemd/*",
  "/lib/systemd/*",
] as const;
export const STAYS = ["/usr/share/doc/*/copyright"] as const;

/** Which root file system is to be made, and where. */
export interface RootFileSystem {
  readonly architecture: Architecture;
  /** Path of the tar archive. */
  readonly to: string;
  /** Whether root makes it. */
  readonly root: boolean;
  /** Where packages come from; Debian's own servers where it is absent. */
  readonly mirror?: string;
}

/** The program that makes it, and its Debian package. */
export const MAKER = "mmdebstrap";

/**
 * The command that makes it. An ordinary user has no chroot and, since nothing in there is run, needs none; mmdebstrap has to be told, or it looks
 * for subordinate user ids.
 */
export const rootFileSystemCommand = ({ architecture, to, root, mirror }: RootFileSystem): readonly [string, ...string[]] => [
  MAKER,
  "--variant=extract",
  "--format=tar",
  ...(root ? [] : ["--mode=chrootless"]),
  `--architectures=${architecture}`,
  `--include=${Object.keys(PACKAGES).join(",")}`,
  ...LEFT_OUT.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
  ...STAYS.map((pattern) => `--dpkgopt=path-include=${pattern}`),
  SUITE,
  to,
  ...(mirror === undefined ? [] : [mirror]),
];
