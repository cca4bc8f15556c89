import { addressText, addressWithLength } from "../../addressing/prefix.js";
import { type About, addressesOf, type PlacedNode, type RenderedFile, type RenderInput, type Target } from "../../contract.js";
import {
  type BridgeDevice,
  MODES_WITH_NODE_NETWORK,
  NO_REDIRECTS,
  NOT_MASQUERADED,
  type NodeDevice,
  type NodeNetwork,
  type NodeRoute,
  type NodeSysctl,
  nodeNetworks,
  routerForwarding,
  routesTo,
  withoutGateway,
} from "../../node-network/node-network.js";

/** Commands of iproute2: what a node, or the router, has until it is started anew. */
export const iproute2: Target = {
  name: "iproute2",
  title: "scripts of ip, bridge and sysctl for each node (in gce for the router), and those that take it back",
  modes: MODES_WITH_NODE_NETWORK,
  layers: [],
  checker: "ip -batch and bridge -batch themselves in namespaces; what stands then equals the lab's wiring",
  checked: "run",
  activation: { restart: "the new podwire-network.sh on each node, podwire-routes.sh on the router", pods: "made anew" },
  needs: (mode) =>
    mode === "l2-bridge" ? ["nodes", "segment", "prefix lengths"] : mode === "vlan" ? ["nodes", "segment", "segment.vlan"] : ["nodes"],
  render: (input) => [...nodeNetworks(input).flatMap(scripts), ...(input.variant.mode.name === "gce" ? routerScripts(input) : [])],
};

const ABOUT: About = {
  needs: ["root; it lasts until the machine is started anew: `--for networkd` or `--for netplan` writes the same to stay"],
  givesUp: [NOT_MASQUERADED],
  check: [
    "`ip route get ADDRESS` of a pod on another node names the next hop or the tunnel",
    "one packet: `ping -c 1 ADDRESS` of that pod",
  ],
  back: ["podwire-network-back.sh takes back what podwire-network.sh made"],
};

const BRIDGE_ABOUT: About = {
  ...ABOUT,
  needs: [
    ...(ABOUT.needs ?? []),
    "a way to the node that is not its network: a mistake here cuts it off. The address moves to the bridge in one batch",
  ],
};

function scripts(network: NodeNetwork): readonly RenderedFile[] {
  const { node, sysctls, devices } = network;
  const about = devices.some((device) => device.kind === "bridge" && device.hasNodeAddress)
    ? { ...BRIDGE_ABOUT, givesUp: [NOT_MASQUERADED, ...withoutGateway(node)] }
    : ABOUT;
  return [
    {
      ...script(
        `${node.name}/podwire-network.sh`,
        [...sysctlLines(sysctls), ...batch("ip", upLines(network)), ...batch("bridge", fdbLines(network))],
        about,
      ),
      hasMtu: devices.length > 0,
    },
    script(`${node.name}/podwire-network-back.sh`, batch("ip -force", backLines(network)), {
      ...about,
      givesUp: ["settings of the kernel stay as they are: other programs of a node want them too"],
    }),
  ];
}

const REDIRECTS_OFF = [`# ${NO_REDIRECTS}`, 'for setting in /proc/sys/net/ipv4/conf/*/send_redirects; do echo 0 > "$setting"; done'];

/** The fabric knows where each node's pods are; redirects are off, since nodes of one segment would be led past the router. */
function routerScripts(input: RenderInput): readonly RenderedFile[] {
  const routes = input.nodes.flatMap((node) => routesTo(node, ""));
  const about: About = {
    ...ABOUT,
    needs: [
      ...(ABOUT.needs ?? []),
      "to be run on the router that is the nodes' gateway; in a cloud `--for cloud-routes` has the commands",
      "one route a node: a new node is a new line here",
    ],
    back: ["podwire-routes-back.sh takes the routes back"],
  };
  const words = ({ to, via, reason }: NodeRoute, verb: string): readonly string[] => [`# ${reason}`, `route ${verb} ${to} via ${via}`];
  return [
    script(
      "router/podwire-routes.sh",
      [
        ...sysctlLines(routerForwarding(input)),
        ...REDIRECTS_OFF,
        ...batch(
          "ip",
          routes.flatMap((route) => words(route, "replace")),
        ),
      ],
      about,
    ),
    script(
      "router/podwire-routes-back.sh",
      batch(
        "ip -force",
        routes.flatMap((route) => words(route, "del")),
      ),
      about,
    ),
  ];
}

const script = (path: string, lines: readonly string[], about: About): RenderedFile => ({
  path,
  comment: "#",
  shebang: "#!/bin/sh",
  mode: 0o755,
  text: ["set -eu", ...lines, ""].join("\n"),
  about,
});

