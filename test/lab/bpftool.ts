/**
 * What eBPF objects there are, by bpftool, and which of them a process holds.
 * @packageDocumentation
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { isRoot } from "./built-lab.js";
import type { ProcessEntry } from "./bystander.js";

/** Debian keeps it where an ordinary user's PATH does not lead. */
const PATH = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;
/** A dumped table has some megabytes. */
const MOST_BYTES = 1 << 28;
const called = (words: readonly string[]) => spawnSync("bpftool", words, { encoding: "utf8", env: { PATH }, maxBuffer: MOST_BYTES });

/** What it prints. */
export const bpftool = (...words: readonly string[]): string => called(words).stdout;

/** Whether it is there and may look. */
export const hasBpftool = isRoot && called(["version"]).status === 0;

/** How /proc/PID/fdinfo calls the ids of what a process holds. */
const HELD = { prog: "prog_id", map: "map_id", link: "link_id" } as const;

/** Ids of what a process holds, as `prog 17`; empty where it has ended. */
export function heldBy(holder: ProcessEntry | undefined): readonly string[] {
  if (holder === undefined) return [];
  const place = `/proc/${String(holder.pid)}/fdinfo`;
  try {
    const texts = readdirSync(place).map((name) => readFileSync(`${place}/${name}`, "utf8"));
    const ids = Object.entries(HELD).flatMap(([kind, word]) =>
      texts.flatMap((text) =>
        [...text.matchAll(new RegExp(String.raw`^${word}:\s+(\d+)$`, "gm"))].map(([, id]) => `${kind} ${String(id)}`),
      ),
    );
    // A link names its program too.
    return [...new Set(ids)];
  } catch {
    return [];
  }
}
