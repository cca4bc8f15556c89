import { addressText, prefixText } from "../../addressing/prefix.js";
import { type About, addressesOf, type PlacedNode, type RenderedFile, type RenderInput, type Target } from "../../contract.js";
import { yamlText } from "../../yaml-text.js";
import { cardsMtuOverIpv6 } from "../pods/flannel.js";
import { maskFlags } from "./controller-manager.js";
import { kubeProxy, proxyGates, proxyMode } from "./kube-proxy.js";

const BACKENDS: Readonly<Record<string, string>> = { "flannel-vxlan": "vxlan", "flannel-host-gw": "host-gw" };

/** k3s's config.yaml, whose keys are its flags without the dashes. */
export const k3s: Target = {
  name: "k3s",
  title: "k3s's config.yaml, of servers and of each node",
  modes: Object.keys(BACKENDS),
  layers: kubeProxy.layers,
  checker:
    "a closed list of the flags of k3s 1.34.4's server and agent, as rke2 v1.34.4+rke2r1's source names them, and a form for the values of each",
  checked: "not here",
  why: "k3s cannot be built or fetched here, and passes over keys that it does not know",
  activation: {
    restart: "`systemctl restart k3s` on servers, one after the other, and `systemctl restart k3s-agent` on the other nodes",
    pods: "made anew",
  },
  needs: () => ["podCIDRs", "serviceCIDRs"],
  render: (input) => [server(input), ...input.nodes.map((node) => agent(input, node))],
};

const ABOUT: About = {
  needs: [
    "UDP port 8472 open between the nodes for vxlan, one segment for host-gw; k3s's flannel takes the card of node-ip unless flannel-iface says another",
  ],
  check: [],
  back: [
    "the old file, and k3s started anew on every node; with another backend delete flannel.1 and its routes first, and make pods anew",
  ],
};

function server(input: RenderInput): RenderedFile {
  return {
    path: "cluster/k3s-server.yaml",
    comment: "#",
    text: yamlText({ ...serverKeys(input), "flannel-backend": BACKENDS[input.variant.mode.name] }),
    about: {
      ...ABOUT,
      // k3s has no flag for the MTU.
      givesUp: cardsMtuOverIpv6(input),
      needs: [
        ...(ABOUT.needs ?? []),
        "it is /etc/rancher/k3s/config.yaml of every server, the same on all; cluster-cidr and service-cidr cannot be changed once the cluster is made",
      ],
    },
  };
}

const agent = (input: RenderInput, node: PlacedNode): RenderedFile => ({
  path: `${node.name}/etc/rancher/k3s/config.yaml.d/90-podwire.yaml`,
  comment: "#",
  text: yamlText({ ...agentKeys(input, node), "flannel-iface": node.interface }),
  about: { ...ABOUT, givesUp: [...cardsMtuOverIpv6(input), CONTROLLERS_CHOICE] },
});

/** Keys that servers of k3s and of rke2 share. */
export const serverKeys = (input: RenderInput): Readonly<Record<string, unknown>> => {
  const { podCIDRs = [], serviceCIDRs = [], dns } = input.cluster;
  return {
    "cluster-cidr": podCIDRs.map(prefixText).join(","),
    "service-cidr": serviceCIDRs.map(prefixText).join(","),
    ...(dns === undefined ? {} : { "cluster-dns": addressText(dns) }),
    "kube-controller-manager-arg": maskFlags(input.cluster).map(([name, value]) => `${name}=${value}`),
    ...proxyKeys(input),
  };
};

/** Keys that their nodes share. */
export const agentKeys = (input: RenderInput, node: PlacedNode): Readonly<Record<string, unknown>> => ({
  "node-name": node.name,
  "node-ip": addressesOf(node).map(addressText).join(","),
  ...proxyKeys(input),
});

const proxyKeys = (input: RenderInput): Readonly<Record<string, unknown>> => {
  const mode = proxyMode(input);
  if (mode === undefined) return {};
  const gates = Object.entries(proxyGates(input)).map(([gate, on]) => `feature-gates=${gate}=${String(on)}`);
  return { "kube-proxy-arg": [`proxy-mode=${mode}`, ...gates] };
};

/** What neither product's files say. */
export const CONTROLLERS_CHOICE = "PodCIDRs are the controllers' choice, unless the Node objects are made beforehand (`--for nodes`)";
