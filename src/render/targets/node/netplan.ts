import { addressText, addressWithLength } from "../../addressing/prefix.js";
import { addressesOf, type PlacedNode, type RenderedFile, type Target } from "../../contract.js";
import { kernelFiles } from "../../node-network/kernel-files.js";
import {
  type BridgeDevice,
  type NodeDevice,
  type NodeNetwork,
  type NodeRoute,
  nodeNetworkNeeds,
  nodeNetworks,
  withoutGateway,
} from "../../node-network/node-network.js";
import { yamlText } from "../../yaml-text.js";

/** netplan's file, which it turns into networkd's or NetworkManager's. It cannot write down a tunnel's peers. */
export const netplan: Target = {
  name: "netplan",
  title: "netplan's YAML for each node, by networkd, with the sysctls beside it",
  modes: ["flannel-host-gw", "l2-bridge", "ipvlan-l3s", "vlan", "kindnet"],
  layers: [],
  checker: "netplan 0.106 generate, and what it makes of it for networkd",
  checked: "parsed",
  activation: { restart: "`systemctl restart systemd-modules-load systemd-sysctl && netplan apply` on each node", pods: "made anew" },
  needs: nodeNetworkNeeds,
  render: (input) => nodeNetworks(input).flatMap((network) => [fileOf(network), ...kernelFiles(network.node, network.sysctls)]),
};

type Fields = Readonly<Record<string, unknown>>;

const fileOf = (network: NodeNetwork): RenderedFile => ({
  path: `${network.node.name}/etc/netplan/90-podwire.yaml`,
  comment: "#",
  // netplan warns of files that others can read: they may hold keys of wireless networks.
  mode: 0o600,
  text: yamlText({ network: networkOf(network) }),
  hasMtu: network.devices.length > 0,
  about: {
    needs: [
      "the node's network is netplan's; keys of the same card in files before it are joined with these, lists of addresses and routes too",
    ],
    givesUp: withoutGateway(network.node),
    check: [
      "`netplan try` takes it back by itself unless it is confirmed",
      "`ip route get ADDRESS` of a pod on another node names the next hop",
    ],
    back: ["remove the file, `netplan apply`; delete the devices that it made (`ip link del NAME`)"],
  },
});

function networkOf({ node, devices, routes, nameservers }: NodeNetwork): Fields {
  const bridge = bridges(devices).find(({ hasNodeAddress }) => hasNodeAddress);
  const quiet = { dhcp4: false, dhcp6: false, "accept-ra": false, "link-local": [] };
  const own = {
    addresses: addressesOf(node).map(addressWithLength),
    routes: [...defaultRoute(node), ...routes.map(routeOf)],
    ...(nameservers.length === 0 ? {} : { nameservers: { addresses: nameservers.map(addressText) } }),
  };
  const card = { ...quiet, ...(node.mtuSaid ? { mtu: node.mtu } : {}), ...(bridge === undefined ? own : {}) };
  return {
    version: 2,
    renderer: "networkd",
    ethernets: { [node.interface]: card },
    ...group(
      "vlans",
      devices.filter((device) => device.kind === "vlan"),
      ({ id, parent, mtu }) => ({ id, link: parent, mtu, ...quiet }),
    ),
    ...group("bridges", bridges(devices), ({ uplink, mtu, mac, hasNodeAddress }) => ({
      interfaces: [uplink],
      mtu,
      ...(mac === undefined ? {} : { macaddress: mac }),
      parameters: { stp: false },
      ...quiet,
      ...(hasNodeAddress ? own : {}),
    })),
  };
}

const bridges = (devices: readonly NodeDevice[]): readonly BridgeDevice[] => devices.filter((device) => device.kind === "bridge");

const group = <D extends NodeDevice>(name: string, devices: readonly D[], fields: (device: D) => Fields): Fields =>
  devices.length === 0 ? {} : { [name]: Object.fromEntries(devices.map((device) => [device.name, fields(device)])) };

const defaultRoute = ({ gateway }: PlacedNode): readonly Fields[] =>
  gateway === undefined ? [] : [{ to: "default", via: addressText(gateway) }];

const routeOf = ({ to, via }: NodeRoute): Fields => ({ to, via });
