/**
 * 64-byte frames forwarded at full flood: sent by trafgen, counted by the kernels of both ends.
 * @packageDocumentation
 */
import type { EndpointCommand, Path } from "../../venues/contract.js";
import type { TrialProbe } from "../contract.js";
import { amountOf, type Sizing } from "../sizing.js";
import { floodFrame } from "./frame.js";
import { parseTrafgen } from "./parse.js";

/**
 * One source port for all frames: the flood is one flow, one conntrack entry, one hash bucket. A flood of many flows would
 * measure the making of conntrack entries, and fill a table whose limit all namespaces of the machine share.
 */
const SOURCE_PORT = 40_000;
const CONFIG = "flood.cfg";

/** The CPU that trafgen binds its only sending process to. It has no option for another, and ends where it may not use that one. */
export const GENERATOR_CPU = 0;

/**
 * One flood as an observation. Nothing listens on the discard port: the receiver's kernel counts the frames at its device and drops
 * them; of its ICMP answers all but a handful are held back by its own rate limit (6 for 400,000 frames on kernel 6.18).
 */
export function trafgenProbe(sizing: Sizing): TrialProbe {
  return {
    kind: "trial",
    workload: "pps",
    programs: ["trafgen"],
    boundTo: { program: "trafgen", cpu: GENERATOR_CPU },
    servers: () => [],
    command: (path) => ({
      ...floodCommand(path, amountOf(sizing, "pps", path)),
      timeout: sizing.timeout,
      watch: [path.from, path.to],
    }),
    parse: parseTrafgen,
  };
}

/** A flood of so many frames, or one that does not end. */
export function floodCommand(path: Path, frames?: number): Omit<EndpointCommand, "timeout"> {
  return {
    argv: ["trafgen", ...options(path, frames)],
    reason: "flood the path with the smallest frames, as fast as one CPU can",
    files: { [CONFIG]: configFor(path) },
  };
}

function options(path: Path, frames: number | undefined): string[] {
  return [
    ...["--conf", `{files}/${CONFIG}`, "--dev", path.frame.device, ...(frames === undefined ? [] : ["--num", String(frames)])],
    // More than one would double the load on a machine that has two. It is bound to the same CPU on every path.
    ...["--cpus", "1"],
    // Without these two it writes net.core.*mem_* and /proc/irq of the machine.
    ...["--no-sock-mem", "--notouch-irq"],
  ];
}

/** The frame in trafgen's packet language. */
function configFor(path: Path): string {
  const octets = floodFrame({
    ...path.frame,
    destinationAddress: path.address,
    sourcePort: SOURCE_PORT,
    destinationPort: path.ports.discard,
  });
  return `{ ${octets.map((octet) => `0x${octet.toString(16).padStart(2, "0")}`).join(", ")} }\n`;
}
