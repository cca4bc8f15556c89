/**
 * Makes a wired path ready to be measured: sees that it answers and looks up what raw frames need.
 * @packageDocumentation
 */
import type { LinkKind } from "../../model/metric.js";
import { LISTENING_PORTS, type PathSpec, type WiredPath, type Wiring } from "../../model/wiring.js";
import type { RunOutcome } from "../agent/protocol.js";
import type { Endpoint, Path } from "../contract.js";
import { BuildError, type Builder } from "./build.js";
import { namespaceName } from "./compile.js";
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

/** Seconds in which a new path must answer once. */
const ANSWER_WITHIN = "3";
const TIMEOUT_MS = 10_000;

/**
 * Pings a path, which also fills the neighbour tables along it, and looks up its first hop.
 * @throws BuildError when the path does not answer
 */
export async function ready(builder: Builder, copy: Copy, name: WiredPath, spec: PathSpec): Promise<ReadyPath> {
  const namespace = namespaceName(copy.prefix, spec.from);
  await builder.turnstile.pass(async () => ping(builder, namespace, copy, name, spec.address));
  const hop = await builder.turnstile.pass(async () => firstHop(builder, namespace, spec));
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
    listen: LISTENING_PORTS,
    frame: { device: spec.device, ...hop.frame },
    arrival: { device: spec.toDevice },
    mtu: spec.mtu,
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

async function ping(builder: Builder, namespace: string, copy: Copy, name: WiredPath, address: string): Promise<void> {
  const argv = ["ping", "-n", "-q", "-c", "1", "-i", "0.2", "-w", ANSWER_WITHIN, address] as const;
  const outcome = await builder.agent.order<"run">({ kind: "run", argv, namespace, timeout: TIMEOUT_MS });
  if (outcome.exitCode === 0) return;
  const words = outcome.startError ?? `${outcome.stdout}\n${outcome.stderr}`.trim().replaceAll(/\s*\n\s*/g, " ");
  throw new BuildError(`the ${name} path on the ${copy.link} link does not answer: \`${argv.join(" ")}\` in ${namespace}: ${words}`);
}

interface FirstHop {
  readonly frame: Omit<Path["frame"], "device">;
  readonly congestionControl: string | undefined;
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
  const [routes, links, neighbours, matching] = text
    .split("\n")
    .filter((line) => line.startsWith("["))
    .map((line) => JSON.parse(line) as unknown[]);
  const route = routes?.[0] as RouteLine | undefined;
  const sourceMac = (links?.[0] as LinkLine | undefined)?.address;
  if (route?.prefsrc === undefined || sourceMac === undefined) return undefined;
  const next = route.gateway ?? route.dst;
  const neighbour = (neighbours as readonly NeighbourLine[] | undefined)?.find((line) => line.dst === next);
  // A device without neighbours (ipvlan in L3 mode) looks at the IP header only: its own address does as well as any.
  const destinationMac = neighbour?.lladdr ?? sourceMac;
  return {
    frame: { sourceMac, sourceAddress: route.prefsrc, destinationMac },
    congestionControl: congestionOf((matching ?? []) as RouteLine[]),
  };
}

/** The congestion control of the most specific of the routes that match. */
function congestionOf(routes: readonly RouteLine[]): string | undefined {
  const [best] = [...routes].sort((a, b) => prefixLength(b.dst) - prefixLength(a.dst));
  const metric = best?.metrics?.find((one) => (one.congestion ?? one.congctl) !== undefined);
  return metric?.congestion ?? metric?.congctl;
}

const prefixLength = (prefix: string): number => (prefix === "default" ? 0 : Number(prefix.split("/")[1] ?? 32));
