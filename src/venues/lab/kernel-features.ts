/**
 * What this kernel can do, found by trying it in a throwaway namespace of the sandbox.
 * @packageDocumentation
 */
import { EBPF_LOADER } from "../../model/ebpf.js";
import type { KernelFeature } from "../../model/kernel-feature.js";
import type { AgentClient } from "../agent/client.js";
import type { RunOutcome } from "../agent/protocol.js";
import { LabError } from "./lab-error.js";
import { needsProgram } from "./packages.js";

/** By feature: why it is not there. Features that are there are absent. */
export type MissingFeatures = ReadonlyMap<KernelFeature, string>;

/** A feature that one line of `ip -batch` tries. */
interface LinkTrial {
  readonly feature: KernelFeature;
  readonly config: string;
  readonly words: string;
}

const NAMESPACE = "probe";

/** The first line makes the parent device of some of the others. */
const LINK_TRIALS: readonly LinkTrial[] = [
  { feature: "veth", config: "CONFIG_VETH", words: "link add name probe0 type veth peer name probe1" },
  { feature: "bridge", config: "CONFIG_BRIDGE", words: "link add name probe2 type bridge" },
  { feature: "vxlan", config: "CONFIG_VXLAN", words: "link add name probe3 type vxlan id 1 dstport 8472" },
  { feature: "macvlan", config: "CONFIG_MACVLAN", words: "link add name probe4 link probe0 type macvlan mode bridge" },
  { feature: "ipvlan", config: "CONFIG_IPVLAN", words: "link add name probe5 link probe1 type ipvlan mode l2" },
  { feature: "vlan", config: "CONFIG_VLAN_8021Q", words: "link add name probe6 link probe0 type vlan id 10" },
  { feature: "ipip", config: "CONFIG_NET_IPIP", words: "link add name probe7 type ipip local 198.18.0.1 remote 198.18.0.2" },
  { feature: "tun", config: "CONFIG_TUN", words: "tuntap add dev probe8 mode tun" },
  // The mode belongs to the parent, so the child that is there already changes with it.
  { feature: "ipvlan_l3s", config: "CONFIG_IPVLAN_L3S", words: "link add name probe9 link probe1 type ipvlan mode l3s" },
  { feature: "policy-routing", config: "CONFIG_IP_MULTIPLE_TABLES", words: "rule add iif lo lookup 100" },
];

/** Tables, matches and targets that the modes' rulesets are made of. */
const RULES = `*nat
-A POSTROUTING -m addrtype ! --dst-type LOCAL -j MASQUERADE
COMMIT
*filter
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
`;

/**
 * Tries every feature; those of layers only where one is wanted.
 * @throws LabError when not even that can be done, e.g. without `ip`
 */
export async function probeKernel(agent: AgentClient, wanted: readonly KernelFeature[]): Promise<MissingFeatures> {
  await mustRun(agent, ["ip", "netns", "add", NAMESPACE]);
  const ofLayers = LAYER_TRIALS.filter(({ feature }) => wanted.includes(feature)).map(async (trial) => tryRules(agent, trial));
  const programs = PROGRAMS_TRIALS.filter(({ feature }) => wanted.includes(feature)).map(async (trial) => tryPrograms(agent, trial));
  const steering = wanted.includes("rps") ? [trySteering(agent)] : [];
  const own = [tryLinks(agent), tryBridgeNetfilter(agent), tryIptables(agent), tryTbf(agent)];
  if (wanted.includes("tc-redirect")) own.push(tryRedirect(agent));
  const results = await Promise.all([...own, ...ofLayers, ...programs, ...steering]);
  await mustRun(agent, ["ip", "netns", "delete", NAMESPACE]);
  return new Map(results.flat());
}

type Missing = readonly [feature: KernelFeature, reason: string];

async function tryLinks(agent: AgentClient): Promise<readonly Missing[]> {
  const outcome = await agent.order<"run">({
    kind: "run",
    argv: ["ip", "-n", NAMESPACE, "-force", "-batch", "-"],
    stdin: LINK_TRIALS.map((trial) => `${trial.words}\n`).join(""),
    timeout: TIMEOUT_MS,
  });
  return missingLinks(outcome.stderr);
}

/** Reads what `ip -force -batch` wrote about {@link LINK_TRIALS}: for each failed line the kernel's words and then the line's number. */
export function missingLinks(stderr: string): readonly Missing[] {
  const missing: Missing[] = [];
  let words: string[] = [];
  for (const line of stderr.split("\n")) {
    const failed = /^Command failed -:(\d+)$/.exec(line);
    if (failed === null) {
      words.push(line.trim());
      continue;
    }
    const trial = LINK_TRIALS[Number(failed[1]) - 1];
    if (trial !== undefined) missing.push([trial.feature, linkReason(trial, words.join(" "))]);
    words = [];
  }
  return missing;
}

