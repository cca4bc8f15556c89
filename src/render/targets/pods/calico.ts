import type { AddressFamily } from "../../../units/address.js";
import { mtusOf } from "../../addressing/mtu.js";
import { prefixText } from "../../addressing/prefix.js";
import { type About, type RenderedFile, type RenderInput, saysMtu, type Target } from "../../contract.js";
import { RenderError } from "../../errors.js";
import { kindOf } from "../../mode-kinds.js";
import { yamlText } from "../../yaml-text.js";

/** Calico's own objects, for its operator and for its manifests. */
export const calico: Target = {
  name: "calico",
  title: "Calico 3.30 and later: an Installation for its operator, or IPPool, FelixConfiguration and BGPConfiguration",
  modes: ["calico-routed", "calico-ipip", "calico-vxlan"],
  layers: ["tx-offload-on"],
  checker: "the CRDs of Calico and its operator (tigera/operator 40788b9b) in the API server of Kubernetes 1.34",
  checked: "parsed",
  why: "no Calico was started from them",
  activation: {
    restart: "`kubectl -n calico-system rollout restart daemonset calico-node` (kube-system with Calico's manifest)",
    pods: "made anew",
  },
  needs: () => ["podCIDRs"],
  render: (input) => {
    requireBlocks(input);
    return [
      installation(input),
      ippools(input),
      felix(input),
      ...(kindOf(input.variant.mode.name).encapsulation === "vxlan" ? [] : [bgp(input)]),
    ];
  },
};

const API = "projectcalico.org/v3";

const ABOUT: About = {
  needs: [
    "Calico's operator with the Installation, or Calico's manifest with the other objects; not both: the operator makes an IPPool of its own from the Installation",
  ],
  check: [],
  back: [
    "the old objects; pods keep their MTU until they are made anew, and their addresses until their pool is disabled and they are made anew",
    "after a switch from VXLAN or IPIP the tunnel devices stay without routes until calico-node is started anew",
  ],
};

const withNeed = (...needs: readonly string[]): About => ({ ...ABOUT, needs: [...needs, ...(ABOUT.needs ?? [])] });

const ENCAPSULATIONS: Readonly<Record<string, string>> = { none: "None", ipip: "IPIP", vxlan: "VXLAN" };

/** Calico's tunnels are of a pool's own family, whatever addresses the nodes have beside it; it has no IPIP over IPv6. */
function tunnelMtu({ variant, mtus }: RenderInput, family: AddressFamily): number {
  const { encapsulation } = kindOf(variant.mode.name);
  return mtusOf([mtus.underlay], family === "ipv6" && encapsulation === "ipip" ? "none" : encapsulation, family).pod;
}

/** What a pod may send in each of its families. */
const podMtu = (input: RenderInput): number => Math.min(...(input.cluster.podCIDRs ?? []).map(({ family }) => tunnelMtu(input, family)));

/** Calico's own block sizes, /26 and /122: it refuses a pool that is smaller than a block. */
function requireBlocks({ cluster: { podCIDRs = [] } }: RenderInput): void {
  const small = podCIDRs.find(({ family, length }) => length > (family === "ipv4" ? 26 : 122));
  if (small !== undefined)
    throw new RenderError(
      `calico gives nodes blocks of /${small.family === "ipv4" ? "26" : "122"}, and podCIDRs ${prefixText(small)} is smaller than one`,
    );
}

