import { FLANNEL_MODES } from "../../../model/flannel-backends.js";
import { flannelVxlanMtu } from "../../addressing/mtu.js";
import { prefixText } from "../../addressing/prefix.js";
import { type About, type RenderedFile, type RenderInput, saysMtu, type Target } from "../../contract.js";
import { jsonText, yamlText } from "../../yaml-text.js";

/** By mode. */
const BACKENDS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(FLANNEL_MODES).map(([backend, mode]) => [mode, backend]),
);

/** flannel's own files: net-conf.json, the ConfigMap of its manifest, values of its Helm chart. */
export const flannel: Target = {
  name: "flannel",
  title: "flannel 0.28: net-conf.json, the ConfigMap of its manifest, values of its Helm chart",
  modes: Object.keys(BACKENDS),
  layers: [],
  checker:
    "flannel 0.28.10 in a cluster of Kubernetes 1.34, for ipip with etcd under another kernel: the backend and the MTU that flanneld sets up from net-conf.json; its chart by Helm 3.20, which makes the same net-conf of the values; its manifest, which has the same ConfigMap",
  checked: "run",
  why: "of wireguard flanneld was seen to read the file and to ask the kernel for its device, and no more: kernels here have no WireGuard; the chart's other objects were not put into a cluster",
  activation: { restart: "`kubectl -n kube-flannel rollout restart daemonset kube-flannel-ds`", pods: "made anew" },
  needs: () => ["podCIDRs"],
  render: (input) => [netConfFile(input), configMap(input), helmValues(input)],
};

const NAMESPACE = "kube-flannel";

/** flannel's configuration. */
function netConf(input: RenderInput): Readonly<Record<string, unknown>> {
  const { variant, cluster } = input;
  const { podCIDRs = [] } = cluster;
  const mtu = backendMtu(input);
  const v4 = podCIDRs.find(({ family }) => family === "ipv4");
  const v6 = podCIDRs.find(({ family }) => family === "ipv6");
  const type = BACKENDS[variant.mode.name] ?? "";
  return {
    ...(v4 === undefined ? { EnableIPv4: false } : { Network: prefixText(v4) }),
    ...(v6 === undefined ? {} : { EnableIPv6: true, IPv6Network: prefixText(v6) }),
    Backend: { Type: type, ...(mtu === undefined ? {} : { MTU: mtu }) },
  };
}

/** `Backend.MTU` of the backends that have one, from the underlay's. Where nodes.yaml says no card's, flannel reads it from the card. */
function backendMtu(input: RenderInput): number | undefined {
  if (!saysMtu(input)) return undefined;
  switch (BACKENDS[input.variant.mode.name]) {
    case "vxlan":
      return flannelVxlanMtu(input.mtus);
    case "wireguard":
      return input.mtus.underlay;
    default:
      return undefined;
  }
}

/** What a flannel that reads the MTU from the card gives up in vxlan. */
export const cardsMtuOverIpv6 = ({ variant, cluster: { podCIDRs = [] } }: RenderInput): readonly string[] =>
  variant.mode.name === "flannel-vxlan" && podCIDRs.some(({ family }) => family === "ipv6")
    ? [
        "the MTU of IPv6 pods, which is 20 bytes too large: flannel takes 50 off the card's, and VXLAN over IPv6 has 70. Larger packets pass once the node has told their senders",
      ]
    : [];

