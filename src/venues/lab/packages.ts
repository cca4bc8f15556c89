/**
 * Which Debian package brings a program.
 * @packageDocumentation
 */

/** podwire's own program, from native/flannel-udp-proxy.c. */
const UDP_PROXY = "podwire-udp-proxy";

const PACKAGES: Readonly<Record<string, string>> = {
  ab: "apache2-utils",
  bridge: "iproute2",
  cc: "gcc",
  conntrack: "conntrack",
  ethtool: "ethtool",
  ip: "iproute2",
  "ip6tables-restore": "iptables",
  iperf3: "iperf3",
  iptables: "iptables",
  "iptables-restore": "iptables",
  mount: "mount",
  nft: "nftables",
  nginx: "nginx-light",
  nsenter: "util-linux",
  ping: "iputils-ping",
  setpriv: "util-linux",
  sockperf: "sockperf",
  ss: "iproute2",
  sysctl: "procps",
  taskset: "util-linux",
  tc: "iproute2",
  trafgen: "netsniff-ng",
  unshare: "util-linux",
};

/** The Debian package of a program; the program's own name where it is not known. */
export const packageOf = (program: string): string => PACKAGES[program] ?? program;

/** What is missing, and how to get it, in one phrase: `needs socat (Debian package socat)`. */
export const needsProgram = (program: string): string =>
  program === UDP_PROXY
    ? `needs ${program}, which podwire's set-up compiles where it finds a C compiler (Debian packages gcc and libc6-dev)`
    : `needs ${program} (Debian package ${packageOf(program)})`;

/** The command that installs what programs are missing. */
export const installCommand = (programs: readonly string[]): string =>
  `sudo apt-get install ${[...new Set(programs.map(packageOf))].sort().join(" ")}`;
