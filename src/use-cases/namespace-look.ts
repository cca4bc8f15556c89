/**
 * What is read of one network namespace to follow a packet through it, by commands that only read.
 * @packageDocumentation
 */

import type { PacketPath } from "../model/packet-path.js";
import type { NetworkFacts, RouteAnswer, RouteQuestion } from "../packet-path/facts.js";
import { type Dialled, packetPath } from "../packet-path/packet-path.js";
import { filteredDevices, type NamespaceTexts, readRoute } from "../packet-path/read.js";
import type { KernelTexts } from "../ruleset/live.js";
import { oneLine, RunError } from "./errors.js";

/** How a command ended. */
export interface Looked {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly startError?: string;
}

/** Runs a command that only reads in a namespace. */
export type LookIn = (argv: readonly [string, ...string[]]) => Promise<Looked>;

/**
 * Everything but the rules.
 * @param isAsked - whether a device's filters are of interest: each is a command of its own
 * @throws RunError with the command that failed
 */
export async function stateTexts(
  name: string,
  look: LookIn,
  isAsked: (device: string, links: string) => boolean = () => true,
): Promise<Omit<NamespaceTexts, "rules">> {
  const text = async (...argv: [string, ...string[]]): Promise<string> => printedBy(name, look, argv);
  const links = await text("ip", "-details", "-json", "address", "show");
  const queueing = await text("tc", "-statistics", "-json", "qdisc", "show");
  const filters = [];
  for (const device of filteredDevices(queueing).filter((one) => isAsked(one, links))) {
    for (const direction of ["ingress", "egress"] as const)
      filters.push({ device, direction, text: await text("tc", "-json", "filter", "show", "dev", device, direction) });
  }
  return {
    links,
    neighbours: await text("ip", "-json", "neighbour", "show"),
    fdb: await text("bridge", "-json", "fdb", "show"),
    queueing,
    filters,
    peers: await text("ip", "-json", "netns", "list-id"),
    // The kernel may lack the second, which is then complained about.
    settings: (await look(["sysctl", "net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables"])).stdout,
  };
}

/** What the rules' tools said, and the first complaint of one. */
export interface ToldRules {
  readonly texts: KernelTexts;
  readonly complaint?: string;
}

/** The -save programs look which tables there are and create none. */
export async function ruleTexts(look: LookIn): Promise<ToldRules> {
  const complaints: string[] = [];
  const text = async (...argv: [string, ...string[]]): Promise<string> => {
    const { exitCode, stdout, stderr, startError } = await look(argv);
    if (exitCode !== 0) complaints.push(`\`${argv.join(" ")}\`: ${oneLine(startError ?? stderr)}`);
    return stdout;
  };
  const texts = {
    legacy: [await text("iptables-legacy-save", "-c")],
    compat: [await text("iptables-nft-save", "-c")],
    nft: await text("nft", "-j", "list", "ruleset"),
  };
  const [complaint] = complaints;
  return { texts, ...(complaint === undefined ? {} : { complaint }) };
}

/** What a command printed. @throws RunError where it failed */
export async function printedBy(name: string, look: LookIn, argv: readonly [string, ...string[]]): Promise<string> {
  const { exitCode, stdout, stderr, startError } = await look(argv);
  if (exitCode === 0) return stdout;
  throw new RunError(`\`${argv.join(" ")}\` in ${name}: ${oneLine(startError ?? stderr)}`);
}

/** Follows a packet, asking each namespace's routing as it is needed. */
export async function followedBy(network: NetworkFacts, dialled: Dialled, lookIn: (name: string) => LookIn): Promise<PacketPath> {
  const way = packetPath(network, dialled);
  let step = way.next();
  while (step.done !== true) {
    const answer: RouteAnswer = await askRoute(lookIn(step.value.in), step.value);
    step = way.next(answer);
  }
  return step.value;
}

/** Asks a namespace's routing where a packet goes. */
async function askRoute(look: LookIn, { to, from, arrivedBy, mark }: RouteQuestion): Promise<RouteAnswer> {
  const words = [
    to,
    ...(from === undefined ? [] : ["from", from]),
    ...(arrivedBy === undefined ? [] : ["iif", arrivedBy]),
    ...(mark === undefined ? [] : ["mark", mark.toString()]),
  ];
  const answered = await look(["ip", "-json", "route", "get", ...words]);
  if (answered.exitCode !== 0) return { refused: oneLine(answered.startError ?? answered.stderr) };
  const matched = await look(["ip", "-json", "route", "get", "fibmatch", ...words]);
  const route = readRoute(answered.stdout, matched.exitCode === 0 ? matched.stdout : "");
  return route ?? { refused: "the kernel's answer cannot be read" };
}
