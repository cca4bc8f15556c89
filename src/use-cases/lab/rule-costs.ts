/**
 * The use case behind `podwire experiment rules`: what a rule that does not match costs a packet, by where it is kept. A program sends datagrams in namespaces that
 * have no rules, or thousands of one backend; each packet passes the rules in its sender's own time, so that the CPU time of the sender tells.
 * @packageDocumentation
 */
import { RULE_COST_BACKENDS, RULE_COSTS_SCHEMA, type RuleCost, type RuleCostBackend, type RuleCosts } from "../../model/rule-costs.js";
import { estimateOf } from "../../statistics/median-interval.js";
import { randomFrom, shuffled } from "../../statistics/random.js";
import type { AgentClient } from "../../venues/agent/client.js";
import { parseCpuInfo } from "../../venues/agent/machine-facts.js";
import type { RunOutcome } from "../../venues/agent/protocol.js";
import { type LabMachine, startSandbox } from "../../venues/lab/lab-agent.js";
import { needsProgram } from "../../venues/lab/packages.js";
import type { UseCaseContext } from "../context.js";
import { oneLine, RunError } from "../errors.js";
import { asRunError, SandboxLifetime } from "./sandbox-lifetime.js";

/** What is asked. */
export interface RuleCostPlan {
  /** Rules that each packet meets. */
  readonly rules: number;
  readonly rounds: number;
  /** Of the order in each round. */
  readonly seed: number;
}

/** Without rules: what a packet costs by itself. */
const BARE = "bare";
type Lane = typeof BARE | RuleCostBackend;

/** What loads the rules. */
const LOADERS: Readonly<Record<RuleCostBackend, readonly [string, ...string[]]>> = {
  "iptables-legacy": ["iptables-legacy-restore"],
  "iptables-nft": ["iptables-nft-restore", "--noflush"],
  nft: ["nft", "-f", "-"],
};

const OWN = "198.18.0.1";
const OTHER = "198.18.0.2";
const PATIENCE_MS = 60_000;
/** Datagrams of a visit: some tens of milliseconds of CPU time. */
const DATAGRAMS = 1000;

/** Sends datagrams one after the other and prints the nanoseconds of CPU time that each took; those that its own code is warmed up by are not counted. */
const SENDER = `
const { createSocket } = require("node:dgram");
const [to, counted] = [process.argv[1], Number(process.argv[2])];
const warm = 200;
const socket = createSocket("udp4");
let sent = 0;
let before;
const next = (error) => {
  if (error) throw error;
  if (sent === warm) before = process.cpuUsage();
  if (sent++ < warm + counted) return void socket.send("x", next);
  const { user, system } = process.cpuUsage(before);
  console.log((1000 * (user + system)) / counted);
  socket.close();
};
socket.connect(9, to, next);`;

/**
 * Measures what a rule costs with each backend that this machine has.
 * @throws RunError when there can be no lab at all, or the sender cannot run
 */
export async function ruleCosts(plan: RuleCostPlan, context: UseCaseContext): Promise<RuleCosts> {
  const lifetime = new SandboxLifetime(context);
  const { machine } = lifetime;
  try {
    const agent = await startSandbox(machine);
    try {
      return await measured(plan, agent, machine);
    } finally {
      await agent.close();
    }
  } catch (error) {
    throw asRunError(error, context);
  } finally {
    lifetime.over();
  }
}

async function measured({ rules, rounds, seed }: RuleCostPlan, agent: AgentClient, machine: LabMachine): Promise<RuleCosts> {
  await makeNamespace(agent, BARE);
  const without = new Map<RuleCostBackend, RuleCost>();
  for (const backend of RULE_COST_BACKENDS) {
    const obstacle = await loaded(backend, rules, agent, machine);
    if (obstacle !== undefined) without.set(backend, obstacle);
  }
  const lanes: readonly Lane[] = [BARE, ...RULE_COST_BACKENDS.filter((backend) => !without.has(backend))];
  const random = randomFrom(seed);
  const perRule = new Map<Lane, number[]>(lanes.map((lane) => [lane, []]));
  for (let round = 0; round < rounds; round++) {
    const figures = new Map<Lane, number>();
    for (const lane of shuffled(lanes, random)) figures.set(lane, await packetCost(lane, agent, machine));
    const bare = figures.get(BARE) ?? 0;
    for (const [lane, figure] of figures) perRule.get(lane)?.push((figure - bare) / rules);
  }
  const { files, clock } = machine;
  return {
    schema: RULE_COSTS_SCHEMA,
    measured: clock.now().toISOString(),
    ...(await ruleCostPlace(files)),
    rules,
    rounds,
    backends: RULE_COST_BACKENDS.map((backend) => without.get(backend) ?? ofBackend(backend, perRule.get(backend) ?? [])),
  };
}

/** The kernel and the CPU, without which a figure says nothing. */
export async function ruleCostPlace(files: LabMachine["files"]): Promise<Pick<RuleCosts, "kernel" | "cpu">> {
  const [kernel, cpuinfo] = await Promise.all([files.readText("/proc/sys/kernel/osrelease"), files.readText("/proc/cpuinfo")]);
  return { kernel: kernel.trim(), cpu: parseCpuInfo(cpuinfo).cpu };
}

