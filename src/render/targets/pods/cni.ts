import { formatAddress } from "../../../units/address.js";
import { addressText, lastOf, prefixText } from "../../addressing/prefix.js";
import type { About, PlacedNode, RenderedFile, RenderInput, Target } from "../../contract.js";
import { RenderError } from "../../errors.js";
import type { Segment } from "../../inputs/cluster-file.js";
import { kindOf } from "../../mode-kinds.js";
import { NOT_MASQUERADED, vlanNames } from "../../node-network/node-network.js";
import { jsonText } from "../../yaml-text.js";

const ANYWHERE = { ipv4: "0.0.0.0/0", ipv6: "::/0" } as const;

/** CNI plugins of the containernetworking project, and where containerd finds them. */
export const cni: Target = {
  name: "cni",
  title: "the CNI plugins bridge, ptp, macvlan and ipvlan with host-local, and containerd's section for them",
  modes: [
    "flannel-vxlan",
    "flannel-ipip",
    "flannel-host-gw",
    "gce",
    "l2-bridge",
    "macvlan",
    "ipvlan-l2",
    "ipvlan-l3s",
    "vlan",
    "kindnet",
    "wireguard",
  ],
  layers: [],
  checker: "the plugins themselves (1.1.1), ADD, traffic and DEL in namespaces; containerd config dump",
  checked: "run",
  why: "ipvlan-l2, ipvlan-l3s and vlan ran under user-mode-linux only, and are not held against the lab's wiring; no document with IPv6 was run; those of flannel-ipip and wireguard, which are flannel-vxlan's but for the MTU, were not",
  activation: { restart: "nothing: containerd reads the folder by itself, for pods that are made from then on", pods: "made anew" },
  needs: (mode) =>
    kindOf(mode).pods === "routed" ? ["nodes"] : mode === "vlan" ? ["nodes", "segment", "segment.vlan"] : ["nodes", "segment"],
  render: (input) => input.nodes.flatMap((node) => [conflist(input, node), containerd(node)]),
};

type Plugin = Readonly<Record<string, unknown>>;

const PORTMAP: Plugin = { type: "portmap", capabilities: { portMappings: true } };

const ABOUT: About = {
  check: ["`podwire cluster inspect --pods` names the mode and the MTU that pods have"],
  back: [
    "drain the node, remove the file (containerd reads the folder anew by itself), make pods anew: those that run keep what they have",
  ],
};

const TUNNELS_ELSEWHERE =
  "the tunnels between the nodes: `--for iproute2` or `--for networkd` of the same variant, in place of flannel's daemon";

const NOT_ALONE: Readonly<Record<string, string>> = {
  gce: "the network routes each PodCIDR to its node: `--for cloud-routes`, or `--for iproute2` on a router",
  "flannel-vxlan": TUNNELS_ELSEWHERE,
  "flannel-ipip": TUNNELS_ELSEWHERE,
  "flannel-host-gw": "the routes between the nodes: `--for iproute2` or `--for networkd` of the same variant, in place of flannel's daemon",
  wireguard:
    "flannel's daemon on each node (`--for flannel` of the same variant), which makes the tunnels; without its own CNI configuration",
  kindnet: "the routes between the nodes: `--for iproute2` or `--for networkd` of the same variant, in place of kindnet's daemon",
  "ipvlan-l3s": "the routes between the nodes: `--for iproute2` or `--for networkd` of the same variant",
  "l2-bridge": "the bridge br0 over the card: `--for iproute2` or `--for networkd` of the same variant",
  vlan: "the VLAN and its bridge: `--for iproute2` or `--for networkd` of the same variant",
};

function conflist(input: RenderInput, node: PlacedNode): RenderedFile {
  const more = NOT_ALONE[input.variant.mode.name];
  return {
    path: `${node.name}/etc/cni/net.d/10-podwire.conflist`,
    text: jsonText({ cniVersion: "1.0.0", name: "pods", plugins: pluginsOf(input, node) }),
    hasMtu: true,
    about: {
      ...ABOUT,
      needs: [
        "the plugins in the bin_dir of containerd's section, and no file before it in the folder: containerd takes the first by name",
        ...(more === undefined ? [] : [more]),
      ],
      givesUp: [NOT_MASQUERADED],
    },
  };
}

