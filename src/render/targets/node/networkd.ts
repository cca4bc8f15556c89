import { addressText, addressWithLength } from "../../addressing/prefix.js";
import { type About, addressesOf, type PlacedNode, type RenderedFile, type RenderInput, type Target } from "../../contract.js";
import { kernelFiles } from "../../node-network/kernel-files.js";
import {
  type BridgeDevice,
  MODES_WITH_NODE_NETWORK,
  NO_REDIRECTS,
  NOT_MASQUERADED,
  type NodeDevice,
  type NodeNetwork,
  type NodeRoute,
  nodeNetworkNeeds,
  nodeNetworks,
  POD_DEVICES,
  routerForwarding,
  routesTo,
  type TunnelPeer,
  withoutGateway,
} from "../../node-network/node-network.js";

/** systemd-networkd's own files: what a node has at each boot. */
export const networkd: Target = {
  name: "networkd",
  title: "systemd-networkd's .network and .netdev files, in gce the router's routes as a drop-in, with the sysctls beside them",
  modes: MODES_WITH_NODE_NETWORK,
  layers: [],
  checker: "systemd-networkd 252 itself in namespaces, whose log must be without complaint; what stands then equals the lab's wiring",
  checked: "run",
  why: "ipvlan-l3s and vlan ran under user-mode-linux only, and are not held against the lab's wiring; files of gce's nodes and those with IPv6 were not given to it",
  activation: {
    restart: "`systemctl restart systemd-modules-load systemd-sysctl && networkctl reload` on each node, in gce on the router too",
    pods: "made anew",
  },
  needs: nodeNetworkNeeds,
  render: (input) => [...nodeNetworks(input).flatMap(filesOf), ...(input.variant.mode.name === "gce" ? routerFiles(input) : [])],
};

const UNITS = "etc/systemd/network";

const ABOUT: About = {
  needs: [
    "the node's network is networkd's: this file is the card's whole configuration and comes before others by its name. Compare it with `networkctl status CARD` first",
    "systemd 252 or later",
  ],
  givesUp: [NOT_MASQUERADED],
  check: [
    "`networkctl reload && networkctl list` shows the link as configured; `journalctl -u systemd-networkd` has no `Unknown key`",
    "`ip route get ADDRESS` of a pod on another node names the next hop or the tunnel",
  ],
  back: [
    "remove the files that are called podwire, then `networkctl reload`; delete the devices that they made (`ip link del NAME`): networkd leaves them",
  ],
};

const ROUTER_ABOUT: About = {
  needs: [
    "it is a drop-in: /etc/systemd/network/NAME.network.d/podwire-routes.conf on the router that is the nodes' gateway, where NAME.network is the file of its card towards them (`networkctl status CARD` names it)",
    "nodes on that card's network: a next hop that is on none of its networks fails, and the card with it. Sections of nodes behind another card go into a drop-in of that one",
    "systemd 252 or later; in a cloud `--for cloud-routes` has the commands",
  ],
  givesUp: ["new nodes: each is a new section here"],
  check: [
    "`networkctl reload && networkctl list` shows the card as configured; `journalctl -u systemd-networkd` has no `Unknown key`",
    "`ip route get ADDRESS` of a pod names its node",
  ],
  back: ["remove the drop-in, then `networkctl reload`: its routes go with it"],
};

const FOREIGN: About = {
  ...ABOUT,
  needs: [
    "the routes of podwire are in the card's own .network file: a reconfigured link loses all routes that are not, whatever these settings say. They keep what CNI daemons add from being removed when networkd is started anew",
  ],
};

function filesOf(network: NodeNetwork): readonly RenderedFile[] {
  const { node, devices, sysctls } = network;
  return [
    unit(node, `10-podwire-${node.interface}.network`, cardSections(network)),
    ...devices.flatMap((device) => [
      { ...unit(node, `10-podwire-${device.name}.netdev`, netdevSections(device, node)), hasMtu: true },
      unit(node, `10-podwire-${device.name}.network`, deviceSections(device, network)),
    ]),
    unit(node, "05-podwire-pods.network", UNMANAGED),
    { path: `${node.name}/etc/systemd/networkd.conf.d/10-podwire.conf`, comment: "#", text: textOf(FOREIGN_ROUTES), about: FOREIGN },
    ...kernelFiles(node, sysctls),
  ];
}

/** The router's card has a file of its own, whose name only the router knows. */
function routerFiles(input: RenderInput): readonly RenderedFile[] {
  const sections = input.nodes.flatMap((node) => routesTo(node, "")).map(routeSection);
  return [
    { path: "router/podwire-routes.conf", comment: "#", text: textOf(sections), about: ROUTER_ABOUT },
    // systemd-sysctl takes the pattern for every device, and for those that come later by a rule of udev's.
    ...kernelFiles({ name: "router" }, [
      ...routerForwarding(input),
      { name: "net.ipv4.conf.*.send_redirects", value: "0", reason: NO_REDIRECTS },
    ]),
  ];
}

/** A section of a unit file: `[Name]` and its lines, `Key=value`, with a comment before it where there is something to say. */
interface Section {
  readonly name: string;
  readonly why?: string;
  readonly lines: readonly string[];
}

const textOf = (sections: readonly Section[]): string =>
  sections.map(({ name, why, lines }) => [...(why === undefined ? [] : [`# ${why}`]), `[${name}]`, ...lines, ""].join("\n")).join("\n");

