/**
 * What each cluster was made of, and so what an inspection has to say of it.
 * @packageDocumentation
 */
import type { Cluster } from "../cluster/fixture.js";
import { CILIUM_VERSION, KUBE_ROUTER_VERSION } from "../cluster/products/programs.mjs";
import type { ClusterOptions } from "../cluster/start.mjs";
import { bridgeByHand } from "./by-hand.js";
import { PLAIN_ALWAYS, PLAIN_TOO, type Told, toldOf } from "./told.js";
import type { Expected } from "./whole-run.mjs";

/** One cluster. */
export interface Installed {
  /** The network's, or what was done. */
  readonly name: string;
  readonly variant: ClusterOptions;
  /** What else is done before it is looked at. */
  readonly prepare?: (cluster: Cluster) => Promise<void>;
  readonly told: Told;
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

/** Those without a product, as `npm test` has them too: the first of each network. */
export const PLAIN: readonly Installed[] = [...PLAIN_ALWAYS, ...PLAIN_TOO]
  .filter(({ variant }, place, all) => all.findIndex((one) => one.variant.network === variant.network) === place)
  .map((one) => ({
    ...one,
    name: one.variant.network,
    ...(one.variant.network === "macvlan" ? { without: { "pod-service": NOT_BEHIND, "pod-service-local": NOT_BEHIND } } : {}),
  }));