/** As in the manifest of flannel 0.28.10 (Documentation/kube-flannel.yml): the plugin `flannel` hands a bridge with the node's PodCIDR and MTU on to the plugin `bridge`. */
const CNI_CONF = {
  name: "cbr0",
  cniVersion: "1.0.0",
  plugins: [
    { type: "flannel", delegate: { hairpinMode: true, isDefaultGateway: true } },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
};

const ABOUT: About = {
  needs: [
    "nodes with a PodCIDR each (`--for nodes`, or kube-controller-manager with --allocate-node-cidrs), and flanneld with --kube-subnet-mgr on each",
    "on nodes with two cards --iface: flannel takes the card of the default route, which may be the same NAT network on each of them",
  ],
  check: [
    "`podwire cluster inspect` names the mode from what the nodes show; a misspelt backend becomes udp, an unknown one does not start",
  ],
  back: [
    "the backend of a running cluster is not changed in place: drain, delete flannel.1 (flannel.ipip, flannel0, flannel-wg) and its routes, apply the old file, restart flanneld, make pods anew: they keep their MTU until then",
  ],
};

/** Backends that carry no IPv6 (Documentation/configuration.md: dual stack by vxlan, wireguard and host-gw). */
const IPV4_ALONE = ["ipip", "udp"];

const WIREGUARD: Pick<Required<About>, "needs" | "check"> = {
  needs: [
    "no key: each flanneld makes its own in /run/flannel/wgkey, and gives out the public half by its Node's annotations",
    "no routes to single PodCIDRs that an earlier backend left on nodes: they keep traffic unencrypted (`podwire render --diff` has the order)",
  ],
  check: [
    "`wg show flannel-wg` on a node: every other node is a peer with a handshake; flanneld 0.28.10 has parsed this document where podwire is tested, and it was not run: kernels there have no WireGuard",
  ],
};

/** What a backend's documents say beside {@link ABOUT}, and what one file needs. */
function aboutOf(input: RenderInput, needs: string): About {
  const type = BACKENDS[input.variant.mode.name] ?? "";
  const more = type === "wireguard" ? WIREGUARD : { needs: [], check: [] };
  const isAlone = IPV4_ALONE.includes(type) && input.cluster.podCIDRs?.some(({ family }) => family === "ipv6") === true;
  return {
    ...ABOUT,
    needs: [...(ABOUT.needs ?? []), ...more.needs, needs],
    givesUp: [
      ...(isAlone ? [`IPv6 between nodes: flannel's ${type} backend carries IPv4 alone`] : []),
      ...(saysMtu(input) ? [] : cardsMtuOverIpv6(input)),
    ],
    check: [...ABOUT.check, ...more.check],
  };
}

const netConfFile = (input: RenderInput): RenderedFile => ({
  path: "cluster/net-conf.json",
  text: jsonText(netConf(input)),
  hasMtu: backendMtu(input) !== undefined,
  about: aboutOf(input, "it is flanneld's -net-conf-path; kube-flannel-cfg.yaml holds the same text for flannel's manifest"),
});

const configMap = (input: RenderInput): RenderedFile => ({
  path: "cluster/kube-flannel-cfg.yaml",
  comment: "#",
  text: yamlText({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "kube-flannel-cfg", namespace: NAMESPACE, labels: { tier: "node", "k8s-app": "flannel", app: "flannel" } },
    data: { "cni-conf.json": jsonText(CNI_CONF), "net-conf.json": jsonText(netConf(input)) },
  }),
  hasMtu: backendMtu(input) !== undefined,
  about: aboutOf(input, "it takes the place of the ConfigMap in flannel's manifest, kube-flannel.yml"),
});

function helmValues(input: RenderInput): RenderedFile {
  const { variant, cluster } = input;
  const { podCIDRs = [] } = cluster;
  const of = (family: string): string => {
    const found = podCIDRs.find((one) => one.family === family);
    return found === undefined ? "" : prefixText(found);
  };
  const backend = BACKENDS[variant.mode.name] ?? "";
  const mtu = backendMtu(input);
  return {
    path: "cluster/flannel-values.yaml",
    comment: "#",
    text: yamlText({ podCidr: of("ipv4"), podCidrv6: of("ipv6"), flannel: { backend, ...(mtu === undefined ? {} : { mtu }) } }),
    hasMtu: mtu !== undefined,
    about: aboutOf(
      input,
      "`helm install flannel --namespace kube-flannel -f flannel-values.yaml` of flannel's chart; the chart has no schema, so that a misspelt key does nothing",
    ),
  };
}