function linkReason(trial: LinkTrial, words: string): string {
  if (trial.feature === "tun" && /permission denied|not permitted/i.test(words)) {
    return `/dev/net/tun is not accessible to an ordinary user (${words}): \`sudo chmod 0666 /dev/net/tun\` would change that`;
  }
  if (trial.feature === "tun") return `needs CONFIG_TUN and /dev/net/tun (${words}): \`sudo modprobe tun\` may bring both`;
  return needsConfig(trial.config, words);
}

const needsConfig = (config: string, words: string): string => `needs ${config} (${words.trim().replaceAll(/\s*\n\s*/g, " ")})`;

async function tryBridgeNetfilter(agent: AgentClient): Promise<readonly Missing[]> {
  const outcome = await tryInside(agent, ["sysctl", "-n", "net.bridge.bridge-nf-call-iptables"]);
  if (outcome.exitCode === 0) return [];
  return [["br_netfilter", `${wordsOr(outcome, "CONFIG_BRIDGE_NETFILTER")}: \`sudo modprobe br_netfilter\` may bring it`]];
}

async function tryIptables(agent: AgentClient): Promise<readonly Missing[]> {
  const outcome = await tryInside(agent, ["iptables-restore", "--noflush"], RULES);
  if (outcome.startError !== undefined) return [["iptables", needsProgram("iptables")]];
  if (outcome.exitCode === 0) return [];
  return [["iptables", wordsOr(outcome, "CONFIG_NETFILTER with nat, conntrack and addrtype")]];
}

/** Rules that a layer writes with a program of its own. */
interface RulesTrial {
  readonly feature: KernelFeature;
  readonly config: string;
  readonly argv: readonly [string, ...string[]];
  readonly rules: string;
}

/** What kube-proxy's rules match and do, in each of the three forms. */
const KUBE_PROXY_RULES = `*nat
:PODWIRE - [0:0]
-A PREROUTING -p tcp -m tcp -d 198.18.128.1/32 --dport 80 -m statistic --mode random --probability 0.5 -j PODWIRE
-A PODWIRE -m recent --name PODWIRE --set -p tcp -m tcp -j DNAT --to-destination 198.19.1.2:80
-A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE --random-fully
COMMIT
`;
const KUBE_PROXY_TABLE = `add table ip podwire
add map ip podwire ips { type ipv4_addr . inet_proto . inet_service : verdict ; }
add chain ip podwire nat { type nat hook prerouting priority -100 ; }
add chain ip podwire one
add rule ip podwire one numgen random mod 2 vmap { 0 : return, 1 : return }
add rule ip podwire one meta l4proto tcp dnat to 198.19.1.2:80
add rule ip podwire nat fib daddr type local ip daddr . meta l4proto . th dport vmap @ips
`;

const LAYER_TRIALS: readonly RulesTrial[] = [
  { feature: "ipv6", config: "CONFIG_IPV6", argv: ["sysctl", "-n", "net.ipv6.conf.all.disable_ipv6"], rules: "" },
  {
    feature: "ip6tables",
    config: "CONFIG_IP6_NF_IPTABLES with nat, conntrack and addrtype",
    argv: ["ip6tables-restore", "--noflush"],
    rules: RULES,
  },
  {
    feature: "iptables-raw",
    config: "CONFIG_IP_NF_RAW and CONFIG_NETFILTER_XT_TARGET_CT",
    argv: ["iptables-restore", "--noflush"],
    rules: "*raw\n-A PREROUTING -j CT --notrack\nCOMMIT\n",
  },
  {
    feature: "iptables-statistic",
    config: "CONFIG_IP_NF_MANGLE, CONFIG_NETFILTER_XT_MATCH_STATISTIC and CONFIG_NETFILTER_XT_MATCH_LENGTH",
    argv: ["iptables-restore", "--noflush"],
    rules: "*mangle\n-A FORWARD -m length --length 1501:65535 -m statistic --mode random --probability 0.01 -j DROP\nCOMMIT\n",
  },
  {
    feature: "iptables-legacy",
    config: "CONFIG_IP_NF_IPTABLES with nat, statistic, recent and mark",
    argv: ["iptables-legacy-restore", "--noflush"],
    rules: KUBE_PROXY_RULES,
  },
  {
    feature: "iptables-nft",
    config: "CONFIG_NFT_COMPAT with nat, statistic, recent and mark",
    argv: ["iptables-nft-restore", "--noflush"],
    rules: KUBE_PROXY_RULES,
  },
  {
    feature: "nftables",
    config: "CONFIG_NF_TABLES with nat, numgen and fib",
    argv: ["nft", "-f", "-"],
    rules: KUBE_PROXY_TABLE,
  },
  {
    feature: "ipvs",
    config: "CONFIG_IP_VS, CONFIG_IP_VS_NFCT and CONFIG_IP_VS_RR, which `sudo modprobe ip_vs_rr` may bring",
    argv: ["ipvsadm", "--restore"],
    rules: "-A -t 198.18.128.1:80 -s rr\n-a -t 198.18.128.1:80 -r 198.19.1.2:80 -m -w 1\n",
  },
  // Only where it is wanted: a kernel that has it as a module makes a dummy0 in the machine's first namespace when it loads that.
  { feature: "dummy", config: "CONFIG_DUMMY", argv: ["ip", "-batch", "-"], rules: "link add name probe10 type dummy\n" },
  {
    feature: "ipset",
    config: "CONFIG_IP_SET with hash:ip,port, hash:ip,port,ip, hash:ip,port,net, hash:ip and bitmap:port",
    argv: ["ipset", "restore"],
    rules: [
      "create podwire-1 hash:ip,port family inet",
      "create podwire-2 hash:ip,port,ip family inet",
      "create podwire-3 hash:ip,port,net family inet",
      "create podwire-4 hash:ip family inet",
      "create podwire-5 bitmap:port range 0-65535",
      "",
    ].join("\n"),
  },
];

