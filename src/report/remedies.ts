/**
 * What to do about a doubt, in a sentence: docs/distrust.md has the reasons.
 * @packageDocumentation
 */
import type { CheckName } from "../model/doubt.js";

/** By check: what the reader can do about the figures that it flags. */
export const REMEDIES: Readonly<Record<CheckName, string>> = {
  clock: "Look at the clock source (/sys/devices/system/clocksource), and at time that was set by hand or by a hypervisor.",
  interrupted: "Measure again; the machine slept, was paused or was migrated.",
  standstill: "See whether this version of the tool is known to wait (docs/tools.md); stalls now and then are the path's own.",
  mtu: "Compare `ip link` and `ip route get` along the path, both ways, and look for a cached path MTU or an MSS clamp.",
  "congestion-control": "Set net.ipv4.tcp_congestion_control alike on the nodes, and recreate the pods.",
  "tools-disagree": "Believe neither figure until the reason is known; the tool's own words are in the run file (`raw`).",
  undrained: "Measure with --trials: a daemon or a full queue goes on working after its load has stopped.",
  throttled: "Measure outside of the CPU quota, or raise it.",
  steal: "Measure at another hour or on another machine; ratios hold longer than absolute figures.",
  neighbours: "See in `top` what else runs, and measure without it.",
  tracking: "Wait two minutes after a load that closes many connections, or raise net.netfilter.nf_conntrack_max on the nodes.",
  "link-rate": "Check the tool's version, and its own words in the run file (`raw`).",
  encapsulation: "Check the tool's version, and its own words in the run file (`raw`).",
  "host-noise": "Give it a longer --budget, a wider --margin or a quieter machine.",
  "restart-effect": "Give it a longer --budget, which has more starts of the load generators.",
  drift: "Look at the rounds one by one (--csv), and measure again.",
  "udp-loss": "Ask for the highest rate without loss: --metrics ndr,pdr.",
  losses: "Look for drops along the path (in a cluster: --deep), and in the server's own log.",
  "generator-bound": "Read it as a lower bound: the load generator may be the limit of both sides.",
  "cpu-bound": "Read it as the ratio of this CPU; a machine with faster cores gives another.",
  retransmissions: "Look at `tc -s qdisc`, at drops in `ip -s link`, and at the mode's queues.",
  "small-window": "Read it as the start of a connection: the window never grew, so the path was hardly filled.",
  "faster-than-host": "Compare the CPU costs of both; where they do not explain it, look for a limit that only the host has.",
};
