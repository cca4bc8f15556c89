/**
 * kube-proxy's mode: from its local port, which says what runs; else from its configuration, which says what is set. Sources: kubernetes.io
 * reference of kube-proxy (--proxy-mode, KubeProxyConfiguration) and of its metrics port.
 * @packageDocumentation
 */
import type { Evidence, KubeProxyMode } from "../model/inspection.js";
import { type ApiFacts, configMap, configMapName, daemonSetName, runningDaemonSet } from "./api-facts.js";
import { parseLinks } from "./pods/links.js";
import { from, LINKS, type Look, PROXY_MODE, printed } from "./pods/look.js";
import { read } from "./products/contract.js";
import { flagValue, topLevel } from "./written-settings.js";

/** What is known of kube-proxy. */
export interface ProxyTold {
  readonly mode: KubeProxyMode;
  readonly evidence: readonly Evidence[];
  /** Why it is unknown. */
  readonly why?: string;
  /** Where it was heard that it runs; absent where only settings say so. */
  readonly heard?: string;
}

type Mode = "iptables" | "nftables" | "ipvs";
const MODES: readonly string[] = ["iptables", "nftables", "ipvs"];
const isMode = (text: string): text is Mode => MODES.includes(text);

/** Tells kube-proxy's mode. `servicesBy`: what else carries Services, as far as known. */
export function kubeProxyOf(api: ApiFacts, looks: readonly Look[], servicesBy: string | undefined): ProxyTold {
  const heard = looks.filter(({ network }) => network === "host").flatMap(local);
  const set = configured(api);
  const evidence = [...heard, ...set].map(({ evidence: one }) => one);
  const running = new Set(heard.map(({ mode }) => mode));
  const [only, ...more] = running;
  if (more.length > 0) return { mode: "unknown", evidence, why: `nodes run kube-proxy in different modes: ${[...running].join(", ")}` };
  if (only !== undefined) return { mode: only, evidence, ...(heard[0] === undefined ? {} : { heard: heard[0].evidence.from }) };
  return { ...fromSettings(api, set, servicesBy), evidence };
}

interface Heard {
  readonly mode: Mode;
  readonly evidence: Evidence;
}

/** What a node's local port answers; an IPVS device where the port is shut. */
function local(host: Look): Heard[] {
  const [status, word = ""] = (printed(host, PROXY_MODE) ?? "").trim().split(/\s+/);
  if (status === "200" && isMode(word)) return [{ mode: word, evidence: read("kubeProxy", word, from(host, PROXY_MODE)) }];
  const links = parseLinks(printed(host, LINKS) ?? "") ?? [];
  // kube-router and Cilium do without this device; kube-proxy puts every Service address on it.
  return links.some(({ name }) => name === "kube-ipvs0")
    ? [{ mode: "ipvs", evidence: read("kubeProxy", "there is a kube-ipvs0", from(host, LINKS)) }]
    : [];
}

function configured(api: ApiFacts): Heard[] {
  const config = configMap(api, "kube-proxy", "kube-proxy-config");
  const text = config?.data["config.conf"] ?? config?.data["config"];
  const daemonSet = runningDaemonSet(api, "kube-proxy");
  const flag = flagValue(daemonSet?.containers.flatMap(({ argv }) => argv) ?? [], "proxy-mode");
  const k3s = api.nodes.objects
    .map(({ name, annotations }) => ({ name, proxy: proxyArgument(annotations["k3s.io/node-args"]) }))
    .find(({ proxy }) => proxy !== undefined);
  return [
    // A flag is overruled by a file where both are given (--config in kube-proxy's reference); an empty mode is the platform's: iptables.
    // What does not say that it is kube-proxy's configuration was not understood: its silence on the mode would say nothing.
    ...(config === undefined || text === undefined || topLevel(text, "kind") !== "KubeProxyConfiguration"
      ? []
      : heardFrom(topLevel(text, "mode") ?? "", "mode", configMapName(config))),
    ...(daemonSet === undefined || flag === undefined ? [] : heardFrom(flag, "--proxy-mode", daemonSetName(daemonSet))),
    ...(k3s?.proxy === undefined ? [] : heardFrom(k3s.proxy, "proxy-mode", `annotation k3s.io/node-args of node ${k3s.name}`)),
  ];
}

/** k3s passes arguments on to the kube-proxy that is built into it: `--kube-proxy-arg proxy-mode=ipvs`. */
const proxyArgument = (nodeArgs: string | undefined): string | undefined => /proxy-mode=(\w+)/.exec(nodeArgs ?? "")?.[1];

function heardFrom(written: string, key: string, place: string): Heard[] {
  const mode = written === "" ? "iptables" : written;
  const value = written === "" ? `${key} is empty, which means iptables` : `${key} ${written}`;
  return isMode(mode) ? [{ mode, evidence: read("kubeProxy", value, place) }] : [];
}

function fromSettings(api: ApiFacts, set: readonly Heard[], servicesBy: string | undefined): Omit<ProxyTold, "evidence"> {
  const runs = runningDaemonSet(api, "kube-proxy") !== undefined;
  const [first] = set;
  if (api.daemonSets.refused !== undefined) {
    return {
      mode: "unknown",
      why: `DaemonSets could not be read (${api.daemonSets.refused}), and a ConfigMap stays behind when kube-proxy is taken away`,
    };
  }
  if (runs && first !== undefined) return { mode: first.mode };
  if (runs) return { mode: "unknown", why: "kube-proxy runs, and its configuration could not be read; --pods asks its local port" };
  if (servicesBy !== undefined) return { mode: "none" };
  return { mode: "unknown", why: "no DaemonSet of kube-proxy is there; where nodes start it themselves, --pods asks its local port" };
}
