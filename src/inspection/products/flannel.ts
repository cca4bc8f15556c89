/**
 * flannel, and Canal, which is flannel with Calico's policy engine. Sources: flannel-io/flannel Documentation/{kube-flannel.yml,backends.md,
 * kubernetes.md}, pkg/subnet/kube (annotations); projectcalico/calico manifests/canal.yaml; k3s documentation, networking basics.
 * @packageDocumentation
 */
import { FLANNEL_MODES } from "../../model/flannel-backends.js";
import type { Evidence } from "../../model/inspection.js";
import {
  type ApiFacts,
  type ConfigMapView,
  configMap,
  configMapName,
  type DaemonSetView,
  daemonSetName,
  type NodeView,
  runningDaemonSet,
} from "../api-facts.js";
import { fields } from "../sift.js";
import { flagValue, jsonFields } from "../written-settings.js";
import { type Detector, type ProductClaim, read } from "./contract.js";

const ANNOTATION = "flannel.alpha.coreos.com";

/** With k3s's own name of flannel's WireGuard backend (its documentation, networking basics). */
const MODES: Readonly<Record<string, string | undefined>> = { ...FLANNEL_MODES, "wireguard-native": FLANNEL_MODES["wireguard"] };

/** flannel from its DaemonSet, its ConfigMap and its annotations on nodes. */
export const flannel: Detector = (api) => {
  const daemonSet = runningDaemonSet(api, "kube-flannel-ds", "kube-flannel", "canal");
  const config = configMap(api, "kube-flannel-cfg", "canal-config");
  const marked = api.nodes.objects.filter((node) => node.annotations[`${ANNOTATION}/kube-subnet-manager`] === "true");
  const k3s = marked.find((node) => /\bserver\b/.test(node.annotations["k3s.io/node-args"] ?? ""));
  if (daemonSet === undefined && config === undefined && marked.length === 0) return undefined;
  const settings = configured(config) ?? k3sSettings(k3s);
  // k3s with another product: what flannel once wrote on its nodes stays there.
  if (settings?.backend === "none") return undefined;
  const annotated = annotatedBackend(marked);
  return {
    cni: daemonSet?.name === "canal" || config?.name === "canal-config" ? "canal" : "flannel",
    strength: daemonSet !== undefined || k3s !== undefined ? "runs" : "traces",
    ...setting(settings, annotated),
    ...modeOf(settings, annotated),
    ...(settings?.network === undefined ? {} : { pools: settings.network }),
    ...(settings?.mtu === undefined ? {} : { podMtu: settings.mtu }),
    evidence: evidence({ daemonSet, config, marked, k3s, settings, annotated }),
  };
};

interface Settings {
  readonly backend: string;
  /** Nodes on one segment send without wrapping. */
  readonly directRouting: boolean;
  readonly network: readonly string[];
  readonly mtu?: number;
  readonly value: string;
}

function configured(config: ConfigMapView | undefined): Settings | undefined {
  const written = jsonFields(config?.data["net-conf.json"]);
  const backend = fields(written?.["Backend"]);
  if (written === undefined) return undefined;
  // Without a type flannel takes udp (pkg/subnet/config.go).
  const type = typeof backend["Type"] === "string" ? backend["Type"] : "udp";
  const mtu = backend["MTU"];
  return {
    backend: type,
    directRouting: backend["DirectRouting"] === true,
    network: [written["Network"], written["IPv6Network"]].filter((one) => typeof one === "string"),
    ...(typeof mtu === "number" && mtu > 0 ? { mtu } : {}),
    value: `Backend ${JSON.stringify(backend)}`,
  };
}

/** k3s has flannel built in and no ConfigMap; its servers say the backend on their command line, and vxlan without. */
function k3sSettings(node: NodeView | undefined): Settings | undefined {
  const written = node?.annotations["k3s.io/node-args"];
  if (written === undefined) return undefined;
  const argv = /^\[/.test(written)
    ? written
        .replaceAll(/[[\]",]+/g, " ")
        .trim()
        .split(/\s+/)
    : written.split(/\s+/);
  // A file of one's own may hold anything.
  if (flagValue(argv, "flannel-conf") !== undefined) return undefined;
  const backend = flagValue(argv, "flannel-backend") ?? "vxlan";
  return { backend, directRouting: false, network: [], value: `k3s ${argv.join(" ")}` };
}

/** The backend that all nodes' annotations name; `mixed` where they differ. udp leaves the annotation empty. */
function annotatedBackend(nodes: readonly NodeView[]): string | undefined {
  const named = new Set(nodes.map((node) => node.annotations[`${ANNOTATION}/backend-type`]));
  const [only, ...more] = named;
  if (more.length > 0) return "mixed";
  return only === "" ? "udp" : only;
}

function setting(settings: Settings | undefined, annotated: string | undefined): Pick<ProductClaim, "setting"> {
  const backend = settings?.backend ?? annotated;
  if (backend === undefined) return {};
  return { setting: `backend ${backend}${settings?.directRouting === true ? " with DirectRouting" : ""}` };
}

function modeOf(settings: Settings | undefined, annotated: string | undefined): Pick<ProductClaim, "mode" | "whyNoMode"> {
  if (settings !== undefined && annotated !== undefined && settings.backend !== annotated) {
    return {
      whyNoMode: `flannel is set to ${settings.backend}, and its annotations on nodes say ${annotated}: which one runs is seen in the nodes' routes`,
    };
  }
  if (settings === undefined) {
    // backend-type may name a backend that did not start, and says nothing of DirectRouting (seen with flannel 0.28.10).
    const named = annotated === undefined ? "" : ` (its annotations on nodes say ${annotated}, which they also do when it did not start)`;
    return { whyNoMode: `flannel's configuration cannot be read${named}` };
  }
  if (settings.directRouting) {
    return {
      whyNoMode: "with DirectRouting nodes of one segment are reached by a route and others by the tunnel: the nodes' routes show which",
    };
  }
  const mode = MODES[settings.backend];
  return mode === undefined ? { whyNoMode: `podwire has no mode for flannel's backend ${settings.backend}` } : { mode };
}

interface Seen {
  readonly daemonSet: DaemonSetView | undefined;
  readonly config: ConfigMapView | undefined;
  readonly marked: readonly NodeView[];
  readonly k3s: NodeView | undefined;
  readonly settings: Settings | undefined;
  readonly annotated: string | undefined;
}

function evidence({ daemonSet, config, marked, k3s, settings, annotated }: Seen): Evidence[] {
  const [first] = marked;
  return [
    ...(daemonSet === undefined ? [] : [read("cni", "runs on the nodes", daemonSetName(daemonSet))]),
    ...(config !== undefined && settings !== undefined && k3s === undefined ? [read("mode", settings.value, configMapName(config))] : []),
    ...(k3s !== undefined && settings !== undefined
      ? [read("mode", settings.value, `annotation k3s.io/node-args of node ${k3s.name}`)]
      : []),
    ...(first === undefined
      ? []
      : [
          read(
            "cni",
            `backend-type ${annotated ?? "not said"}`,
            `annotations ${ANNOTATION} of ${String(marked.length)} nodes, e.g. ${first.name}`,
          ),
        ]),
  ];
}

/** Whether the API shows flannel at all: Canal's Calico is then no network of its own. */
export const isCanal = (api: ApiFacts): boolean =>
  runningDaemonSet(api, "canal") !== undefined || configMap(api, "canal-config") !== undefined;
