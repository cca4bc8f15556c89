/**
 * Every change, in the order in which they are made: what others stand on comes first.
 * @packageDocumentation
 */
import type { Change } from "../contract.js";
import { captures } from "./advice/captures.js";
import { governor } from "./advice/governor.js";
import { limits } from "./advice/limits.js";
import { ntuple } from "./advice/ntuple.js";
import { queues } from "./advice/queues.js";
import { rfs } from "./advice/rfs.js";
import { bridgeCalls } from "./conntrack/bridge-calls.js";
import { conntrackBuckets } from "./conntrack/conntrack-buckets.js";
import { conntrackLiberal } from "./conntrack/conntrack-liberal.js";
import { conntrackMax } from "./conntrack/conntrack-max.js";
import { conntrackTimeouts } from "./conntrack/conntrack-timeouts.js";
import { gsoMaxSize } from "./links/gso-max-size.js";
import { mtu } from "./links/mtu.js";
import { qdisc } from "./links/qdisc.js";
import { tunnelMtu } from "./links/tunnel-mtu.js";
import { offloadGro } from "./offloads/gro.js";
import { offloadGso } from "./offloads/gso.js";
import { offloadScatterGather } from "./offloads/scatter-gather.js";
import { offloadTso } from "./offloads/tso.js";
import { offloadTunnelSegmentation } from "./offloads/tunnel-segmentation.js";
import { offloadTxChecksum } from "./offloads/tx-checksum.js";
import { coalescing } from "./receive/coalescing.js";
import { groTimers } from "./receive/gro-timers.js";
import { irqAffinity } from "./receive/irq-affinity.js";
import { netdevBudget } from "./receive/netdev-budget.js";
import { netdevBacklog } from "./receive/netdev-max-backlog.js";
import { rings } from "./receive/rings.js";
import { rps } from "./receive/rps.js";
import { xps } from "./receive/xps.js";
import { flowtable } from "./rules/flowtable.js";
import { notrackTunnel } from "./rules/notrack-tunnel.js";
import { congestionControl } from "./sockets/congestion-control.js";
import { ipForward } from "./sockets/forwarding.js";
import { neighbourThresholds } from "./sockets/neighbours.js";
import { socketCeilings } from "./sockets/socket-ceilings.js";
import { somaxconn } from "./sockets/somaxconn.js";
import { tcpBuffers } from "./sockets/tcp-buffers.js";

export const CHANGES: readonly Change[] = [
  mtu,
  tunnelMtu,
  offloadTxChecksum,
  offloadScatterGather,
  offloadTso,
  offloadGso,
  offloadGro,
  offloadTunnelSegmentation,
  gsoMaxSize,
  rings,
  coalescing,
  groTimers,
  irqAffinity,
  rps,
  xps,
  netdevBacklog,
  netdevBudget,
  qdisc,
  ipForward,
  bridgeCalls,
  notrackTunnel,
  flowtable,
  conntrackMax,
  conntrackBuckets,
  conntrackTimeouts,
  conntrackLiberal,
  tcpBuffers,
  socketCeilings,
  somaxconn,
  neighbourThresholds,
  congestionControl,
  governor,
  rfs,
  ntuple,
  queues,
  limits,
  captures,
];

/** Names of changes, in their order. */
export const CHANGE_NAMES: readonly string[] = CHANGES.map(({ name }) => name);
