/**
 * Devices as hops: what hangs on them, and what they counted.
 * @packageDocumentation
 */
import type { PacketHop } from "../model/packet-path.js";
import { deviceKey, type FilterProgram, type Link, type NamespaceFacts, type NetworkFacts } from "./facts.js";
import { type Programmed, throughPodProgram } from "./pod-programs.js";
import { ended, type Moved, type Travelling } from "./travelling.js";

/** The way ends at a device. */
export function gone(
  place: { readonly in: string; readonly device: string },
  packet: Travelling,
  says: string,
  ends: "dropped" | "unknown" = "dropped",
): Moved {
  return ended(packet, { in: place.in, kind: "device", name: place.device, says, ends });
}

/** Programs that hang on a device, in order, up to one that takes the packet elsewhere. */
export function throughPrograms(
  network: NetworkFacts,
  facts: NamespaceFacts,
  { name: device }: Link,
  direction: "ingress" | "egress",
  packet: Travelling,
): { readonly hops: readonly PacketHop[]; readonly moved?: Moved } {
  const hops: PacketHop[] = [];
  for (const program of facts.programs.filter((one) => one.device === device && one.direction === direction)) {
    const done: Programmed = throughPodProgram(network, facts, program, packet) ?? { hop: unread(facts, program) };
    hops.push(done.hop);
    if (done.moved !== undefined) return { hops, moved: done.moved };
  }
  return { hops };
}

const unread = ({ name: place }: NamespaceFacts, { name, direction, device }: FilterProgram): PacketHop => ({
  in: place,
  kind: "program",
  name,
  says: `a program at ${direction} of ${device}: what it decides is not read here; the next counters tell`,
});

/** The queueing discipline at a device's root, unless it has none. */
export function queueHops({ counts }: NetworkFacts, { name, queueing }: NamespaceFacts, { name: device }: Link): PacketHop[] {
  const queue = queueing.find((one) => one.device === device);
  if (queue === undefined || queue.kind === "noqueue") return [];
  const counted = counts.queues.get(deviceKey(name, device));
  return [
    {
      in: name,
      kind: "qdisc",
      name: device,
      says: `${queue.kind} at its root`,
      ...(counted === undefined ? {} : { counter: { what: "queued", packets: counted.packets, dropped: counted.drops } }),
    },
  ];
}

/** A device as it sends, with what it counted. */
export function sentHop({ counts }: NetworkFacts, { name }: NamespaceFacts, { name: device, kind, mtu }: Link): PacketHop {
  const counted = counts.devices.get(deviceKey(name, device));
  return {
    in: name,
    kind: "device",
    name: device,
    says: `${kind ?? "device"}, MTU ${String(mtu)}, sends it`,
    ...(counted === undefined ? {} : { counter: { what: "sent", packets: counted.txPackets, dropped: counted.txDropped } }),
  };
}

/** A device as it receives, with what it counted. */
export function receivedHop({ counts }: NetworkFacts, { name }: NamespaceFacts, { name: device, kind, master }: Link): PacketHop {
  const counted = counts.devices.get(deviceKey(name, device));
  return {
    in: name,
    kind: "device",
    name: device,
    says: `${kind ?? "device"}${master === undefined ? "" : `, a port of ${master}`}, gets it`,
    ...(counted === undefined ? {} : { counter: { what: "received", packets: counted.rxPackets, dropped: counted.rxDropped } }),
  };
}
