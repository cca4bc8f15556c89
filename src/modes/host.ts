import { LISTENING_PORTS, type Topology, type Wiring } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { nodeAddress } from "./parts/addresses.js";
import { nodeName, underlay } from "./parts/underlay.js";

/** The bare baseline: two nodes and the link, no pods, no rules. */
export const host: Mode = {
  name: "host",
  title: "Bare hosts",
  summary: "Two nodes joined by the link, without pods, forwarding or rules. Everything else is compared with this.",
  kernel: ["veth"],
  programs: [],
  requires: [],
  requiresInBrief: "",
  givesUp: [],
  needs: {
    services: { met: "no", because: "there are no pods" },
    policy: { met: "no", because: "there are no pods" },
    encryption: { met: "no", because: "the link is plain" },
    "no-l2": { met: "yes", because: "hosts are reached by their own addresses" },
    ipv6: { met: "yes", because: "whatever the hosts have" },
  },
  overhead: 0,
  knownAs: [{ product: "Kubernetes", setting: "hostNetwork: true" }],
  sources: [],
  deviations: [],
  wire(topology: Topology): Wiring {
    const { namespaces, steps } = underlay(topology, { forwarding: false });
    return {
      namespaces,
      steps,
      paths: {
        "host-host": {
          from: nodeName(0),
          device: "eth0",
          to: nodeName(1),
          toDevice: "eth0",
          address: nodeAddress(1),
          ports: LISTENING_PORTS,
          mtu: topology.mtu,
        },
      },
    };
  },
  rungs: () => [],
  without: () => [],
};
