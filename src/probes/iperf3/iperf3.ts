/**
 * TCP goodput at the receiver, by iperf3. A trial is bounded in bytes.
 * @packageDocumentation
 */
import type { Path } from "../../venues/contract.js";
import type { ServerSpec, TrialProbe } from "../contract.js";
import { SERVER_LIFETIME } from "../server-lifetime.js";
import { amountOf, type Sizing } from "../sizing.js";
import { parseIperf3 } from "./parse.js";

/** Workloads that iperf3 runs. */
export type Iperf3Workload = "tcp" | "tcp-open" | "tcp8";

/** Streams of each workload. */
export const STREAMS: Readonly<Record<Iperf3Workload, number>> = { tcp: 1, "tcp-open": 1, tcp8: 8 };
const CONNECT_TIMEOUT_MS = 2_000;

/** One iperf3 transfer as an observation. Its bytes are the total over all streams. */
export function iperf3Probe(workload: Iperf3Workload, sizing: Sizing): TrialProbe {
  const streams = STREAMS[workload];
  return {
    kind: "trial",
    workload,
    programs: ["iperf3"],
    servers: (path) => [iperf3Server(path)],
    command: (path) => ({
      argv: ["iperf3", ...clientOptions(path, streams, amountOf(sizing, workload, path)), ...pace(sizing.maxRate, streams)],
      reason: `send ${String(amountOf(sizing, workload, path))} bytes over ${streams === 1 ? "one stream" : `${String(streams)} streams`}`,
      timeout: sizing.timeout,
      watch: [path.from, path.to],
    }),
    parse: (outcome) => parseIperf3(workload, outcome),
  };
}

/** The server of all iperf3 workloads; it serves one client at a time. */
export function iperf3Server({ listen }: Path): ServerSpec {
  const port = listen.iperf3;
  return {
    key: `iperf3 ${String(port)}`,
    command: {
      argv: ["iperf3", "--server", "--port", String(port)],
      reason: "the receiver of TCP transfers; it stays, one trial after the other",
      timeout: SERVER_LIFETIME,
    },
    readyPort: { protocol: "tcp", port },
  };
}

/** iperf3 counts its rate for each stream. */
const pace = (maxRate: number | undefined, streams: number): string[] =>
  maxRate === undefined ? [] : ["--bitrate", String(Math.max(1, Math.floor(maxRate / streams)))];

function clientOptions(path: Path, streams: number, amount: number): string[] {
  return [
    ...["--client", path.address, "--port", String(path.ports.iperf3)],
    ...["--bytes", String(amount), "--parallel", String(streams)],
    ...["--json", "--connect-timeout", String(CONNECT_TIMEOUT_MS)],
  ];
}
