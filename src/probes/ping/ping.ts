/**
 * ICMP round trips, by ping.
 * @packageDocumentation
 */
import type { ToolTrialProbe } from "../contract.js";
import { TRIAL_TIMEOUT } from "../sizing.js";
import { parsePing } from "./parse.js";

/** The shortest interval that iputils allows without being root (and in a user namespace by older versions). */
const INTERVAL_SECONDS = 0.002;
/** Echo requests that count. */
const REQUESTS = 20;
/** How long ping waits for what is still out after its last request. */
const LINGER_SECONDS = 1;

/**
 * One burst of echo requests as an observation. One request more than asked goes first and does not count: it pays for neighbour
 * resolution, conntrack and cold caches.
 */
export function pingProbe(): ToolTrialProbe {
  return {
    kind: "trial",
    workload: "latency.icmp",
    programs: ["ping"],
    servers: () => [],
    command: (path) => {
      const count = REQUESTS + 1;
      const options = ["-n", "-c", String(count), "-i", String(INTERVAL_SECONDS), "-W", String(LINGER_SECONDS), path.address];
      return {
        argv: ["ping", ...options],
        reason: `${String(count)} echo requests, the first to warm the path`,
        timeout: TRIAL_TIMEOUT,
        watch: [path.from, path.to],
      };
    },
    parse: parsePing,
  };
}