/** The costs to keep: backends that have failed now keep an earlier figure of the same kernel and CPU. */
export function withEarlier(costs: RuleCosts, earlier: RuleCosts): RuleCosts {
  if (earlier.kernel !== costs.kernel || earlier.cpu !== costs.cpu) return costs;
  const backends = costs.backends.map((one): RuleCost => {
    const before = earlier.backends.find(({ backend }) => backend === one.backend);
    return one.status !== "failed" || before?.cost === undefined ? one : { measured: earlier.measured, ...before };
  });
  return { ...costs, backends };
}

function ofBackend(backend: RuleCostBackend, values: readonly number[]): RuleCost {
  const estimate = estimateOf(values, 0.95);
  if (estimate?.interval === undefined) return { backend, status: "failed", reason: "too few rounds" };
  const { centre, interval } = estimate;
  return { backend, status: "measured", cost: { nanoseconds: centre, low: interval.low, high: interval.high } };
}

/** The packet leaves by one end of a veth and is dropped at the other: it is for no one there. */
async function makeNamespace(agent: AgentClient, name: Lane): Promise<void> {
  await mustRun(agent, ["ip", "netns", "add", name]);
  const lines = [
    "link add out0 type veth peer name in0",
    "link set lo up",
    "link set out0 up",
    "link set in0 up",
    `address add ${OWN}/24 dev out0`,
    `neighbour add ${OTHER} lladdr 02:00:00:00:00:02 dev out0`,
  ];
  await mustRun(agent, ["ip", "-batch", "-"], { namespace: name, stdin: `${lines.join("\n")}\n` });
}

/** Loads the rules; gives why they are not there. */
async function loaded(backend: RuleCostBackend, rules: number, agent: AgentClient, machine: LabMachine): Promise<RuleCost | undefined> {
  const argv = LOADERS[backend];
  if ((await machine.commands.locate(argv[0])) === undefined) return { backend, status: "unsupported", reason: needsProgram(argv[0]) };
  await makeNamespace(agent, backend);
  for (const stdin of textsOf(backend, rules)) {
    const outcome = await run(agent, argv, { namespace: backend, stdin });
    if (outcome.exitCode !== 0) return { backend, status: "failed", reason: `${argv.join(" ")}: ${wordsOfOutcome(outcome)}` };
  }
  return undefined;
}

/** So many rules fit into a message that an ordinary user may send to nf_tables (net.core.wmem_max); root may send more. */
const MOST_AT_ONCE = 200;

/** What is loaded, one text after the other. */
function textsOf(backend: RuleCostBackend, rules: number): readonly string[] {
  const all = Array.from({ length: rules }, (_, index) => index);
  if (backend === "iptables-legacy") return [iptablesText(all)];
  const parts = Array.from({ length: Math.ceil(rules / MOST_AT_ONCE) }, (_, part) =>
    all.slice(part * MOST_AT_ONCE, (part + 1) * MOST_AT_ONCE),
  );
  return parts.map(backend === "nft" ? nftText : iptablesText);
}

/** Addresses that no packet has here. */
const address = (index: number): string => `198.19.${String(Math.floor(index / 250))}.${String(1 + (index % 250))}`;

/** Rules as kube-proxy's are: for one address and port each. */
const iptablesText = (rules: readonly number[]): string =>
  `*filter\n${rules.map((index) => `-A OUTPUT -d ${address(index)}/32 -p udp -m udp --dport 80 -j DROP\n`).join("")}COMMIT\n`;

const nftText = (rules: readonly number[]): string =>
  `table ip costs {\n\tchain output {\n\t\ttype filter hook output priority 0;\n${rules.map((index) => `\t\tip daddr ${address(index)} udp dport 80 counter drop\n`).join("")}\t}\n}\n`;

/** Nanoseconds of CPU time for each datagram. */
async function packetCost(lane: Lane, agent: AgentClient, { node }: LabMachine): Promise<number> {
  const printed = await mustRun(agent, [node, "-e", SENDER, OTHER, String(DATAGRAMS)], { namespace: lane });
  const figure = Number(printed);
  if (printed.trim() === "" || !Number.isFinite(figure))
    throw new RunError(`the sender of datagrams printed no figure: ${oneLine(printed)}`);
  return figure;
}

interface Where {
  readonly namespace?: string;
  readonly stdin?: string;
}

const run = async (agent: AgentClient, argv: readonly [string, ...string[]], where: Where): Promise<RunOutcome> =>
  agent.order<"run">({ kind: "run", argv, timeout: PATIENCE_MS, ...where });

async function mustRun(agent: AgentClient, argv: readonly [string, ...string[]], where: Where = {}): Promise<string> {
  const outcome = await run(agent, argv, where);
  if (outcome.exitCode !== 0) throw new RunError(`${argv.slice(0, 2).join(" ")}: ${wordsOfOutcome(outcome)}`);
  return outcome.stdout;
}

const wordsOfOutcome = ({ startError, stderr, timedOut }: RunOutcome): string => oneLine(startError ?? (timedOut ? "it hung" : stderr));