/** `calicoNetwork.mtu` is the pods'. Without it Calico takes it from the card, less what its tunnel takes, node by node. */
function installation(input: RenderInput): RenderedFile {
  const { variant, cluster } = input;
  const { encapsulation } = kindOf(variant.mode.name);
  const pools = (cluster.podCIDRs ?? []).map((prefix, index) => ({
    name: poolName(index),
    cidr: prefixText(prefix),
    // There is no IPIP over IPv6 in Calico.
    encapsulation: encapsulation === "ipip" && prefix.family === "ipv6" ? "None" : ENCAPSULATIONS[encapsulation],
    natOutgoing: "Enabled",
    nodeSelector: "all()",
  }));
  return {
    path: "cluster/calico-installation.yaml",
    comment: "#",
    text: yamlText({
      apiVersion: "operator.tigera.io/v1",
      kind: "Installation",
      metadata: { name: "default" },
      spec: {
        cni: { type: "Calico", ipam: { type: "Calico" } },
        calicoNetwork: {
          bgp: encapsulation === "vxlan" ? "Disabled" : "Enabled",
          linuxDataplane: "Iptables",
          ...(saysMtu(input) ? { mtu: podMtu(input) } : {}),
          ipPools: pools,
        },
      },
    }),
    hasMtu: saysMtu(input),
    about: withNeed("no ipPools in an Installation that is there: the operator does not change a pool that pods use"),
  };
}

const poolName = (index: number): string => (index === 0 ? "podwire" : `podwire-${String(index + 1)}`);

const ippools = ({ variant, cluster }: RenderInput): RenderedFile => ({
  path: "cluster/calico-ippools.yaml",
  comment: "#",
  text: yamlText(
    ...(cluster.podCIDRs ?? []).map((prefix, index) => {
      const { encapsulation } = kindOf(variant.mode.name);
      const mode = (name: string): string =>
        encapsulation === name && !(name === "ipip" && prefix.family === "ipv6") ? "Always" : "Never";
      return {
        apiVersion: API,
        kind: "IPPool",
        metadata: { name: poolName(index) },
        spec: { cidr: prefixText(prefix), ipipMode: mode("ipip"), vxlanMode: mode("vxlan"), natOutgoing: true, nodeSelector: "all()" },
      };
    }),
  ),
  about: withNeed("Calico's API server or calicoctl: as crd.projectcalico.org/v1 objects are not to be written by hand"),
});

/** `vxlanMTU`, `vxlanMTUV6` and `ipipMTU` are the tunnel devices' own, and with that the pods'. Without them Calico takes them from the card. */
function felix(input: RenderInput): RenderedFile {
  const { variant, cluster } = input;
  const { encapsulation } = kindOf(variant.mode.name);
  const said = saysMtu(input);
  const has = (family: AddressFamily): boolean => said && (cluster.podCIDRs ?? []).some((one) => one.family === family);
  const offload = variant.layers.some(({ layer }) => layer.name === "tx-offload-on");
  return {
    path: "cluster/calico-felix.yaml",
    comment: "#",
    text: yamlText({
      apiVersion: API,
      kind: "FelixConfiguration",
      metadata: { name: "default" },
      spec: {
        ...(encapsulation === "vxlan" && has("ipv4") ? { vxlanMTU: tunnelMtu(input, "ipv4") } : {}),
        ...(encapsulation === "vxlan" && has("ipv6") ? { vxlanMTUV6: tunnelMtu(input, "ipv6") } : {}),
        ...(encapsulation === "ipip" && has("ipv4") ? { ipipMTU: tunnelMtu(input, "ipv4") } : {}),
        ...(offload ? { featureDetectOverride: "ChecksumOffloadBroken=false" } : {}),
        logSeverityScreen: "Info",
      },
    }),
    hasMtu: said && encapsulation !== "none",
    about: withNeed(
      "to be joined with the FelixConfiguration `default` that is there: `kubectl patch` rather than `apply` keeps its other fields",
    ),
  };
}

const bgp = ({ cluster }: RenderInput): RenderedFile => ({
  path: "cluster/calico-bgp.yaml",
  comment: "#",
  text: yamlText({
    apiVersion: API,
    kind: "BGPConfiguration",
    metadata: { name: "default" },
    spec: { nodeToNodeMeshEnabled: true, ...(cluster.as === undefined ? {} : { asNumber: cluster.as }) },
  }),
  about: withNeed(
    "a full mesh of nodes up to about 100; beyond that, or where routers between the nodes must know the blocks, BGPPeers in its place",
  ),
});
