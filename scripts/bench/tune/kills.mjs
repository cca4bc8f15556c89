/**
 * Kills `podwire tune apply`, `undo` and `auto` at random moments, in a node of a lab that is held for it, with a state folder of its own: afterwards `status` must
 * answer, and `undo` must leave every value as it was before. Where podwire has a guard (`apply` under a lease, `auto`), the guard has to take everything back by itself.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { machineFacts, met, parsed, ROOT, record } from "../record.mjs";

/** The lab's mode and node that are tuned. */
const PLACE = ["flannel-vxlan", "node-a"];
const PODWIRE = join(ROOT, "bin/podwire");
/** How long a guard may take until everything is as it was, milliseconds. */
const PATIENCE = 120_000;
/** What is killed, one after the other. */
const KILLED = /** @type {const} */ (["apply", "undo", "apply under a lease", "auto"]);
/** The load is under way from the first second on, and trials follow each other; milliseconds. */
const AUTO_LASTS = 15_000;

/** @typedef {{ of: typeof KILLED[number], afterMs: number, states: readonly string[], restored: boolean, complaint?: string }} Kill */

/** Opens the lab and does the rest in it. @param {number} count @param {number} seed */
export function holdLab(count, seed) {
  const machine = machineFacts();
  const folder = mkdtempSync(join(tmpdir(), "podwire-bench-tune-"));
  try {
    const out = join(folder, "kills.json");
    const inside = [
      process.execPath,
      join(ROOT, "scripts/bench/tune.mjs"),
      "kills-inside",
      "--count",
      String(count),
      "--seed",
      String(seed),
      "--out",
      out,
    ];
    const { status } = spawnSync(process.execPath, [PODWIRE, "lab", "shell", ...PLACE, "--", ...inside], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (status !== 0) throw new Error(`the lab ended with ${String(status)}`);
    report(machine, seed, /** @type {readonly Kill[]} */ (parsed(readFileSync(out, "utf8"))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {ReturnType<typeof machineFacts>} machine @param {number} seed @param {readonly Kill[]} kills */
function report(machine, seed, kills) {
  const restored = kills.filter((kill) => kill.restored);
  const rows = [...new Set(kills.map(({ of }) => of))].map((of) => {
    const own = kills.filter((kill) => kill.of === of);
    const states = [...new Set(own.flatMap((kill) => kill.states))].sort().join(", ");
    return [of, String(own.length), states, String(own.filter((kill) => kill.restored).length)];
  });
  const outcome = met(restored.length === kills.length);
  record({
    name: "tune-kills",
    machine,
    short: false,
    tables: [
      {
        title: `Kills in ${PLACE.join(" ")}, seed ${String(seed)}: after ${String(restored.length)} of ${String(kills.length)} everything was as before (${outcome})`,
        head: ["killed", "kills", "states told afterwards", "as before"],
        rows,
      },
    ],
    outcomes: [outcome],
    figures: { kills },
  });
}

/** A lot between 0 and 1, the same ones for a seed (mulberry32). @param {number} seed @returns {() => number} */
function lots(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What is done inside the lab. @param {number} count @param {number} seed @param {string} out where the kills are written to */
export async function killsInside(count, seed, out) {
  const lot = lots(seed);
  const state = mkdtempSync(join(tmpdir(), "podwire-tune-state-"));
  try {
    plant();
    const before = nodeState();
    const whole = await durationOf(APPLY, state);
    await durationOf(["undo"], state);
    if (nodeState() !== before) throw new Error("an apply and an undo that no one killed do not restore the node");
    const kills = [];
    for (let done = 0; done < count; done++) {
      const of = KILLED[done % KILLED.length] ?? "apply";
      kills.push(await oneKill(of, lot() * (of === "auto" ? AUTO_LASTS : whole), before, state));
      writeFileSync(out, JSON.stringify(kills));
    }
  } finally {
    rmSync(state, { recursive: true });
  }
}

/** Something for changes to mend, so that they do more than a healthy node needs. */
function plant() {
  for (const command of [
    "ethtool -K eth0 tx off",
    "ip link set dev eth0 gso_max_size 1500",
    "sysctl -qw net.core.somaxconn=128 net.ipv4.tcp_congestion_control=reno",
  ]) {
    const [program = "", ...words] = command.split(" ");
    const { status, stderr } = spawnSync(program, words, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${command}: ${stderr}`);
  }
}

/** Everything that changes could touch; timers of bridges, counters and ages are left out. */
function nodeState() {
  const script = [
    "sysctl -a 2>/dev/null | grep '^net' | grep -vE 'nf_conntrack_count|[.]stat[.]|dirty|base_reachable|rss_key|stable_secret|fastopen_key|ipfrag_|route.gc'",
    "ip -details -oneline link show | sed -E 's/[a-z_]*timer +[0-9.]+//g'",
    "for device in $(ls /sys/class/net); do ethtool -k $device; done",
    "tc qdisc show; nft list ruleset | sed -E 's/packets [0-9]+ bytes [0-9]+//'",
    "grep -sH '' /sys/class/net/*/queues/*/*ps_cpus /sys/class/net/*/gro_flush_timeout; true",
  ].join("\n");
  const name = spawnSync("ip", ["netns", "identify"], { encoding: "utf8" }).stdout.trim();
  return spawnSync("ip", ["netns", "exec", name, "sh", "-c", script], { encoding: "utf8", maxBuffer: 1e8 }).stdout;
}

/** @param {readonly string[]} args @param {string} state */
const argv = (args, state) => [PODWIRE, "tune", ...args, "--state", state];

const APPLY = ["apply", "--max-risk", "high"];
const COMMANDS = {
  apply: APPLY,
  undo: ["undo"],
  "apply under a lease": [...APPLY, "--confirm-within", "10m"],
  auto: ["auto", "--metric", "tcp-open", "--max-risk", "medium", "--budget", "60s"],
};

/** Milliseconds that a command takes when no one kills it. @param {readonly string[]} args @param {string} state */
async function durationOf(args, state) {
  const began = performance.now();
  const { code, stderr } = await running(args, state).ended;
  if (code !== 0) throw new Error(`tune ${args.join(" ")}: ${stderr}`);
  return performance.now() - began;
}

/** @param {readonly string[]} args @param {string} state */
function running(args, state) {
  const child = spawn(process.execPath, argv(args, state), { stdio: ["pipe", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
    stderr += text;
  });
  /** @type {Promise<{ code: number | null, stderr: string }>} */
  const ended = new Promise((resolve) => {
    // Not "close": a guard may hold its output open.
    child.once("exit", (code) => {
      resolve({ code, stderr });
    });
  });
  return { child, ended };
}

/** @param {Kill["of"]} of @param {number} afterMs @param {string} before @param {string} state @returns {Promise<Kill>} */
async function oneKill(of, afterMs, before, state) {
  if (of === "undo") await durationOf(APPLY, state);
  const { child, ended } = running(COMMANDS[of], state);
  await delay(afterMs);
  child.kill("SIGKILL");
  await ended;
  if (of === "apply" || of === "undo") {
    const states = statusOf(state);
    return { of, afterMs, states, ...(await undone(before, state)) };
  }
  const complaint = (await isTakenBack(before)) ? undefined : "the guard has not taken it back";
  const states = statusOf(state);
  const after = await undone(before, state);
  return { of, afterMs, states, ...(complaint === undefined ? after : { restored: false, complaint }) };
}

/** @param {string} before @param {string} state @returns {Promise<Pick<Kill, "restored" | "complaint">>} */
async function undone(before, state) {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const { code, stderr } = await running(["undo"], state).ended;
    // A guard that is still at work has the node's lock.
    if (stderr.includes("tunes this node") && performance.now() < end) continue;
    const restored = code === 0 && nodeState() === before;
    return { restored, ...(restored ? {} : { complaint: stderr }) };
  }
}

/** A guard works by itself: it is only waited for. @param {string} before */
async function isTakenBack(before) {
  const end = performance.now() + PATIENCE;
  while (nodeState() !== before && performance.now() < end) await delay(200);
  return nodeState() === before;
}

/** Distinct states that status tells of. @param {string} state @returns {string[]} */
function statusOf(state) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...argv(["status"], state), "--json"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`tune status: ${stderr}`);
  const { entries } = /** @type {{ entries: { state: string }[] }} */ (parsed(stdout));
  return [...new Set(entries.map((entry) => entry.state))];
}
