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
    networkPolicies: { count: 0 },
    services: { count: 1 },
    endpointSlices: { count: 1 },
  };
}

/** What must be told of each captured cluster from its API alone. */
const EXPECTED: Readonly<Record<string, Readonly<Partial<Record<"cni" | "mode" | "kubeProxy" | "servicesBy" | "setting", string>>>>> = {
  "flannel-vxlan": { cni: "flannel", mode: "flannel-vxlan", kubeProxy: "iptables", setting: "backend vxlan" },
  "flannel-host-gw": { cni: "flannel", mode: "flannel-host-gw", kubeProxy: "ipvs" },
  "flannel-direct-routing": { cni: "flannel", mode: "unknown", kubeProxy: "nftables", setting: "backend vxlan with DirectRouting" },
  "flannel-wireguard": { cni: "flannel", mode: "unknown", setting: "backend wireguard" },
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
    mode: "unknown",
    kubeProxy: "iptables",
    setting: "vxlan tunnel, kube-proxy-replacement false, datapath veth",
  },
  "cilium-native": { cni: "cilium", mode: "unknown", kubeProxy: "none", servicesBy: "Cilium" },
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

  it("is told right from the API alone", () => {
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

  it("is told the same or not at all when any objects are missing", () => {
    const whole = inspect(factsOf(objects)).mode;
    // Two networks at once are one network once the other is gone.
    fc.assert(
      fc.property(fc.subarray([...objects]), (kept) => {
        const { mode } = inspect(factsOf(kept));
        expect(["unknown", ...(name === "two-products" ? ["flannel-vxlan", "calico-ipip"] : [whole])]).toContain(mode);
      }),
    );
  });

  it("is told the same or not at all when any part is forbidden", () => {
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

it("expects something of every captured cluster", () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  expect(folders.sort()).toEqual(Object.keys(EXPECTED).sort());
});
