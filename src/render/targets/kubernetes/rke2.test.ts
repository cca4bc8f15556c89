import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkedDocument, documentText } from "../../../../test/render/checked-documents.js";
import { testChecker } from "../../../../test/render/complaints.js";
import { configComplaints, type Reader } from "../../../../test/render/config-yaml.js";
import { linesOf } from "../../../../test/render/names/lines.js";
import { LAB_DUAL, LAB_DUAL_NODES, rendered, textOf } from "../../../../test/synthetic/rendered.js";
import { targetList } from "../../target-list.js";
import { rke2 } from "./rke2.js";

const SERVER: Reader = { product: "rke2", commands: ["server"] };
/** A node is a server or an agent. */
const NODE: Reader = { product: "rke2", commands: ["server", "agent"] };

/** Of each chart's values those that have to do with networks. */
const VALUES = new Set(linesOf("rke2-charts"));
const FORMS: Readonly<Record<string, (value: unknown) => boolean>> = {
  "flannel.backend": (value) => value === "vxlan" || value === "host-gw",
  "flannel.iface": (value) => typeof value === "string" && /^[^\s/]{1,15}$/.test(value),
  "flannel.mtu": isMtu,
  "calico.vethuMTU": isMtu,
};

function isMtu(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 576 && value <= 65_536;
}

interface ChartConfig {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, string>>;
}

function chartComplaints(text: string): readonly string[] {
  const { apiVersion, kind, metadata, spec } = parse(text) as ChartConfig;
  const chart = metadata?.["name"] ?? "";
  const values = parse(spec?.["valuesContent"] ?? "") as Record<string, Record<string, unknown>> | null;
  if (values === null) return ["no valuesContent"];
  const written = Object.entries(values).flatMap(([part, keys]) =>
    Object.entries(keys).map(([key, value]) => ({ name: `${part}.${key}`, value })),
  );
  return [
    ...(apiVersion === "helm.cattle.io/v1" && kind === "HelmChartConfig" ? [] : ["another kind"]),
    ...(metadata?.["namespace"] === "kube-system" ? [] : ["a namespace in which rke2 has no charts"]),
    ...written.filter(({ name }) => !VALUES.has(`${chart} ${name}`)).map(({ name }) => `${chart} has no ${name}`),
    ...written.filter(({ name, value }) => FORMS[name]?.(value) !== true).map(({ name, value }) => `${name}: ${String(value)}`),
  ];
}

describe("rke2", () => {
  testChecker(checkedDocument("rke2", "rke2-server.yaml"), (text) => Promise.resolve(configComplaints(text, SERVER)));
  testChecker(checkedDocument("rke2", "the chart's values"), (text) => Promise.resolve(chartComplaints(text)));
  testChecker(checkedDocument("rke2", "a node's file"), (text) => Promise.resolve(configComplaints(text, NODE)));

  test.each(targetList([rke2]).targets.flatMap(({ variants }) => variants))("takes every file of %s, with both families", (variant) => {
    for (const { path, text } of rendered(variant, "rke2", { nodes: LAB_DUAL_NODES, cluster: LAB_DUAL }).values()) {
      const config = (): readonly string[] => configComplaints(text, path.startsWith("cluster/") ? SERVER : NODE);
      expect(/^cluster\/rke2-\w+-config/.test(path) ? chartComplaints(text) : config(), path).toEqual([]);
    }
  });

  test("takes flannel's own chart for vxlan and canal for host-gw, whose pods have the MTU of the card", () => {
    const vxlan = rendered("flannel-vxlan", "rke2");
    expect(parse(textOf(vxlan, "cluster/rke2-server.yaml"))).toMatchObject({ cni: "flannel" });
    expect(chartComplaints(textOf(vxlan, "cluster/rke2-flannel-config.yaml"))).toEqual([]);
    const chart = parse(documentText(checkedDocument("rke2", "the chart's values"))) as { spec: { valuesContent: string } };
    expect(parse(chart.spec.valuesContent)).toEqual({ flannel: { backend: "host-gw", iface: "eth0" }, calico: { vethuMTU: 1500 } });
  });
});
