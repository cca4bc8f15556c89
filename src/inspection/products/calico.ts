/**
 * Calico. Sources: projectcalico/calico manifests/{calico,calico-vxlan,calico-bpf,calico-policy-only}.yaml, the IPPool, FelixConfiguration and
 * Installation references of its documentation.
 * @packageDocumentation
 */
import type { Evidence } from "../../model/inspection.js";
import {
  type ApiFacts,
  type CustomView,
  configMap,
  configMapName,
  customOf,
  type DaemonSetView,
  daemonSetName,
  environmentOf,
  runningDaemonSet,
} from "../api-facts.js";
import { fields } from "../sift.js";
import { type Detector, type ProductClaim, read } from "./contract.js";
import { isCanal } from "./flannel.js";

/** Calico from calico-node, its pools and its settings. Where it only enforces policies on another network it makes no claim. */
export const calico: Detector = (api) => {
  const daemonSet = runningDaemonSet(api, "calico-node");
  const pools = customOf(api, "IPPool");
  if ((daemonSet === undefined && pools.length === 0) || isCanal(api) || policyOnly(api, daemonSet)) return undefined;
  const active = pools.filter(({ spec }) => spec["disabled"] !== true);
  const { bpf, evidence: ofDataplane } = dataplaneOf(api, daemonSet);
  return {
    cni: "calico",
    strength: daemonSet === undefined ? "traces" : "runs",
    enforces: "Calico",
    ...settingOf(active),
    ...(bpf === true
      ? EBPF
      : bpf === false
        ? modeOf(active, api)
        : { whyNoMode: "neither FelixConfiguration nor Installation was read, so Calico's eBPF dataplane may be on" }),
    pools: active.flatMap(({ spec }) => (typeof spec["cidr"] === "string" ? [spec["cidr"]] : [])),
    ...mtuOf(api),
    evidence: [...evidence(api, daemonSet, active), ...ofDataplane],
  };
};

const EBPF = {
  whyNoMode: "podwire has no mode for Calico's eBPF dataplane",
  ownDatapath: "Calico's eBPF dataplane",
  servicesBy: "Calico (eBPF)",
} as const;

/** On GKE, EKS and AKS Calico often enforces policies only: its routing daemon is off and the pods are another plugin's. */
function policyOnly(api: ApiFacts, daemonSet: DaemonSetView | undefined): boolean {
  const backend = daemonSet === undefined ? undefined : environmentOf(daemonSet, "CALICO_NETWORKING_BACKEND");
  const type = fields(customOf(api, "Installation")[0]?.spec["cni"])["type"];
  const otherCni = typeof type === "string" && type !== "Calico";
  return (backend ?? configMap(api, "calico-config")?.data["calico_backend"]) === "none" || otherCni;
}

const when = (value: unknown): string => (typeof value === "string" && value !== "" ? value : "Never");

/** How a pool sends: from one of these two fields, both of which default to Never. */
function encapsulation({ spec }: CustomView): { readonly tunnel: "ipip" | "vxlan" | "none"; readonly when: string } {
  const [ipip, vxlan] = [when(spec["ipipMode"]), when(spec["vxlanMode"])];
  if (vxlan !== "Never") return { tunnel: "vxlan", when: vxlan };
  if (ipip !== "Never") return { tunnel: "ipip", when: ipip };
  return { tunnel: "none", when: "Never" };
}

function settingOf(pools: readonly CustomView[]): Pick<ProductClaim, "setting"> {
  if (pools.length === 0) return {};
  const each = pools.map((pool) => {
    const { tunnel, when } = encapsulation(pool);
    return tunnel === "none" ? "routed" : `${tunnel}Mode ${when}`;
  });
  return { setting: [...new Set(each)].join(", ") };
}

const MODES = { ipip: "calico-ipip", vxlan: "calico-vxlan", none: "calico-routed" } as const;

function modeOf(pools: readonly CustomView[], api: ApiFacts): Pick<ProductClaim, "mode" | "whyNoMode"> {
  if (pools.length === 0) {
    const words = api.custom.refused === undefined ? "there is none" : api.custom.refused;
    return {
      whyNoMode: `Calico's encapsulation stands in its IPPools (${words}); what its DaemonSet says is only how the first pool was made`,
    };
  }
  const each = new Set(pools.map((pool) => JSON.stringify(encapsulation(pool))));
  const [first] = pools;
  if (each.size > 1 || first === undefined)
    return { whyNoMode: "Calico's pools send in different ways: which one a pod has shows its node's routes" };
  const { tunnel, when } = encapsulation(first);
  if (when === "CrossSubnet") {
    return {
      whyNoMode: `with ${tunnel}Mode CrossSubnet nodes of one subnet are reached by a route and others by the tunnel: the nodes' routes show which`,
    };
  }
  return { mode: MODES[tunnel] };
}

interface Dataplane {
  /** Undefined where nothing says which dataplane Felix runs. */
  readonly bpf: boolean | undefined;
  readonly evidence: readonly Evidence[];
}

function dataplaneOf(api: ApiFacts, daemonSet: DaemonSetView | undefined): Dataplane {
  const felix = customOf(api, "FelixConfiguration").find(({ name }) => name === "default");
  const dataplane = fields(customOf(api, "Installation")[0]?.spec["calicoNetwork"])["linuxDataplane"];
  const environment = daemonSet === undefined ? undefined : environmentOf(daemonSet, "FELIX_BPFENABLED");
  const evidence = [
    ...(typeof felix?.spec["bpfEnabled"] === "boolean"
      ? [read("servicesBy", `bpfEnabled ${String(felix.spec["bpfEnabled"])}`, "FelixConfiguration default")]
      : []),
    ...(typeof dataplane === "string" ? [read("servicesBy", `linuxDataplane ${dataplane}`, "Installation default")] : []),
    ...(environment === undefined ? [] : [read("servicesBy", `FELIX_BPFENABLED ${environment}`, "DaemonSet calico-node")]),
  ];
  // Felix lets its environment overrule the FelixConfiguration (its configuration reference).
  const said = environment === undefined ? felix?.spec["bpfEnabled"] === true || dataplane === "BPF" : environment === "true";
  const known = environment !== undefined || felix !== undefined || dataplane !== undefined;
  return { bpf: known ? said : undefined, evidence };
}

function mtuOf(api: ApiFacts): Pick<ProductClaim, "podMtu"> {
  const installed = fields(customOf(api, "Installation")[0]?.spec["calicoNetwork"])["mtu"];
  const written = Number(configMap(api, "calico-config")?.data["veth_mtu"] ?? 0);
  const mtu = typeof installed === "number" ? installed : written;
  return Number.isInteger(mtu) && mtu > 0 ? { podMtu: mtu } : {};
}

function evidence(api: ApiFacts, daemonSet: DaemonSetView | undefined, pools: readonly CustomView[]): Evidence[] {
  const config = configMap(api, "calico-config");
  const backend = config?.data["calico_backend"];
  return [
    ...(daemonSet === undefined ? [] : [read("cni", "runs on the nodes", daemonSetName(daemonSet))]),
    ...pools.map(({ name, spec }) =>
      read("mode", `ipipMode ${when(spec["ipipMode"])}, vxlanMode ${when(spec["vxlanMode"])}`, `IPPool ${name}`),
    ),
    ...(config === undefined || backend === undefined ? [] : [read("cni", `calico_backend ${backend}`, configMapName(config))]),
  ];
}
