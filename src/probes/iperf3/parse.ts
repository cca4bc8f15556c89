import { z } from "zod";
import type { ProcessOutcome } from "../../venues/contract.js";
import type { ProbeResult } from "../contract.js";
import { failure, type ProbeFailure, printed, processFailure } from "../failure.js";

const amount = z.number().nonnegative();

/** What is read of iperf3's JSON; the rest differs from version to version. */
const reportSchema = z.object({
  start: z.object({ tcp_mss_default: amount.optional() }),
  end: z.object({
    streams: z.array(z.object({ sender: z.object({ max_snd_cwnd: amount.optional() }) })).optional(),
    sum_sent: z.object({ bytes: amount, seconds: amount, retransmits: amount.optional() }),
    sum_received: z.object({ bytes: amount, seconds: amount }),
  }),
});
type Report = z.infer<typeof reportSchema>;

/** When iperf3 gives up it says so in JSON too. */
const errorSchema = z.object({ error: z.string() });

/** Reads one client run. Goodput is what the receiver counted over the time that the receiver saw. */
export function parseIperf3(metric: string, outcome: ProcessOutcome): ProbeResult {
  const ended = processFailure("iperf3", outcome);
  if (ended !== undefined) return ended;
  const json = parseJson(outcome);
  if (!json.ok) return json;
  const refused = errorSchema.safeParse(json.value);
  if (refused.success)
    return { ...failure(`iperf3: ${refused.data.error}`, outcome.stderr, hintFor(refused.data.error)), ...passing(refused.data.error) };
  const report = reportSchema.safeParse(json.value);
  if (!report.success) return failure("iperf3's report lacks the receiver's sums", z.prettifyError(report.error));
  return sampleOf(metric, report.data);
}

function parseJson(outcome: ProcessOutcome): { readonly ok: true; readonly value: unknown } | ProbeFailure {
  try {
    return { ok: true, value: JSON.parse(outcome.stdout) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failure(`iperf3's report is not JSON (${reason}); it ended with exit code ${String(outcome.exitCode)}`, printed(outcome));
  }
}

function sampleOf(metric: string, { start, end }: Report): ProbeResult {
  const { bytes, seconds } = end.sum_received;
  if (seconds === 0) return failure("iperf3's transfer was too short to be timed", `${String(bytes)} bytes in 0 s`, "send more bytes");
  const windows = (end.streams ?? []).flatMap(({ sender }) => (sender.max_snd_cwnd === undefined ? [] : [sender.max_snd_cwnd]));
  return {
    ok: true,
    sample: {
      values: { [metric]: (bytes * 8) / seconds },
      work: bytes / 1e9,
      facts: {
        seconds,
        sentBytes: end.sum_sent.bytes,
        ...(end.sum_sent.retransmits === undefined ? {} : { retransmits: end.sum_sent.retransmits }),
        ...(start.tcp_mss_default === undefined ? {} : { mss: start.tcp_mss_default }),
        ...(windows.length === 0 ? {} : { maxCwndBytes: Math.max(...windows) }),
      },
    },
  };
}

/** Another client is served, or the server has not noticed yet that its last one is gone. */
export const passing = (words: string): { readonly passes?: true } => (words.includes("busy") ? { passes: true } : {});

function hintFor(error: string): string | undefined {
  if (error.includes("busy")) return "another client is being served, or the server has not noticed the end of the last one";
  if (error.includes("refused")) return "no server listens on that port";
  if (error.includes("timed out") || error.includes("No route")) return "the path does not carry traffic";
  return undefined;
}
