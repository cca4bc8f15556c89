/**
 * The way out of netfilter, step by step, as advice: what each step saves, needs and breaks. podwire carries out the first and the third (`notrack-tunnel`,
 * `flowtable`); the others are a network product's settings or a system's. `ladder-figures.ts` has what they gained where they were measured.
 * @packageDocumentation
 */
import type { CheckName } from "../model/conformance.js";

/** One step. */
export interface LadderStep {
  readonly step: string;
  readonly saves: string;
  readonly needs: string;
  /** Checks of `podwire lab conformance` that work before it and not behind it, where nothing else carries them. */
  readonly breaks: readonly CheckName[];
  /** How it is done, and which variants of the lab show what it gains. */
  readonly how: string;
}

/** A figure with a step over the one without it. */
interface Gain {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** What one step gained on one mode: a Service's path, in rounds that visited every step. */
export interface LadderFigure {
  /** Its {@link LadderStep.step}. */
  readonly step: string;
  readonly mode: string;
  /** The variant that shows it. */
  readonly variant: string;
  readonly metric: string;
  /** Over the mode before the first step. */
  readonly overStart: Gain;
  /** Over the step before it on this mode. */
  readonly overStep: Gain;
}

/** Everything that was measured in one go. */
export interface LadderFigures {
  /** The day, ISO 8601. */
  readonly at: string;
  readonly machine: string;
  readonly services: number;
  readonly figures: readonly LadderFigure[];
}

/** What is dialled from outside of the cluster, or by a node's own port. */
const FROM_OUTSIDE = ["nodeport-outside", "nodeport-local-policy", "source-kept", "external-ip"] as const satisfies readonly CheckName[];

/** From the step that costs least to the one that leaves nothing. Each holds for whoever has taken those before it. */
export const LADDER: readonly LadderStep[] = [
  {
    step: "NOTRACK for the tunnel",
    saves: "connection tracking of the packets around the tunnel's; those inside stay tracked",
    needs: "a tunnel over UDP (no meaning on l2-bridge and flannel-host-gw, which have none)",
    breaks: [],
    how: "podwire tune apply --only notrack-tunnel --max-risk medium",
  },
  {
    step: "kube-proxy in nftables mode",
    saves: "the walk through a rule for each Service: a new connection finds its Service in one look-up, whatever their number",
    needs: "Linux 5.13, kube-proxy 1.33 (1.31 as a beta)",
    breaks: ["nodeport-localhost"],
    how: "mode: nftables in kube-proxy's configuration; podwire lab --modes flannel-host-gw+kube-proxy-iptables:10000,flannel-host-gw+kube-proxy-nftables:10000",
  },
  {
    step: "flowtable",
    saves: "routes and rules for packets of established connections that the node forwards",
    needs: "nf_flow_table in the kernel (no meaning where pods sit on a bridge and nothing is routed)",
    breaks: [],
    how: "podwire tune apply --only flowtable --max-risk high; rules that count, limit or refuse established connections do not see them any more",
  },
  {
    step: "Services at the socket, and NOTRACK for the pods' addresses",
    saves: "all translation and tracking of packets between pods",
    needs:
      "an agent that follows endpoints and holds eBPF programs (Cilium's socket load balancing); without one the reply of a Service is never translated back",
    breaks: FROM_OUTSIDE,
    how: "podwire lab --modes flannel-host-gw+socket-lb:10000,flannel-host-gw+notrack-pods+socket-lb:10000",
  },
  {
    step: "nothing of netfilter at all",
    saves: "every hook, and the modules behind them",
    needs:
      "no rule in any namespace of the machine, docker with --iptables=false, and nf_conntrack never loaded (a loaded module stays while anything uses it); routable pods, since no one masquerades",
    breaks: [...FROM_OUTSIDE, "masquerade"],
    how: "podwire lab --modes flannel-host-gw+no-netfilter+socket-lb:10000; a unit that unloads modules at boot is for kernels that have them as modules, and breaks every Service that rules carry",
  },
];
