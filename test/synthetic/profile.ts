/** Samples and profiles that tests make: random ones, and ones whose costs are known. */
import fc from "fast-check";
import { assembleProfile, type CountedLoad } from "../../src/explain/profile/assemble.js";
import { toolsOf } from "../../src/explain/profile/fold.js";
import { profileTable } from "../../src/explain/profile/profile-table.js";
import type { Frame, Sample } from "../../src/explain/profile/samples.js";
import type { Told } from "../../src/explain/profile/witnesses.js";
import { type Profile, type ProfileTable, profileTableSchema } from "../../src/model/profile.js";

export const KERNEL = "[kernel.kallsyms]";

/** Functions of several layers, of none, and one without a name. */
const SYMBOLS = [
  "veth_xmit",
  "br_handle_frame",
  "nf_conntrack_in",
  "nft_do_chain",
  "tcp_v4_rcv",
  "_raw_spin_unlock_irqrestore",
  "kmem_cache_free",
  "memcpy",
  "handle_softirqs",
  "do_syscall_64",
  "default_idle",
  "some_function",
  undefined,
];

const frame: fc.Arbitrary<Frame> = fc.constantFrom(...SYMBOLS).map((symbol) => ({ symbol, module: KERNEL }));

/** What `perf script` can print: names of threads have neither line breaks nor spaces at their ends. */
const thread = fc.constantFrom("ab", "nginx", "swapper", "ksoftirqd/0", "kworker/0:1-events", "a [1] b");

export const sample: fc.Arbitrary<Sample> = fc.record({
  thread,
  cpu: fc.nat(127),
  time: fc.integer({ min: 0, max: 1e15 }),
  weight: fc.integer({ min: 1, max: 2_000_000 }),
  frames: fc.array(frame, { maxLength: 12 }),
});

/** A sample as `perf script` prints it. */
export function scriptOf({ thread: name, cpu, time, weight, frames }: Sample): string {
  const seconds = `${String(Math.floor(time / 1e9))}.${String(time % 1e9).padStart(9, "0")}`;
  const head = `${name} 4711 [${String(cpu).padStart(3, "0")}] ${seconds}:    ${String(weight)} `;
  const lines = frames.map(({ symbol, module }) => `\tffffffff81000000 ${symbol ?? "[unknown]"} (${module})`);
  return [head, ...lines, "", ""].join("\n");
}

/** A sample at a moment, its innermost function first. */
export const sampleAt = (time: number, symbols: readonly string[], name = "ab"): Sample => ({
  thread: name,
  cpu: 0,
  time,
  weight: 1_000_000,
  frames: symbols.map((symbol) => ({ symbol, module: KERNEL })),
});

/** A load of one second and a thousand requests. */
export const loadOf = (mode: string, round: number, { profiled = true, from = 0, work = 1 } = {}): CountedLoad => ({
  mode,
  path: mode === "host" ? "host-host" : "pod-pod",
  round,
  profiled,
  from,
  to: from + 1e9,
  work,
  packets: 10_000 * work,
});

const SECOND = 1e9;
const PODS = "flannel-vxlan";

/** Six rounds, every other one profiled. Pods spend 40 us a request in the bridge and 20 in something without a name; the host has neither. */
export function profiled(): Profile {
  const looks = Array.from({ length: 6 }, (_, round) => {
    const isProfiled = round % 2 === 0;
    const loads = ["host", PODS].map((mode, place) =>
      loadOf(mode, round, { profiled: isProfiled, from: (4 * round + 2 * place) * SECOND, work: isProfiled ? 0.95 : 1 }),
    );
    const samples = loads.flatMap(({ mode, from }) => [
      ...Array.from({ length: 95 }, () => sampleAt(from + 1, ["tcp_v4_rcv", "handle_softirqs"])),
      ...Array.from({ length: mode === PODS ? 38 : 0 }, () => sampleAt(from + 1, ["br_handle_frame", "handle_softirqs"])),
      ...Array.from({ length: mode === PODS ? 19 : 0 }, () => ({
        ...sampleAt(from + 1, []),
        frames: [{ symbol: undefined, module: "[unknown]" }],
      })),
    ]);
    return { loads, samples: isProfiled ? samples : [] };
  });
  return assembleProfile(
    looks.flatMap(({ loads }) => loads),
    looks.flatMap(({ samples }) => samples),
    { hertz: 997, workload: "http", tools: toolsOf(["ab"]) },
  );
}

/** What is held against what in {@link profiled}. */
export const HELD = { host: { mode: "host", path: "host-host" }, variant: { mode: PODS, path: "pod-pod" }, seed: 1 } as const;

/** A waterfall that sees the bridge too. */
export const BRIDGE: Told["effects"] = [{ layers: ["bridge"], points: -9, low: -11, high: -7 }];

/** The table of {@link profiled}, beside the effects of a waterfall where there are any. */
export function profiledTable(effects: Told["effects"] = []): ProfileTable {
  const told: Told = { better: "higher", effects, costOf: () => undefined };
  const found = profileTable(profiled(), HELD, effects.length === 0 ? undefined : told);
  if (found === undefined) throw new Error("no table");
  return profileTableSchema.parse(found);
}
