/**
 * The use case behind `podwire lab path`: a packet's way through a variant, from the live kernel's state, with a burst counted at every hop.
 * @packageDocumentation
 */
import type { AskTry, Tried } from "../../model/exchange.js";
import type { PacketPath } from "../../model/packet-path.js";
import { LISTENING_PORTS, type PathSpec, type WiredPath, type Wiring } from "../../model/wiring.js";
import { grown } from "../../packet-path/counts.js";
import { milliseconds } from "../../units/quantity.js";
import { type ExchangeGround, type ExchangeLab, openExchangeLab } from "../../venues/lab/exchange-lab.js";
import { BuildError } from "../../venues/lab/failure.js";
import type { UseCaseContext } from "../context.js";
import { RunError } from "../errors.js";
import { followedBy } from "../namespace-look.js";
import { lookAt } from "./network-look.js";
import { asRunError, SandboxLifetime } from "./sandbox-lifetime.js";
import type { TriedMode } from "./trying.js";

/** What is followed. */
export interface AskedPath {
  readonly variant: TriedMode;
  readonly path: WiredPath;
  /** Connections of the burst. */
  readonly connections: number;
}

/** The lab of a path: two nodes and a link without a limit. */
export const PATH_TOPOLOGY = { nodes: 2, mtu: 1500 } as const;

/**
 * Builds the variant, sends a burst and follows its packets.
 * @throws RunError when the variant cannot be built, or its state cannot be read
 */
export async function labPath(asked: AskedPath, context: UseCaseContext): Promise<PacketPath> {
  const lifetime = new SandboxLifetime(context);
  try {
    const lab = await openExchangeLab(lifetime.machine, [asked.variant]);
    try {
      return await followedPath(asked, asked.variant.wire(PATH_TOPOLOGY), lab);
    } finally {
      await lab.close();
    }
  } catch (error) {
    if (error instanceof BuildError) throw new RunError(error.message);
    throw asRunError(error, context);
  } finally {
    lifetime.over();
  }
}

/**
 * The same in a lab that is open.
 * @throws RunError as {@link labPath}
 */
export async function followedPath(asked: AskedPath, wiring: Wiring, lab: Pick<ExchangeLab, "build">): Promise<PacketPath> {
  const { variant, path } = asked;
  const spec = wiring.paths[path];
  if (spec === undefined) throw new RunError(`${variant.name} has no path ${path}`);
  const { http: port } = spec.listen ?? LISTENING_PORTS;
  const ground = await lab.build(variant, wiring, { port, groups: {} });
  if ("status" in ground) throw new RunError(`${variant.name} is ${ground.status}: ${ground.reason}`);
  return followed(asked, wiring, spec, ground);
}

const PATIENCE = milliseconds(1_500);

async function followed(
  { variant, path, connections }: AskedPath,
  wiring: Wiring,
  spec: PathSpec,
  ground: ExchangeGround,
): Promise<PacketPath> {
  const one = question(spec);
  // Neighbours and forwarding entries are learned by the first packets, which the burst is not to be counted with.
  const [first] = await ground.carryOut([one]);
  const before = await lookAt(ground, wiring, "last");
  const tried = await ground.carryOut(Array.from({ length: connections }, () => one));
  const after = await lookAt(ground, wiring, "first");
  const answered = tried.filter(({ outcome }) => outcome.result === "answered").length;
  const network = { namespaces: after.namespaces, counts: grown(before.counters, after.counters) };
  const atSocket = first === undefined ? undefined : givenAtSocket(variant, path, wiring, first);
  const { address, from, ports } = spec;
  const dialled = { variant: variant.name, path, from, address, port: ports.http, burst: { connections, answered } };
  return followedBy(
    network,
    { ...dialled, ...(atSocket === undefined ? {} : { atSocket }) },
    (name) => async (argv) => ground.look(name, argv),
  );
}

const question = ({ from, to, address, ports }: PathSpec): AskTry => ({
  kind: "ask",
  from,
  to,
  exchange: { protocol: "tcp", address, port: ports.http, sends: 0, asks: 0, patience: PATIENCE },
});

/** Where Services are carried at the socket: the address of whoever answered. */
function givenAtSocket({ layers = [] }: TriedMode, path: WiredPath, { steps }: Wiring, { outcome }: Tried): string | undefined {
  if (path !== "pod-service" || !layers.some(({ layer }) => layer.name === "socket-lb") || outcome.result !== "answered") return undefined;
  const step = steps.find((one) => one.kind === "address" && one.in === outcome.who && one.device !== "lo");
  return step?.kind === "address" ? step.address.split("/")[0] : undefined;
}