const batch = (program: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`${program} -batch - <<END`, ...lines, "END"];

function sysctlLines(sysctls: readonly NodeSysctl[]): readonly string[] {
  const bridged = sysctls.some(({ name }) => name.startsWith("net.bridge."));
  return [
    ...(bridged
      ? ["# its settings are there only with the module", "[ -e /proc/sys/net/bridge ] || modprobe -q br_netfilter || true"]
      : []),
    ...sysctls.flatMap(({ name, value, reason, mayBeUnknown }) => [
      `# ${reason}`,
      `sysctl -q -w ${name}=${value}${mayBeUnknown === true ? " || true" : ""}`,
    ]),
  ];
}

function upLines(network: NodeNetwork): readonly string[] {
  return [
    ...network.devices.flatMap((device) => deviceLines(device, network.node)),
    ...network.peers.flatMap(({ device, endpoint, mac, reason }) => [
      `# ${reason}`,
      `neighbour replace ${endpoint} lladdr ${mac} dev ${device} nud permanent`,
    ]),
    ...network.routes.flatMap((route) => [`# ${route.reason}`, `route replace ${routeWords(route)}`]),
  ];
}

const routeWords = ({ to, via, device, onlink }: NodeRoute): string => `${to} via ${via} dev ${device}${onlink === true ? " onlink" : ""}`;

function deviceLines(device: NodeDevice, node: PlacedNode): readonly string[] {
  switch (device.kind) {
    case "vxlan":
      return [
        "# the node's tunnel endpoint; peers are written down, not learned",
        `link add ${device.name} mtu ${String(device.mtu)} address ${device.mac} txqueuelen 0 type vxlan id ${String(device.vni)} local ${device.local} dev ${device.underlay} dstport ${String(device.port)} nolearning`,
        `address add ${device.address} dev ${device.name}`,
        `link set ${device.name} up`,
      ];
    case "vlan":
      return [
        "# the pods' VLAN on the node's card; the tag is not charged to the MTU",
        `link add link ${device.parent} name ${device.name} mtu ${String(device.mtu)} type vlan id ${String(device.id)}`,
      ];
    case "bridge":
      return bridgeLines(device, node);
  }
}

function bridgeLines(device: BridgeDevice, node: PlacedNode): readonly string[] {
  // ip ends the whole batch at a broadcast address of IPv6, and the node would be left without its addresses.
  const own = addressesOf(node).map((address) => ({
    text: addressWithLength(address),
    broadcast: address.family === "ipv4" ? " brd +" : "",
  }));
  const mac = device.mac ?? `$(cat /sys/class/net/${node.interface}/address)`;
  return [
    `# the bridge that carries the pods' segment, with the card's MAC address: it would follow its ports otherwise`,
    `link add ${device.name} mtu ${String(device.mtu)} address ${mac} type bridge`,
    `link set ${device.uplink} master ${device.name}`,
    `link set ${device.uplink} up`,
    ...(device.hasNodeAddress
      ? own.flatMap((address) => [
          `address del ${address.text} dev ${node.interface}`,
          `address add ${address.text}${address.broadcast} dev ${device.name}`,
        ])
      : []),
    `link set ${device.name} up`,
    ...(device.hasNodeAddress ? defaultRoute(node, device.name) : []),
  ];
}

const defaultRoute = ({ gateway }: PlacedNode, device: string): readonly string[] =>
  gateway === undefined
    ? []
    : ["# the default route went with the address", `route replace default via ${addressText(gateway)} dev ${device}`];

const fdbLines = ({ peers }: NodeNetwork): readonly string[] =>
  peers.flatMap(({ device, mac, node, reason }) => [
    `# ${reason} is reached at its node`,
    `fdb replace ${mac} dev ${device} dst ${node} self permanent`,
  ]);

/** Devices take their routes, neighbours and entries with them. */
function backLines({ node, devices, routes }: NodeNetwork): readonly string[] {
  const made = new Set(devices.map(({ name }) => name));
  const bridge = devices.find((device): device is BridgeDevice => device.kind === "bridge" && device.hasNodeAddress);
  return [
    ...routes.filter(({ device }) => !made.has(device)).map((route) => `route del ${routeWords(route)}`),
    ...devices.toReversed().map(({ name }) => `link del ${name}`),
    ...(bridge === undefined
      ? []
      : [
          ...addressesOf(node).map((address) => `address add ${addressWithLength(address)} dev ${node.interface}`),
          ...defaultRoute(node, node.interface),
        ]),
  ];
}
