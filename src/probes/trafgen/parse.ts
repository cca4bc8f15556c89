import type { LoadOutcome, LoadUnseen, Path, ProcessOutcome } from "../../venues/contract.js";
import type { ProbeResult } from "../contract.js";
import { failure, loadFailure, printed } from "../failure.js";
import { deviceGrowth, framesOffered, loadFacts } from "../kernel-counts.js";

/**
 * Reads one flood. The figure is what the arrival device counted over the window; what was offered, forwarded and lost is counted over the whole flood, since
 * frames are under way at both ends of a window. What arrived beyond what was sent, and what trafgen says that it sent, is kept beside it.
 */
export function parseTrafgen(outcome: ProcessOutcome, path: Path, seen: LoadOutcome): ProbeResult {
  if ("unseen" in seen) return noFlood(outcome, seen);
  if (seen.seconds <= 0) return failure("no time passed between two arrivals", printed(outcome));
  const offered = framesOffered(outcome, path);
  const received = deviceGrowth(outcome, path.to.id, path.arrival.device, "rxPackets");
  if (offered === undefined) return failure(`no counter of frames sent by ${path.frame.device} in ${path.from.id}`);
  if (received === undefined) return failure(`no counter of frames received by ${path.arrival.device} in ${path.to.id}`);
  // A few ARP and ICMP packets may come on top of the flood.
  const forwarded = Math.min(received, offered);
  const said = framesIn(outcome.stdout);
  return {
    ok: true,
    sample: {
      values: { pps: seen.amount / seen.seconds },
      work: seen.amount / 1e6,
      counts: { offered, forwarded, lost: offered - forwarded },
      facts: {
        ...loadFacts(seen),
        ...(said === undefined ? {} : { toolFrames: said }),
        ...(received > offered ? { arrivedFrames: received } : {}),
      },
    },
  };
}

function noFlood(outcome: ProcessOutcome, seen: LoadUnseen): ProbeResult {
  const failed = seen.toolRan !== true && outcome.signal === undefined && (outcome.exitCode ?? 0) !== 0;
  const unseen = failed ? `trafgen sent no flood; it ended with exit code ${String(outcome.exitCode)}` : seen.unseen;
  return loadFailure("trafgen", outcome, { ...seen, unseen });
}

/** From `0 sec, 109240 usec on CPU0 (100000 packets)`, one line for each sending CPU. */
function framesIn(text: string): number | undefined {
  const lines = [...text.matchAll(/^\s*\d+ sec, \d+ usec on CPU\d+ \((\d+) packets\)/gm)];
  return lines.length === 0 ? undefined : lines.reduce((sum, line) => sum + Number(line[1]), 0);
}
