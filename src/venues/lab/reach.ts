/**
 * Makes a wired path ready to be measured: sees that it answers and looks up what raw frames need.
 * @packageDocumentation
 */
import type { LinkKind } from "../../model/metric.js";
import { type EndSizes, type PathMtu, pathMtu, routeSizes } from "../../model/path-mtu.js";
import { LISTENING_PORTS, type PathSpec, type WiredPath, type Wiring } from "../../model/wiring.js";
import type { RunOutcome } from "../agent/protocol.js";
import { type TriedPath, whyNotReached } from "../agent/reach.js";
import type { Endpoint, Path } from "../contract.js";
import type { Builder } from "./build.js";
import { namespaceName } from "./compile.js";
import { BuildError } from "./failure.js";
import { firstReceiver } from "./first-receiver.js";
import type { SteeredDevice } from "./steering.js";

/** One built copy of a mode. */
export interface Copy {
  readonly mode: string;
  readonly link: LinkKind;
  /** What its namespaces' names begin with. */
  readonly prefix: string;
  readonly wiring: Wiring;
}

/** A path that answers. */
export interface ReadyPath {
  readonly path: Path;
  /** Congestion control of its route; undefined means the kernel's default. */
  readonly congestionControl: string | undefined;
  /** The first device that receives its frames; undefined where the wiring does not tell. */
  readonly receiver?: SteeredDevice;
}

const TIMEOUT_MS = 10_000;

/**
 * Sees that a path is there, and looks up its first hop.
 * @throws BuildError when the path does not answer
 */
export async function ready(builder: Builder, copy: Copy, name: WiredPath, spec: PathSpec): Promise<ReadyPath> {
  const namespace = namespaceName(copy.prefix, spec.from);
  const { agent: client } = builder;
  const { listen = LISTENING_PORTS } = spec;
  const way: TriedPath = {
    from: { client, namespace },
    to: { client, namespace: namespaceName(copy.prefix, spec.to) },
    address: spec.address,
    arrival: spec.toDevice,
    ...(isOwn(copy.wiring, spec) && spec.portsOnly !== true ? {} : { tcp: { port: spec.ports.iperf3, listen: listen.iperf3 } }),
  };
  const reason = await builder.limiter.run(async () => whyNotReached(way, builder.clock));
  if (reason !== undefined) throw new BuildError(`the ${name} path on the ${copy.link} link ${reason}`);
  const { hop, kernelMtu } = await builder.limiter.run(async () => lookUp(builder, copy.prefix, routed(copy.wiring, name, spec)));
  const from = endpoint(copy, spec.from);
  const to = endpoint(copy, spec.to);
  const path: Path = {
    id: `${copy.mode}/${copy.link}/${name}`,
    mode: copy.mode,
    name,
    link: copy.link,
    from,
    to,
    address: spec.address,
    ports: spec.ports,
    listen,
    ...(spec.httpWorkers === undefined ? {} : { httpWorkers: spec.httpWorkers }),
    frame: { device: spec.device, ...hop.frame },
    arrival: { device: spec.toDevice },
    mtu: spec.mtu,
    kernelMtu,
  };
  const receiver = firstReceiver(copy.wiring, spec);
  return {
    path,
    congestionControl: hop.congestionControl,
    ...(receiver === undefined ? {} : { receiver: { namespace: namespaceName(copy.prefix, receiver.in), device: receiver.device } }),
  };
}

function endpoint(copy: Copy, name: string): Endpoint {
  const spec = copy.wiring.namespaces.find((namespace) => namespace.name === name);
  return { id: `${copy.mode}/${copy.link}/${name}`, kind: spec?.kind === "pod" ? "pod" : "host" };
}

/** No route to a Service's address is needed where sockets are given its endpoint's; that of the endpoint is the path's. */
const routed = ({ paths }: Wiring, name: WiredPath, spec: PathSpec): PathSpec =>
  name === "pod-service" ? (paths["pod-pod"] ?? spec) : spec;

/** Whether the address that clients connect to is the far end's own, and no rule's or node's in its place. */
const isOwn = ({ steps }: Wiring, { to, address }: PathSpec): boolean =>
  steps.some((step) => step.kind === "address" && step.in === to && step.address.startsWith(`${address}/`));

interface FirstHop {
  readonly frame: Omit<Path["frame"], "device">;
  readonly congestionControl: string | undefined;
  /** Of packets to the path's address. */
  readonly sizes: EndSizes;
}

interface LookedUp {
  readonly hop: FirstHop;
  readonly kernelMtu: PathMtu;
}

/** The first hop, and what both ends put into one packet. Where that is not what was planned, a smaller MTU on the way may have to be met first. */
async function lookUp(builder: Builder, prefix: string, spec: PathSpec): Promise<LookedUp> {
  const [from, to] = [namespaceName(prefix, spec.from), namespaceName(prefix, spec.to)];
  const hop = await firstHop(builder, from, spec);
  const back = await sizesBack(builder, to, spec.toDevice, hop.frame.sourceAddress);
  const kernelMtu = pathMtu(hop.sizes, back, spec.address);
  if (kernelMtu.bytes <= spec.mtu) return { hop, kernelMtu };
  await discover(builder, from, spec.address, kernelMtu.bytes);
  const learned = await firstHop(builder, from, spec);
  return { hop: learned, kernelMtu: pathMtu(learned.sizes, back, spec.address) };
}

