import { z } from "zod";
import type { LoadOutcome, LoadUnseen, Path, ProcessOutcome } from "../../venues/contract.js";
import type { ProbeResult } from "../contract.js";
import { failure, loadFailure, type ProbeFailure, printed } from "../failure.js";
import { loadFacts, payloadArrived } from "../kernel-counts.js";

const amount = z.number().nonnegative().optional().catch(undefined);

/** What is read of iperf3's JSON. Versions differ in it, and a run that was ended before its time says less: whatever is missing is not told. */
const reportSchema = z.object({
  start: z.object({ tcp_mss_default: amount }).optional().catch(undefined),
  end: z
    .object({
      streams: z
        .array(z.object({ sender: z.object({ max_snd_cwnd: amount }).optional().catch(undefined) }))
        .optional()
        .catch(undefined),
      sum_sent: z.object({ bytes: amount, retransmits: amount }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  error: z.string().optional().catch(undefined),
});
type Report = z.infer<typeof reportSchema>;

/**
 * Reads one transfer. Goodput is what the receiving kernel counted over the window; what iperf3 says about it is kept beside it, and a report that is
 * missing or of another shape costs no figure.
 */
export function parseIperf3(metric: string, outcome: ProcessOutcome, path: Path, seen: LoadOutcome): ProbeResult {
  if ("unseen" in seen) return noTransfer(outcome, seen);
  if (seen.seconds <= 0) return failure("no time passed between two arrivals", printed(outcome));
  return {
    ok: true,
    sample: {
      values: { [metric]: Math.max(0, (seen.amount * 8) / seen.seconds) },
      work: Math.max(0, seen.amount) / 1e9,
      facts: { ...loadFacts(seen), ...witnessOf(outcome, path) },
    },
  };
}

/** Why nothing was seen to arrive: in iperf3's words where it has some. */
function noTransfer(outcome: ProcessOutcome, seen: LoadUnseen): ProbeFailure {
  const error = reportOf(outcome)?.error;
  // That it was interrupted is our own doing; its exit code says nothing, since 3.12 fails with 0 where it prints JSON.
  if (error !== undefined && !error.startsWith("interrupt"))
    return { ...failure(`iperf3: ${error}`, outcome.stderr, hintFor(error)), ...passing(error) };
  return loadFailure("iperf3", outcome, seen, "see whether the path carries full packets");
}

/** What iperf3 says of the whole transfer, beside what the receiving kernel counted of it. */
function witnessOf(outcome: ProcessOutcome, path: Path): Record<string, number> {
  const report = reportOf(outcome);
  const sent = report?.end?.sum_sent;
  const windows = (report?.end?.streams ?? []).flatMap(({ sender }) => sender?.max_snd_cwnd ?? []);
  return present({
    sentBytes: sent?.bytes,
    arrivedBytes: payloadArrived(outcome, path),
    retransmits: sent?.retransmits,
    mss: report?.start?.tcp_mss_default,
    maxCwndBytes: windows.length === 0 ? undefined : Math.max(...windows),
  });
}

const present = (facts: Readonly<Record<string, number | undefined>>): Record<string, number> =>
  Object.fromEntries(Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

function reportOf({ stdout }: ProcessOutcome): Report | undefined {
  try {
    return reportSchema.safeParse(JSON.parse(stdout)).data;
  } catch {
    // A witness that cannot be read says nothing; the figure does not need it.
    return undefined;
  }
}

/** Another client is served, or the server has not noticed yet that its last one is gone. */
export const passing = (words: string): { readonly passes?: true } => (words.includes("busy") ? { passes: true } : {});

function hintFor(error: string): string | undefined {
  if (error.includes("busy")) return "another client is being served, or the server has not noticed the end of the last one";
  if (error.includes("refused")) return "no server listens on that port";
  if (error.includes("timed out") || error.includes("No route")) return "the path does not carry traffic";
  return undefined;
}
