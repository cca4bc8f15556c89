/**
 * What the kernels of a path's ends count of a load, and by how much a counter has grown between two readings.
 * @packageDocumentation
 */
import type { DeviceCounter, EndpointCounters, LoadCounter, LoadSeen, Path, Reading } from "../venues/contract.js";
import { HEADER_BYTES } from "./packet-sizes.js";

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

/** Frames that a device was handed: those that it took, and those that were dropped on the way into its ring or into the first receiver's backlog. */
export const framesHandedTo = ({ txPackets, txDropped }: EndpointCounters["devices"][string]): number => txPackets + txDropped;

/** Frames that a path's sending device was handed; undefined as for {@link deviceGrowth}. */
export function framesOffered({ before, after }: Readings, { from, frame }: Path): number | undefined {
  const at = ({ counters }: Reading): number | undefined => {
    const device = counters[from.id]?.devices[frame.device];
    return device && framesHandedTo(device);
  };
  return growth(at(before), at(after));
}

/** What checks need of a load beside its figure (docs/data-format.md, facts). */
export const loadFacts = ({ loadSeconds, stillShare, longestPause }: LoadSeen): Record<string, number> => ({
  loadSeconds: rounded(loadSeconds, 4),
  stillShare: rounded(stillShare, 3),
  longestPauseMs: rounded(longestPause, 1),
});

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

function growth(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined || to < from ? undefined : to - from;
}
