/**
 * HTTP requests per second and their times, by ApacheBench against nginx.
 * @packageDocumentation
 */
import type { TrialProbe } from "../contract.js";
import { amountOf, type Sizing } from "../sizing.js";
import { nginxServer } from "./nginx.js";
import { parseAb, QUANTILES } from "./parse.js";

/** Workloads that ab runs: a new connection for each request, or kept ones. */
export type HttpWorkload = "http" | "http-keepalive";

/** Requests that are under way at a time. */
export const CONCURRENCY = 50;
/** Seconds without a byte after which ab gives a connection up. */
const SOCKET_TIMEOUT_SECONDS = 3;

/** One run of ab as an observation. */
export function httpProbe(workload: HttpWorkload, sizing: Sizing): TrialProbe {
  return {
    kind: "trial",
    workload,
    programs: ["nginx", "ab"],
    servers: (path) => [nginxServer(path)],
    command: (path) => {
      const requests = Math.max(CONCURRENCY, amountOf(sizing, workload, path));
      const load = ["-n", String(requests), "-c", String(CONCURRENCY), ...(workload === "http-keepalive" ? ["-k"] : [])];
      // -r: a connection that is reset is a failed request, not the end of the trial.
      const options = ["-q", "-r", "-s", String(SOCKET_TIMEOUT_SECONDS), ...load, "-e", `{files}/${QUANTILES}`];
      return {
        argv: ["ab", ...options, `http://${path.address}:${String(path.ports.http)}/`],
        reason: `${String(requests)} requests, ${String(CONCURRENCY)} at a time`,
        timeout: sizing.timeout,
        files: {},
        collect: [QUANTILES],
        watch: [path.from, path.to],
      };
    },
    parse: (outcome) => parseAb(workload, outcome),
  };
}
