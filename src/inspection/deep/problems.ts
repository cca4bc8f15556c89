/**
 * What could not be read on a node, and what the programs that were there could not tell.
 * @packageDocumentation
 */
import { type Answers, printedOf, written } from "../pods/look.js";
import { bpftoolVersion, linkPrograms } from "./ebpf.js";
import * as ask from "./questions.js";

/** What a kernel need not have: that it is missing is an answer. */
const MAY_BE_MISSING = [
  ask.CONNTRACK_COUNT,
  ask.CONNTRACK_MAX,
  ask.CONNTRACK_STAT,
  ask.CILIUM_CONSTANTS,
  ask.BPF_CGROUPS,
  ask.XFRM_STATES,
  ask.BPF_VERSION,
].map(written);

/** What could not be read or told, a sentence each. */
export function problemsOf({ once, before, after }: Readonly<Record<"once" | "before" | "after", Answers>>): string[] {
  const all = [once, before, after].flatMap((answers) => Object.entries(answers));
  const failed = all.flatMap(([command, answer]) =>
    "problem" in answer && !MAY_BE_MISSING.includes(command) ? [{ command, problem: answer.problem }] : [],
  );
  // One program that is not there is one problem, however often it was asked.
  const [listing] = failed.filter(({ command }) => command.startsWith("bpftool "));
  const others = failed.filter(({ command }) => !command.startsWith("bpftool "));
  return [
    ...new Set([
      ...others.map(({ command, problem }) => `\`${command}\` could not be read: ${problem}`),
      ...(listing === undefined ? [] : [`eBPF programs could not all be listed: \`${listing.command}\`: ${listing.problem}`]),
      ...withoutDevices(once),
    ]),
  ];
}

/** A bpftool that is older than the kernel lists programs at devices without saying where they are. */
function withoutDevices(once: Answers): readonly string[] {
  if (linkPrograms(printedOf(once, ask.BPF_LINKS)).every(({ at }) => at !== undefined)) return [];
  const version = bpftoolVersion(printedOf(once, ask.BPF_VERSION));
  const tool = version === undefined ? "this bpftool" : `bpftool ${version}`;
  return [`at which devices TCX and netkit programs are could not be told: ${tool} does not name them (7.3 and newer do)`];
}
