/**
 * Which Debian package brings a program.
 * @packageDocumentation
 */

import { EBPF_LOADER } from "../../model/ebpf.js";

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
  ipset: "ipset",
  ipvsadm: "ipvsadm",
  iptables: "iptables",
  "iptables-legacy-restore": "iptables",
  "iptables-nft-restore": "iptables",
  "iptables-restore": "iptables",
  mount: "mount",
  nft: "nftables",
  nginx: "nginx-light",
  nsenter: "util-linux",
  perf: "linux-perf",
  ping: "iputils-ping",
  ps: "procps",
  setpriv: "util-linux",
  sockperf: "sockperf",
  ss: "iproute2",
  sysctl: "procps",
  taskset: "util-linux",
  tc: "iproute2",
  trafgen: "netsniff-ng",
  unshare: "util-linux",
  wg: "wireguard-tools",
};

/** The Debian package of a program; the program's own name where it is not known. */
export const packageOf = (program: string): string => PACKAGES[program] ?? program;

/** Why programs of podwire's own may be missing. */
const OWN: Readonly<Record<string, string>> = {
  [UDP_PROXY]: "which podwire's set-up compiles where it finds a C compiler (Debian packages gcc and libc6-dev)",
  [EBPF_LOADER]:
    "which podwire's set-up compiles where it finds a C compiler and libbpf: `sudo apt-get install gcc libc6-dev libbpf-dev && npm run build` " +
    "(from the npm package: `sudo cc -O2 -o /usr/local/sbin/podwire-ebpf bpf/loader/*.c -lbpf`)",
};

/** What is missing, and how to get it, in one phrase: `needs socat (Debian package socat)`. */
export const needsProgram = (program: string): string =>
  OWN[program] === undefined ? `needs ${program} (Debian package ${packageOf(program)})` : `needs ${program}, ${OWN[program]}`;

/** The command that installs what programs are missing. */
export const installCommand = (programs: readonly string[]): string =>
  `sudo apt-get install ${[...new Set(programs.map(packageOf))].sort().join(" ")}`;