async function tryRules(agent: AgentClient, { feature, config, argv, rules }: RulesTrial): Promise<readonly Missing[]> {
  const outcome = await tryInside(agent, argv, rules);
  if (outcome.startError !== undefined) return [[feature, needsProgram(argv[0])]];
  return outcome.exitCode === 0 ? [] : [[feature, wordsOr(outcome, config)]];
}

/** Programs that layers load by podwire's own loader. */
interface ProgramsTrial {
  readonly feature: KernelFeature;
  readonly config: string;
  /** The object of bpf/. */
  readonly object: string;
}

const PROGRAMS_TRIALS: readonly ProgramsTrial[] = [
  { feature: "cgroup-bpf", config: "CONFIG_BPF_SYSCALL and CONFIG_CGROUP_BPF of Linux 5.18 or newer", object: "socket-lb" },
  {
    feature: "cls-bpf",
    config: "CONFIG_BPF_SYSCALL, CONFIG_NET_CLS_BPF and CONFIG_NET_SCH_INGRESS of Linux 5.18 or newer",
    object: "tc-nodeport",
  },
  {
    feature: "redirect-peer",
    config: "CONFIG_BPF_SYSCALL, CONFIG_NET_CLS_BPF and CONFIG_NET_SCH_INGRESS of Linux 5.10 or newer",
    object: "pod-routing",
  },
];

/** A node and its pod for {@link tryPeer}, apart from what else is tried, and how many datagrams the loader sends. */
const PEER = { node: "probe-node", link: "probe11", pod: "probe-pod", device: "eth0", address: "198.18.0.9", datagrams: 16 } as const;

/**
 * What a program puts straight into a pod arrives there, and the pod's counters see it. Linux counts it since 6.7, and where that was taken into an older one:
 * only a trial can tell.
 */
async function tryPeer(agent: AgentClient): Promise<readonly Missing[]> {
  const { node, link, pod, device, address, datagrams } = PEER;
  const lines = [
    `link add name ${link} type veth peer name ${device} netns ${pod}`,
    `link set dev ${link} up`,
    "link set dev lo up",
    `route add ${address}/32 dev lo`,
  ];
  const setting = async (name: string, text: string) =>
    agent.order<"run">({ kind: "run", argv: ["ip", "-n", name, "-batch", "-"], stdin: text, timeout: TIMEOUT_MS });
  for (const name of [node, pod]) await mustRun(agent, ["ip", "netns", "add", name]);
  const set = [await setting(node, `${lines.join("\n")}\n`), await setting(pod, `link set dev ${device} up\n`)];
  const before = await received(agent);
  const argv = [EBPF_LOADER, "try-peer", node, link, address] as const;
  const trial = await agent.order<"run">({ kind: "run", argv, namespace: node, timeout: TIMEOUT_MS });
  const after = await received(agent);
  for (const name of [node, pod]) await mustRun(agent, ["ip", "netns", "delete", name]);
  const failed = [...set, trial].find(({ exitCode }) => exitCode !== 0);
  if (failed !== undefined) return [["redirect-peer", wordsOr(failed, "CONFIG_VETH, CONFIG_NET_CLS_BPF and CONFIG_NET_SCH_INGRESS")]];
  // What the link's ends send by themselves, looking for neighbours, is less.
  return after - before >= datagrams ? [] : [["redirect-peer", UNCOUNTED]];
}

const UNCOUNTED =
  "needs Linux 6.7 or newer: this one puts packets into a pod without counting them there (bpf_redirect_peer), so that no figure could be trusted";

