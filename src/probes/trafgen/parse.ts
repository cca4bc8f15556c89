import type { Path, ProcessOutcome, Reading } from "../../venues/contract.js";
import type { ProbeResult } from "../contract.js";
import { failure, printed, processFailure } from "../failure.js";

/**
 * Reads one flood. Offered is what trafgen says it sent, forwarded what the arrival device counted. The time is trafgen's own
 * for its sending loop, without its start (20 ms) and end (30 ms): it agrees with the receiver's counter, sampled every half
 * millisecond, within 1 %. Where frames queue on the way some arrive after the loop has ended; `drainSeconds` bounds how long
 * they were counted.
 */
export function parseTrafgen(outcome: ProcessOutcome, path: Path): ProbeResult {
  const ended = processFailure("trafgen", outcome);
  if (ended !== undefined) return ended;
  const flood = floodIn(outcome.stdout);
  if (outcome.exitCode !== 0 || flood === undefined) {
    return failure(`trafgen sent no flood; it ended with exit code ${String(outcome.exitCode)}`, printed(outcome));
  }
  if (flood.seconds === 0) return failure("trafgen's flood was too short to be timed", printed(outcome), "send more frames");
  const received = packets(outcome, path.to.id, path.arrival.device, "rxPackets");
  if (received === undefined) return failure(`no receive counter of ${path.arrival.device} in ${path.to.id}`);
  const left = packets(outcome, path.from.id, path.frame.device, "txPackets");
  // A few ARP and ICMP packets may come on top of the flood.
  const forwarded = Math.min(received, flood.frames);
  return {
    ok: true,
    sample: {
      values: { pps: forwarded / flood.seconds },
      work: forwarded / 1e6,
      counts: { offered: flood.frames, forwarded, lost: flood.frames - forwarded },
      facts: {
        seconds: flood.seconds,
        offeredPerSecond: flood.frames / flood.seconds,
        drainSeconds: Math.max(0, (outcome.after.clock - outcome.before.clock) / 1e9 - flood.seconds),
        ...(left === undefined ? {} : { txPackets: left }),
      },
    },
  };
}

/** From `0 sec, 109240 usec on CPU0 (100000 packets)`, one line for each sending CPU. */
function floodIn(text: string): { readonly frames: number; readonly seconds: number } | undefined {
  const lines = [...text.matchAll(/^\s*(\d+) sec, (\d+) usec on CPU\d+ \((\d+) packets\)/gm)];
  if (lines.length === 0) return undefined;
  return {
    frames: lines.reduce((sum, line) => sum + Number(line[3]), 0),
    seconds: Math.max(...lines.map((line) => Number(line[1]) + Number(line[2]) / 1e6)),
  };
}

function packets(outcome: ProcessOutcome, endpoint: string, device: string, counter: "rxPackets" | "txPackets"): number | undefined {
  const at = (reading: Reading): number | undefined => reading.counters[endpoint]?.devices[device]?.[counter];
  const before = at(outcome.before);
  const after = at(outcome.after);
  return before === undefined || after === undefined || after < before ? undefined : after - before;
}
