import { describe, expect, test } from "vitest";
import { addressText, prefixText } from "../addressing/prefix.js";
import { readCluster } from "./cluster-file.js";
import { readNodes } from "./nodes-file.js";

describe("nodes.yaml", () => {
  test("is a list, with what is not said filled in", () => {
    const [one, other] = readNodes(
      "- {name: worker-1, address: 10.0.0.11/24}\n- {name: worker-2, address: 10.0.0.12, address6: 'fd00::12', podCIDRs: [10.244.1.0/24], interface: ens3, mac: '52:54:00:AA:bb:cc', mtu: 9000, gateway: 10.0.0.1}\n",
      "nodes.yaml",
    );
    expect(one).toMatchObject({ name: "worker-1", interface: "eth0", mtu: 1500, mtuSaid: false, podCIDRs: [], address: { length: 24 } });
    expect(other).toMatchObject({ interface: "ens3", mtu: 9000, mtuSaid: true, mac: "52:54:00:aa:bb:cc" });
    expect(other?.address6 === undefined ? "" : addressText(other.address6)).toBe("fd00::12");
    expect(other?.podCIDRs.map(prefixText)).toEqual(["10.244.1.0/24"]);
  });

  test("is what kubectl prints, in JSON and in YAML", () => {
    const list = {
      apiVersion: "v1",
      kind: "List",
      items: [
        {
          kind: "Node",
          metadata: { name: "node-1", labels: { a: "b" } },
          spec: { podCIDR: "10.244.0.0/24", podCIDRs: ["10.244.0.0/24", "fd00:1::/64"] },
          status: {
            addresses: [
              { type: "InternalIP", address: "10.0.0.11" },
              { type: "InternalIP", address: "fd00::11" },
              { type: "Hostname", address: "node-1" },
            ],
          },
        },
      ],
    };
    const yaml =
      "apiVersion: v1\nkind: List\nitems:\n- kind: Node\n  metadata: {name: node-1}\n  spec: {podCIDRs: [10.244.0.0/24, 'fd00:1::/64']}\n  status: {addresses: [{type: InternalIP, address: 10.0.0.11}, {type: InternalIP, address: 'fd00::11'}]}\n";
    const [{ kind, ...item }] = list.items as [(typeof list.items)[number]];
    const [one, raw] = [JSON.stringify({ kind, ...item }), JSON.stringify({ apiVersion: "v1", kind: "NodeList", items: [item] })];
    for (const text of [JSON.stringify(list), yaml, one, raw]) {
      const [node] = readNodes(text, "-");
      expect(node?.podCIDRs.map(prefixText)).toEqual(["10.244.0.0/24", "fd00:1::/64"]);
      expect([node?.address, node?.address6].map((one) => (one === undefined ? "" : addressText(one)))).toEqual(["10.0.0.11", "fd00::11"]);
    }
  });

  test.each([
    ["", "nodes.yaml: is empty"],
    ["[]", "nodes.yaml: holds no node"],
    ["a: [", "nodes.yaml: is not YAML: "],
    ["kind: Pod", "nodes.yaml: is neither a list of nodes nor what `kubectl get nodes -o json` prints"],
    ["[{name: a}]", "nodes.yaml: a: address is missing"],
    ["[{name: a, address: 7}]", "nodes.yaml: a: address is no text"],
    ["[{address: 10.0.0.1}]", "nodes.yaml: entry 1: name is missing"],
    ["[{name: a, adress: 10.0.0.1}]", "nodes.yaml: a: adress is none of its fields: name, address"],
    ["[a]", "nodes.yaml: entry 1 is no set of fields: name, address"],
    ["- *x", "nodes.yaml: is not YAML: Unresolved alias"],
    [
      "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]",
      "nodes.yaml: is not YAML: Excessive alias count",
    ],
    ["- {name: a, address: 10.0.0.1}\n---\n- {name: b, address: 10.0.0.2}", "nodes.yaml: holds several YAML documents, and one is meant"],
    ["[{name: a..b, address: 10.0.0.1}]", "name is no Node's name"],
    [
      "[{name: a, address: 10.0.0.1, adress: 10.0.0.1}]",
      "nodes.yaml: a: adress is none of its fields: name, address, address6, podCIDRs, interface, mac, mtu, gateway",
    ],
    ["[{name: ../a, address: 10.0.0.1}]", "nodes.yaml: entry 1: name is no Node's name"],
    ["[{name: a/b, address: 10.0.0.1}]", "name is no Node's name"],
    ["[{name: router, address: 10.0.0.1}]", "nodes.yaml: router: a node cannot be called so"],
    ["[{name: a, address: 10.0.0.256}]", "nodes.yaml: a: address: 10.0.0.256 is no address"],
    ["[{name: a, address: 10.0.0.1, interface: 'eth0; reboot'}]", "interface is no name of a network device"],
    ["[{name: a, address: 10.0.0.1, interface: '*'}]", "interface is no name of a network device"],
    ["[{name: a, address: 10.0.0.1, interface: $(reboot)}]", "interface is no name of a network device"],
    ["[{name: a, address: 10.0.0.0/24}]", "nodes.yaml: a: address: 10.0.0.0/24 is no address that a node can have"],
    ["[{name: a, address: 10.0.0.255/24}]", "nodes.yaml: a: address: 10.0.0.255/24 is no address that a node can have"],
    ["[{name: a, address: 127.0.0.1}]", "address: 127.0.0.1 is no address that a node can have"],
    ["[{name: a, address: 224.0.0.5/24}]", "address: 224.0.0.5/24 is no address that a node can have"],
    ["[{name: a, address: 10.0.0.1, address6: 'ff02::1'}]", "address6: ff02::1 is no address that a node can have"],
    [
      "[{name: a, address: 10.0.0.5/24, gateway: 10.0.1.1}]",
      "nodes.yaml: a: gateway 10.0.1.1 lies outside of the node's network 10.0.0.0/24",
    ],
    ["[{name: a, address: 10.0.0.1, mac: '01:00:5e:00:00:01'}]", "mac is no MAC address"],
    ["[{name: a, address: 10.0.0.1, mac: 'aa:bb'}]", "mac is no MAC address"],
    ["[{name: a, address: 10.0.0.1, mtu: 100}]", "mtu is below 576"],
    ["[{name: a, address: 10.0.0.1, gateway: 10.0.0.1}]", "gateway is the node's own address"],
    ["[{name: a, address: 10.0.0.1, gateway: 'fd00::1'}]", "gateway is IPv6, and address is IPv4"],
    ["[{name: a, address: 10.0.0.1, address6: 10.0.0.2}]", "address and address6 are both IPv4"],
    ["[{name: a, address: 10.0.0.1}, {name: a, address: 10.0.0.2}]", "nodes.yaml: a is there twice"],
    ["[{name: a, address: 10.0.0.1}, {name: b, address: 10.0.0.1/24}]", "nodes.yaml: a and b have the same address, 10.0.0.1"],
    [
      "[{name: a, address: 10.0.0.1, mac: '02:00:00:00:00:01'}, {name: b, address: 10.0.0.2, mac: '02:00:00:00:00:01'}]",
      "a and b have the same mac",
    ],
    [
      "[{name: a, address: 10.0.0.1, podCIDRs: [10.244.0.0/24]}, {name: b, address: 10.0.0.2, podCIDRs: [10.244.0.128/25]}]",
      "nodes.yaml: podCIDRs of a (10.244.0.0/24) and b (10.244.0.128/25) overlap",
    ],
    ["[{name: a, address: 10.0.0.1, podCIDRs: [10.244.0.0/24, 10.245.0.0/24]}]", "podCIDRs has two of one family"],
  ])("refuses %j in one line", (text, message) => {
    const read = (): unknown => readNodes(text, "nodes.yaml");
    expect(read).toThrow(message);
    expect(read).toThrow(/^[^\n]*$/);
  });
});

