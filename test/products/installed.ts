/**
 * What each cluster was made of, and so what an inspection has to say of it.
 * @packageDocumentation
 */
import type { Inspection } from "../../src/model/inspection.js";
import type { Cluster } from "../cluster/fixture.js";
import { CILIUM_VERSION, KUBE_ROUTER_VERSION } from "../cluster/products/programs.mjs";
import type { ClusterOptions } from "../cluster/start.mjs";
import { TOLD_ALWAYS, TOLD_TOO } from "../cluster/told.mjs";
import { bridgeByHand } from "./by-hand.js";
import { type Told, toldOf } from "./told.js";
import type { Expected } from "./whole-run.js";

/** One cluster. */
export interface Installed {
  /** The network's, or what was done. */
  readonly name: string;
  readonly variant: ClusterOptions;
  /** What else is done before it is looked at. */
  readonly prepare?: (cluster: Cluster) => Promise<void>;
  /** What is told of it, wholly or in part. */
  readonly told: Told | { readonly some: Partial<Inspection> };
  /** Paths that cannot carry anything there, with what a run has to say of each. */
  readonly without?: Expected;
}

const NOT_BEHIND = /What pods send does not pass their node \(macvlan\), whose rules carry Services/;
const NO_PROXY = /No kube-proxy answers on the nodes, and nothing else was found that carries Services/;

const TOLD = toldOf({ cilium: CILIUM_VERSION.slice(1), kubeRouter: KUBE_ROUTER_VERSION.slice(1) });

/** All of them, the quickest to start first. */
export const INSTALLED: readonly Installed[] = [
  { name: "by-hand", variant: { network: "none" }, prepare: bridgeByHand, told: TOLD["by-hand"] },
  {
    name: "gce-without-kube-proxy",
    variant: { network: "gce", proxy: "none" },
    told: TOLD["gce-without-kube-proxy"],
    without: { "pod-service": NO_PROXY, "pod-service-local": NO_PROXY },
  },
  ...(["bird", "kube-router", "cilium-vxlan", "cilium-native"] as const).map((name) => ({
    name,
    variant: { network: name },
    told: TOLD[name],
  })),
];

/** Those without a product, as `npm test` has them too: one of each network. */
export const PLAIN: readonly Installed[] = [...TOLD_ALWAYS, ...TOLD_TOO]
  .filter(({ variant }, place, all) => all.findIndex((one) => one.variant.network === variant.network) === place)
  .map(({ variant, told }) => ({
    name: variant.network,
    variant,
    told: { some: { kubeProxy: variant.proxy ?? "iptables", findings: [], ...(told as Partial<Inspection>) } },
    ...(variant.network === "macvlan" ? { without: { "pod-service": NOT_BEHIND, "pod-service-local": NOT_BEHIND } } : {}),
  }));
