/** Loads as a venue sees them, for the tests of probes. */
import type { EndpointCounters, LoadSeen } from "../../src/venues/contract.js";
import { readingAt } from "./outcome.js";

/** A tenth of a second of a load in which nothing was remarkable, except for what is said. */
export function loadOf(told: Partial<LoadSeen> = {}): LoadSeen {
  const unremarkable = { amount: 1e6, seconds: 0.1, loadSeconds: 0.12, stillShare: 0, longestPause: 0.5 };
  return { ...unremarkable, before: readingAt(0), after: readingAt(1e8), ...told };
}

const IDLE = { rxBytes: 0, rxPackets: 0, rxDropped: 0, txBytes: 0, txPackets: 0, txDropped: 0 };

/** An endpoint with one device. */
export function endpointWith(
  device: Partial<EndpointCounters["devices"][string]>,
  protocols: EndpointCounters["protocols"] = {},
): EndpointCounters {
  return { devices: { eth0: { ...IDLE, ...device } }, protocols };
}