test("an address of a network of one or two hosts stands alone, and its gateway outside", () => {
  for (const address of ["10.0.0.0/32", "10.0.0.0/31", "fd00::/127"])
    expect(readNodes(`[{name: a, address: '${address}'}]`, "nodes.yaml")).toHaveLength(1);
  expect(readNodes("[{name: a, address: 10.128.0.5/32, gateway: 10.128.0.1}]", "nodes.yaml")).toHaveLength(1);
});

describe("cluster.yaml", () => {
  test("has prefixes, a segment and what joins a node to it", () => {
    const cluster = readCluster(
      "{podCIDRs: [10.244.0.0/16, 'fd00:244::/56'], serviceCIDRs: [10.96.0.0/16], nodeMask: 25, segment: {cidr: 10.0.0.0/24, gateway: 10.0.0.1, podRange: 10.0.0.128/25, vlan: 100}, apiServer: 'https://10.0.0.5:6443', bootstrapToken: abcdef.0123456789abcdef, dns: 10.96.0.10, nameservers: [10.0.0.2, 'fd00::2'], as: 64512}",
      "cluster.yaml",
    );
    expect(cluster).toMatchObject({ nodeMask: 25, as: 64_512, segment: { vlan: 100 }, apiServer: "https://10.0.0.5:6443" });
    expect(cluster.podCIDRs?.map(prefixText)).toEqual(["10.244.0.0/16", "fd00:244::/56"]);
    expect(cluster.nameservers?.map(addressText)).toEqual(["10.0.0.2", "fd00::2"]);
  });

  test.each([
    ["{podCIDR: 10.244.0.0/16}", "cluster.yaml: podCIDR is none of its fields: podCIDRs, serviceCIDRs"],
    ["[a]", "cluster.yaml: is no set of fields: podCIDRs, serviceCIDRs"],
    ["segment: a", "cluster.yaml: segment is no set of fields: cidr, gateway, podRange, vlan"],
    ["{podCIDRs: 10.244.0.0/16}", "cluster.yaml: podCIDRs is no list"],
    ["{podCIDRs: [10.244.0.0/16, 10.245.0.0/16]}", "cluster.yaml: podCIDRs has two of one family"],
    ["{podCIDRs: [10.244.0.1/16]}", "cluster.yaml: podCIDRs: 10.244.0.1/16 has bits set behind its length; 10.244.0.0/16 is meant"],
    ["{nodeMask: 33}", "nodeMask is above 32"],
    ["{apiServer: 'http://10.0.0.5'}", "apiServer is no address"],
    ["{bootstrapToken: secret}", "bootstrapToken is no token"],
    ["{caCert: /etc/ca.crt}", "caCert is no certificate: the PEM text itself"],
    ["{as: 0}", "as is below 1"],
    ["{dns: 10.96.0.10/32}", "dns: 10.96.0.10/32 has a length"],
    ["{nameservers: 10.0.0.2}", "nameservers is no list"],
    ["{nameservers: []}", "nameservers is empty"],
    ["{nameservers: [10.0.0.2/24]}", "nameservers: 10.0.0.2/24 has a length"],
    ["{nameservers: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4]}", "nameservers has more than three"],
    [
      "{segment: {cidr: 10.0.0.0/24, gateway: 10.0.1.1, podRange: 10.0.0.128/25}}",
      "segment.gateway 10.0.1.1 lies outside of segment.cidr 10.0.0.0/24",
    ],
    [
      "{segment: {cidr: 10.0.0.0/24, gateway: 10.0.0.1, podRange: 10.0.1.0/25}}",
      "segment.podRange 10.0.1.0/25 lies outside of segment.cidr 10.0.0.0/24",
    ],
    [
      "{segment: {cidr: 10.0.0.0/24, gateway: 10.0.0.129, podRange: 10.0.0.128/25}}",
      "segment.gateway 10.0.0.129 lies in segment.podRange 10.0.0.128/25",
    ],
    [
      "{segment: {cidr: 10.0.0.0/24, gatway: 10.0.0.1, gateway: 10.0.0.1, podRange: 10.0.0.128/25}}",
      "cluster.yaml: segment: gatway is none of its fields: cidr, gateway, podRange, vlan",
    ],
  ])("refuses %j in one line", (text, message) => {
    const read = (): unknown => readCluster(text, "cluster.yaml");
    expect(read).toThrow(message);
    expect(read).toThrow(/^[^\n]*$/);
  });

  test("a refused secret is not repeated", () => {
    expect(() => readCluster("{bootstrapToken: my-own-secret}", "cluster.yaml")).toThrow(/^(?!.*my-own-secret)/);
  });
});
