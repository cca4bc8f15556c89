/**
 * What this kernel can do, found by trying it in a throwaway namespace of the sandbox.
 * @packageDocumentation
 */
import type { KernelFeature } from "../../modes/contract.js";
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
 * Tries every feature.
 * @throws LabError when not even that can be done, e.g. without `ip`
 */
export async function probeKernel(agent: AgentClient): Promise<MissingFeatures> {
  await mustRun(agent, ["ip", "netns", "add", NAMESPACE]);
  const results = await Promise.all([tryLinks(agent), tryBridgeNetfilter(agent), tryIptables(agent), tryTbf(agent)]);
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

async function tryTbf(agent: AgentClient): Promise<readonly Missing[]> {
  const argv = ["tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "1gbit", "burst", "1250000b", "latency", "50ms"] as const;
  const outcome = await tryInside(agent, argv);
  return outcome.exitCode === 0 ? [] : [["tbf", wordsOr(outcome, "CONFIG_NET_SCH_TBF")]];
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
