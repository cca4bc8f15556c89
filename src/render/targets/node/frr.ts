import { addressText, prefixText } from "../../addressing/prefix.js";
import type { About, RenderedFile, RenderInput, Target } from "../../contract.js";
import { addressOf, type NodeNetwork, type NodeRoute, nodeNetworks, routesTo } from "../../node-network/node-network.js";

/** Modes whose router knows where pods are: by routes that are written down, or by BGP. */
const STATIC_ROUTER = "gce";
const BGP = "calico-routed";

/** FRR's configuration: routes that stay, on nodes or on their router, and the router's side of BGP with Calico. */
export const frr: Target = {
  name: "frr",
  title: "FRR's frr.conf: each node's routes by staticd, in gce the router's; for calico-routed the router's side of BGP",
  modes: ["flannel-host-gw", STATIC_ROUTER, "kindnet", "ipvlan-l3s", BGP],
  layers: [],
  checker: "vtysh 8.4 -C, which must say nothing",
  checked: "parsed",
  why: "no FRR was started from them",
  activation: { restart: "`systemctl reload frr` where the file is (frr-reload.py changes what differs)", pods: "go on" },
  needs: (mode) => (mode === BGP ? ["nodes", "podCIDRs", "as"] : ["nodes"]),
  render: (input) => {
    switch (input.variant.mode.name) {
      case STATIC_ROUTER:
        return [routerFile(staticRoutes(input.nodes.flatMap((node) => routesTo(node, ""))), STATIC_ABOUT)];
      case BGP:
        return [routerFile(bgp(input), bgpAbout(input))];
      default:
        return nodeNetworks(input).map(nodeFile);
    }
  },
};

const WHOLE =
  "it is the whole of /etc/frr/frr.conf; `vtysh -f FILE` adds its lines to a configuration that is there, and `write memory` keeps them";

const STATIC_ABOUT: About = {
  needs: [WHOLE, "zebra and staticd, which run whatever /etc/frr/daemons says"],
  givesUp: ["new nodes: each is a new line here"],
  check: [
    "`vtysh -C -f frr.conf` says nothing, whatever its exit code is",
    "`vtysh -c 'show ip route static'` has each route with `>*`; `ip route get ADDRESS` of a pod names the next hop",
  ],
  back: ["the old file and `systemctl reload frr`; routes of staticd go with their lines"],
};

const bgpAbout = ({ cluster }: RenderInput): About => ({
  needs: [
    WHOLE,
    "bgpd=yes in /etc/frr/daemons",
    `of Calico a BGPPeer with this router's address as peerIP and asNumber ${String(cluster.as ?? 0)}; with it nodeToNodeMeshEnabled may be false, since the router reflects the nodes' routes`,
    "nodes on networks of this router's: a next hop that it does not reach itself is not installed",
  ],
  check: [
    "`vtysh -C -f frr.conf` says nothing, whatever its exit code is",
    "`vtysh -c 'show bgp summary'`: each node is Established and has at least one prefix; `calicoctl node status` on a node",
  ],
  back: ["the BGPPeer deleted, then the old file and `systemctl reload frr`"],
});

const fileAt = (place: string, lines: readonly string[], about: About): RenderedFile => ({
  path: `${place}/frr.conf`,
  comment: "#",
  text: `${["frr defaults traditional", ...lines].join("\n")}\n`,
  about,
});

const routerFile = (lines: readonly string[], about: About): RenderedFile => fileAt("router", lines, about);
const nodeFile = ({ node, routes }: NodeNetwork): RenderedFile => fileAt(`${node.name}/etc/frr`, staticRoutes(routes), STATIC_ABOUT);

/** What zebra switches on in the kernel. */
const forwarding = (families: readonly ("ipv4" | "ipv6")[]): readonly string[] =>
  [...new Set(families)].map((family) => (family === "ipv6" ? "ipv6 forwarding" : "ip forwarding"));

function staticRoutes(routes: readonly NodeRoute[]): readonly string[] {
  const word = ({ to }: NodeRoute): "ip" | "ipv6" => (to.includes(":") ? "ipv6" : "ip");
  return [
    ...forwarding(routes.map((route) => (word(route) === "ipv6" ? "ipv6" : "ipv4"))),
    ...routes.flatMap((route) => [
      "!",
      `! ${route.reason}`,
      `${word(route)} route ${route.to} ${route.via}${route.device === "" ? "" : ` ${route.device}`}`,
    ]),
    "!",
  ];
}

/** One AS for all: the router reflects what nodes say to the other nodes, and takes nothing but the pods' blocks from them. */
function bgp({ cluster, nodes }: RenderInput): readonly string[] {
  const { podCIDRs = [], as } = cluster;
  const asNumber = String(as);
  const families = podCIDRs.map((prefix) => {
    const v6 = prefix.family === "ipv6";
    const name = v6 ? "NODES6" : "NODES";
    const ip = v6 ? "ipv6" : "ip";
    return { prefix, name, ip, list: v6 ? "PODS6" : "PODS", addresses: nodes.map((node) => addressText(addressOf(node, prefix))) };
  });
  return [
    ...forwarding(podCIDRs.map(({ family }) => family)),
    ...families.map(
      ({ ip, list, prefix }) => `${ip} prefix-list ${list} seq 5 permit ${prefixText(prefix)} le ${ip === "ip" ? "32" : "128"}`,
    ),
    "!",
    `router bgp ${asNumber}`,
    " no bgp default ipv4-unicast",
    ...families.flatMap(({ name, addresses }) => [
      ` neighbor ${name} peer-group`,
      ` neighbor ${name} remote-as ${asNumber}`,
      ...addresses.map((address) => ` neighbor ${address} peer-group ${name}`),
    ]),
    ...families.flatMap(({ name, ip, list }) => [
      " !",
      ` address-family ${ip === "ip" ? "ipv4" : "ipv6"} unicast`,
      `  neighbor ${name} activate`,
      `  neighbor ${name} route-reflector-client`,
      `  neighbor ${name} prefix-list ${list} in`,
      " exit-address-family",
    ]),
    "!",
  ];
}
