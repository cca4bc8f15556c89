import { flannelVxlanMtu } from "../../addressing/mtu.js";
import { type About, type PlacedNode, type RenderedFile, type RenderInput, saysMtu, type Target } from "../../contract.js";
import { RenderError } from "../../errors.js";
import { yamlText } from "../../yaml-text.js";
import { cardsMtuOverIpv6 } from "../pods/flannel.js";
import { agentKeys, CONTROLLERS_CHOICE, serverKeys } from "./k3s.js";
import { kubeProxy } from "./kube-proxy.js";

/** What each mode is to rke2: which of the products that it brings, and with which values of its chart. */
interface Product {
  /** As `cni` has it; the chart is called so with `rke2-` before. */
  readonly cni: "flannel" | "canal";
  readonly values: (input: RenderInput) => Readonly<Record<string, unknown>>;
  readonly givesUp: (input: RenderInput) => readonly string[];
}

const PRODUCTS: Readonly<Record<string, Product>> = {
  "flannel-vxlan": {
    cni: "flannel",
    values: (input) => ({ flannel: { backend: "vxlan", ...(saysMtu(input) ? { mtu: flannelVxlanMtu(input.mtus) } : {}) } }),
    givesUp: (input) => [
      ...(saysMtu(input) ? [] : cardsMtuOverIpv6(input)),
      "the device is flannel.4096 on UDP port 4789: rke2's chart has VNI 4096, as Windows nodes want it, where flannel's own has 1 and 8472",
    ],
  },
  // rke2 supports the chart rke2-flannel with vxlan alone.
  "flannel-host-gw": {
    cni: "canal",
    values: (input) => {
      const cards = new Set(input.nodes.map((node) => node.interface));
      const [card] = cards;
      return {
        flannel: { backend: "host-gw", ...(cards.size === 1 ? { iface: card } : {}) },
        ...(saysMtu(input) ? { calico: { vethuMTU: input.mtus.pod } } : {}),
      };
    },
    givesUp: (input) => [
      ...(saysMtu(input) ? [] : ["the card's MTU: nodes.yaml says none, and pods have the chart's own, 1450"]),
      "the bridge cni0: in canal pods hang on Calico's own devices, each with a route to it, and flannel makes the routes between nodes",
    ],
  },
};

/** rke2's config.yaml and the values of the chart that brings its pod network. */
export const rke2: Target = {
  name: "rke2",
  title: "rke2's config.yaml, of servers and of each node, and a HelmChartConfig with its chart's values",
  modes: Object.keys(PRODUCTS),
  layers: kubeProxy.layers,
  checker:
    "closed lists of the flags of rke2 v1.34.4+rke2r1's server and agent and of its charts' values (rke2-charts 0087a864, 0161342c), and a form for the values of each",
  checked: "not here",
  why: "rke2 cannot be built or fetched here, and passes over keys that it does not know, as its charts do",
  activation: {
    restart: "`systemctl restart rke2-server` on servers, one after the other, and `systemctl restart rke2-agent` on the other nodes",
    pods: "made anew",
  },
  needs: () => ["podCIDRs", "serviceCIDRs"],
  render: (input) => [server(input), chart(input), ...input.nodes.map((node) => agent(input, node))],
};

function productOf({ variant }: RenderInput): Product {
  const product = PRODUCTS[variant.mode.name];
  if (product === undefined) throw new RenderError(`rke2 brings no product that is ${variant.mode.name}`);
  return product;
}

const aboutOf = (input: RenderInput, need: string, givesUp: readonly string[] = []): About => ({
  needs: [need],
  givesUp: [...productOf(input).givesUp(input), ...givesUp],
  check: [],
  back: [
    "the old files, and rke2 started anew on every node; with another backend delete the tunnel's device and the routes first, and make pods anew",
  ],
});

const server = (input: RenderInput): RenderedFile => ({
  path: "cluster/rke2-server.yaml",
  comment: "#",
  text: yamlText({ ...serverKeys(input), cni: productOf(input).cni }),
  about: aboutOf(
    input,
    "it is /etc/rancher/rke2/config.yaml of every server, the same on all; cluster-cidr, service-cidr and cni cannot be changed once the cluster is made",
  ),
});

function chart(input: RenderInput): RenderedFile {
  const { cni, values } = productOf(input);
  return {
    path: `cluster/rke2-${cni}-config.yaml`,
    comment: "#",
    text: yamlText({
      apiVersion: "helm.cattle.io/v1",
      kind: "HelmChartConfig",
      metadata: { name: `rke2-${cni}`, namespace: "kube-system" },
      spec: { valuesContent: yamlText(values(input)) },
    }),
    hasMtu: saysMtu(input),
    about: aboutOf(
      input,
      `it is /var/lib/rancher/rke2/server/manifests/rke2-${cni}-config.yaml of a server; charts have no schema, so that a misspelt key does nothing`,
    ),
  };
}

const agent = (input: RenderInput, node: PlacedNode): RenderedFile => ({
  path: `${node.name}/etc/rancher/rke2/config.yaml.d/90-podwire.yaml`,
  comment: "#",
  text: yamlText(agentKeys(input, node)),
  about: aboutOf(input, "/etc/rancher/rke2/config.yaml beside it: rke2 reads the files of config.yaml.d after it", [CONTROLLERS_CHOICE]),
});
