/**
 * Every fault that the lab can plant, in the order in which a variant's name has them.
 * @packageDocumentation
 */
import type { FaultLayer } from "./fault-layer.js";
import { bandwidthLimit } from "./limits/bandwidth-limit.js";
import { receiveBuffer } from "./limits/receive-buffer.js";
import { sendBuffer } from "./limits/send-buffer.js";
import { smallBurst } from "./limits/small-burst.js";
import { cardOffloadsOff } from "./offloads/card-offloads-off.js";
import { gso1500 } from "./offloads/gso-1500.js";
import { offloadsOff } from "./offloads/offloads-off.js";
import { sgOff } from "./offloads/sg-off.js";
import { tunnelChecksumOff } from "./offloads/tunnel-checksum-off.js";
import { txChecksumOff } from "./offloads/tx-checksum-off.js";
import { icmpLost } from "./packet-size/icmp-lost.js";
import { icmpWrongCard } from "./packet-size/icmp-wrong-card.js";
import { mtu1400 } from "./packet-size/mtu-1400.js";
import { podMtu } from "./packet-size/pod-mtu.js";
import { tunnelMtu } from "./packet-size/tunnel-mtu.js";
import { forwardingOff } from "./routing/forwarding-off.js";
import { podRouteGone } from "./routing/pod-route-gone.js";
import { routesRemoved } from "./routing/routes-removed.js";
import { rpFilterNewLinks } from "./routing/rp-filter-new-links.js";
import { rpFilterStrict } from "./routing/rp-filter-strict.js";
import { samePublicIp } from "./routing/same-public-ip.js";
import { tunnelMac } from "./routing/tunnel-mac.js";
import { bridgeRules } from "./rules/bridge-rules.js";
import { deadRulesOnTheWay } from "./rules/dead-rules.js";
import { forwardDrop } from "./rules/forward-drop.js";
import { forwardedTso } from "./rules/forwarded-tso.js";
import { invalidDropped } from "./rules/invalid-dropped.js";
import { legacyRules } from "./rules/legacy-rules.js";
import { loss } from "./rules/loss.js";
import { tunnelPortDropped } from "./rules/tunnel-port-dropped.js";
import { unconditionalDrop } from "./rules/unconditional-drop.js";
import { socketLbDetached } from "./services/socket-lb-detached.js";

export const FAULTS: readonly FaultLayer[] = [
  offloadsOff,
  txChecksumOff,
  sgOff,
  gso1500,
  cardOffloadsOff,
  tunnelChecksumOff,
  mtu1400,
  tunnelMtu,
  podMtu,
  icmpLost,
  icmpWrongCard,
  routesRemoved,
  podRouteGone,
  rpFilterNewLinks,
  rpFilterStrict,
  tunnelMac,
  samePublicIp,
  forwardingOff,
  forwardDrop,
  invalidDropped,
  unconditionalDrop,
  legacyRules,
  tunnelPortDropped,
  forwardedTso,
  loss,
  deadRulesOnTheWay,
  bridgeRules,
  bandwidthLimit,
  smallBurst,
  receiveBuffer,
  sendBuffer,
  socketLbDetached,
];