async function received(agent: AgentClient): Promise<number> {
  const { counters } = await agent.order<"read">({ kind: "read", watch: [{ id: "pod", namespace: PEER.pod }] });
  return counters["pod"]?.devices[PEER.device]?.rxPackets ?? 0;
}

async function tryPrograms(agent: AgentClient, { feature, config, object }: ProgramsTrial): Promise<readonly Missing[]> {
  const outcome = await tryInside(agent, [EBPF_LOADER, "check", object]);
  if (outcome.startError !== undefined) return [[feature, needsProgram(EBPF_LOADER)]];
  if (outcome.exitCode !== 0) return [[feature, programsReason(object, config, outcome.stderr.trim())]];
  if (feature === "cls-bpf") return tryClassifier(agent, config);
  return feature === "redirect-peer" ? tryPeer(agent) : [];
}

/** A link of its own for {@link tryClassifier}: other trials use `lo` meanwhile. */
const CLASSIFIED = { link: "probe12", peer: "probe13" } as const;

/** A kernel takes programs that it cannot put on a device. */
async function tryClassifier(agent: AgentClient, config: string): Promise<readonly Missing[]> {
  const { link, peer } = CLASSIFIED;
  const made = await tryInside(agent, ["ip", "-batch", "-"], `link add name ${link} type veth peer name ${peer}\n`);
  if (made.exitCode !== 0) return [["cls-bpf", wordsOr(made, "CONFIG_VETH")]];
  const outcome = await tryInside(agent, [EBPF_LOADER, "try-device", link]);
  return outcome.exitCode === 0 ? [] : [["cls-bpf", `${wordsOr(outcome, config)}: \`sudo modprobe -a sch_ingress cls_bpf\` may bring it`]];
}

/** What the loader said, and what would change it. */
export function programsReason(object: string, config: string, words: string): string {
  if (words.includes(`no ${object}.bpf.o`))
    return `needs ${object}.bpf.o, which podwire's set-up compiles where it finds clang: \`sudo apt-get install clang libbpf-dev && npm run build\``;
  if (words.includes("CAP_BPF"))
    return "needs root: the kernel takes eBPF programs from CAP_BPF and CAP_NET_ADMIN of the machine only: `sudo podwire lab` would change that";
  return needsConfig(config, words);
}

async function tryTbf(agent: AgentClient): Promise<readonly Missing[]> {
  const argv = ["tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "1gbit", "burst", "1250000b", "latency", "50ms"] as const;
  const outcome = await tryInside(agent, argv);
  return outcome.exitCode === 0 ? [] : [["tbf", wordsOr(outcome, "CONFIG_NET_SCH_TBF")]];
}

/** As the lab hands packets from device to device. */
async function tryRedirect(agent: AgentClient): Promise<readonly Missing[]> {
  const outcome = await tryInside(
    agent,
    ["tc", "-batch", "-"],
    "qdisc add dev lo clsact\nfilter add dev lo ingress protocol all u32 match u32 0 0 action mirred egress redirect dev lo\n",
  );
  return outcome.exitCode === 0
    ? []
    : [["tc-redirect", wordsOr(outcome, "CONFIG_NET_SCH_INGRESS, CONFIG_NET_CLS_U32 and CONFIG_NET_ACT_MIRRED")]];
}

async function trySteering(agent: AgentClient): Promise<readonly Missing[]> {
  const argv = ["ip", "netns", "exec", NAMESPACE, "tee", "/sys/class/net/lo/queues/rx-0/rps_cpus"] as const;
  const outcome = await agent.order<"run">({ kind: "run", argv, stdin: "1\n", timeout: TIMEOUT_MS });
  return outcome.exitCode === 0 ? [] : [["rps", steeringReason(outcome.startError ?? outcome.stderr.trim())]];
}

/** What `tee` said, and what would change it. */
export function steeringReason(words: string): string {
  if (/permission denied|not permitted|read-only/i.test(words))
    return `needs root: the kernel does not let a user namespace set rps_cpus (${words}): \`sudo podwire\` would change that`;
  return needsConfig("CONFIG_RPS", words);
}

const wordsOr = (outcome: RunOutcome, config: string): string => needsConfig(config, outcome.startError ?? outcome.stderr);

const TIMEOUT_MS = 10_000;

async function tryInside(agent: AgentClient, argv: readonly [string, ...string[]], stdin = ""): Promise<RunOutcome> {
  return agent.order<"run">({ kind: "run", argv, stdin, namespace: NAMESPACE, timeout: TIMEOUT_MS });
}

async function mustRun(agent: AgentClient, argv: readonly [string, ...string[]]): Promise<void> {
  const outcome = await agent.order<"run">({ kind: "run", argv, timeout: TIMEOUT_MS });
  if (outcome.exitCode !== 0) throw new LabError(`${argv.join(" ")}: ${outcome.startError ?? outcome.stderr.trim()}`);
}
