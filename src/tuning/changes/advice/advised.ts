/**
 * What podwire reads and advises, and does not set: the machine's power policy, queue numbers and filters of a card, and flows that follow their program.
 * @packageDocumentation
 */
import type { Change, Evidence } from "../../contract.js";
import { carrying, isCard, numberOf } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

type Advised = Pick<Change, "name" | "sets" | "why" | "scope" | "sources"> & {
  readonly look: (node: NodeFacts) => { readonly evidence: Evidence; readonly says: string } | { readonly because: string } | undefined;
};

/** A change that has no steps of its own. */
const advised = ({ look, ...facts }: Advised): Change => ({
  ...facts,
  risk: "medium",
  breaks: "podwire does not set it.",
  acts: "at once",
  side: "node",
  readBack: "read only",
  sideEffects: "none",
  writers: [],
  propose: (node) => {
    const seen = look(node);
    if (seen === undefined) return { kind: "so" };
    return "because" in seen ? { kind: "not here", because: seen.because } : { kind: "advice", ...seen };
  },
});

const GOVERNOR = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";

/** How fast CPUs run. */
export const governor = advised({
  name: "governor",
  sets: "the CPUs' frequency governor",
  why: "A CPU that has slowed down takes a while to be fast again, and every packet waits for it.",
  scope: "machine",
  sources: ["Linux Documentation/admin-guide/pm/cpufreq.rst"],
  look: ({ files }) => {
    const now = files[GOVERNOR]?.trim();
    if (now === undefined) return { because: "this machine has no cpufreq" };
    if (now !== "powersave") return undefined;
    return {
      evidence: { weight: "some", says: `the governor is ${now}` },
      says: "set `performance` by your distribution's means (cpupower frequency-set -g performance, a TuneD profile), and measure its power too",
    };
  },
});

/** Packets follow their program. */
export const rfs = advised({
  name: "rfs",
  sets: "net.core.rps_sock_flow_entries and rps_flow_cnt, which act together only",
  why: "A packet is taken up by the CPU on which its program runs.",
  scope: "machine",
  sources: ["Linux Documentation/networking/scaling.rst, RFS"],
  look: (node) => {
    const entries = numberOf(node.sysctls["net.core.rps_sock_flow_entries"]);
    if (Number.isNaN(entries)) return { because: "rps_sock_flow_entries is not in this namespace" };
    const counts = carrying(node).flatMap(({ files }) => Object.entries(files).filter(([file]) => file.endsWith("/rps_flow_cnt")));
    const half = entries > 0 !== counts.some(([, count]) => Number(count) > 0);
    if (!half) return undefined;
    return {
      evidence: {
        weight: "some",
        says: `rps_sock_flow_entries is ${String(entries)} and the queues' rps_flow_cnt do not fit: one half alone does nothing`,
      },
      says: "set both (32768, and 32768 divided by the number of queues), or neither",
    };
  },
});

/** The card sorts packets by program. */
export const ntuple = advised({
  name: "ntuple",
  sets: "ntuple filters of a card (accelerated RFS)",
  why: "The card itself puts a packet into the queue of the CPU on which its program runs.",
  scope: "device",
  sources: ["Linux Documentation/networking/scaling.rst, Accelerated RFS"],
  look: (node) => {
    const able = carrying(node).filter(({ offloads }) => offloads["ntuple-filters"]?.fixed === false);
    if (able.length === 0) return { because: "no card has ntuple filters" };
    const off = able.filter(({ offloads }) => offloads["ntuple-filters"]?.on === false);
    if (off.length === 0) return undefined;
    return {
      evidence: { weight: "none", says: `ntuple filters are off on ${off.map(({ name }) => name).join(", ")}` },
      says: "worth a trial with RFS set: ethtool -K DEVICE ntuple on",
    };
  },
});

/** Queues of a card. */
export const queues = advised({
  name: "queues",
  sets: "the number of a card's queues",
  why: "Each queue interrupts a CPU of its own; with fewer queues than CPUs some of them never help.",
  scope: "device",
  sources: ["ethtool(8), -L"],
  look: (node) => {
    const cards = carrying(node).filter((device) => isCard(device) && device.kind === undefined && device.mostQueues !== undefined);
    if (cards.length === 0) return { because: "no card lets its queues be counted" };
    const few = cards.filter(({ queues: { rx }, mostQueues = 0 }) => rx < Math.min(mostQueues, node.cpus.length));
    if (few.length === 0) return undefined;
    return {
      evidence: {
        weight: "some",
        says: few.map(({ name, queues: { rx }, mostQueues = 0 }) => `${name} has ${String(rx)} of ${String(mostQueues)} queues`).join("; "),
      },
      says: "ethtool -L DEVICE combined N, at a time when the link may go down; never on a veth, where the kernel warns and is tainted",
    };
  },
});
