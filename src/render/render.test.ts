import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { CHECKED, documentText } from "../../test/render/checked-documents.js";
import {
  type Asked,
  LAB_CLUSTER,
  LAB_DUAL,
  LAB_DUAL_NODES,
  LAB_SEGMENT,
  LAB_VLAN,
  labNodes,
  rendered,
  textOf,
} from "../../test/synthetic/rendered.js";
import { TUNING } from "../../test/synthetic/tuning.js";
import { MODES } from "../modes/index.js";
import { allocate } from "./addressing/allocate.js";
import { prefixText } from "./addressing/prefix.js";
import type { RenderedFile } from "./contract.js";
import { RenderError } from "./errors.js";
import { kindOf, NOT_RENDERED } from "./mode-kinds.js";
import { targetList } from "./target-list.js";
import { TARGETS } from "./targets/index.js";

const VARIANTS = targetList(TARGETS).targets.flatMap(({ target, variants }) => variants.map((variant) => [target, variant] as const));
/** A list of 70,000 nodes is megabytes of YAML, which takes its reader seconds, and on a machine with other work far more. */
const MANY_NODES_MS = 180_000;
const clusterFor = (variant: string): string => {
  const { pods } = kindOf(variant.split("+")[0] ?? "");
  return pods === "own-segment" ? LAB_VLAN : pods === "nodes-segment" ? LAB_SEGMENT : LAB_CLUSTER;
};

