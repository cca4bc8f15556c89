/**
 * On which ports the servers of a run listen. Pure.
 *
 * An iperf3 server serves one test at a time and a sockperf server one TCP connection, and generators of several paths to one pod stay connected while
 * they are suspended: so each path has servers of its own. The HTTP server is shared by the paths that end in the same pod.
 * @packageDocumentation
 */
import { PATH_NAMES, type PathName } from "../../../model/path.js";
import type { ServicePorts } from "../../../model/wiring.js";

/** Ports that an ordinary user may listen on, below the kernel's range for outgoing connections and that of node ports (30000 to 32767). */
const FIRST = 20_000;
const LAST = 29_900;

/** RFC 863: nothing listens there; raw frames are counted by the receiver's kernel. */
const DISCARD = 9;

/** How many ports in a row a pod's servers take: HTTP, and for each path iperf3 and sockperf. */
export const PORTS_IN_A_ROW = 1 + 2 * PATH_NAMES.length;

/** Where the row begins in a pod with a network of its own, where every port is free. */
export const POD_FIRST_PORT = 20_000;

/** The ports of a path's servers in a pod whose row begins at `first`. */
export function listeningPorts(path: PathName, first: number): ServicePorts {
  const place = PATH_NAMES.indexOf(path);
  return { http: first, iperf3: first + 1 + place, sockperf: first + 1 + PATH_NAMES.length + place, discard: DISCARD };
}

/**
 * The first port of a free row on a host whose taken ports are known. Where the search begins is drawn, so that two runs that
 * look at the same moment hardly choose the same.
 * @param draw - whole number from 0 to below its argument
 * @returns undefined when no row is free
 */
export function chooseFreePorts(taken: ReadonlySet<number>, draw: (below: number) => number): number | undefined {
  const rows = Math.floor((LAST - FIRST) / PORTS_IN_A_ROW);
  const begin = draw(rows);
  for (let step = 0; step < rows; step += 1) {
    const first = FIRST + ((begin + step) % rows) * PORTS_IN_A_ROW;
    const row = Array.from({ length: PORTS_IN_A_ROW }, (_, place) => first + place);
    if (row.every((port) => !taken.has(port))) return first;
  }
  return undefined;
}

/** Ports in use as /proc/net/tcp, tcp6, udp and udp6 list them: the local port of every socket, whatever its state (proc_net_tcp(5)). */
export function takenPorts(...tables: readonly string[]): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const table of tables) {
    for (const match of table.matchAll(/^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) /gm)) ports.add(Number.parseInt(match[1] ?? "", 16));
  }
  return ports;
}
