import type { LoadCounter, Path } from "../../venues/contract.js";

/** A counter of the server's kernel, and by how much each request moves it. */
export interface ServedCounter {
  readonly counter: LoadCounter;
  readonly each: number;
}

/**
 * What tells of requests that reached the server. A new connection for each request is counted as such. Over kept connections a request is one segment,
 * and so is its answer, which acknowledges it; the client acknowledges an answer by its next request. (The server's own segments are no such count: it
 * acknowledges a request apart from its answer where that takes longer than 40 ms.) Where both ends are one host they share these counters.
 */
export function servedCounter(workload: "http" | "http-keepalive", { from, to }: Pick<Path, "from" | "to">): ServedCounter {
  if (workload === "http") return { counter: { protocol: "Tcp.PassiveOpens" }, each: 1 };
  return { counter: { protocol: "Tcp.InSegs" }, each: from.id === to.id ? 2 : 1 };
}
