/**
 * UDP and TCP round trips, by sockperf's ping-pong. A start costs more than two seconds, so the client stays.
 * @packageDocumentation
 */
import { milliseconds } from "../../units/quantity.js";
import type { EndpointCommand } from "../../venues/contract.js";
import type { ResidentProbe } from "../contract.js";
import { SERVER_LIFETIME } from "../contract.js";
import { parseSockperf, ROUND_TRIP_LOG } from "./parse.js";

/** Protocols that sockperf measures. */
export type SockperfProtocol = "udp" | "tcp";

/**
 * sockperf reserves and touches 16 bytes for each message that the asked rate allows in the client's life: 1.3 GB and ten seconds at `--mps=max` for five
 * minutes. This many are 3 MB, for hosts and pods alike: two sides that send at different paces, or touch tables of different sizes, are not compared.
 * The rate is a ceiling over the whole life, not within a burst: while the client is suspended its schedule continues, and afterwards it runs unpaced
 * until it has caught up. With `--no-rdtsc` the ceiling is the asked rate divided by the CPU's GHz. Above it the client waits busily.
 */
const MESSAGES = 200_000;

/**
 * sockperf sleeps 2 s, then throws away 0.4 s at the start and 0.05 s at the end. With `--no-rdtsc` it counts those in nanoseconds
 * made of TSC ticks, so both grow by the CPU's GHz: 1.04 s and 0.13 s measured at 2.6 GHz. These hold up to 5.5 GHz. It runs until it has surely sent
 * its first message, and is suspended for the rest: that spares the machine clients that wait busily, and gives its schedule time for the first bursts.
 */
const STARTUP_MS = 3_200;
const SETTLING_MS = 1_200;
const COOLDOWN_MS = 400;
/** Name of the file that a TCP server reads where to listen. */
const SOCKETS = "sockets";
/** The client ends by itself this long after the asked life, if its end was not asked for. */
const GRACE_MS = 10_000;

/** Bursts of one ping-pong client as observations; every message waits for the answer to the one before. */
export function sockperfProbe(protocol: SockperfProtocol): ResidentProbe {
  const transport = protocol === "tcp" ? ["--tcp"] : [];
  return {
    kind: "resident",
    workload: `latency.${protocol}`,
    programs: ["sockperf"],
    startup: STARTUP_MS,
    settling: SETTLING_MS,
    cooldown: COOLDOWN_MS,
    servers: ({ listen }) => [
      {
        key: `sockperf-${protocol} ${String(listen.sockperf)}`,
        command: {
          ...serverOf(protocol, listen.sockperf),
          reason: `the side that answers ${protocol.toUpperCase()} messages`,
          timeout: SERVER_LIFETIME,
        },
        readyPort: { protocol, port: listen.sockperf },
      },
    ],
    command: (path, lifetimeSeconds) => {
      const lifetime = Math.max(1, Math.ceil(lifetimeSeconds));
      const rate = Math.floor(MESSAGES / lifetime);
      const target = ["--ip", path.address, "--port", String(path.ports.sockperf), ...transport];
      // CLOCK_MONOTONIC, by which the venue's readings are taken too; the default is a clock of its own.
      const clock = ["--no-rdtsc"];
      const log = ["--full-log", `{files}/${ROUND_TRIP_LOG}`];
      return {
        argv: ["sockperf", "ping-pong", ...target, "--mps", String(rate), "--time", String(lifetime), ...clock, ...log],
        reason: `exchange ${protocol.toUpperCase()} messages one by one and log when each left and was answered`,
        timeout: milliseconds(lifetime * 1_000 + GRACE_MS),
        files: {},
        collect: [ROUND_TRIP_LOG],
      };
    },
    parse: (outcome, _path, bursts) => parseSockperf(`latency.${protocol}`, outcome, bursts),
  };
}

/**
 * A server that gets its port alone waits in recvfrom of its first TCP connection, and never accepts a second one while that lives. One that gets
 * it by a file waits for all of its connections by epoll.
 */
function serverOf(protocol: SockperfProtocol, port: number): Pick<EndpointCommand, "argv" | "files"> {
  if (protocol === "udp") return { argv: ["sockperf", "server", "--port", String(port)] };
  return { argv: ["sockperf", "server", "-f", `{files}/${SOCKETS}`, "-F", "epoll"], files: { [SOCKETS]: `T:0.0.0.0:${String(port)}\n` } };
}
