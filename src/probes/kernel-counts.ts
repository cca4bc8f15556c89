/**
 * What the kernels of a path's ends count of a load, and by how much a counter has grown between two readings.
 * @packageDocumentation
 */
import type { DeviceCounter, LoadCounter, Path, Reading } from "../venues/contract.js";

/** Ethernet's header. */
export const ETHERNET_BYTES = 14;
/** IPv4's header, and TCP's with timestamps. */
export const TCP_IP_BYTES = 20 + 32;
/** What a device counts of each TCP packet beyond its payload. */
export const HEADER_BYTES = ETHERNET_BYTES + TCP_IP_BYTES;

/** TCP payload that arrives at a path's end. A packet of many segments that crosses whole has one header, and is counted so. */
export const payloadArriving = ({ arrival }: Path): LoadCounter => ({
  device: arrival.device,
  weights: { rxBytes: 1, rxPackets: -HEADER_BYTES },
});

/** Two readings of the same endpoints. */
export interface Readings {
  readonly before: Reading;
  readonly after: Reading;
}

/** By how much a device's counter has grown; undefined where it was not read, or was set back. */
export function deviceGrowth({ before, after }: Readings, endpoint: string, device: string, counter: DeviceCounter): number | undefined {
  const at = (reading: Reading): number | undefined => reading.counters[endpoint]?.devices[device]?.[counter];
  return growth(at(before), at(after));
}

/** By how much a protocol's counter, e.g. `Tcp.PassiveOpens`, has grown; undefined as for {@link deviceGrowth}. */
export function protocolGrowth({ before, after }: Readings, endpoint: string, counter: string): number | undefined {
  const at = (reading: Reading): number | undefined => reading.counters[endpoint]?.protocols[counter];
  return growth(at(before), at(after));
}

/** Payload that arrived at a path's end; undefined as for {@link deviceGrowth}. */
export function payloadArrived(readings: Readings, { to, arrival }: Path): number | undefined {
  const bytes = deviceGrowth(readings, to.id, arrival.device, "rxBytes");
  const packets = deviceGrowth(readings, to.id, arrival.device, "rxPackets");
  return bytes === undefined || packets === undefined ? undefined : Math.max(0, bytes - packets * HEADER_BYTES);
}

function growth(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined || to < from ? undefined : to - from;
}
