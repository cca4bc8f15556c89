/**
 * Where the packets of a question that was not answered were counted last.
 * @packageDocumentation
 */
import type { Try } from "../model/exchange.js";
import { type NamespaceName, nodeOf } from "../model/wiring.js";

/** Packets of one namespace's devices, by device. */
export type DeviceCounts = Readonly<Record<string, { readonly rxPackets: number; readonly txPackets: number }>>;
/** The same of every namespace. */
export type Counts = Readonly<Record<NamespaceName, DeviceCounts>>;

/** What was counted at one moment. */
export interface CountedMoment {
  readonly devices: Counts;
  /** Packets by rules that end a packet's way, in words, by namespace; absent where rules may not be read. */
  readonly rules?: Readonly<Record<NamespaceName, Readonly<Record<string, number>>>>;
  /** Why rules could not be read, by namespace. */
  readonly unread?: Readonly<Record<NamespaceName, string>>;
}

/** Where a question's packets were lost: the last place whose devices counted them, and the rules on the way that ended as many. */
export function whereLost(
  asked: Try,
  namespaces: readonly NamespaceName[],
  before: CountedMoment,
  after: CountedMoment,
  packets: number,
): string {
  const way = wayOf(asked, namespaces);
  const seen = lastSeen(way, before.devices, after.devices, packets);
  const ended = way.flatMap((name) => endedBy(name, before.rules?.[name] ?? {}, after.rules?.[name] ?? {}, packets));
  const unread = way.flatMap((name) => {
    const why = before.unread?.[name] ?? after.unread?.[name];
    return why === undefined ? [] : [`the rules of ${name} cannot be read: ${why}`];
  });
  return [seen, ...ended, ...unread].join("; ");
}

/** Rules of a namespace that counted so many packets meanwhile. */
function endedBy(
  name: NamespaceName,
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
  packets: number,
): readonly string[] {
  return Object.entries(after).flatMap(([rule, count]) => {
    const grown = count - (before[rule] ?? 0);
    return grown < packets ? [] : [`${name}: ${rule} counted ${String(grown)}`];
  });
}

/** Namespaces that packets of a try may pass, in order, of those that there are. */
export function wayOf({ from, to }: Try, namespaces: readonly NamespaceName[]): readonly NamespaceName[] {
  const way = [from, nodeOf(from), "switch", "router", nodeOf(to), to];
  return [...new Set(way)].filter((name): name is NamespaceName => name !== undefined && namespaces.includes(name));
}

/**
 * The last namespace on the way whose devices counted packets meanwhile, in words: `last seen in node-a: cni0 received 2, eth0 sent 2`.
 * A neighbour that is looked for in vain is seen by its requests.
 * @param packets - so many were sent: a device that counted fewer may have counted others'
 */
export function lastSeen(way: readonly NamespaceName[], before: Counts, after: Counts, packets = 1): string {
  const grown = way
    .map((name) => ({ name, words: grownDevices(before[name] ?? {}, after[name] ?? {}, packets) }))
    .filter(({ words }) => words !== "");
  const last = grown.at(-1);
  if (last === undefined) return packets === 1 ? "no device on the way counted a packet" : "no device on the way counted them";
  return `last seen in ${last.name}: ${last.words}`;
}

function grownDevices(before: DeviceCounts, after: DeviceCounts, packets: number): string {
  return Object.entries(after)
    .filter(([device]) => device !== "lo")
    .flatMap(([device, counts]) => {
      const received = counts.rxPackets - (before[device]?.rxPackets ?? 0);
      const sent = counts.txPackets - (before[device]?.txPackets ?? 0);
      return [
        ...(received >= packets ? [`${device} received ${String(received)}`] : []),
        ...(sent >= packets ? [`${device} sent ${String(sent)}`] : []),
      ];
    })
    .join(", ");
}
