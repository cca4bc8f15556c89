import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inspectionSchema } from "../model/inspection.js";
import { MODES } from "../modes/index.js";
import type { ApiFacts } from "./api-facts.js";
import { inspect } from "./inspect.js";
import { configMapView, customView, daemonSetView, fields, list, nodeView } from "./sift.js";

const FOLDER = new URL("../../test/cluster/captured/inspection/", import.meta.url);

type Captured = readonly unknown[];

function captured(name: string): Captured {
  const folder = new URL(`${name}/`, FOLDER);
  return readdirSync(folder).flatMap((file) => list(fields(JSON.parse(readFileSync(new URL(file, folder), "utf8")))["items"]));
}

const kindOf = (object: unknown): unknown => fields(object)["kind"];

function factsOf(objects: Captured, refused: Partial<Record<"daemonSets" | "configMaps" | "custom" | "nodes", string>> = {}): ApiFacts {
  const views = <View>(part: keyof typeof refused, view: (object: unknown) => View, ...kinds: readonly string[]) => {
    const words = refused[part];
    if (words !== undefined) return { objects: [], refused: words };
    return { objects: objects.filter((object) => kinds.includes(String(kindOf(object)))).map(view) };
  };
  return {
    nodes: views("nodes", nodeView, "Node"),
    daemonSets: views("daemonSets", daemonSetView, "DaemonSet"),
    configMaps: views("configMaps", configMapView, "ConfigMap"),
    custom: views("custom", customView, "IPPool", "FelixConfiguration", "Installation", "Network"),
    networkPolicies: { objects: [] },
    productPolicies: { objects: [] },
    services: { count: 1 },
    endpointSlices: { count: 1 },
  };
}

/** What must be known of each captured cluster from its API alone. */
const EXPECTED: Readonly<Record<string, Readonly<Partial<Record<"cni" | "mode" | "kubeProxy" | "servicesBy" | "setting", string>>>>> = {
  "flannel-vxlan": { cni: "flannel", mode: "flannel-vxlan", kubeProxy: "iptables", setting: "backend vxlan" },
  "flannel-host-gw": { cni: "flannel", mode: "flannel-host-gw", kubeProxy: "ipvs" },
  "flannel-direct-routing": { cni: "flannel", mode: "unknown", kubeProxy: "nftables", setting: "backend vxlan with DirectRouting" },
  "flannel-wireguard": { cni: "flannel", mode: "wireguard", setting: "backend wireguard" },
  k3s: { cni: "flannel", mode: "flannel-vxlan", kubeProxy: "unknown" },
  "k3s-other-cni": { cni: "calico", mode: "calico-vxlan", kubeProxy: "unknown" },
  "calico-ipip": { cni: "calico", mode: "calico-ipip", kubeProxy: "iptables", setting: "ipipMode Always" },
  "calico-routed": { cni: "calico", mode: "calico-routed", kubeProxy: "ipvs", setting: "routed" },
  "calico-vxlan": { cni: "calico", mode: "calico-vxlan", setting: "vxlanMode Always" },
  "calico-cross-subnet": { cni: "calico", mode: "unknown", setting: "vxlanMode CrossSubnet" },
  "calico-ebpf": { cni: "calico", mode: "unknown", kubeProxy: "none", servicesBy: "Calico (eBPF)" },
  canal: { cni: "canal", mode: "flannel-vxlan", kubeProxy: "iptables" },
  "cilium-vxlan": {
    cni: "cilium",
    mode: "ebpf-vxlan",
    kubeProxy: "none",
    servicesBy: "Cilium",
    setting: "vxlan tunnel, kube-proxy-replacement true, datapath veth",
  },
  "cilium-native": {
    cni: "cilium",
    mode: "ebpf-routed",
    kubeProxy: "none",
    servicesBy: "Cilium",
    setting: "native routing, kube-proxy-replacement true, datapath veth",
  },
  "cilium-old-keys": { cni: "cilium", mode: "unknown", kubeProxy: "none", setting: "geneve tunnel, kube-proxy-replacement strict" },
  kindnet: { cni: "kindnet", mode: "kindnet", kubeProxy: "iptables" },
  "kube-router": { cni: "kube-router", mode: "unknown", kubeProxy: "none", servicesBy: "kube-router (IPVS)" },
  antrea: { cni: "antrea", mode: "unknown", kubeProxy: "iptables", setting: "encap, geneve" },
  "ovn-kubernetes": { cni: "ovn-kubernetes", mode: "unknown", kubeProxy: "none" },
  weave: { cni: "weave", mode: "unknown", kubeProxy: "iptables" },
  "aws-vpc": { cni: "aws-vpc", mode: "unknown", kubeProxy: "iptables" },
  "aws-vpc-calico-policy": { cni: "aws-vpc", mode: "unknown" },
  "aws-vpc-cilium-chained": { cni: "aws-vpc", mode: "unknown" },
  gke: { cni: "gke", mode: "unknown", kubeProxy: "unknown" },
  "gke-dataplane-v2": { cni: "gke-dataplane-v2", mode: "unknown", kubeProxy: "none", servicesBy: "Cilium" },
  "aks-overlay": { cni: "aks", mode: "unknown", setting: "Azure CNI overlay" },
  "aks-kubenet": { cni: "aks", mode: "unknown" },
  "nothing-said": { cni: "unknown", mode: "unknown", kubeProxy: "unknown" },
  "two-products": { cni: "unknown", mode: "unknown" },
  "left-behind-flannel": { cni: "calico", mode: "calico-ipip" },
};

