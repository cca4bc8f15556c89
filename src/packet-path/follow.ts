/**
 * Follows a packet from a socket to where it ends. What only the kernel's routing can say is asked as it is needed: whoever runs the generator answers.
 * @packageDocumentation
 */
import type { PacketHop, PacketWay } from "../model/packet-path.js";
import { receive, send } from "./devices.js";
import type { NetworkFacts, Route, RouteAnswer, RouteQuestion } from "./facts.js";
import { neighbourOf } from "./neighbours.js";
import { atHook, translatedBack, translationOf } from "./netfilter.js";
import {
  addressOf,
  destinationOf,
  ended,
  factsOf,
  type Moved,
  type Place,
  scrubbed,
  sourceOf,
  type Translation,
  type Travelling,
  wordsOf,
} from "./travelling.js";

/** A way that has been followed to its end. */
export interface Followed {
  readonly way: Omit<PacketWay, "loss">;
  /** The packet as it was at its end, and where that was. */
  readonly packet: Travelling;
  readonly in: string;
  readonly translations: readonly Translation[];
}

/** What the generators here yield and are answered. */
type Asking<Result> = Generator<RouteQuestion, Result, RouteAnswer>;

/** More stations than any real way has: a packet that goes round in a circle. */
const MOST_STEPS = 60;

/**
 * Follows a packet.
 * @param from - the namespace whose socket sends it
 * @param known - translations of the way there, when this is an answer
 */
export function* follow(network: NetworkFacts, from: string, packet: Travelling, known: readonly Translation[] = []): Asking<Followed> {
  const hops: PacketHop[] = [{ in: from, kind: "socket", name: packet.state.packet.protocol, says: "a socket sends it" }];
  const translations: Translation[] = [];
  let now = packet;
  let place: Place = { at: "sent", in: from };
  for (let step = 0; place.at !== "end"; step++) {
    const moved: Moved = step < MOST_STEPS ? yield* next(network, place, now, known) : circle(place, now);
    hops.push(...moved.hops);
    if (moved.translation !== undefined) translations.push(moved.translation);
    now = moved.packet;
    place = moved.place;
  }
  const ends = hops.findLast((hop) => hop.ends !== undefined)?.ends ?? "unknown";
  return { way: { packet: wordsOf(packet), hops, ends }, packet: now, in: place.in, translations };
}

const circle = (place: Place, packet: Travelling): Moved =>
  ended(packet, {
    in: place.in,
    kind: "route",
    name: "circle",
    says: `the packet goes round in a circle: ${String(MOST_STEPS)} steps and no end`,
    ends: "dropped",
  });

function* next(
  network: NetworkFacts,
  place: Exclude<Place, { at: "end" }>,
  packet: Travelling,
  known: readonly Translation[],
): Asking<Moved> {
  switch (place.at) {
    case "sent":
      return yield* sent(network, place.in, packet, known);
    case "next-hop":
      return yield* nextHop(network, place.in, packet);
    case "routed":
      return neighbourOf(network, place, packet);
    case "sending":
      return send(network, place, packet);
    case "received":
      return receive(network, place, packet);
    case "input":
      return yield* input(network, place, packet, known);
  }
}

/** What a namespace sends by itself: routed, shown to its rules, and routed anew where those changed it. */
function* sent(network: NetworkFacts, name: string, packet: Travelling, known: readonly Translation[]): Asking<Moved> {
  const first = yield* routed(network, name, packet, undefined);
  if ("ended" in first) return first.ended;
  const from = withSource(packet, first.route);
  const output = atHook(network, name, "output", from, { out: first.route.device });
  const hops = [first.hop, ...output.hops];
  if (!output.passes) return { hops, packet: output.packet, place: { at: "end", in: name } };
  const back = translatedBack(output.packet, name, "destination", known);
  const changed = destinationOf(back.packet.state) !== destinationOf(from.state) || back.packet.state.mark !== from.state.mark;
  const second = changed ? yield* routed(network, name, back.packet, undefined) : first;
  if ("ended" in second) return { ...second.ended, hops: [...hops, ...back.hops, ...second.ended.hops] };
  const all = [...hops, ...back.hops, ...(changed ? [second.hop] : [])];
  return leaving(network, { name, route: second.route, routedAs: {}, before: from, hops: all, known }, back.packet);
}

/** The kernel looks the next hop up for a program (bpf_redirect_neigh); no rule sees the packet. */
function* nextHop(network: NetworkFacts, name: string, packet: Travelling): Asking<Moved> {
  const found = yield* routed(network, name, packet, undefined);
  if ("ended" in found) return found.ended;
  const { device, gateway } = found.route;
  return { hops: [found.hop], packet, place: { at: "routed", in: name, device, ...(gateway === undefined ? {} : { gateway }) } };
}

/** A socket that has chosen no address has the route's. */
function withSource(packet: Travelling, { source }: Route): Travelling {
  if (source === undefined || sourceOf(packet.state) !== UNSET) return packet;
  const { family, value } = addressOf(source);
  const words = { ...packet.state.packet, source: { family, value } };
  return { ...packet, state: { ...packet.state, packet: words, source: { from: value, to: value } } };
}

/** The address of a packet whose sender has not chosen one. */
export const UNSET = "0.0.0.0";

