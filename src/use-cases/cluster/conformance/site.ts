/**
 * The ground of a cluster's conformance: pods and hosts that answer, podwire's own machine outside, and the Services that are asked.
 * @packageDocumentation
 */
import type { Check } from "../../../conformance/check.js";
import type { Ground } from "../../../conformance/ground.js";
import type { CountedMoment, Counts } from "../../../conformance/last-seen.js";
import { GROUP, RESPONDER_PORT } from "../../../conformance/responders.js";
import { SERVICE_PORT } from "../../../conformance/services.js";
import type { Kubernetes } from "../../../machine/kubernetes/port.js";
import type { Expectations } from "../../../model/conformance.js";
import type { Inspection } from "../../../model/inspection.js";
import type { NamespaceName } from "../../../model/wiring.js";
import { endedPackets } from "../../../ruleset/ended-packets.js";
import { parseAddress, parsePrefix } from "../../../units/address.js";
import { milliseconds } from "../../../units/quantity.js";
import { carryOut, type ExchangePlace, keepAsking } from "../../../venues/agent/exchanges.js";
import type { ClusterAgents } from "../../../venues/cluster/cluster-session.js";
import { devicesIn, podPlace, startResponder, stayingPlace } from "../../../venues/cluster/exchange-places.js";
import type { RunOnNode } from "../../../venues/cluster/facts/deep-look.js";
import { networkOf, type PodName } from "../../../venues/cluster/objects/layout.js";
import type { ClusterPlan } from "../../../venues/cluster/objects/plan.js";
import { choosePorts } from "../../../venues/cluster/paths/paths.js";
import type { PodAgent } from "../../../venues/cluster/pod-agent.js";
import type { Trying } from "../../conformance/trying.js";
import type { UseCaseContext } from "../../context.js";
import { oneLine } from "../../errors.js";
import { nodeRunners } from "../deep.js";
import { expectedIn } from "./expected.js";
import { type Lacking, PLACES, untried } from "./needs.js";
import { findOutside, type Whereabouts } from "./outside.js";
import { makeServices, removeEndpoint, type ServiceSite, Settling, type StandingServices } from "./services.js";

/** What stands before anything is tried. */
export interface Standing {
  readonly kubernetes: Kubernetes;
  readonly plan: ClusterPlan;
  readonly agents: ClusterAgents;
  readonly inspection: Inspection;
  readonly checks: readonly Check[];
  /** Why there are no pods on the nodes' own network, a clause; undefined where there are. */
  readonly noHosts: string | undefined;
  /** Why Services are not made, a clause. */
  readonly noServices: string | undefined;
  /** Addresses of all nodes, by name; those that were read. */
  readonly nodes: ReadonlyMap<string, string>;
  /** Whole number from 0 to below its argument. */
  readonly draw: (below: number) => number;
}

/** A ground, with what has to be ended after it. */
export interface Site {
  readonly trying: Trying;
  /** What of the Services had not settled when the first cells were tried, a sentence. */
  readonly unsettled: string | undefined;
  readonly close: () => void;
}

/** kube-proxy's iptables mode writes once a second at most (`iptables.minSyncPeriod`), and deletes stale entries of UDP after that. */
const ONWARD = milliseconds(5_000);
/** So many packets at once stand out among those of others that a node's devices count in the same second. */
const COPIES = 64;

/** The places of a cluster by the names that checks have for them; a node is its pod on its own network. */
const PODS: Readonly<Record<NamespaceName, PodName>> = {
  "pod-a": "pod-a",
  "pod-a2": "pod-a2",
  "pod-b": "pod-b",
  "node-a": "host-a",
  "node-b": "host-b",
};

/** Starts what answers, finds the outside, makes the Services, and says what is expected of each check. */
export async function standUp(standing: Standing, context: UseCaseContext): Promise<Site> {
  const { clock } = context.machine;
  const { agents, inspection, checks } = standing;
  const places = await answering(standing, context);
  const outside = await outsideOf(standing, places, context);
  try {
    const site = siteOf(standing, context);
    const services = await servicesOf(standing, places, site);
    const lacking = lackingIn(standing, places, outside, services);
    const ground = groundOf(standing, places, outside, services);
    const expectations: Expectations = { ...expectedIn(inspection), ...untried(checks, lacking) };
    const ask: Trying["carryOut"] = async (tries) => carryOut((name) => placeNamed(name, places, outside), tries);
    const settling = new Settling(site, async (address) => silentNodes(address, places, ask));
    const isWaitedFor = services !== undefined && expectations["clusterip-local"]?.expected !== "not-offered";
    const unsettled = isWaitedFor ? await settling.wait() : undefined;
    return {
      unsettled,
      trying: {
        ground,
        expectations,
        carryOut: ask,
        keepAsking: async (from, exchange, meanwhile) =>
          keepAsking(stayingPlace(agents.agentIn(PODS[from] ?? from), clock), exchange, meanwhile),
        remove: async (service, gone) => {
          await removeEndpoint(site, service, gone);
          return settling.wait();
        },
        onward: ONWARD,
        counts: async () => countsIn(standing, places),
        copies: COPIES,
      },
      close: () => {
        if ("place" in outside) outside.close();
      },
    };
  } catch (error) {
    if ("place" in outside) outside.close();
    throw error;
  }
}