/** What a document says of itself, in it or beside it, without the ends of its lines, which may be anywhere. */
function headOf({ comment, path, text }: RenderedFile, all: readonly RenderedFile[]): string {
  const beside = comment === undefined && !path.endsWith(".txt") ? all.find((one) => one.path === `${path}.txt`) : undefined;
  return (beside?.text ?? text).replaceAll(/\n#? {2,}/g, " ");
}

describe.each(VARIANTS)("%s for %s", (target, variant) => {
  const files = [...rendered(variant, target, { cluster: clusterFor(variant) }).values()];

  test("says of an MTU in it that it was assumed, where nodes.yaml says none", () => {
    const nodes = labNodes().replaceAll(", mtu: 1500", "");
    const silent = [...rendered(variant, target, { nodes, cluster: clusterFor(variant) }).values()];
    for (const file of silent.filter(({ path }) => !path.endsWith(".txt"))) {
      const text = file.text.replaceAll(/base64,([\w+/=]+)/g, (_, code: string) => Buffer.from(code, "base64").toString());
      const assumed = headOf(file, silent).includes("nodes.yaml says no MTU: cards of 1500 are assumed");
      expect(assumed, file.path).toBe(/mtu\w*\W{1,4}\d{3,}/i.test(text));
    }
    expect(files.some((file) => headOf(file, files).includes("nodes.yaml says no MTU"))).toBe(false);
  });

  test("has documents, each with what it needs, gives up, how to check it and how to go back", () => {
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const words = headOf(file, files);
      for (const label of ["Needs: ", "Gives up: ", "Check: ", "Back: "]) expect(words, file.path).toContain(label);
      expect(words).toContain(variant.split("+")[0]);
      const check = /Check: ([\s\S]*?)\n#? ?Back: /.exec(words)?.[1] ?? "";
      if (kindOf(variant.split("+")[0] ?? "").pods !== "hidden")
        for (const way of ["podwire cluster inspect", "one packet"]) expect(check, file.path).toContain(way);
    }
  });

  test("names files below a node, the router or the cluster, each once", () => {
    for (const { path } of files) expect(path).toMatch(/^(?:node-a|node-b|router|cluster)\/[^/]/);
    expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
  });

  test("has no secret that others can read", () => {
    for (const { text, mode, secret, path } of files)
      if (text.includes("0123456789abcdef")) expect([mode, secret], path).toEqual([0o600, true]);
  });

  test("ends each document with a line, and leaves no placeholder", () => {
    for (const { text, path } of files) {
      expect(text, path).toMatch(/[^\n]\n$/);
      expect(text, path).not.toMatch(/undefined|NaN|\[object/);
    }
  });
});

describe.each(TARGETS.map((target) => [target.name, target] as const))("the target %s", (name, target) => {
  const documents = CHECKED.filter((one) => one.target === name);

  test("has a right document with a wrong key, a wrong value and a wrong address that its checker refuses", () => {
    expect(new Set(documents.flatMap(({ mistakes }) => mistakes.map(({ kind }) => kind)))).toEqual(new Set(["key", "value", "address"]));
    for (const document of documents) {
      const text = documentText(document);
      for (const { from } of document.mistakes) expect(text, document.name).toContain(from);
    }
  });

  test("says who checks it, why no more was done where it was not run, and how it takes effect", () => {
    expect(target.checker).not.toBe("");
    if (target.checked === "not here") expect(target.why).toBeDefined();
    expect(target.activation.restart).not.toMatch(/^$|\.$/);
  });
});

test("a head gives up the cells of conformance that the variant does not have", () => {
  const givenUp = (variant: string): string | undefined => {
    const head = textOf(rendered(variant, "cni", { cluster: clusterFor(variant) }), "node-a/etc/cni/net.d/10-podwire.conflist.txt");
    return /cells of `podwire lab conformance`: ([^.]*)\./.exec(head)?.[1];
  };
  expect(["macvlan", "flannel-host-gw", "l2-bridge"].map(givenUp)).toEqual(["pod-own-host, host-own-pod", "multicast", undefined]);
});

test("documents of a closed loop's result have heads too, in the file or beside it", () => {
  for (const file of rendered(TUNING.variant, "tunings", { tuning: TUNING }).values())
    if (file.comment !== undefined || file.path.endsWith(".txt"))
      for (const label of ["Needs: ", "Gives up: ", "Check: ", "Back: "]) expect(file.text, file.path).toContain(label);
});

describe("what cannot be rendered", () => {
  const message = (...asked: Parameters<typeof rendered>): string => {
    try {
      rendered(...asked);
      return "";
    } catch (error) {
      if (error instanceof RenderError) return error.message;
      throw error;
    }
  };

  test.each([
    [message("macvlan", "flannel"), "flannel cannot express macvlan; cni and kubelet have documents for it"],
    [message("host", "cni"), "cni cannot express host, and no target can: pods on the node's own network need none"],
    ...["ebpf-routed", "ebpf-vxlan"].map((mode) => [
      message(mode, "cni"),
      `cni cannot express ${mode}, and no target can: podwire's own programs would have to stay on the node, which needs an agent that it does not ship; Cilium and Calico's eBPF data plane are the products`,
    ]),
    [
      message("flannel-host-gw+tc-nodeport", "flannel"),
      "flannel cannot render the layer tc-nodeport of flannel-host-gw+tc-nodeport:100: it needs an agent on each node that podwire does not ship yet; flannel-host-gw renders the rest",
    ],
    [
      message("flannel-vxlan+offload-off", "kube-proxy"),
      "kube-proxy cannot render the layer offload-off of flannel-vxlan+offload-off: no target renders it; it renders flannel-vxlan+kube-proxy-iptables, flannel-vxlan+kube-proxy-iptables-nft, flannel-vxlan+kube-proxy-nftables",
    ],
    [
      message("flannel-vxlan+kube-proxy-nftables+offload-off", "kube-proxy"),
      "no target renders it; flannel-vxlan+kube-proxy-nftables:100 renders the rest",
    ],
    [message("flannel-vxlan+offload-off", "tunings"), "no target renders it; it renders flannel-vxlan+no-netfilter"],
    [
      message("flannel-host-gw", "networkd", { nodes: "[{name: a, address: 10.0.0.5/24}, {name: b, address: 10.0.1.5/24}]" }),
      "flannel-host-gw needs all nodes on one segment, and b (10.0.1.5) lies outside of 10.0.0.0/24, the network of a; flannel-vxlan does not",
    ],
    [
      message("calico-vxlan", "calico", { nodes: "", cluster: "podCIDRs: [198.19.0.0/28]" }),
      "calico gives nodes blocks of /26, and podCIDRs 198.19.0.0/28 is smaller than one",
    ],
    [message("docker-nat", "nodes"), "nodes cannot express docker-nat; "],
    [message("flannel-udp", "iproute2"), "iproute2 cannot express flannel-udp; "],
    [message("flannel-ipip", "k3s"), "k3s cannot express flannel-ipip; flannel, cni, iproute2, networkd, "],
    [message("flannel-ipip", "netplan"), "netplan cannot express flannel-ipip; flannel, cni, iproute2, networkd, "],
    [
      message("flannel-ipip", "networkd", { nodes: LAB_DUAL_NODES, cluster: LAB_DUAL }),
      "flannel-ipip carries IPv4 alone; flannel-vxlan and flannel-host-gw carry both families",
    ],
    [message("wireguard", "iproute2"), "iproute2 cannot express wireguard; flannel, cni, "],
    [message("wireguard", "networkd"), "networkd cannot express wireguard; flannel, cni, "],
    [
      message("flannel-host-gw+socket-lb", "flannel"),
      "flannel cannot render the layer socket-lb of flannel-host-gw+socket-lb:100: it needs an agent on each node that podwire does not ship yet; flannel-host-gw renders the rest",
    ],
    [
      message("flannel-vxlan+kube-proxy-nftables+offload-off", "k3s"),
      "k3s cannot render the layer offload-off of flannel-vxlan+kube-proxy-nftables:100+offload-off: no target renders it; flannel-vxlan+kube-proxy-nftables:100 renders the rest",
    ],
    [
      message("flannel-vxlan+up-to-bridge", "flannel"),
      "flannel-vxlan+up-to-bridge is a part of flannel-vxlan that shows what a layer costs, and is not a network to run; flannel-vxlan is",
    ],
    [
      message("flannel-host-gw+offload-off", "flannel"),
      "flannel cannot render the layer offload-off of flannel-host-gw+offload-off: no target renders it; flannel-host-gw renders the rest",
    ],
    [
      message("flannel-host-gw", "flannel", { cluster: "" }),
      "flannel needs podCIDRs for flannel-host-gw, and cluster.yaml (--cluster FILE) does not have it",
    ],
    ...["cloud-init", "ignition", "coreos-cloud-config"].flatMap((target) =>
      ["apiServer", "caCert", "bootstrapToken"].map((field) => [
        message("gce", target, { cluster: LAB_CLUSTER.replace(new RegExp(`^${field}: .*\n`, "m"), "") }),
        `${target} needs ${field} for gce, and cluster.yaml (--cluster FILE) does not have it`,
      ]),
    ),
    [
      message("gce", "kubeadm", { cluster: LAB_CLUSTER.replace("dns: 198.18.128.10", "dns: 198.18.128.11") }),
      "kubeadm gives the DNS Service the tenth address of serviceCIDRs, 198.18.128.10, and dns is 198.18.128.11",
    ],
    [message("calico-routed", "frr", { cluster: "podCIDRs: [198.19.0.0/16]" }), "frr needs as for calico-routed"],
    [
      message("flannel-host-gw+no-netfilter", "flannel"),
      "flannel cannot render the layer no-netfilter of flannel-host-gw+no-netfilter: tunings does; flannel-host-gw renders the rest",
    ],
    [message("flannel-host-gw", "cni", { nodes: "" }), "cni needs the nodes of flannel-host-gw: name a file with --nodes"],
    [message("macvlan", "cni"), "cni needs segment for macvlan, and cluster.yaml (--cluster FILE) does not have it"],
    [message("vlan", "cni", { cluster: LAB_SEGMENT }), "cni needs segment.vlan for vlan"],
    [
      message("flannel-host-gw", "networkd", { nodes: "[{name: a, address: 10.0.0.1}]" }),
      "networkd needs the length of each node's network, and the address of a has none",
    ],
    [
      message("flannel-vxlan", "iproute2", { cluster: "podCIDRs: [198.19.0.0/16, 'fd00::/56']" }),
      "flannel-vxlan is written down for IPv4 only",
    ],
    [
      message("flannel-host-gw", "iproute2", { cluster: "podCIDRs: ['fd00::/56']" }),
      "pods have IPv6 addresses and node-b has none: nodes.yaml lacks its address6",
    ],
  ])("%s", (said, expected) => {
    expect(said).toContain(expected);
    expect(said).not.toContain("\n");
  });
});

const DUAL_NODES = [
  "- {name: a, address: 10.0.0.11/24, address6: 'fd00::11/64', gateway: 10.0.0.1}",
  "- {name: b, address: 10.0.0.12/24, address6: 'fd00::12/64'}",
].join("\n");
const DUAL_CLUSTER = "podCIDRs: [10.244.0.0/16, 'fd00:244::/56']\n";

test("in a bridge's script only IPv4 has a broadcast address, with which ip would refuse the other and end the batch", () => {
  const segment = "nodeMask: 28\nsegment: {cidr: 10.0.0.0/24, gateway: 10.0.0.1, podRange: 10.0.0.128/25}\n";
  const script = textOf(rendered("l2-bridge", "iproute2", { nodes: DUAL_NODES, cluster: segment }), "a/podwire-network.sh");
  expect(script).toContain("address add 10.0.0.11/24 brd + dev br0\n");
  expect(script).toContain("address add fd00::11/64 dev br0\n");
});

test("a router forwards each family that pods have, and sends redirects by none of its devices", () => {
  const router = textOf(rendered("gce", "iproute2", { nodes: DUAL_NODES, cluster: DUAL_CLUSTER }), "router/podwire-routes.sh");
  for (const line of [
    "sysctl -q -w net.ipv4.ip_forward=1",
    "sysctl -q -w net.ipv6.conf.all.forwarding=1",
    "for setting in /proc/sys/net/ipv4/conf/*/send_redirects; do",
  ])
    expect(router).toContain(line);
  expect(textOf(rendered("gce", "iproute2"), "router/podwire-routes.sh")).not.toContain("ipv6");
});

test.each(["networkd", "netplan", "networkmanager"])("%s brings a mode's settings of the kernel, and the module of bridges'", (target) => {
  const routed = rendered("flannel-host-gw", target, { nodes: DUAL_NODES, cluster: DUAL_CLUSTER });
  const settings = textOf(routed, "a/etc/sysctl.d/90-podwire.conf");
  for (const line of ["net.ipv4.ip_forward = 1", "net.ipv6.conf.all.forwarding = 1"]) expect(settings).toContain(`\n${line}\n`);
  const bridged = rendered("l2-bridge", target, { cluster: LAB_SEGMENT });
  expect(textOf(bridged, "node-a/etc/sysctl.d/90-podwire.conf")).toContain("\n-net.bridge.bridge-nf-call-iptables = 0\n");
  expect(textOf(bridged, "node-a/etc/modules-load.d/podwire.conf")).toMatch(/^br_netfilter$/m);
});

test.each([
  ["flannel-host-gw", "networkd", "etc/systemd/network/10-podwire-eth0.network"],
  ["flannel-host-gw", "netplan", "etc/netplan/90-podwire.yaml"],
])("%s by %s says of a node without a gateway that its default route is gone", (variant, target, path) => {
  const files = rendered(variant, target, { nodes: DUAL_NODES });
  expect(textOf(files, `a/${path}`)).not.toContain("no gateway");
  expect(textOf(files, `b/${path}`)).toContain("nodes.yaml names no gateway of this node");
});

test.each([
  ["flannel-host-gw", "networkd", "a/etc/systemd/network/10-podwire-eth0.network", "DNS=10.0.0.2\nDNS=10.0.0.3\n"],
  ["flannel-host-gw", "netplan", "a/etc/netplan/90-podwire.yaml", "addresses:\n          - 10.0.0.2\n          - 10.0.0.3\n"],
  ["flannel-host-gw", "cloud-init", "a/seed/user-data", "DNS=10.0.0.2\n"],
])("%s by %s has the nodes' nameservers on the card that has their address", (variant, target, path, lines) => {
  const joining = LAB_CLUSTER.replace("podCIDRs: [198.19.0.0/16]\n", DUAL_CLUSTER);
  const files = rendered(variant, target, { nodes: DUAL_NODES, cluster: `${joining}nameservers: [10.0.0.2, 10.0.0.3]\n` });
  expect(textOf(files, path)).toContain(lines);
});

test.each(["cloud-init", "ignition", "coreos-cloud-config"])("a whole node by %s says where it would resolve no names", (target) => {
  const words = (cluster: string): string => [...rendered("gce", target, { cluster }).values()].map(({ text }) => text).join("\n");
  expect(words(LAB_CLUSTER)).toContain("cluster.yaml names no nameservers");
  expect(words(`${LAB_CLUSTER}nameservers: [198.18.0.1]\n`)).not.toContain("cluster.yaml names no nameservers");
});

test.each([
  ["flannel-host-gw", "cloud-init"],
  ["flannel-host-gw", "ignition"],
  ["gce", "coreos-cloud-config"],
])("a whole node of %s by %s says that it has no default route without a gateway", (mode, target) => {
  const words = (nodes: string): string => [...rendered(mode, target, { nodes }).values()].map(({ text }) => text).join("\n");
  const gateway = labNodes().replaceAll("mtu: 1500", "mtu: 1500, gateway: 198.18.0.1");
  expect([labNodes(), gateway].map((nodes) => words(nodes).includes("it has no default route"))).toEqual([true, false]);
});

test("Calico's MTUs are those of a tunnel of each pool's family, and the pods' the least of them", () => {
  const spec = (file: string, cluster = DUAL_CLUSTER, variant = "calico-vxlan"): unknown =>
    parse(textOf(rendered(variant, "calico", { cluster }), `cluster/calico-${file}.yaml`));
  expect(spec("felix")).toMatchObject({ spec: { vxlanMTU: 1450, vxlanMTUV6: 1430 } });
  expect(spec("installation")).toMatchObject({ spec: { calicoNetwork: { mtu: 1430 } } });
  expect(spec("felix", "podCIDRs: ['fd00:244::/56']")).toMatchObject({ spec: { vxlanMTUV6: 1430 } });
  expect(spec("installation", LAB_CLUSTER)).toMatchObject({ spec: { calicoNetwork: { mtu: 1450 } } });
  expect(spec("felix", DUAL_CLUSTER, "calico-ipip")).toMatchObject({ spec: { ipipMTU: 1480 } });
  expect(spec("installation", DUAL_CLUSTER, "calico-ipip")).toMatchObject({ spec: { calicoNetwork: { mtu: 1480 } } });
});

test("Calico and rke2's canal are given no MTU that nodes.yaml does not say: both know one by themselves", () => {
  for (const variant of ["calico-vxlan", "calico-ipip"]) {
    const files = [...rendered(variant, "calico", { nodes: "", cluster: DUAL_CLUSTER }).values()];
    expect(files.filter(({ text }) => /mtu\w*:/i.test(text))).toEqual([]);
  }
  const canal = textOf(rendered("flannel-host-gw", "rke2", { nodes: "" }), "cluster/rke2-canal-config.yaml");
  expect(canal).not.toContain("vethuMTU");
  expect(canal).toContain("pods have the chart's own, 1450");
});

test("an MTU that only some nodes say is assumed of the others, by name", () => {
  const nodes = labNodes().replace(", mtu: 1500", "").replace("mtu: 1500", "mtu: 9000");
  expect(textOf(rendered("flannel-vxlan", "flannel", { nodes }), "cluster/kube-flannel-cfg.yaml")).toMatch(
    /nodes\.yaml says no MTU of node-a: cards of 1500 are assumed\.[\s\S]*"MTU": 1500/,
  );
});

describe("flannel", () => {
  const netConf = (...asked: Parameters<typeof rendered>): unknown => JSON.parse(textOf(rendered(...asked), "cluster/net-conf.json"));

  test("net-conf has the backend, and the underlay's MTU where nodes.yaml says it: flannel takes the tunnel's bytes off itself", () => {
    expect(netConf("flannel-vxlan", "flannel")).toEqual({ Network: "198.19.0.0/16", Backend: { Type: "vxlan", MTU: 1500 } });
    expect(netConf("flannel-vxlan", "flannel", { nodes: "" })).toEqual({ Network: "198.19.0.0/16", Backend: { Type: "vxlan" } });
    expect(netConf("wireguard", "flannel")).toEqual({ Network: "198.19.0.0/16", Backend: { Type: "wireguard", MTU: 1500 } });
    expect(netConf("flannel-host-gw", "flannel")).toEqual({ Network: "198.19.0.0/16", Backend: { Type: "host-gw" } });
    expect(netConf("flannel-ipip", "flannel")).toEqual({ Network: "198.19.0.0/16", Backend: { Type: "ipip" } });
    expect(netConf("flannel-udp", "flannel", { nodes: "", cluster: "podCIDRs: [10.0.0.0/8, 'fd00::/56']" })).toEqual({
      Network: "10.0.0.0/8",
      EnableIPv6: true,
      IPv6Network: "fd00::/56",
      Backend: { Type: "udp" },
    });
    expect(netConf("flannel-vxlan", "flannel", { nodes: "", cluster: "podCIDRs: ['fd00::/56']" })).toEqual({
      EnableIPv4: false,
      EnableIPv6: true,
      IPv6Network: "fd00::/56",
      Backend: { Type: "vxlan" },
    });
  });

  test("vxlan's MTU has room for the 70 bytes of a tunnel over IPv6, of which flannel takes 50; where none is said, that is given up", () => {
    const dual = { nodes: LAB_DUAL_NODES, cluster: LAB_DUAL };
    const single = { ...dual, cluster: "podCIDRs: ['fd00::/56']\nserviceCIDRs: ['fd00:1::/112']\n" };
    for (const asked of [dual, single]) {
      expect(netConf("flannel-vxlan", "flannel", asked)).toMatchObject({ Backend: { Type: "vxlan", MTU: 1480 } });
      expect(parse(textOf(rendered("flannel-vxlan", "flannel", asked), "cluster/flannel-values.yaml"))).toMatchObject({
        flannel: { mtu: 1480 },
      });
      const chart = parse(textOf(rendered("flannel-vxlan", "rke2", asked), "cluster/rke2-flannel-config.yaml")) as {
        spec: { valuesContent: string };
      };
      expect(parse(chart.spec.valuesContent)).toEqual({ flannel: { backend: "vxlan", mtu: 1480 } });
      expect(textOf(rendered("flannel-vxlan", "cni", asked), "node-a/etc/cni/net.d/10-podwire.conflist")).toContain('"mtu": 1430');
    }
    expect(netConf("flannel-host-gw", "flannel", dual)).toMatchObject({ Backend: { Type: "host-gw" } });
    const lost = (target: string, path: string, asked: Asked): boolean =>
      textOf(rendered("flannel-vxlan", target, asked), path).includes("the MTU of IPv6 pods, which is 20 bytes too large");
    const unsaid = { ...dual, nodes: "" };
    for (const [target, path] of [
      ["flannel", "cluster/net-conf.json.txt"],
      ["flannel", "cluster/kube-flannel-cfg.yaml"],
      ["flannel", "cluster/flannel-values.yaml"],
      ["rke2", "cluster/rke2-flannel-config.yaml"],
    ] as const)
      expect([lost(target, path, unsaid), lost(target, path, dual), lost(target, path, {})], path).toEqual([true, false, false]);
    // k3s has no flag by which its flannel would know better.
    expect([dual, {}].map((asked) => lost("k3s", "cluster/k3s-server.yaml", asked))).toEqual([true, false]);
  });

  test.each(["flannel-ipip", "flannel-udp", "flannel-vxlan"])("%s says where IPv6 stays on its node", (mode) => {
    const head = textOf(rendered(mode, "flannel", { nodes: LAB_DUAL_NODES, cluster: LAB_DUAL }), "cluster/kube-flannel-cfg.yaml");
    expect(head.includes("IPv6 between nodes")).toBe(mode !== "flannel-vxlan");
  });

  test("a backend's keys are flannel's: it passes over any other", () => {
    const keys: Readonly<Record<string, readonly string[]>> = {
      "flannel-vxlan": ["Type", "MTU", "VNI", "Port", "GBP", "Learning", "DirectRouting", "MacPrefix"],
      wireguard: ["Type", "MTU", "ListenPort", "ListenPortV6", "PSK", "PersistentKeepaliveInterval", "Mode"],
    };
    for (const [variant, known] of Object.entries(keys)) {
      const { Backend } = netConf(variant, "flannel") as { Backend: object };
      expect(Object.keys(Backend).filter((one) => !known.includes(one))).toEqual([]);
    }
  });

  test("of WireGuard its documents say that it was not run, what stale routes do, and that no key is in them", () => {
    for (const path of ["cluster/net-conf.json.txt", "cluster/kube-flannel-cfg.yaml", "cluster/flannel-values.yaml"]) {
      const words = textOf(rendered("wireguard", "flannel"), path).replaceAll(/\n[# ]*/g, " ");
      for (const said of ["it was not run", "keep traffic unencrypted", "no key", "80 bytes of every packet"])
        expect(words, path).toContain(said);
    }
    expect(textOf(rendered("flannel-vxlan", "flannel"), "cluster/net-conf.json.txt")).not.toContain("WireGuard");
  });

  test("the ConfigMap has the same net-conf, and the plugin's configuration", () => {
    const files = rendered("flannel-host-gw", "flannel");
    const { data } = parse(textOf(files, "cluster/kube-flannel-cfg.yaml")) as { data: Record<string, string> };
    expect(data["net-conf.json"]).toBe(textOf(files, "cluster/net-conf.json"));
    expect(JSON.parse(data["cni-conf.json"] ?? "")).toMatchObject({ plugins: [{ type: "flannel" }, { type: "portmap" }] });
    expect(parse(textOf(files, "cluster/flannel-values.yaml"))).toEqual({
      podCidr: "198.19.0.0/16",
      podCidrv6: "",
      flannel: { backend: "host-gw" },
    });
  });
});

test("Node objects have the PodCIDRs that nodes have, and the lowest free ones else", () => {
  const nodes = "[{name: b, address: 10.1.0.2}, {name: a, address: 10.1.0.1, podCIDRs: [10.244.0.0/24]}]";
  const text = textOf(rendered("gce", "nodes", { nodes, cluster: "podCIDRs: [10.244.0.0/16]" }), "cluster/nodes.yaml");
  expect(parseAllDocuments(text).map((one) => one.toJS() as unknown)).toEqual([
    { apiVersion: "v1", kind: "Node", metadata: { name: "b" }, spec: { podCIDR: "10.244.1.0/24", podCIDRs: ["10.244.1.0/24"] } },
    { apiVersion: "v1", kind: "Node", metadata: { name: "a" }, spec: { podCIDR: "10.244.0.0/24", podCIDRs: ["10.244.0.0/24"] } },
  ]);
});

test("70,000 nodes are too many for a /8, and 65,536 are not", { timeout: MANY_NODES_MS }, () => {
  const nodes = Array.from({ length: 70_000 }, (_, at) => ({
    name: `n${String(at)}`,
    address: `100.${String(at >> 16)}.${String((at >> 8) & 255)}.${String(at & 255)}`,
  }));
  expect(() => rendered("gce", "nodes", { nodes: JSON.stringify(nodes), cluster: "podCIDRs: [10.0.0.0/8]" })).toThrow(
    "70\u00a0000 nodes need 70\u00a0000 blocks of /24, and podCIDRs 10.0.0.0/8 has room for 65\u00a0536",
  );
  const pool = { field: "podCIDRs", prefix: { family: "ipv4", base: 0x0a000000n, length: 8 }, mask: 24, maskField: "nodeMask" } as const;
  const blocks = allocate(
    pool,
    nodes.slice(0, 65_536).map(({ name }) => ({ node: name })),
  );
  expect(blocks.map(prefixText).at(-1)).toBe("10.255.255.0/24");
});

test("for an older Kubernetes a document says what it was checked against", () => {
  expect(textOf(rendered("gce", "nodes", { kubernetes: "1.30" }), "cluster/nodes.yaml")).toContain(
    "for Kubernetes 1.30, checked against 1.34 only",
  );
  expect(textOf(rendered("gce", "nodes"), "cluster/nodes.yaml")).not.toContain("checked against");
});

describe("kube-proxy's nftables mode", () => {
  const GATE = "NFTablesProxyMode";
  const places = [
    ["kube-proxy", "cluster/kube-proxy.yaml", "featureGates:\n  NFTablesProxyMode: true\n"],
    ["kubeadm", "cluster/kubeadm.yaml", "featureGates:\n  NFTablesProxyMode: true\n"],
    ["k3s", "cluster/k3s-server.yaml", "kube-proxy-arg:\n  - proxy-mode=nftables\n  - feature-gates=NFTablesProxyMode=true\n"],
    ["rke2", "cluster/rke2-server.yaml", "kube-proxy-arg:\n  - proxy-mode=nftables\n  - feature-gates=NFTablesProxyMode=true\n"],
  ] as const;

  test.each(places)("by %s has its feature gate where that is off, in 1.29 and 1.30, and there alone", (target, path, lines) => {
    const gated = (layer: string, kubernetes: "1.29" | "1.30" | "1.31"): boolean =>
      textOf(rendered(`flannel-vxlan+${layer}`, target, { kubernetes }), path).includes(lines);
    expect((["1.29", "1.30", "1.31"] as const).map((version) => gated("kube-proxy-nftables", version))).toEqual([true, true, false]);
    const iptables = textOf(rendered("flannel-vxlan+kube-proxy-iptables", target, { kubernetes: "1.29" }), path);
    expect(iptables).not.toContain(GATE);
  });
});

test("every mode has a target, or a reason why it has none", () => {
  const without = MODES.filter(({ name }) => !TARGETS.some(({ modes, onlyLayers }) => onlyLayers !== true && modes.includes(name)));
  expect(without.map(({ name }) => name).sort()).toEqual(Object.keys(NOT_RENDERED).sort());
  for (const { name } of MODES) expect(kindOf(name).pods).toBeDefined();
  expect(labNodes(32)).toContain("198.18.0.11/32");
});
