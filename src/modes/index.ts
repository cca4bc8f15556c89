/**
 * Every mode that podwire knows, in the order in which tables list them.
 * @packageDocumentation
 */

import { calicoIpip } from "./calico-ipip.js";
import { calicoRouted } from "./calico-routed.js";
import { calicoVxlan } from "./calico-vxlan.js";
import type { Mode } from "./contract.js";
import { dockerNat } from "./docker-nat.js";
import { dockerNat28 } from "./docker-nat-28.js";
import { ebpfRouted } from "./ebpf-routed.js";
import { ebpfVxlan } from "./ebpf-vxlan.js";
import { flannelHostGw } from "./flannel-host-gw.js";
import { flannelIpip } from "./flannel-ipip.js";
import { flannelUdp } from "./flannel-udp.js";
import { flannelVxlan } from "./flannel-vxlan.js";
import { gce } from "./gce.js";
import { host } from "./host.js";
import { hostDevice } from "./host-device.js";
import { ipvlanL2 } from "./ipvlan-l2.js";
import { ipvlanL3s } from "./ipvlan-l3s.js";
import { kindnet } from "./kindnet.js";
import { l2Bridge } from "./l2-bridge.js";
import { macvlan } from "./macvlan.js";
import { vlan } from "./vlan.js";
import { wireguard } from "./wireguard.js";

export const MODES: readonly Mode[] = [
  host,
  dockerNat,
  dockerNat28,
  flannelUdp,
  flannelVxlan,
  flannelIpip,
  flannelHostGw,
  gce,
  l2Bridge,
  macvlan,
  hostDevice,
  calicoRouted,
  calicoIpip,
  calicoVxlan,
  ipvlanL2,
  ipvlanL3s,
  vlan,
  kindnet,
  ebpfRouted,
  ebpfVxlan,
  wireguard,
];