/** A place in which something answers. */
interface Answering {
  readonly agent: PodAgent;
  readonly port: number;
}
type Places = ReadonlyMap<NamespaceName, Answering>;

async function answering({ agents, draw }: Standing, { machine: { clock } }: UseCaseContext): Promise<Places> {
  const there = Object.entries(PODS).flatMap(([name, pod]) => {
    const agent = agents.agents.get(pod);
    return agent === undefined ? [] : [[name, agent] as const];
  });
  const free = await choosePorts(
    there.map(([, agent]) => agent).filter(({ pod }) => networkOf(pod.role) === "host"),
    draw,
  );
  const places = there.map(([name, agent]) => [name, { agent, port: free.get(agent.pod.role) ?? RESPONDER_PORT }] as const);
  await Promise.all(
    places.map(async ([name, { agent, port }]) =>
      startResponder(agent, { name, port, ...(name === "pod-b" ? { group: GROUP } : {}) }, clock),
    ),
  );
  return new Map(places);
}

async function outsideOf({ noHosts, nodes, inspection }: Standing, places: Places, { machine }: UseCaseContext): Promise<Whereabouts> {
  if (noHosts !== undefined)
    return {
      why: `whether this machine is outside of the cluster is found out by pods on the nodes' own network, and there are none: ${noHosts}`,
    };
  const reached = [...places].flatMap(([name, { agent, port }]) =>
    name.startsWith("node-") ? [{ name, address: agent.pod.address, port, place: podPlace(agent) }] : [],
  );
  return findOutside(machine, reached, (address) => {
    const node = [...nodes].find(([, one]) => one === address)?.[0];
    if (node !== undefined) return `node ${node} of the cluster`;
    return inspection.podCidrs.examples.some(({ cidrs }) => cidrs.some((cidr) => holds(cidr, address)))
      ? "a pod of the cluster"
      : undefined;
  });
}

function siteOf({ kubernetes, plan, agents }: Standing, { machine: { clock }, interrupted: signal }: UseCaseContext): ServiceSite {
  const pods = new Map(
    agents.pods.filter(({ role }) => networkOf(role) === "pod").map(({ role, address, node }) => [role, { address, node }]),
  );
  return { kubernetes, plan, clock, signal, pods };
}

async function servicesOf({ noServices }: Standing, places: Places, site: ServiceSite): Promise<StandingServices | undefined> {
  if (noServices !== undefined) return undefined;
  return makeServices(site, externalPlace(places));
}

/** The first node's own address, with the port beside its responder's, which is of the same free row. */
function externalPlace(places: Places): { readonly address: string; readonly port: number } | undefined {
  const node = places.get("node-a");
  return node === undefined ? undefined : { address: node.agent.pod.address, port: node.port + 1 };
}

function lackingIn(
  { noHosts, noServices }: Standing,
  places: Places,
  outside: Whereabouts,
  services: StandingServices | undefined,
): Lacking {
  const absent = PLACES.filter((name) => name !== "outside" && !places.has(name));
  const hosts = noHosts ?? ONE_NODE;
  const why = "place" in outside ? undefined : outside.why;
  const egress = "place" in outside ? ("why" in outside.answers ? outside.answers.why : undefined) : outside.why;
  const refused = services?.externalRefused;
  return {
    places: {
      ...Object.fromEntries(absent.map((name) => [name, name.startsWith("node-") ? hosts : ONE_NODE])),
      ...(why === undefined ? {} : { outside: why }),
    },
    services: noServices,
    checks: {
      ...(egress === undefined ? {} : { masquerade: egress }),
      ...(refused === undefined ? {} : { "external-ip": `no Service with an external address is admitted: ${refused}` }),
    },
  };
}

const ONE_NODE = "there is one node only";

