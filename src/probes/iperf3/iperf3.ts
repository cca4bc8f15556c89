/**
 * TCP goodput: iperf3 sends until it is ended, and the receiving kernel's counters say what arrived. Nothing of it depends on iperf3's own time or
 * amount: since 3.16 it looks at `--bytes` only when a reporting interval ends.
 * @packageDocumentation
 */
import { BUCKET_SECONDS } from "../../model/wiring.js";
import { milliseconds } from "../../units/quantity.js";
import type { LoadWindow, Path } from "../../venues/contract.js";
import type { ServerSpec, TrialProbe } from "../contract.js";
import { SERVER_LIFETIME } from "../contract.js";
import { payloadArriving } from "../kernel-counts.js";
import { payloadOf, wireBytesOf } from "../packet-sizes.js";
import { type Sizing, TRIAL_TIMEOUT, windowOf } from "../sizing.js";
import { parseIperf3 } from "./parse.js";

/** Workloads that iperf3 runs. */
export type Iperf3Workload = "tcp" | "tcp-open" | "tcp8";

/** Streams of each workload. */
export const STREAMS: Readonly<Record<Iperf3Workload, number>> = { tcp: 1, "tcp-open": 1, tcp8: 8 };
const CONNECT_TIMEOUT_MS = 2_000;
/** Seconds that a client sends if it is not ended: longer than any trial. */
const SENDING_SECONDS = 60;

/** Two sides of iperf3 exchange some kilobytes before they send; a connection's first flight alone has 14. */
const BEGINS = { bytes: 20_000, segments: 20 };
/** Milliseconds after the start of a load, or after a link's bucket is empty. Eight streams share a link fairly only after a while. */
const SETTLE_MS = { tcp: 10, "tcp-open": 20, tcp8: 30 } as const satisfies Record<Iperf3Workload, number>;
/** How long a path may take to empty a link's token bucket. */
const BUCKET_PATIENCE = milliseconds(150);

/** One iperf3 transfer as an observation. Its bytes are the total over all streams. */
export function iperf3Probe(workload: Iperf3Workload, sizing: Sizing): TrialProbe {
  const streams = STREAMS[workload];
  return {
    kind: "trial",
    workload,
    programs: ["iperf3"],
    servers: (path) => [iperf3Server(path)],
    command: (path) => ({
      argv: ["iperf3", ...clientOptions(path, streams, SENDING_SECONDS), "--json", ...pace(sizing.maxRate, streams)],
      reason: `send over ${streams === 1 ? "one stream" : `${String(streams)} streams`} until enough has arrived`,
      timeout: TRIAL_TIMEOUT,
      watch: [path.from, path.to],
    }),
    window: (path) => ({ ...signsOf(workload, sizing, path), ...bucketOf(sizing, path) }),
    parse: (outcome, path, seen) => parseIperf3(workload, outcome, path, seen),
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

function signsOf(workload: Iperf3Workload, sizing: Sizing, path: Path): LoadWindow {
  const arriving = { counter: payloadArriving(path), begins: BEGINS.bytes };
  const leaving = { counter: { protocol: "Tcp.OutSegs" }, begins: BEGINS.segments };
  return windowOf(sizing, { arriving, leaving }, SETTLE_MS[workload]);
}

/** The bucket of a limited link in bytes of payload, as they arrive: full packets of the path in full frames of the link. */
function bucketOf({ link }: Sizing, path: Path): Pick<LoadWindow, "bucket"> {
  if (link === undefined || path.link !== "capped") return {};
  const perSecond = ((link.bitsPerSecond / 8) * payloadOf(path.mtu ?? link.mtu)) / wireBytesOf(link.mtu);
  return { bucket: { amount: perSecond * BUCKET_SECONDS, perSecond, patience: BUCKET_PATIENCE } };
}

/** Bytes that iperf3 sends at a time; a stream that is held to a rate sends about 2 ms of it, so that it does not alternate between sending and standing still. */
const BLOCK = { least: 1_448, most: 131_072, seconds: 0.002 };

/** iperf3 counts its rate for each stream. */
function pace(maxRate: number | undefined, streams: number): string[] {
  if (maxRate === undefined) return [];
  const perStream = Math.max(1, Math.floor(maxRate / streams));
  const block = Math.min(BLOCK.most, Math.max(BLOCK.least, Math.round((perStream / 8) * BLOCK.seconds)));
  return ["--bitrate", String(perStream), "--length", String(block)];
}

/** What a client of these workloads is always given; it sends for so many seconds unless it is ended. */
export function clientOptions(path: Path, streams: number, seconds: number): string[] {
  return [
    ...["--client", path.address, "--port", String(path.ports.iperf3)],
    ...["--time", String(seconds), "--parallel", String(streams)],
    ...["--connect-timeout", String(CONNECT_TIMEOUT_MS)],
  ];
}
