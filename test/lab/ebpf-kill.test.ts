/**
 * Labs with eBPF programs that are killed at random moments: none of their programs, maps and links is left, no cgroup, and no process. Needs root and bpftool.
 * With PODWIRE_EBPF_ALONE the machine's lists have to be as before altogether; without it other programs may come and go meanwhile.
 */
import { readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { bpftool, hasBpftool, heldBy } from "./bpftool.js";
import { copyBuilt } from "./built-lab.js";
import { allProcesses, callersState, family, type ProcessEntry } from "./bystander.js";
import { hasTcx } from "./service-lab.js";
import { chain, isOpen, type Kind, randomNumbers, remains, startLab, type Victims } from "./victims.js";

const built = copyBuilt();
afterAll(built.remove);

/** Programs on the cgroup, on cards, on pods' links and tunnels, in several variants at once. */
const MODES = [
  "host",
  "macvlan+host-shim+socket-lb:2000+tc-nodeport:2000",
  "l2-bridge+socket-lb:500",
  "flannel-host-gw+tc-nodeport:500",
  "ebpf-routed+socket-lb:100",
  "ebpf-vxlan",
];
/** Two programs on each card of two modes, and four of each node of two others, with two nodes and two copies each. */
const DEVICE_PROGRAMS = 2 * 2 * 2 * 2 + 4 * 2 * 2 * 2;
/** socket-lb's on the cgroup. */
const SOCKET_PROGRAMS = 9;
const HELD_PROGRAMS = SOCKET_PROGRAMS + DEVICE_PROGRAMS;
/** Without a tunnel one of a node's four hangs nowhere. Before TCX programs hung on devices without links. */
const HELD_LINKS = SOCKET_PROGRAMS + (hasTcx ? DEVICE_PROGRAMS - 2 * 2 : 0);
const KILLS = Number(process.env["PODWIRE_EBPF_KILLS"] ?? 6);
/** Repeats a failing run: PODWIRE_KILL_SEED=... npx vitest run test/lab/ebpf-kill.test.ts */
const seed = Number(process.env["PODWIRE_KILL_SEED"] ?? Date.now() % 1_000_000);
/** Half of the kills come while the lab is built and loaded, half while it is used, at a random moment of so many milliseconds. */
const MOMENTS_MS = { building: 2_500, using: 300 } as const;
/** Programs on a card by clsact go with it, which the kernel takes away a second or two after its namespace has ended, and later on a machine that is busy. */
const GONE_WITHIN_MS = 20_000;

const ALONE = process.env["PODWIRE_EBPF_ALONE"] !== undefined;
/** Those of some ids that the kernel still has. */
function alive(ids: readonly string[]): readonly string[] {
  const all = state();
  const there = new Set((["prog", "map", "link"] as const).flatMap((kind) => all[kind].map((one) => `${kind} ${one.split(" ")[0] ?? ""}`)));
  return ids.filter((id) => there.has(id));
}

/** Ids of all eBPF programs, maps and links of the machine, and its cgroups. */
function state(): Readonly<Record<"prog" | "map" | "link" | "cgroup", readonly string[]>> {
  const ids = (kind: string): string[] =>
    (JSON.parse(bpftool("--json", kind, "list") || "[]") as { id: number; name?: string; type: string }[]).map(
      ({ id, name = "", type }) => `${String(id)} ${type} ${name}`,
    );
  return { prog: ids("prog"), map: ids("map"), link: ids("link"), cgroup: folders("/sys/fs/cgroup") };
}

function folders(place: string): string[] {
  return readdirSync(place, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort();
}

type Victim = Kind | "holder";

function victimsOf(victims: Victims): Readonly<Record<Victim, readonly ProcessEntry[]>> {
  const links = chain(victims);
  return { ...links, holder: links.inside.filter(({ command }) => command.includes("podwire-ebpf hold")) };
}

describe.skipIf(!hasBpftool)(`a lab with eBPF programs that is killed (seed ${String(seed)})`, () => {
  const random = randomNumbers(seed);
  const kinds: readonly Victim[] = ["holder", "agent", "podwire", "unshare", "inside"];
  const plan = Array.from({ length: KILLS }, (_, index) => {
    const phase = index % 2 === 0 ? ("using" as const) : ("building" as const);
    const kind = kinds[Math.floor(index / 2) % kinds.length] ?? "podwire";
    return { kill: `${String(index + 1)}: ${kind} of root`, phase, kind, moment: Math.round(random() * MOMENTS_MS[phase]) };
  });

  function signal(entry: ProcessEntry | undefined, name: "SIGKILL" | "SIGSTOP"): boolean {
    if (entry === undefined) return false;
    try {
      process.kill(entry.pid, name);
      return true;
    } catch {
      return false; // It has ended by itself since it was looked up.
    }
  }

  async function killedAt(victims: Victims, { kind, phase, moment }: (typeof plan)[number]): Promise<void> {
    const own = new Set(allProcesses().map((entry) => entry.pidNamespace));
    if (phase === "using") expect(await isOpen(victims)).toContain('"failures":{}');
    await delay(moment); // The random moment itself, not a wait for something.
    expect(victims.driver.exitCode, "the lab had ended before it was killed").toBe(null);
    const seen = family(victims.driver.pid ?? 0).map((entry) => entry.pidNamespace);
    const pidNamespaces = new Set(seen.filter((namespace) => namespace !== "" && !own.has(namespace)));
    const [holder] = victimsOf(victims).holder;
    // It holds still, so that nothing comes after the look at what it holds.
    signal(holder, "SIGSTOP");
    const held = heldBy(holder);
    if (phase === "using") {
      expect(held.filter((id) => id.startsWith("link "))).toHaveLength(HELD_LINKS);
      expect(held.filter((id) => id.startsWith("prog "))).toHaveLength(HELD_PROGRAMS);
      expect(alive(held)).toEqual(held);
    }
    const candidates = victimsOf(victims)[kind];
    const killed = signal(candidates[Math.floor(random() * candidates.length)], "SIGKILL");
    if (kind === "holder" && killed) {
      // What hangs by links goes with the holder alone, while the lab still stands.
      const links = held.filter((id) => id.startsWith("link "));
      await expect.poll(() => alive(links), { timeout: GONE_WITHIN_MS, interval: 20 }).toEqual([]);
    }
    if (!killed || kind === "holder" || kind === "inside") signal(victimsOf(victims).podwire[0], "SIGKILL");
    await expect.poll(() => remains(victims, pidNamespaces), { timeout: GONE_WITHIN_MS, interval: 20 }).toEqual([]);
    await expect.poll(() => alive(held), { timeout: GONE_WITHIN_MS, interval: 100 }).toEqual([]);
  }

  test.each(plan)("leaves nothing behind, $kill, $moment ms into $phase", async (planned) => {
    const before = { caller: callersState(), ...state() };
    const victims = startLab(built, "root", MODES);
    try {
      await killedAt(victims, planned);
    } finally {
      victims.driver.kill("SIGKILL");
    }
    const now = () => ({ caller: callersState(), ...(ALONE ? state() : {}) });
    const then = ALONE ? before : { caller: before.caller };
    await expect.poll(now, { timeout: GONE_WITHIN_MS, interval: 100 }).toEqual(then);
  });
});
