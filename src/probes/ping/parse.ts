import type { Path, ProcessOutcome } from "../../venues/contract.js";
import type { ProbeResult } from "../contract.js";
import { failure, printed, processFailure } from "../failure.js";
import { protocolGrowth } from "../kernel-counts.js";

/** The first request's number: iputils' ping counts `icmp_seq` from 1, busybox's `seq` from 0. */
const WARM_UP: Readonly<Record<string, number>> = { icmp_seq: 1, seq: 0 };

/**
 * Reads what ping prints, iputils' or busybox's. The mean is taken over the single replies: the average in ping's summary is cut to whole
 * microseconds, which is many per cent of a round trip inside one machine. How many replies came is also known to the kernel that sent.
 */
export function parsePing(outcome: ProcessOutcome, { from }: Pick<Path, "from">): ProbeResult {
  const ended = processFailure("ping", outcome);
  if (ended !== undefined) return ended;
  const summary = /^(\d+) packets transmitted, (\d+) (?:packets )?received/m.exec(outcome.stdout);
  if (summary === null) return failure(`ping printed no summary; it ended with exit code ${String(outcome.exitCode)}`, printed(outcome));
  const offered = Number(summary[1]) - 1;
  const roundTrips = counted(outcome.stdout);
  if (roundTrips.length === 0) {
    return failure(
      `no reply to ${String(offered)} echo requests`,
      unreachableLine(outcome.stdout) ?? summary[0],
      "see whether the mode carries ICMP",
    );
  }
  const sum = roundTrips.reduce((total, roundTrip) => total + roundTrip, 0);
  const echoReplies = protocolGrowth(outcome, from.id, "Icmp.InEchoReps");
  return {
    ok: true,
    sample: {
      values: { "latency.icmp": sum / roundTrips.length },
      work: roundTrips.length / 1e6,
      counts: { offered, forwarded: roundTrips.length, lost: Math.max(0, offered - roundTrips.length) },
      ...(echoReplies === undefined ? {} : { facts: { echoReplies } }),
    },
  };
}

/** Round trips in us of all replies but the first request's, each request once. */
function counted(text: string): number[] {
  const replies = new Map<number, number>();
  for (const match of text.matchAll(/ (icmp_seq|seq)=(\d+) ttl=\d+ time=(\d+(?:\.\d+)?) ms/g)) {
    const sequence = Number(match[2]);
    if (sequence !== WARM_UP[match[1] ?? ""] && !replies.has(sequence)) replies.set(sequence, Number(match[3]) * 1e3);
  }
  return [...replies.values()];
}

const unreachableLine = (text: string): string | undefined => /^From .*$/m.exec(text)?.[0];