const unit = (node: PlacedNode, name: string, sections: readonly Section[]): RenderedFile => ({
  path: `${node.name}/${UNITS}/${name}`,
  comment: "#",
  text: textOf(sections),
  about: { ...ABOUT, givesUp: [NOT_MASQUERADED, ...withoutGateway(node)] },
});

const QUIET = ["LinkLocalAddressing=no", "IPv6AcceptRA=no"];

function cardSections(network: NodeNetwork): readonly Section[] {
  const { node, devices, routes } = network;
  const bridge = bridgeOn(devices, node.interface);
  return [
    { name: "Match", lines: [`Name=${node.interface}`] },
    ...(node.mtuSaid ? [{ name: "Link", lines: [`MTUBytes=${String(node.mtu)}`] }] : []),
    {
      name: "Network",
      lines: [
        ...devices.flatMap((device) =>
          device.kind === "vxlan" ? [`VXLAN=${device.name}`] : device.kind === "vlan" ? [`VLAN=${device.name}`] : [],
        ),
        ...(bridge === undefined ? addressLines(network) : [`Bridge=${bridge.name}`]),
        ...QUIET,
      ],
    },
    ...(bridge === undefined ? ownRoutes(node, routes) : []),
  ];
}

const bridgeOn = (devices: readonly NodeDevice[], uplink: string): BridgeDevice | undefined =>
  devices.find((device): device is BridgeDevice => device.kind === "bridge" && device.uplink === uplink);

const addressLines = ({ node, nameservers }: NodeNetwork): readonly string[] => [
  ...addressesOf(node).map((address) => `Address=${addressWithLength(address)}`),
  ...(node.gateway === undefined ? [] : [`Gateway=${addressText(node.gateway)}`]),
  ...nameservers.map((address) => `DNS=${addressText(address)}`),
];

const ownRoutes = (node: PlacedNode, routes: readonly NodeRoute[]): readonly Section[] =>
  routes.filter(({ device }) => device === node.interface).map(routeSection);

const routeSection = ({ to, via, onlink, reason }: NodeRoute): Section => ({
  name: "Route",
  why: reason,
  lines: [`Destination=${to}`, `Gateway=${via}`, ...(onlink === true ? ["GatewayOnLink=yes"] : [])],
});

function netdevSections(device: NodeDevice, node: PlacedNode): readonly Section[] {
  const netdev = (kind: string, ...more: readonly string[]): Section => ({
    name: "NetDev",
    lines: [`Name=${device.name}`, `Kind=${kind}`, `MTUBytes=${String(device.mtu)}`, ...more],
  });
  switch (device.kind) {
    case "vxlan":
      return [
        netdev("vxlan", `MACAddress=${device.mac}`),
        {
          name: "VXLAN",
          lines: [
            `VNI=${String(device.vni)}`,
            `Local=${device.local}`,
            `DestinationPort=${String(device.port)}`,
            "MacLearning=no",
            "UDPChecksum=yes",
          ],
        },
      ];
    case "ipip":
      // Independent of a card, as flannel's is: the route to the peer says by which one packets leave.
      return [netdev("ipip"), { name: "Tunnel", lines: ["Independent=yes", `Local=${device.local}`, "DiscoverPathMTU=no"] }];
    case "vlan":
      return [netdev("vlan"), { name: "VLAN", lines: [`Id=${String(device.id)}`] }];
    case "bridge":
      return [netdev("bridge", ...(node.mac === undefined ? [] : [`MACAddress=${node.mac}`]))];
  }
}

function deviceSections(device: NodeDevice, network: NodeNetwork): readonly Section[] {
  const { devices, routes, peers } = network;
  const match: Section = { name: "Match", lines: [`Name=${device.name}`] };
  const bridge = bridgeOn(devices, device.name);
  switch (device.kind) {
    case "vxlan":
    case "ipip":
      return [
        match,
        { name: "Network", lines: [`Address=${device.address}`, ...QUIET] },
        ...peers.flatMap((peer) => peerSections(peer)),
        ...routes.filter((route) => route.device === device.name).map(routeSection),
      ];
    case "vlan":
      return [match, { name: "Network", lines: [...(bridge === undefined ? [] : [`Bridge=${bridge.name}`]), ...QUIET] }];
    case "bridge":
      return [
        match,
        { name: "Network", lines: [...(device.hasNodeAddress ? addressLines(network) : ["ConfigureWithoutCarrier=yes"]), ...QUIET] },
      ];
  }
}

const peerSections = ({ endpoint, mac, node, reason }: TunnelPeer): readonly Section[] => [
  { name: "Neighbor", why: reason, lines: [`Address=${endpoint}`, `LinkLayerAddress=${mac}`] },
  {
    name: "BridgeFDB",
    why: `${reason} is reached at its node`,
    lines: [`MACAddress=${mac}`, `Destination=${node}`, "AssociatedWith=self"],
  },
];

/** A .network file with a wide match would take the pods' devices over (calico #2471). */
const UNMANAGED: readonly Section[] = [
  { name: "Match", lines: [`Name=${POD_DEVICES.join(" ")}`] },
  { name: "Link", why: "what CNI plugins and their daemons make is theirs", lines: ["Unmanaged=yes"] },
];

const FOREIGN_ROUTES: readonly Section[] = [{ name: "Network", lines: ["ManageForeignRoutes=no", "ManageForeignRoutingPolicyRules=no"] }];
