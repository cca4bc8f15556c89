/**
 * What podwire calls the network that each of flannel's backends makes, by flannel's own name of the backend (flannel-io/flannel Documentation/backends.md).
 * The others have no mode of podwire's.
 */
export const FLANNEL_MODES: Readonly<Record<string, string>> = {
  vxlan: "flannel-vxlan",
  ipip: "flannel-ipip",
  "host-gw": "flannel-host-gw",
  udp: "flannel-udp",
  wireguard: "wireguard",
};