/** The IP layer gets a packet: rules before routing, routing, and then it is the namespace's own or goes on. */
function* input(
  network: NetworkFacts,
  { in: name, device }: Extract<Place, { at: "input" }>,
  packet: Travelling,
  known: readonly Translation[],
): Asking<Moved> {
  const before = atHook(network, name, "prerouting", packet, { in: device });
  if (!before.passes) return { hops: before.hops, packet: before.packet, place: { at: "end", in: name } };
  const back = translatedBack(before.packet, name, "destination", known);
  const found = yield* routed(network, name, back.packet, device);
  const hops = [...before.hops, ...back.hops];
  if ("ended" in found)
    return {
      ...found.ended,
      hops: [...hops, ...(factsOf(network, name).forwards ? found.ended.hops : found.ended.hops.map(notForwarding))],
    };
  const { route, hop } = found;
  const translation = translationOf(name, packet, back.packet);
  if (route.type === "local") {
    const moved = local(network, name, device, back.packet);
    return { ...moved, hops: [...hops, hop, ...moved.hops], ...(translation === undefined ? {} : { translation }) };
  }
  const forward = atHook(network, name, "forward", back.packet, { in: device, out: route.device, routed: "forward" });
  const all = [...hops, hop, ...forward.hops];
  if (!forward.passes) return { hops: all, packet: forward.packet, place: { at: "end", in: name } };
  return leaving(network, { name, route, routedAs: { in: device, routed: "forward" }, before: packet, hops: all, known }, forward.packet);
}

const notForwarding = (hop: PacketHop): PacketHop => ({
  ...hop,
  says: `${hop.says}; this namespace forwards nothing (net.ipv4.ip_forward is 0)`,
});

/** A packet for the namespace itself: a tunnel's, or a socket's. */
function local(network: NetworkFacts, name: string, device: string, packet: Travelling): Moved {
  const passed = atHook(network, name, "input", packet, { in: device, routed: "local" });
  if (!passed.passes) return { hops: passed.hops, packet: passed.packet, place: { at: "end", in: name } };
  const { carries } = passed.packet;
  if (carries !== undefined) {
    const unwrapped = outOfTunnel(network, name, carries);
    return { ...unwrapped, hops: [...passed.hops, ...unwrapped.hops] };
  }
  return {
    hops: [
      ...passed.hops,
      {
        in: name,
        kind: "socket",
        name: passed.packet.state.packet.protocol,
        says: "it is for an address of this namespace: a socket gets it",
        ends: "delivered",
      },
    ],
    packet: passed.packet,
    place: { at: "end", in: name },
  };
}

function outOfTunnel(network: NetworkFacts, name: string, { inner, kind, id }: NonNullable<Travelling["carries"]>): Moved {
  const facts = factsOf(network, name);
  const taker = facts.links.find(
    (link) =>
      link.kind === kind &&
      link.flags.includes("UP") &&
      (id === undefined || Number(link.settings["id"]) === id || link.settings["external"] === true),
  );
  if (taker === undefined)
    return ended(inner, {
      in: name,
      kind: "decapsulation",
      name: kind,
      says: `no ${kind} device here takes it${id === undefined ? "" : ` (number ${String(id)})`}`,
      ends: "dropped",
    });
  return {
    hops: [{ in: name, kind: "decapsulation", name: taker.name, says: "unwrapped", packet: wordsOf(inner) }],
    packet: scrubbed({ ...inner, told: undefined }),
    place: { at: "received", in: name, device: taker.name },
  };
}

/** What is behind a routing decision. */
interface Leaving {
  readonly name: string;
  readonly route: Route;
  readonly routedAs: { readonly in?: string; readonly routed?: "forward" };
  /** The packet as it came into this namespace. */
  readonly before: Travelling;
  readonly hops: readonly PacketHop[];
  readonly known: readonly Translation[];
}

function leaving(network: NetworkFacts, { name, route, routedAs, before, hops, known }: Leaving, packet: Travelling): Moved {
  const { device, gateway } = route;
  const behind = atHook(network, name, "postrouting", packet, { ...routedAs, out: device });
  const back = translatedBack(behind.packet, name, "source", known);
  const all = [...hops, ...behind.hops, ...back.hops];
  if (!behind.passes) return { hops: all, packet: behind.packet, place: { at: "end", in: name } };
  const translation = known.length > 0 ? undefined : translationOf(name, before, back.packet);
  return {
    hops: all,
    packet: back.packet,
    place: { at: "routed", in: name, device, ...(gateway === undefined ? {} : { gateway }) },
    ...(translation === undefined ? {} : { translation }),
  };
}

type Routed = { readonly route: Route; readonly hop: PacketHop } | { readonly ended: Moved };

function* routed(network: NetworkFacts, name: string, packet: Travelling, device: string | undefined): Asking<Routed> {
  const { state } = packet;
  const [to, from] = [destinationOf(state), sourceOf(state)];
  // What a namespace sends for another one, as an ipvlan's does, has an address that is none of its own: routing refuses to be asked about that.
  const isAskable = device !== undefined || factsOf(network, name).links.some(({ addresses }) => addresses.includes(from));
  const answer: RouteAnswer = yield {
    in: name,
    to,
    ...(isAskable ? { from } : {}),
    ...(device === undefined ? {} : { arrivedBy: device }),
    ...(state.mark === 0n ? {} : { mark: state.mark }),
  };
  if ("refused" in answer)
    return {
      ended: ended(packet, { in: name, kind: "route", name: "none", says: `no route to ${to}: ${answer.refused}`, ends: "dropped" }),
    };
  const { type, gateway, entry } = answer;
  if (type !== undefined && type !== "local" && type !== "unicast" && type !== "broadcast")
    return {
      ended: ended(packet, {
        in: name,
        kind: "route",
        name: type,
        says: `the route to ${to} is ${type}${entry === undefined ? "" : ` (${entry})`}`,
        ends: "dropped",
      }),
    };
  const where =
    type === "local" ? "an address of this namespace" : `by ${answer.device}${gateway === undefined ? "" : `, next ${gateway}`}`;
  return {
    route: answer,
    hop: { in: name, kind: "route", name: answer.device, says: `${to}: ${where}${entry === undefined ? "" : ` (${entry})`}` },
  };
}
