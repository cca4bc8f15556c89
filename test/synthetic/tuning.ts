/**
 * What a closed loop printed, with a permanent form of each kind.
 * @packageDocumentation
 */
import type { Tuning } from "../../src/model/closed-loop.js";

const EFFECT = { median: 1.4, low: 1.3, high: 1.5 };
const kept = (change: string): Tuning["changes"][number] => ({
  ...{ change, scope: "namespace", risk: "low", kept: true, reason: "faster for certain", effect: EFFECT },
});

/** Frames past the rules: values that come with a module, which is loaded before they are set. */
export const WITH_MODULE: Tuning["permanent"] = [
  {
    ...{ change: "bridge-nf-call", form: "modules-load.d", path: "/etc/modules-load.d/90-podwire-bridge-nf-call.conf" },
    text: "br_netfilter\n",
    checked: "not checked: systemd-modules-load has no dry run",
    removedBy: "rm /etc/modules-load.d/90-podwire-bridge-nf-call.conf (a loaded module stays until the next boot)",
  },
  {
    ...{ change: "bridge-nf-call", form: "sysctl.d", path: "/etc/sysctl.d/90-podwire-bridge-nf-call.conf" },
    text: "net.bridge.bridge-nf-call-iptables = 0\n",
    checked: "sysctl -q -p - took it",
    removedBy: "rm /etc/sysctl.d/90-podwire-bridge-nf-call.conf (the value before returns with the next boot)",
  },
];

/** Three changes were kept on the nodes and one in the pods. */
export const TUNING: Tuning = {
  schema: "podwire/tuning@1",
  podwire: "0.1.0",
  venue: "lab",
  variant: "flannel-vxlan+fault.offloads-off",
  metric: "http",
  margin: 0.05,
  budgetSeconds: 300,
  seconds: 280,
  changes: ["tcp-buffers", "notrack-tunnel", "offload-tso", "somaxconn"].map(kept),
  total: { ...EFFECT, verdict: "faster" },
  others: [],
  smallestEffectSeen: 1.06,
  permanent: [
    {
      ...{ change: "tcp-buffers", form: "sysctl.d", path: "/etc/sysctl.d/90-podwire-tcp-buffers.conf" },
      text: "net.ipv4.tcp_rmem = 4096 131072 6291456\nnet.ipv4.conf.eth0.forwarding = 1\n",
      checked: "sysctl -q -p - took it",
      removedBy: "rm /etc/sysctl.d/90-podwire-tcp-buffers.conf (the value before returns with the next boot)",
    },
    {
      ...{ change: "notrack-tunnel", form: "nft", path: "/etc/nftables.d/podwire-notrack-tunnel.nft" },
      text: '# read at boot where /etc/nftables.conf has the line: include "/etc/nftables.d/*.nft", and nftables.service is enabled\ntable inet podwire {\nchain notrack-tunnel_in { type filter hook prerouting priority raw; policy accept; udp dport 8472 notrack; }\nchain notrack-tunnel_out { type filter hook output priority raw; policy accept; udp dport 8472 notrack; }\n}\n',
      checked: "nft -c -f - took it",
      removedBy: "nft delete table inet podwire; rm /etc/nftables.d/podwire-notrack-tunnel.nft",
    },
    {
      ...{ change: "offload-tso", form: "udev", path: "/etc/udev/rules.d/90-podwire-offload-tso.rules" },
      text: 'ACTION=="add", SUBSYSTEM=="net", KERNEL=="eth0", RUN+="/usr/sbin/ethtool -K %k tx-tcp-segmentation on"\n',
      checked: "not checked here: udevadm test writes to the machine",
      removedBy: "rm /etc/udev/rules.d/90-podwire-offload-tso.rules (a device keeps the value until it is made anew)",
    },
    {
      ...{ change: "somaxconn", form: "pod spec" },
      text: 'securityContext:\n  sysctls:\n    - { name: net.core.somaxconn, value: "4096" }\n',
      checked: "not checked here: no API server is here",
      removedBy: "take these lines out of the pod's spec again; pods made anew have the kernel's values",
    },
    {
      ...{ change: "somaxconn", form: "cni" },
      text: '{\n  "type": "tuning",\n  "sysctl": {\n    "net.core.somaxconn": "4096"\n  }\n}\n',
      checked: "not checked: the plugin has no dry run",
      removedBy: "take the entry out of the list of plugins again, on each node; pods made anew have the kernel's values",
    },
  ],
  notes: [],
};