function pluginsOf(input: RenderInput, node: PlacedNode): readonly Plugin[] {
  const pod = input.mtus.pod;
  switch (input.variant.mode.name) {
    case "gce":
      return [routedBridge(node, "cbr0", pod), PORTMAP];
    case "flannel-vxlan":
    case "flannel-ipip":
    case "flannel-host-gw":
    case "wireguard":
      return [{ ...routedBridge(node, "cni0", pod), isDefaultGateway: true, ipam: hostLocal(node, clusterRoutes(input)) }, PORTMAP];
    case "kindnet":
      return [{ type: "ptp", ipMasq: false, mtu: pod, ipam: hostLocal(node) }, PORTMAP];
    case "ipvlan-l3s":
      return [{ type: "ipvlan", master: node.interface, mode: "l3s", mtu: pod, ipam: hostLocal(node) }];
    default:
      return [onSegment(input, node)];
  }
}

const routedBridge = (node: PlacedNode, bridge: string, mtu: number): Plugin => ({
  type: "bridge",
  bridge,
  isGateway: true,
  ipMasq: false,
  hairpinMode: true,
  mtu,
  ipam: hostLocal(node),
});

/** With isDefaultGateway the plugin adds the default route itself; flannel's delegate has the cluster's networks beside it. */
const clusterRoutes = ({ cluster: { podCIDRs = [] } }: RenderInput): readonly string[] => podCIDRs.map(prefixText);

const hostLocal = ({ podCIDRs }: PlacedNode, routes: readonly string[] = podCIDRs.map(({ family }) => ANYWHERE[family])): Plugin => ({
  type: "host-local",
  ranges: podCIDRs.map((prefix) => [{ subnet: prefixText(prefix) }]),
  routes: routes.map((dst) => ({ dst })),
});

function onSegment(input: RenderInput, node: PlacedNode): Plugin {
  const { segment } = input.cluster;
  if (segment === undefined) throw new RenderError(`${input.variant.mode.name} needs a segment`);
  const ipam = sliceOf(segment, node);
  switch (input.variant.mode.name) {
    case "macvlan":
      return { type: "macvlan", master: node.interface, mode: "bridge", mtu: input.mtus.pod, ipam };
    case "ipvlan-l2":
      return { type: "ipvlan", master: node.interface, mode: "l2", mtu: input.mtus.pod, ipam };
    case "vlan":
      return bridgeOf(vlanNames(node, segment.vlan ?? 0).bridge, input.mtus.pod, ipam);
    default:
      return bridgeOf("br0", input.mtus.pod, ipam);
  }
}

/** The bridge is there already and joins the segment: the plugin only adds ports, and the segment's router is the gateway. */
const bridgeOf = (bridge: string, mtu: number, ipam: Plugin): Plugin => ({
  type: "bridge",
  bridge,
  isGateway: false,
  ipMasq: false,
  mtu,
  ipam,
});

/** The node's slice, without the first and the last address of the whole segment, which are no host's. */
function sliceOf({ cidr, gateway }: Segment, { podCIDRs, name }: PlacedNode): Plugin {
  const [slice] = podCIDRs;
  if (slice === undefined) throw new RenderError(`${name} has no slice of the segment`);
  const { family } = slice;
  const first = slice.base === cidr.base ? slice.base + 1n : slice.base;
  const last = lastOf(slice) === lastOf(cidr) ? lastOf(slice) - 1n : lastOf(slice);
  const range = {
    subnet: prefixText(cidr),
    rangeStart: formatAddress({ family, value: first }),
    rangeEnd: formatAddress({ family, value: last }),
    gateway: addressText(gateway),
  };
  return { type: "host-local", ranges: [[range]], routes: [{ dst: ANYWHERE[family] }] };
}

/** Where containerd looks for plugins and their configuration. */
const containerd = (node: PlacedNode): RenderedFile => ({
  path: `${node.name}/etc/containerd/podwire-cni.toml`,
  comment: "#",
  text: [
    "version = 2",
    '[plugins."io.containerd.grpc.v1.cri".cni]',
    '  bin_dir = "/usr/lib/cni"',
    '  conf_dir = "/etc/cni/net.d"',
    "  max_conf_num = 1",
    "",
  ].join("\n"),
  about: {
    needs: [
      "the section put into /etc/containerd/config.toml, and a restart of containerd; as one of its `imports` it would take the place of the whole cri section",
      "bin_dir as it is on the node: /usr/lib/cni is where Debian's containernetworking-plugins are, /opt/cni/bin where most others put them",
      'containerd 1.x; in version 3 of the file (containerd 2) the section is plugins."io.containerd.cri.v1.runtime".cni',
    ],
    check: ["`containerd config dump` shows both folders; `crictl info` shows the network as ready"],
    back: ["take the section out and restart containerd; containers go on meanwhile"],
  },
});