describe.each(Object.entries(EXPECTED))("captured %s", (name, expected) => {
  const objects = captured(name);

  it("is recognised from the API alone", () => {
    const inspection = inspectionSchema.parse(inspect(factsOf(objects)));
    expect(inspection).toMatchObject(expected);
    expect(inspection.mode === "unknown" || MODES.some(({ name }) => name === inspection.mode)).toBe(true);
  });

  it("gives a reason for each thing that is unknown, and evidence for each that is not", () => {
    const { cni, mode, kubeProxy, unknown, evidence } = inspect(factsOf(objects));
    for (const [claim, value] of Object.entries({ cni, mode, kubeProxy })) {
      if (value === "unknown") expect(unknown.filter((one) => one.claim === claim)).not.toEqual([]);
    }
    if (cni !== "unknown") expect(evidence.map(({ claim }) => claim)).toContain("cni");
  });

  it("is recognised the same or not at all when any objects are missing", () => {
    const whole = inspect(factsOf(objects)).mode;
    // Two networks at once are one network once the other is gone.
    fc.assert(
      fc.property(fc.subarray([...objects]), (kept) => {
        const { mode } = inspect(factsOf(kept));
        expect(["unknown", ...(name === "two-products" ? ["flannel-vxlan", "calico-ipip"] : [whole])]).toContain(mode);
      }),
    );
  });

  it("is recognised the same or not at all when any part is forbidden", () => {
    const whole = inspect(factsOf(objects));
    fc.assert(
      fc.property(fc.subarray(["daemonSets", "configMaps", "custom", "nodes"] as const), (parts) => {
        const told = inspect(factsOf(objects, Object.fromEntries(parts.map((part) => [part, `${part} is forbidden`]))));
        expect([whole.kubeProxy, "unknown"]).toContain(told.kubeProxy);
        if (name !== "two-products") expect([whole.mode, "unknown"]).toContain(told.mode);
        if (told.mode === "unknown") expect(told.unknown.map(({ claim }) => claim)).toContain("mode");
      }),
    );
  });
});

it("names flannel's ipip backend by its configuration and the nodes' annotations", () => {
  const other: unknown = JSON.parse(JSON.stringify(captured("flannel-host-gw")).replaceAll("host-gw", "ipip"));
  expect(inspect(factsOf(other as Captured))).toMatchObject({ cni: "flannel", mode: "flannel-ipip", setting: "backend ipip" });
});

