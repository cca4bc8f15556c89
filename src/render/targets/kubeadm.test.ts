import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { checkedDocument, documentText } from "../../../test/render/checked-documents.js";
import { testChecker } from "../../../test/render/complaints.js";
import { parsePrefix } from "../../units/address.js";

const cidrs = z.string().refine((text) => text.split(",").every((cidr) => cidr.includes("/") && parsePrefix(cidr) !== undefined), "a CIDR");
const dnsName = z.string().regex(/^[a-z0-9.-]+$/);
const networking = z.strictObject({ podSubnet: cidrs, serviceSubnet: cidrs, dnsDomain: dnsName });
const MASKS = z.enum(["node-cidr-mask-size", "node-cidr-mask-size-ipv4", "node-cidr-mask-size-ipv6"]);
const clusterOf = <V extends string, A extends z.ZodType>(version: V, extraArgs: A) =>
  z.strictObject({
    apiVersion: z.literal(`kubeadm.k8s.io/${version}`),
    kind: z.literal("ClusterConfiguration"),
    controlPlaneEndpoint: z.string().optional(),
    networking,
    controllerManager: z.strictObject({ extraArgs }).optional(),
  });

/** The keys of kubeadm's, kubelet's and kube-proxy's configuration that have to do with networks and are written; kubeadm itself is not run. */
const DOCUMENT = z.union([
  clusterOf("v1beta4", z.array(z.strictObject({ name: MASKS, value: z.string().regex(/^\d+$/) }))),
  clusterOf("v1beta3", z.partialRecord(MASKS, z.string().regex(/^\d+$/))),
  z.strictObject({
    apiVersion: z.literal("kubelet.config.k8s.io/v1beta1"),
    kind: z.literal("KubeletConfiguration"),
    clusterDNS: z.array(z.union([z.ipv4(), z.ipv6()])),
    clusterDomain: dnsName,
    maxPods: z.int(),
  }),
  z.strictObject({
    apiVersion: z.literal("kubeproxy.config.k8s.io/v1alpha1"),
    kind: z.literal("KubeProxyConfiguration"),
    mode: z.enum(["iptables", "nftables"]),
    clusterCIDR: cidrs,
    detectLocalMode: z.literal("ClusterCIDR"),
    clientConnection: z.strictObject({ kubeconfig: z.literal("/var/lib/kube-proxy/kubeconfig.conf") }),
  }),
]);

const documentsOf = (text: string): readonly unknown[] => parseAllDocuments(text).map((document) => document.toJS() as unknown);

function complaints(text: string): readonly string[] {
  return documentsOf(text).flatMap((document) => DOCUMENT.safeParse(document).error?.issues.map((issue) => issue.message) ?? []);
}

describe("kubeadm", () => {
  for (const name of ["kubeadm.yaml", "kubeadm.yaml of 1.30"]) {
    testChecker(checkedDocument("kubeadm", name), (text) => Promise.resolve(complaints(text)));
  }

  test.each([
    ["kubeadm.yaml", "v1beta4", [{ name: "node-cidr-mask-size", value: "24" }]],
    ["kubeadm.yaml of 1.30", "v1beta3", { "node-cidr-mask-size": "24" }],
  ])("%s has its version's form of extraArgs", (name, version, extraArgs) => {
    expect(documentsOf(documentText(checkedDocument("kubeadm", name)))[0]).toMatchObject({
      apiVersion: `kubeadm.k8s.io/${version}`,
      networking: { podSubnet: "198.19.0.0/16", serviceSubnet: "198.18.128.0/20" },
      controllerManager: { extraArgs },
    });
  });
});