/** IPv4 and ICMP headers, bytes. */
const ECHO_HEADERS = 28;

/** Sends echo requests as large as the sender's kernel lets them be and not to be split on the way: who cannot forward them says so, and the kernel remembers it. */
async function discover({ agent }: Builder, namespace: string, address: string, bytes: number): Promise<void> {
  const size = String(bytes - ECHO_HEADERS);
  const argv = ["ping", "-n", "-q", "-M", "do", "-c", "1", "-W", "1", "-s", size, address] as const;
  // Whether it is answered says nothing: where ports are translated an address answers no echo requests.
  await agent.order<"run">({ kind: "run", argv, namespace, timeout: TIMEOUT_MS });
}

/** Sizes of the far end's packets to where the near end's come from; undefined where it knows no way there. */
async function sizesBack({ agent }: Builder, namespace: string, device: string, address: string): Promise<EndSizes | undefined> {
  const argv = ["ip", "-n", namespace, "-json", "-batch", "-"] as const;
  const stdin = `route get ${address}\nlink show dev ${device}\n`;
  const { stdout } = await agent.order<"run">({ kind: "run", argv, stdin, timeout: TIMEOUT_MS });
  const [routes, links] = answersIn(stdout);
  const link = (links?.[0] as LinkLine | undefined)?.mtu;
  return routes?.[0] === undefined || link === undefined ? undefined : { link, ...routeSizes(routes[0]) };
}

async function firstHop(builder: Builder, namespace: string, spec: PathSpec): Promise<FirstHop> {
  const argv = ["ip", "-n", namespace, "-json", "-batch", "-"] as const;
  const stdin = `route get ${spec.address}\nlink show dev ${spec.device}\nneighbour show dev ${spec.device}\nroute show to match ${spec.address}\n`;
  const outcome = await builder.agent.order<"run">({ kind: "run", argv, stdin, timeout: TIMEOUT_MS });
  const hop = outcome.exitCode === 0 ? parseFirstHop(outcome.stdout) : undefined;
  if (hop === undefined) throw new BuildError(`the way to ${spec.address} cannot be looked up in ${namespace}: ${wordsOf(outcome)}`);
  return hop;
}

const wordsOf = (outcome: RunOutcome): string => outcome.startError ?? `${outcome.stderr.trim()} ${outcome.stdout.trim()}`;

interface RouteLine {
  readonly dst: string;
  readonly gateway?: string;
  readonly prefsrc?: string;
  /** iproute2 calls the attribute `congctl` on the command line and `congestion` in JSON. */
  readonly metrics?: readonly { readonly congestion?: string; readonly congctl?: string }[];
}
interface LinkLine {
  readonly address?: string;
  readonly mtu?: number;
}
interface NeighbourLine {
  readonly dst: string;
  readonly lladdr?: string;
}

/**
 * Reads the four answers of `ip -json -batch` to `route get`, `link show`, `neighbour show` and `route show to match`, one array a line.
 * Undefined when something is missing.
 */
export function parseFirstHop(text: string): FirstHop | undefined {
  const [routes, links, neighbours, matching] = answersIn(text);
  const route = routes?.[0] as RouteLine | undefined;
  const { address: sourceMac, mtu } = (links?.[0] as LinkLine | undefined) ?? {};
  if (route?.prefsrc === undefined || sourceMac === undefined || mtu === undefined) return undefined;
  const next = route.gateway ?? route.dst;
  const neighbour = (neighbours as readonly NeighbourLine[] | undefined)?.find((line) => line.dst === next);
  // A device without neighbours (ipvlan in L3 mode) looks at the IP header only: its own address does as well as any.
  const destinationMac = neighbour?.lladdr ?? sourceMac;
  return {
    frame: { sourceMac, sourceAddress: route.prefsrc, destinationMac },
    congestionControl: congestionOf((matching ?? []) as RouteLine[]),
    sizes: { link: mtu, ...routeSizes(route) },
  };
}

/** The arrays that `ip -json -batch` prints, one a line. */
const answersIn = (text: string): readonly (readonly unknown[])[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("["))
    .map((line) => JSON.parse(line) as unknown[]);

/** The congestion control of the most specific of the routes that match. */
function congestionOf(routes: readonly RouteLine[]): string | undefined {
  const [best] = [...routes].sort((a, b) => prefixLength(b.dst) - prefixLength(a.dst));
  const metric = best?.metrics?.find((one) => (one.congestion ?? one.congctl) !== undefined);
  return metric?.congestion ?? metric?.congctl;
}

const prefixLength = (prefix: string): number => (prefix === "default" ? 0 : Number(prefix.split("/")[1] ?? 32));
