import { addressText, addressWithLength } from "../../addressing/prefix.js";
import { type About, addressesOf, type PlacedNode, type RenderedFile, type Target } from "../../contract.js";
import { kernelFiles } from "../../node-network/kernel-files.js";
import {
  type BridgeDevice,
  NOT_MASQUERADED,
  type NodeDevice,
  type NodeNetwork,
  type NodeRoute,
  nodeNetworkNeeds,
  nodeNetworks,
  POD_DEVICES,
  withoutGateway,
} from "../../node-network/node-network.js";

/** NetworkManager's keyfiles. It cannot write down a tunnel's peers. */
export const networkmanager: Target = {
  name: "networkmanager",
  title: "NetworkManager's keyfiles for each node, with the sysctls beside them",
  modes: ["flannel-host-gw", "l2-bridge", "ipvlan-l3s", "vlan", "kindnet"],
  layers: [],
  checker: "nmcli 1.42 --offline, which must give back every key that was written; NetworkManager --print-config of its own file",
  checked: "parsed",
  why: "no NetworkManager was started from them",
  activation: {
    restart:
      "`systemctl restart systemd-modules-load systemd-sysctl && nmcli general reload && nmcli connection reload`, then `nmcli connection up podwire-CARD` on each node",
    pods: "made anew",
  },
  needs: nodeNetworkNeeds,
  render: (input) => nodeNetworks(input).flatMap(filesOf),
};

const FOLDER = "etc/NetworkManager";

const ABOUT: About = {
  needs: [
    "the node's network is NetworkManager's: the profile is the card's whole configuration. Compare it with `nmcli device show CARD` first",
    "owner root and mode 0600: NetworkManager passes over keyfiles that others can read",
  ],
  check: [
    "`nmcli connection reload && nmcli -f NAME,DEVICE,FILENAME connection show` has the profile on its device: NetworkManager passes over keys that it does not know",
    "`ip route get ADDRESS` of a pod on another node names the next hop",
  ],
  back: [
    "`nmcli connection up` of the profile before; remove the files that are called podwire, `nmcli connection reload`; devices that they made go with their profiles",
  ],
};

function filesOf(network: NodeNetwork): readonly RenderedFile[] {
  const { node, devices, sysctls } = network;
  return [
    keyfile(node, node.interface, cardSections(network)),
    ...devices.map((device) => ({ ...keyfile(node, device.name, deviceSections(device, network)), hasMtu: true })),
    unmanaged(node),
    ...kernelFiles(node, sysctls),
  ];
}

/** `[name]` and its `key=value`. */
type Section = readonly [name: string, keys: Readonly<Record<string, string | number | boolean>>];

const keyfile = (node: PlacedNode, device: string, sections: readonly Section[]): RenderedFile => ({
  path: `${node.name}/${FOLDER}/system-connections/podwire-${device}.nmconnection`,
  comment: "#",
  mode: 0o600,
  text: textOf(sections),
  about: { ...ABOUT, givesUp: [NOT_MASQUERADED, ...withoutGateway(node)] },
});

const textOf = (sections: readonly Section[]): string =>
  sections
    .filter(([, keys]) => Object.keys(keys).length > 0)
    .map(([name, keys]) => [`[${name}]`, ...Object.entries(keys).map(([key, value]) => `${key}=${String(value)}`), ""].join("\n"))
    .join("\n");

/** Before profiles that NetworkManager or an installer made for the same card: they have priority 0 and -999. */
const PRIORITY = 100;

const connection = (device: string, type: string, bridge?: BridgeDevice): Section => [
  "connection",
  {
    id: `podwire-${device}`,
    type,
    "autoconnect-priority": PRIORITY,
    "interface-name": device,
    ...(bridge === undefined ? {} : { master: bridge.name, "slave-type": "bridge" }),
  },
];

function cardSections(network: NodeNetwork): readonly Section[] {
  const { node, devices } = network;
  const bridge = bridgeOver(devices, node.interface);
  return [
    connection(node.interface, "ethernet", bridge),
    ["ethernet", node.mtuSaid ? { mtu: node.mtu } : {}],
    ...(bridge === undefined ? ownAddresses(network) : []),
  ];
}

const bridgeOver = (devices: readonly NodeDevice[], uplink: string): BridgeDevice | undefined =>
  devices.find((device): device is BridgeDevice => device.kind === "bridge" && device.uplink === uplink);

const NO_ADDRESSES: readonly Section[] = [
  ["ipv4", { method: "disabled" }],
  ["ipv6", { method: "disabled" }],
];

function deviceSections(device: NodeDevice, network: NodeNetwork): readonly Section[] {
  const { node, devices } = network;
  switch (device.kind) {
    case "bridge":
      return [
        connection(device.name, "bridge"),
        ["ethernet", { ...(device.mac === undefined ? {} : { "cloned-mac-address": device.mac.toUpperCase() }), mtu: device.mtu }],
        ["bridge", { stp: false }],
        ...(device.hasNodeAddress ? ownAddresses(network) : NO_ADDRESSES),
      ];
    case "vlan": {
      const bridge = bridgeOver(devices, device.name);
      return [
        connection(device.name, "vlan", bridge),
        ["ethernet", { mtu: device.mtu }],
        ["vlan", { flags: 1, id: device.id, parent: device.parent }],
        ...(bridge === undefined ? NO_ADDRESSES : []),
      ];
    }
    case "vxlan":
    case "ipip":
      throw new Error(`${device.name} of ${node.name} is a tunnel, and no mode of this target has one`);
  }
}

/** The node's own addresses and its routes, a section each family. */
function ownAddresses({ node, routes }: NodeNetwork): readonly Section[] {
  return (["ipv4", "ipv6"] as const).map((family): Section => {
    const addresses = addressesOf(node).filter((address) => address.family === family);
    const own = routes.filter(({ to }) => to.includes(":") === (family === "ipv6"));
    if (addresses.length === 0) return [family, { method: "disabled" }];
    const { gateway } = node;
    const by = gateway?.family === family ? `,${addressText(gateway)}` : "";
    return [
      family,
      {
        ...numbered("address", addresses.map(addressWithLength), by),
        method: "manual",
        ...numbered(
          "route",
          own.map(({ to, via }: NodeRoute) => `${to},${via}`),
          "",
        ),
      },
    ];
  });
}

/** `address1`, `address2`, ...; the gateway stands behind the first. */
const numbered = (key: string, values: readonly string[], behindFirst: string): Readonly<Record<string, string>> =>
  Object.fromEntries(values.map((value, index) => [`${key}${String(index + 1)}`, index === 0 ? `${value}${behindFirst}` : value]));

const unmanaged = (node: PlacedNode): RenderedFile => ({
  path: `${node.name}/${FOLDER}/conf.d/90-podwire.conf`,
  comment: "#",
  text: textOf([["keyfile", { "unmanaged-devices+": POD_DEVICES.map((name) => `interface-name:${name}`).join(";") }]]),
  about: {
    check: ["`nmcli device` shows the pods' devices as unmanaged: what CNI plugins and their daemons make is theirs"],
    back: ["remove the file, `nmcli general reload`"],
  },
});
