/**
 * HTTP requests per second and their times, by ApacheBench against nginx.
 * @packageDocumentation
 */
import type { LoadWindow, Path } from "../../venues/contract.js";
import type { LoadTrialProbe } from "../contract.js";
import { requestsOf, type Sizing, TRIAL_TIMEOUT, windowOf } from "../sizing.js";
import { nginxServer } from "./nginx.js";
import { parseAb, QUANTILES } from "./parse.js";
import { servedCounter } from "./served.js";

/** Workloads that ab runs: a new connection for each request, or kept ones. */
export type HttpWorkload = "http" | "http-keepalive";

/** Requests that are under way at a time. */
const CONCURRENCY = 50;
/** Seconds without a byte after which ab gives a connection up. */
export const SOCKET_TIMEOUT_SECONDS = 3;
/** Milliseconds after ab's first connections. */
const SETTLE_MS = 5;

/** One run of ab as an observation. */
export function httpProbe(workload: HttpWorkload, sizing: Sizing): LoadTrialProbe {
  return {
    kind: "trial",
    workload,
    programs: ["nginx", "ab"],
    ...(workload === "http" ? { closesConnections: true } : {}),
    servers: (path) => [nginxServer(path)],
    command: (path) => {
      const requests = requestsOf(sizing, workload, path);
      const options = [...loadOptions(workload, requests), "-s", String(SOCKET_TIMEOUT_SECONDS), "-e", `{files}/${QUANTILES}`];
      return {
        argv: ["ab", ...options, urlOf(path)],
        reason: `${String(requests)} requests, ${String(CONCURRENCY)} at a time`,
        timeout: TRIAL_TIMEOUT,
        files: {},
        collect: [QUANTILES],
        watch: [path.from, path.to],
      };
    },
    window: (path) => windowOfRun(workload, sizing, path),
    parse: (outcome, path, seen) => parseAb(workload, outcome, path, seen),
  };
}

/** What ab is always given. A connection that is reset is a failed request (`-r`), not the end of the load. */
export const loadOptions = (workload: HttpWorkload, requests: number): string[] => [
  ...["-q", "-r", "-n", String(requests), "-c", String(CONCURRENCY)],
  ...(workload === "http-keepalive" ? ["-k"] : []),
];

/** The small file that nginx serves on a path. */
export const urlOf = ({ address, ports }: Path): string => `http://${address}:${String(ports.http)}/`;

/** All of a run of ab but its beginning and its end, when fewer than 50 requests are under way. */
function windowOfRun(workload: HttpWorkload, sizing: Sizing, path: Path): LoadWindow {
  const { counter, each } = servedCounter(workload, path);
  const signs = { arriving: { counter, begins: 1 }, leaving: { counter: { protocol: "Tcp.OutSegs" }, begins: 1 } };
  const window = windowOf(sizing, signs, SETTLE_MS);
  return { ...window, length: window.longest, until: each * (requestsOf(sizing, workload, path) - CONCURRENCY) };
}
