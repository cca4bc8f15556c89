/**
 * A connection's way there and back, with what a burst was counted as, and the answer in a sentence.
 * @packageDocumentation
 */
import { PACKET_PATH_SCHEMA, type PacketHop, type PacketPath, type PacketWay } from "../model/packet-path.js";
import type { Range } from "../ruleset/walk/state.js";
import type { NetworkFacts, RouteAnswer, RouteQuestion } from "./facts.js";
import { type Followed, follow, UNSET } from "./follow.js";
import { placeOf, withLoss } from "./loss.js";
import { addressText, packetFrom, sourceOf } from "./travelling.js";

/** What was dialled, by whom, and what came of it. */
export interface Dialled {
  readonly variant: string;
  readonly path: string;
  readonly from: string;
  readonly address: string;
  readonly port: number;
  readonly burst: PacketPath["burst"];
  /** Of a cluster: the kubeconfig's context. */
  readonly cluster?: string;
  /** What of the state could not be read, a sentence each. */
  readonly unread?: readonly string[];
  /** The address that a program gives the socket in place of the one that it dials; absent where none does. */
  readonly atSocket?: string;
}

/** Stands for whatever port the client's kernel gives its socket: one of net.ipv4.ip_local_port_range. */
const CLIENT_PORT = 40_000;

/** Follows a connection's first packet and its answer. */
export function* packetPath(network: NetworkFacts, dialled: Dialled): Generator<RouteQuestion, PacketPath, RouteAnswer> {
  const { variant, path, from, address, port, burst, atSocket, cluster, unread = [] } = dialled;
  const to = atSocket ?? address;
  const first = yield { in: from, to };
  const source = "refused" in first ? UNSET : (first.source ?? UNSET);
  const packet = packetFrom("tcp", { address: source, port: CLIENT_PORT }, { address: to, port });
  const there = yield* follow(network, from, packet);
  const shared = new Set(network.between?.cards.keys());
  const request = withLoss(
    atSocket === undefined ? there.way : { ...there.way, hops: [redirected(dialled, atSocket), ...there.way.hops] },
    shared,
  );
  const back = there.way.ends === "delivered" ? yield* answer(network, there) : undefined;
  const reply = back === undefined ? undefined : withLoss(taken(back, to), shared);
  return {
    schema: PACKET_PATH_SCHEMA,
    variant,
    ...(cluster === undefined ? {} : { cluster }),
    path,
    says: saysOf(burst, request, reply),
    burst,
    ...(unread.length === 0 ? {} : { unread: [...unread] }),
    request,
    ...(reply === undefined ? {} : { reply }),
  };
}

const redirected = ({ from, address, port }: Dialled, becomes: string): PacketHop => ({
  in: from,
  kind: "program",
  name: "connect4",
  says: `a program at the socket gives it ${becomes} in place of ${address}:${String(port)}: no packet is ever translated`,
});

function* answer(network: NetworkFacts, { packet, in: name, translations }: Followed): Generator<RouteQuestion, Followed, RouteAnswer> {
  const { state } = packet;
  const end = (address: string, port: Range | undefined): { readonly address: string; readonly port?: number } => ({
    address,
    ...(port === undefined ? {} : { port: Number(port.from) }),
  });
  const from = end(addressText(state, state.destination.from), state.destinationPort);
  const answering = packetFrom("tcp", from, end(sourceOf(state), state.sourcePort), "ESTABLISHED");
  return yield* follow(network, name, answering, translations);
}

/** A connected socket takes packets from the address that it has dialled, and no other. */
function taken({ way, packet }: Followed, dialled: string): Omit<PacketWay, "loss"> {
  const source = sourceOf(packet.state);
  if (way.ends !== "delivered" || source === dialled) return way;
  const says = `the answer comes from ${source}, and the socket has dialled ${dialled}: it is refused`;
  const hops = way.hops.map((hop, index) => (index === way.hops.length - 1 ? { ...hop, says, ends: "dropped" as const } : hop));
  return { ...way, hops, ends: "dropped" };
}

/** Where everything was answered, packets that counters miss behind a program are not lost: it has sent them past those counters. */
function takenElsewhere(way: PacketWay | undefined): PacketHop | undefined {
  const { loss, ends, hops } = way ?? {};
  if (loss === undefined || ends !== "delivered") return undefined;
  return hops?.slice(0, loss.at).findLast(({ kind }) => kind === "program");
}

function saysOf({ connections, answered }: PacketPath["burst"], request: PacketWay, reply: PacketWay | undefined): string {
  const isAnswered = answered === connections;
  const asked = `${String(answered)} of ${String(connections)} connections were answered`;
  // A way that ends by state, and yet answers: that state came with the burst's end, or is misread.
  const contradicted = isAnswered && [request, reply].some((way) => way?.ends === "dropped" || way?.ends === "rejected");
  const outcome = contradicted ? `and yet ${asked}, so that this is not what the burst met` : asked;
  const elsewhere = isAnswered ? [request, reply].map(takenElsewhere).find((one) => one !== undefined) : undefined;
  if (elsewhere !== undefined)
    return `${asked}, and not by the whole way that the state shows: behind the program ${elsewhere.name} in ${elsewhere.in} counters have seen fewer packets, so that it takes them another way.`;
  if (request.loss !== undefined) return `Packets are lost on the way there, at ${request.loss.says}; ${outcome}.`;
  if (reply?.loss !== undefined) return `Packets are lost on the way back, at ${reply.loss.says}; ${outcome}.`;
  const open = [request, reply].find((way) => way?.ends === "unknown");
  const last = open?.hops.findLast((hop) => hop.ends === "unknown");
  if (last !== undefined) return `The way cannot be followed beyond ${placeOf(last)}: ${last.says}; ${asked}.`;
  const hops = `${String(request.hops.length)} hops there and ${String(reply?.hops.length ?? 0)} back`;
  if (isAnswered) return `Nothing is lost on the way: ${hops}; all ${String(connections)} connections were answered.`;
  return `Nothing on the way drops packets, by rules, routes or counters (${hops}), and yet ${asked}: a server that does not answer, or a loss that no counter sees.`;
}
