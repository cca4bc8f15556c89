import { describe, expect, test } from "vitest";
import { LAYERS } from "../layers/index.js";
import { MODES } from "../modes/index.js";
import { withoutOffloads } from "../modes/parts/offloads.js";
import { UnknownVariantError } from "./unknown-variant.js";
import { resolveVariant, whyNotOn } from "./variant.js";

const TOPOLOGY = { nodes: 2, mtu: 1500 } as const;

const SERVICES_BY_RULES = ["kube-proxy-iptables", "kube-proxy-iptables-nft", "kube-proxy-nftables", "kube-proxy-ipvs"];
/** Modes whose pods' packets pass the IP stack of their node, where rules are. */
const ROUTED_BY_NODES = [
  "flannel-udp",
  "flannel-vxlan",
  "flannel-ipip",
  "flannel-host-gw",
  "gce",
  "calico-routed",
  "calico-ipip",
  "calico-vxlan",
  "ipvlan-l3s",
  "kindnet",
  "wireguard",
];

describe("a variant", () => {
  test.each(MODES.map((mode) => [mode.name, mode] as const))("%s is the mode of that name", (name, mode) => {
    expect(resolveVariant(name)).toMatchObject({ name, mode, layers: [] });
    expect(resolveVariant(name).wire(TOPOLOGY)).toEqual(mode.wire(TOPOLOGY));
  });

  test("with a layer is wired as its mode with that change, under its own name", () => {
    const plain = resolveVariant("flannel-vxlan");
    const cut = resolveVariant("flannel-vxlan+offload-off");
    const own = { wire: undefined, layers: undefined };
    expect({ ...cut, ...own }).toEqual({ ...plain, ...own, name: "flannel-vxlan+offload-off", programs: [...plain.programs, "ethtool"] });
    expect(cut.wire(TOPOLOGY)).toEqual(withoutOffloads(plain.wire(TOPOLOGY)));
    expect(cut.wire(TOPOLOGY)).not.toEqual(plain.wire(TOPOLOGY));
  });

  test("of calico-vxlan has the tunnel's transmit offload on, and is the same but for that", () => {
    const plain = resolveVariant("calico-vxlan").wire(TOPOLOGY);
    const other = resolveVariant("calico-vxlan+tx-offload-on").wire(TOPOLOGY);
    const changed = other.steps.filter((step, place) => JSON.stringify(step) !== JSON.stringify(plain.steps[place]));
    expect(changed.map((step) => (step.kind === "offload" ? [step.in, step.device, step.features, step.on] : step.kind))).toEqual([
      ["node-a", "vxlan.calico", ["tx"], true],
      ["node-b", "vxlan.calico", ["tx"], true],
    ]);
    expect(other.steps).toHaveLength(plain.steps.length);
    expect({ ...other, steps: [] }).toEqual({ ...plain, steps: [] });
  });

  test.each(MODES.filter(({ name }) => name !== "calico-vxlan").map(({ name }) => name))(
    "%s has no such setting, and says so rather than measure the same wiring twice",
    (name) => {
      expect(() => resolveVariant(`${name}+tx-offload-on`)).toThrow(
        `the layer tx-offload-on changes nothing of ${name}; it is for calico-vxlan`,
      );
    },
  );

  test("that a whole run changes keeps its name, and is changed once", () => {
    const cut = resolveVariant("macvlan", ["offload-off"]);
    expect(cut.name).toBe("macvlan");
    const twice = resolveVariant("macvlan+offload-off", ["offload-off"]);
    expect(twice.wire(TOPOLOGY)).toEqual(cut.wire(TOPOLOGY));
  });

  test.each([
    ["gce+kube-proxy-iptables", "gce+kube-proxy-iptables:100"],
    ["gce+offload-off+kube-proxy-nftables:00012", "gce+kube-proxy-nftables:12+offload-off"],
  ])("%s has the canonical name %s", (text, name) => {
    expect(resolveVariant(text).name).toBe(name);
    expect(resolveVariant(name).name).toBe(name);
  });

  test("may be a part of a mode, with layers behind it", () => {
    const part = resolveVariant("flannel-vxlan+up-to-masquerade+kube-proxy-nftables:12");
    expect(part.name).toBe("flannel-vxlan+up-to-masquerade+kube-proxy-nftables:12");
    expect(part.wire(TOPOLOGY)).toEqual(resolveVariant("flannel-host-gw+kube-proxy-nftables:12").wire(TOPOLOGY));
    expect(resolveVariant("flannel-vxlan+up-to-namespace-veth").kernel).toContain("tc-redirect");
    expect(resolveVariant("flannel-vxlan+without-bridge").wire(TOPOLOGY)).not.toEqual(resolveVariant("flannel-vxlan").wire(TOPOLOGY));
  });

  test.each(SERVICES_BY_RULES)("%s stands where the node's rules see what pods send, and nowhere else", (name) => {
    const layer = LAYERS.find((one) => one.name === name);
    if (layer === undefined) throw new Error(name);
    expect(MODES.filter((mode) => whyNotOn(mode, layer) === undefined).map((mode) => mode.name)).toEqual(ROUTED_BY_NODES);
  });

  test.each([
    // The rules that carry what comes from outside are in the trap, whatever sockets are given.
    ["flannel-host-gw+notrack-pods+kube-proxy-iptables:10+socket-lb:10", "nodeport-outside", "does-not-work"],
    ["flannel-host-gw+notrack-pods+kube-proxy-iptables:10+socket-lb:10", "clusterip-across", undefined],
    // Nothing carries Services that could be broken.
    ["flannel-host-gw+notrack-pods", "clusterip-across", "not-offered"],
    ["macvlan+tc-nodeport:10", "nodeport-outside", undefined],
    ["macvlan+tc-nodeport:10", "clusterip-across", "not-offered"],
  ] as const)("%s: %s is expected to be %s (undefined: to work)", (name, check, expected) => {
    expect(resolveVariant(name).conformance?.[check]?.expected).toBe(expected);
  });

  test.each([
    ["gce+offload-off+offload-off", "the layer offload-off is asked for twice"],
    ["gce+offload-off:3", "the layer offload-off takes no number"],
    ["gce+kube-proxy-iptables:200000", "kube-proxy-iptables takes 1 to 32000 Services"],
    ["gce+kube-proxy-iptables:0", "kube-proxy-iptables takes 1 to 32000 Services"],
    ["gce+kube-proxy-iptables:ten", "kube-proxy-iptables takes 1 to 32000 Services"],
    ["gce+kube-proxy-iptables:10:10", "kube-proxy-iptables takes 1 to 32000 Services"],
    ["gce+kube-proxy-iptables:10+kube-proxy-nftables:10", "exclude each other: a node has one kube-proxy"],
    ["flannel-host-gw+no-netfilter+notrack-pods", "no-netfilter and notrack-pods exclude each other: notrack-pods writes rules"],
    ["flannel-host-gw+fault.loss+no-netfilter", "no-netfilter and fault.loss exclude each other: fault.loss writes rules"],
    ["macvlan+kube-proxy-iptables:10", "macvlan cannot carry kube-proxy-iptables: it shows the node's rules nothing that its pods send"],
    ["ebpf-vxlan+kube-proxy-iptables:10", "it puts packets straight into its pods, past the node's rules: a Service's answers would never"],
    ["docker-nat+no-netfilter", "reaches its pods by ports that its nodes' rules publish"],
    ["docker-nat+kube-proxy-iptables:10", "has pods without an address that other nodes reach"],
    ["host+kube-proxy-iptables:10", "host cannot carry kube-proxy-iptables: it has no pods"],
  ])("%s is an error that says why", (text, message) => {
    expect(() => resolveVariant(text)).toThrow(UnknownVariantError);
    expect(() => resolveVariant(text)).toThrow(message);
  });

  test.each([
    ["GCE", "no mode is called GCE", "GCE", "gce"],
    ["", "no mode is called ", "", "host"],
    ["flanel-udp+offload-off", "no mode is called flanel-udp", "flanel-udp", "flannel-udp"],
    ["flannel-udp+offload", "no layer is called offload", "offload", "offload-off"],
    ["flannel-udp+", "no layer is called ", "", "offload-off"],
    ["flannel-vxlan+up-to-brigde", "flannel-vxlan has no part up-to-brigde", "up-to-brigde", "up-to-bridge"],
    ["macvlan+without-bridge", "macvlan has no part without-bridge", "without-bridge", "up-to-namespace-veth"],
    ["flannel-udp+toString", "no layer is called toString", "toString", "offload-off"],
  ])("%j is an error that says which part is not known, and what could stand there", (text, message, word, known) => {
    const resolve = (): unknown => resolveVariant(text);
    expect(resolve).toThrow(UnknownVariantError);
    expect(resolve).toThrow(expect.objectContaining({ message, word, known: expect.arrayContaining([known]) as string[] }));
  });
});
