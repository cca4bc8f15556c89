/**
 * Documents for nodes with the lab's own addresses, so that what they make can be held against the lab's wiring.
 * @packageDocumentation
 */
import type { RenderedFile, Target } from "../../src/render/contract.js";
import { readCluster } from "../../src/render/inputs/cluster-file.js";
import { readNodes } from "../../src/render/inputs/nodes-file.js";
import { type Rendered, type RenderRequest, render } from "../../src/render/render.js";
import { TARGETS } from "../../src/render/targets/index.js";
import { resolveVariant } from "../../src/variants/variant.js";

/** `nodes.yaml` of two nodes of the lab; with a prefix length of 32 as in a cloud. */
export const labNodes = (length = 24): string =>
  ["a", "b"]
    .map(
      (letter, index) => `- {name: node-${letter}, address: 198.18.0.${String(11 + index)}/${String(length)}, mtu: 1500, podCIDRs: []}\n`,
    )
    .join("");

const JOINING = [
  "serviceCIDRs: [198.18.128.0/20]",
  "dns: 198.18.128.10",
  "apiServer: https://198.18.0.1:6443",
  "bootstrapToken: abcdef.0123456789abcdef",
  'caCert: "-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----\\n"',
  "as: 64512",
  "",
].join("\n");

/** `cluster.yaml` of the lab. */
export const LAB_CLUSTER = `podCIDRs: [198.19.0.0/16]\n${JOINING}`;

/** The same with IPv6 beside it. */
export const LAB_DUAL = LAB_CLUSTER.replace("198.19.0.0/16", '198.19.0.0/16, "fd00:198:19::/56"').replace(
  "198.18.128.0/20",
  '198.18.128.0/20, "fd00:198:18:ff::/112"',
);

/** Nodes for it: they have an address of each family. */
export const LAB_DUAL_NODES = ["a", "b"]
  .map(
    (letter, at) =>
      `- {name: node-${letter}, address: 198.18.0.${String(11 + at)}/24, address6: "fd00:198:18::${String(11 + at)}/64", mtu: 1500}\n`,
  )
  .join("");

/** The same for modes on a segment: the slices are the lab's own. */
export const LAB_SEGMENT = `${JOINING}nodeMask: 28\nsegment: {cidr: 198.18.0.0/24, gateway: 198.18.0.1, podRange: 198.18.0.32/27}\n`;

/** And for a VLAN of the pods' own. */
export const LAB_VLAN = `${JOINING}nodeMask: 24\nsegment: {cidr: 198.19.0.0/16, gateway: 198.19.0.1, podRange: 198.19.128.0/17, vlan: 100}\n`;

/** A target by its name. */
export function targetOf(name: string): Target {
  const target = TARGETS.find((one) => one.name === name);
  if (target === undefined) throw new Error(`no target ${name}`);
  return target;
}

/** What may be asked otherwise than for the lab's nodes. */
export interface Asked {
  readonly nodes?: string;
  readonly cluster?: string;
  readonly kubernetes?: NonNullable<RenderRequest["kubernetes"]>;
  readonly tuning?: NonNullable<RenderRequest["tuning"]>;
}

/** The documents of a variant for a target, by path. */
export function rendered(variant: string, target: string, asked: Asked = {}): ReadonlyMap<string, RenderedFile> {
  return new Map(renderedWhole(variant, target, asked).files.map((file) => [file.path, file]));
}

/** The same with what they were made from. */
export const renderedWhole = (
  variant: string,
  target: string,
  { nodes = labNodes(), cluster = LAB_CLUSTER, ...others }: Asked = {},
): Rendered =>
  render({
    variant: resolveVariant(variant),
    target: targetOf(target),
    ...others,
    nodes: nodes === "" ? [] : readNodes(nodes, "nodes.yaml"),
    cluster: cluster === "" ? {} : readCluster(cluster, "cluster.yaml"),
  });

/** The text of one document. */
export function textOf(files: ReadonlyMap<string, RenderedFile>, path: string): string {
  const file = files.get(path);
  if (file === undefined) throw new Error(`no ${path} among ${[...files.keys()].join(", ")}`);
  return file.text;
}
