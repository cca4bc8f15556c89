import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkedDocument, documentText } from "../../../../test/render/checked-documents.js";
import { testChecker } from "../../../../test/render/complaints.js";
import { rendered, textOf } from "../../../../test/synthetic/rendered.js";
import { parseAddress, parsePrefix } from "../../../units/address.js";

/**
 * Of k3s's flags that have to do with networks those that rke2 keeps (`copyFlag` in pkg/cli/cmds/server.go at 740a5b12, agent.go at d3ebc9c5), and its own `cni`. It drops all
 * of flannel's: the chart has them.
 */
const AGENT_FLAGS = ["node-name", "node-ip", "node-external-ip", "kubelet-arg", "kube-proxy-arg"];
const SERVER_FLAGS = [
  ...AGENT_FLAGS,
  "cluster-cidr",
  "service-cidr",
  "service-node-port-range",
  "cluster-dns",
  "cluster-domain",
  "egress-selector-mode",
  "kube-apiserver-arg",
  "kube-controller-manager-arg",
  "disable-kube-proxy",
  "cni",
];
const CNIS = ["none", "calico", "canal", "cilium", "flannel"];

function serverComplaints(text: string): readonly string[] {
  const file = parse(text) as Record<string, string>;
  const cidrs = ["cluster-cidr", "service-cidr"].flatMap((key) => file[key]?.split(",") ?? []);
  return [
    ...Object.keys(file).filter((key) => !SERVER_FLAGS.includes(key)),
    ...(CNIS.includes(file["cni"] ?? "") ? [] : ["cni"]),
    ...cidrs.filter((cidr) => parsePrefix(cidr) === undefined),
  ];
}

function agentComplaints(text: string): readonly string[] {
  const file = parse(text) as Record<string, string>;
  const addresses = file["node-ip"]?.split(",") ?? [];
  return [
    ...Object.keys(file).filter((key) => !AGENT_FLAGS.includes(key)),
    ...addresses.filter((address) => parseAddress(address) === undefined),
  ];
}

/** Keys that podwire may write of the charts' values.yaml (rke2-charts: rke2-canal at cbc280a5, rke2-flannel's patch of flannel's own at 0161342c). */
const VALUES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "rke2-canal": { flannel: ["backend", "iface", "mtu"], calico: ["vethuMTU"] },
  "rke2-flannel": { flannel: ["backend", "mtu"] },
};
const BACKENDS = ["vxlan", "host-gw"];

interface ChartConfig {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, string>>;
}

function chartComplaints(text: string): readonly string[] {
  const { apiVersion, kind, metadata, spec } = parse(text) as ChartConfig;
  const known = VALUES[metadata?.["name"] ?? ""] ?? {};
  const values = parse(spec?.["valuesContent"] ?? "") as Record<string, Record<string, unknown>> | null;
  if (values === null) return ["no valuesContent"];
  const { backend } = values["flannel"] ?? {};
  return [
    ...(apiVersion === "helm.cattle.io/v1" && kind === "HelmChartConfig" ? [] : ["another kind"]),
    ...Object.entries(values).flatMap(([part, keys]) => Object.keys(keys).filter((key) => known[part]?.includes(key) !== true)),
    ...(BACKENDS.includes(String(backend)) ? [] : [String(backend)]),
  ];
}

describe("rke2", () => {
  testChecker(checkedDocument("rke2", "rke2-server.yaml"), (text) => Promise.resolve(serverComplaints(text)));
  testChecker(checkedDocument("rke2", "the chart's values"), (text) => Promise.resolve(chartComplaints(text)));
  testChecker(checkedDocument("rke2", "a node's file"), (text) => Promise.resolve(agentComplaints(text)));

  test("takes flannel's own chart for vxlan and canal for host-gw, whose pods have the MTU of the card", () => {
    const vxlan = rendered("flannel-vxlan", "rke2");
    expect(parse(textOf(vxlan, "cluster/rke2-server.yaml"))).toMatchObject({ cni: "flannel" });
    expect(chartComplaints(textOf(vxlan, "cluster/rke2-flannel-config.yaml"))).toEqual([]);
    const chart = parse(documentText(checkedDocument("rke2", "the chart's values"))) as { spec: { valuesContent: string } };
    expect(parse(chart.spec.valuesContent)).toEqual({ flannel: { backend: "host-gw", iface: "eth0" }, calico: { vethuMTU: 1500 } });
  });
});