describe("Cilium, as its API shows it", () => {
  const native = inspect(factsOf(captured("cilium-native")));
  /** Other settings in the place of some of its own. */
  const vxlanWith = (data: Readonly<Record<string, string>>) => {
    const { configMaps, ...rest } = factsOf(captured("cilium-vxlan"));
    const objects = configMaps.objects.map((one) => ({ ...one, data: { ...one.data, ...data } }));
    return inspect({ ...rest, configMaps: { objects } });
  };
  const configured = ({ traits = [] }: typeof native) => Object.fromEntries(traits.map((one) => [one.trait, one.configured]));

  it("has the traits that its settings amount to, its defaults included", () => {
    expect(configured(native)).toEqual({
      version: "1.20.2",
      routing: "native routing",
      services: "eBPF at the socket",
      hostRouting: "eBPF",
      masquerade: "eBPF",
      encryption: "none",
      bandwidthManager: "off",
    });
    expect(configured(inspect(factsOf(captured("cilium-vxlan"))))).toEqual({ ...configured(native), routing: "vxlan tunnel" });
  });

  const changed = (data: Readonly<Record<string, string>>) => configured(vxlanWith(data));

  it("routes through the kernel's stack where kube-proxy, iptables' masquerade or IPsec need it", () => {
    expect(changed({ "kube-proxy-replacement": "false" })).toMatchObject({ hostRouting: "the kernel's stack" });
    expect(changed({ "enable-bpf-masquerade": "false" })).toMatchObject({ masquerade: "iptables", hostRouting: "the kernel's stack" });
    expect(changed({ "enable-host-legacy-routing": "true" })).toMatchObject({ masquerade: "eBPF", hostRouting: "the kernel's stack" });
    expect(changed({ "enable-ipsec": "true" })).toMatchObject({ encryption: "IPsec", hostRouting: "the kernel's stack" });
    expect(changed({ "enable-wireguard": "true", "enable-bandwidth-manager": "true" })).toMatchObject({
      ...{ encryption: "WireGuard", bandwidthManager: "on", hostRouting: "eBPF" },
    });
  });

  it.each([
    ["true", "false", "false", "eBPF at the socket"],
    ["true", "false", "true", "eBPF at the socket on hosts, packet by packet in pods"],
    ["false", "true", "false", "eBPF at the socket"],
    ["false", "true", "true", "eBPF at the socket on hosts, packet by packet in pods"],
    ["false", "false", "false", "eBPF, packet by packet, in pods; kube-proxy on hosts"],
    // Without programs at the socket it does not matter for whom they would be.
    ["false", "false", "true", "eBPF, packet by packet, in pods; kube-proxy on hosts"],
  ])("carries Services where replacement is %s, bpf-lb-sock %s and that on hosts only %s by: %s", (replacement, socket, hosts, by) => {
    const data = { "kube-proxy-replacement": replacement, "bpf-lb-sock": socket, "bpf-lb-sock-hostns-only": hosts };
    expect(changed(data)["services"]).toBe(by);
    expect(vxlanWith(data).servicesBy).toBe(replacement === "true" ? "Cilium" : undefined);
  });

  it("is podwire's mode of eBPF host routing, with what its programs do besides", () => {
    expect(native).not.toHaveProperty("nearest");
    expect(native).toMatchObject({
      mode: "ebpf-routed",
      differs: [expect.stringContaining("track connections, enforce policies") as unknown, "Services are translated by eBPF"],
    });
    expect(vxlanWith({})).toMatchObject({ mode: "ebpf-vxlan", differs: native.differs });
  });

  it.each([
    [{ "enable-host-legacy-routing": "true" }, "calico-vxlan", "hand packets to the node's IP stack"],
    [{ "enable-host-legacy-routing": "true", "routing-mode": "native" }, "kindnet", "hand packets to the node's IP stack"],
    [{ "tunnel-protocol": "geneve" }, "ebpf-vxlan", "geneve in VXLAN's place"],
    [{ "enable-wireguard": "true" }, "ebpf-vxlan", "WireGuard between nodes"],
    [{ "datapath-mode": "netkit" }, "ebpf-vxlan", "netkit devices"],
  ])("is none of podwire's modes where it is wired otherwise, %j, and has a nearest one", (data, mode, clause) => {
    const told = vxlanWith(data);
    expect(told.mode).toBe("unknown");
    expect(told).not.toHaveProperty("differs");
    expect(told.nearest).toMatchObject({ mode, differs: expect.arrayContaining([expect.stringContaining(clause)]) as unknown });
    expect(told.unknown.find(({ claim }) => claim === "mode")?.why).toContain("set otherwise");
  });

  it("has nearest modes that are there", () => {
    for (const name of ["cilium-old-keys", "kube-router"]) {
      const { nearest } = inspect(factsOf(captured(name)));
      expect(MODES.map((one) => one.name)).toContain(nearest?.mode);
    }
  });

  it("gives no tunnel's protocol as evidence where it routes natively, though the chart writes one", () => {
    expect(native.evidence.map(({ value }) => value)).toContain("routing-mode: native");
    expect(native.evidence.map(({ value }) => value).join()).not.toContain("tunnel-protocol");
    expect(inspect(factsOf(captured("cilium-vxlan"))).evidence.map(({ value }) => value)).toContain("tunnel-protocol: vxlan");
  });
});

it("expects something of every captured cluster", () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  expect(folders.sort()).toEqual(Object.keys(EXPECTED).sort());
});
