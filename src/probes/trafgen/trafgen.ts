/**
 * 64-byte frames forwarded at full flood: sent by trafgen, counted by the kernels of both ends.
 * @packageDocumentation
 */
import type { EndpointCommand, Path } from "../../venues/contract.js";
import type { LoadTrialProbe } from "../contract.js";
import { type Sizing, TRIAL_TIMEOUT, windowOf } from "../sizing.js";
import { frameText } from "./frame.js";
import { parseTrafgen } from "./parse.js";

const CONFIG = "flood.cfg";

/** The CPU that trafgen binds its only sending process to. It has no option for another, and ends where it may not use that one. */
export const GENERATOR_CPU = 0;

/** Frames; what devices send of themselves is less. */
const BEGINS = 100;
/** Milliseconds from a flood's first frames until it runs at its pace. */
const SETTLE_MS = 20;

/**
 * One flood as an observation. Nothing listens on the discard port: the receiver's kernel counts the frames at its device and drops
 * them; of its ICMP answers all but a handful are held back by its own rate limit (6 for 400,000 frames on kernel 6.18).
 */
export function trafgenProbe(sizing: Sizing): LoadTrialProbe {
  return {
    kind: "trial",
    workload: "pps",
    programs: ["trafgen"],
    boundTo: { program: "trafgen", cpu: GENERATOR_CPU },
    servers: () => [],
    command: (path) => ({ ...floodCommand(path), timeout: TRIAL_TIMEOUT, watch: [path.from, path.to] }),
    window: ({ frame, arrival }) => {
      const arriving = { counter: { device: arrival.device, weights: { rxPackets: 1 } }, begins: BEGINS };
      const leaving = { counter: { device: frame.device, weights: { txPackets: 1 } }, begins: BEGINS };
      return windowOf(sizing, { arriving, leaving }, SETTLE_MS);
    },
    parse: parseTrafgen,
  };
}

/** Without these two it writes net.core.*mem_* and /proc/irq of the machine. */
export const HANDS_OFF = ["--no-sock-mem", "--notouch-irq"] as const;

/** A flood that does not end. */
export function floodCommand(path: Path): Omit<EndpointCommand, "timeout"> {
  return {
    argv: [
      "trafgen",
      ...["--conf", `{files}/${CONFIG}`, "--dev", path.frame.device],
      // More than one would double the load on a machine that has two. trafgen binds it to CPU 0, on every path alike.
      ...["--cpus", "1"],
      ...HANDS_OFF,
    ],
    reason: "flood the path with the smallest frames, as fast as one CPU can",
    files: { [CONFIG]: frameText(path) },
  };
}
