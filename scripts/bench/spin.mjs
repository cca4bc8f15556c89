/**
 * A program that burns a set time for each packet (bpf/spin.bpf.c): compiled for this machine, and hung on a link of a mode.
 */
import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { LIBBPF, multiarchFolders } from "../setup/build.mjs";
import { locate } from "../setup/programs.mjs";

/** @typedef {import("../../dist/modes/contract.js").Mode} Mode */
/** @typedef {{ readonly object: string, readonly turns: number, readonly nanoseconds: number }} Spin */

const SOURCE = new URL("../../bpf/spin.bpf.c", import.meta.url).pathname;
const PROGRAM = "podwire_spin";
/** bpf_loop makes no more turns at once (kernel/bpf/bpf_iter.c, BPF_MAX_LOOPS). */
const MOST_TURNS = 2 ** 23;
const RUNS = 20_000;
const run = promisify(execFile);

/** Why the program cannot be made or hung on a link here; undefined where it can. */
export function spinUnavailable() {
  const missing = ["clang", "bpftool", "tc", "unshare"].filter((name) => locate(name) === undefined);
  if (missing.length > 0) return `not on this machine: ${missing.join(", ")}`;
  if (!existsSync(LIBBPF)) return "not on this machine: libbpf's headers";
  return process.getuid?.() === 0 ? undefined : "programs are hung on links by root only";
}

/**
 * The program that takes so long for each packet, as the kernel itself times it.
 * @param {string} folder for the object @param {number} nanoseconds
 * @returns {Promise<Spin>}
 */
export async function spinOf(folder, nanoseconds) {
  const few = await compiled(folder, 1);
  const many = await compiled(folder, 1_001);
  const turn = ((await timed(many, folder)) - (await timed(few, folder))) / 1_000;
  if (!(turn > 0)) throw new Error(`a turn of ${PROGRAM} takes ${String(turn)} ns`);
  const turns = Math.min(MOST_TURNS, Math.max(1, Math.round(nanoseconds / turn)));
  const object = await compiled(folder, turns);
  return { object, turns, nanoseconds: await timed(object, folder) };
}

/** @param {string} folder @param {number} turns */
async function compiled(folder, turns) {
  const object = join(folder, `spin-${String(turns)}.o`);
  const folders = multiarchFolders().map((one) => `-I${one}`);
  await run("clang", ["-O2", "-g", "-target", "bpf", ...folders, `-DTURNS=${String(turns)}`, "-c", SOURCE, "-o", object]);
  return object;
}

/** Nanoseconds a run, by the kernel (bpftool-prog(8), run), in a network namespace that ends with the command. @param {string} object @param {string} folder */
async function timed(object, folder) {
  const frame = join(folder, "frame");
  writeFileSync(frame, Buffer.alloc(64, 0x08));
  const script = `
    tc qdisc add dev lo clsact
    tc filter add dev lo ingress bpf direct-action obj "$1" sec tc
    id=$(tc -json filter show dev lo ingress | sed -n 's/.*"prog":{"id":\\([0-9]*\\).*/\\1/p')
    bpftool prog run id "$id" data_in "$2" repeat ${String(RUNS)}`;
  const { stdout } = await run("unshare", ["--net", "sh", "-ec", script, "spin", object, frame]);
  const average = /duration \(average\): (\d+)ns/.exec(stdout)?.[1];
  if (average === undefined) throw new Error(`bpftool said no time: ${stdout.trim()}`);
  return Number(average);
}

/**
 * A mode whose second node burns time for each packet that comes to its pod's link.
 * @param {Mode} base @param {string} name @param {Spin | undefined} spin without one the mode as it is, under that name
 * @returns {Mode}
 */
export function withSpin(base, name, spin) {
  if (spin === undefined) return { ...base, name };
  return {
    ...base,
    name,
    wire: (topology) => {
      const wiring = base.wire(topology);
      const path = wiring.paths["pod-pod"];
      if (path === undefined) throw new Error(`${base.name} has no path between pods`);
      const lines = [
        `qdisc add dev ${path.toDevice} clsact`,
        `filter add dev ${path.toDevice} ingress bpf direct-action obj ${spin.object} sec tc`,
      ];
      const planted = {
        kind: /** @type {const} */ ("load"),
        in: path.to,
        layer: "spin",
        what: `a program of ${String(spin.turns)} turns a packet`,
        tracks: false,
        argv: /** @type {[string, ...string[]]} */ (["tc", "-batch", "-"]),
        inputs: [`${lines.join("\n")}\n`],
        reason: `burns ${String(spin.nanoseconds)} ns for each packet`,
      };
      return { ...wiring, steps: [...wiring.steps, planted] };
    },
  };
}