function groundOf({ agents, inspection }: Standing, places: Places, outside: Whereabouts, services: StandingServices | undefined): Ground {
  const addresses = new Map<NamespaceName, string>([...places].map(([name, { agent }]) => [name, agent.pod.address]));
  // Where a node has no pod on its own network, its pods still say its address.
  for (const { role, hostAddress } of agents.pods) if (!addresses.has(nodeNamed(role))) addresses.set(nodeNamed(role), hostAddress);
  if ("place" in outside) addresses.set("outside", outside.address);
  const answers = "place" in outside && "port" in outside.answers ? outside.answers.port : undefined;
  return {
    family: "ipv4",
    namespaces: [...places.keys(), ...("place" in outside ? ["outside"] : [])],
    podMtu: inspection.mtu.podPath ?? inspection.mtu.pod ?? ETHERNET_MTU,
    // Of what lies between a cluster and its outside nothing is known that a transfer could be held against.
    outward: false,
    addressOf: (name) => {
      const address = addresses.get(name);
      if (address === undefined) throw new Error(`${name} has no address`);
      return address;
    },
    portOf: (name) => (name === "outside" ? (answers ?? RESPONDER_PORT) : (places.get(name)?.port ?? RESPONDER_PORT)),
    clusterAddress: (service) => {
      if (services === undefined) throw new Error("no Service was made");
      return services.clusterAddress(service);
    },
    external: {
      ...(externalPlace(places) ?? { address: "", port: 0 }),
      nodePort: services?.external.nodePort ?? 0,
      localNodePort: services?.external.localNodePort ?? 0,
    },
  };
}

/** Whether a prefix holds an address. */
function holds(cidr: string, text: string): boolean {
  const [prefix, address] = [parsePrefix(cidr), parseAddress(text)];
  return prefix !== undefined && address?.family === prefix.family && address.value >= prefix.from && address.value <= prefix.to;
}

/** Bytes; pods that could not be asked for theirs are taken for Ethernet's. */
const ETHERNET_MTU = 1500;

const nodeNamed = (role: PodName): NamespaceName => (role.endsWith("b") ? "node-b" : "node-a");

function placeNamed(name: NamespaceName, places: Places, outside: Whereabouts): ExchangePlace {
  if (name === "outside" && "place" in outside) return outside.place;
  const place = places.get(name);
  if (place === undefined) throw new Error(`there is no ${name} in this cluster`);
  return podPlace(place.agent);
}

/** A pod of each node asks, since each node's rules are written by themselves; the nodes on which none has an answer. */
async function silentNodes(address: string, places: Places, ask: Trying["carryOut"]): Promise<readonly NamespaceName[]> {
  const exchange = { protocol: "tcp", address, port: SERVICE_PORT, sends: 0, asks: 0, patience: milliseconds(500) } as const;
  const from = ["pod-a", "pod-b", "node-a", "node-b"].filter((name) => places.has(name));
  const tried = await ask(from.map((name) => ({ kind: "ask", from: name, to: "pod-a2", exchange })));
  // Whichever of them reaches Services at all tells of its node.
  return ["node-a", "node-b"].filter((node) => {
    const own = tried.filter(({ asked }) => asked.from.endsWith(node.slice(-1)));
    return own.length > 0 && !own.some(({ outcome }) => outcome.result === "answered");
  });
}

async function countsIn({ kubernetes, plan, agents }: Standing, places: Places): Promise<CountedMoment> {
  const devices = await Promise.all([...places].map(async ([name, { agent }]) => [name, await devicesIn(agent)] as const));
  const counted: Counts = Object.fromEntries(devices);
  if (!plan.deep) return { devices: counted };
  const nodes = new Map(agents.pods.map(({ role, node }) => [node, nodeNamed(role)]));
  const read = await Promise.all(
    nodeRunners(kubernetes, plan).map(async ({ node, run }) => ({ name: nodes.get(node) ?? node, ...(await rulesOf(run)) })),
  );
  return {
    devices: counted,
    rules: Object.fromEntries(read.map(({ name, text }) => [name, endedPackets(text)])),
    unread: Object.fromEntries(read.flatMap(({ name, complaint }) => (complaint === undefined ? [] : [[name, complaint]]))),
  };
}

/** What both backends save with their counters, and the first complaint; that a kernel lacks a backend is none. */
async function rulesOf(run: RunOnNode): Promise<{ readonly text: string; readonly complaint: string | undefined }> {
  const saved = await Promise.all(
    (["iptables-nft-save", "iptables-legacy-save"] as const).map(async (program) => ({ program, ...(await run([program, "-c"])) })),
  );
  const [complaint] = saved.flatMap(({ program, exitCode, stderr, startError }) => {
    const words = oneLine(startError ?? stderr);
    return exitCode === 0 || /not supported/i.test(words) ? [] : [`\`${program} -c\`: ${words}`];
  });
  return { text: saved.map(({ stdout }) => stdout).join("\n"), complaint };
}
