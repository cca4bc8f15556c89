/**
 * What else the nodes carry: a host's counters count everybody's traffic, and slices read nothing but counters.
 * @packageDocumentation
 */
import type { Clock } from "../../../machine/ports.js";
import { milliseconds } from "../../../units/quantity.js";
import type { Reading } from "../../contract.js";
import type { PodAgent } from "../pod-agent.js";

/** What a host received and accepted while podwire was silent. */
export interface OtherTraffic {
  readonly node: string;
  readonly bitsPerSecond: number;
  readonly packetsPerSecond: number;
  /** TCP connections that the host accepted. */
  readonly connectionsPerSecond: number;
}

const LOOK = milliseconds(400);

/** Above these, slices would count others' traffic as their own by a percent or so; tools' own figures are taken then. */
const NOTABLE = { bitsPerSecond: 20e6, packetsPerSecond: 2_000, connectionsPerSecond: 40 } as const;

/** Whether slices of host paths would be falsified. */
export const isNotable = (traffic: OtherTraffic): boolean =>
  traffic.bitsPerSecond > NOTABLE.bitsPerSecond ||
  traffic.packetsPerSecond > NOTABLE.packetsPerSecond ||
  traffic.connectionsPerSecond > NOTABLE.connectionsPerSecond;

/** Looks at the hosts' counters twice. */
export async function otherTraffic(hosts: readonly PodAgent[], clock: Clock): Promise<readonly OtherTraffic[]> {
  const read = async ({ client, pod }: PodAgent): Promise<Reading> => client.order<"read">({ kind: "read", watch: [{ id: pod.role }] });
  const before = await Promise.all(hosts.map(read));
  await clock.sleep(LOOK);
  const after = await Promise.all(hosts.map(read));
  return hosts.flatMap((host, place) => {
    const [from, to] = [before[place], after[place]];
    return from === undefined || to === undefined ? [] : [betweenReadings(host.pod.node, host.pod.role, from, to)];
  });
}

/** What came in between two readings, over all devices but the loopback: what arrives by a tunnel counts twice, which only makes this look stricter. */
export function betweenReadings(node: string, endpoint: string, before: Reading, after: Reading): OtherTraffic {
  const seconds = Math.max(1e-3, (after.clock - before.clock) / 1e9);
  const [from, to] = [before.counters[endpoint], after.counters[endpoint]];
  let [bytes, packets] = [0, 0];
  for (const [device, counted] of Object.entries(to?.devices ?? {})) {
    const earlier = from?.devices[device];
    if (device === "lo" || earlier === undefined) continue;
    bytes += counted.rxBytes - earlier.rxBytes;
    packets += counted.rxPackets - earlier.rxPackets;
  }
  const opens = (to?.protocols["Tcp.PassiveOpens"] ?? 0) - (from?.protocols["Tcp.PassiveOpens"] ?? 0);
  return { node, bitsPerSecond: (bytes * 8) / seconds, packetsPerSecond: packets / seconds, connectionsPerSecond: opens / seconds };
}
