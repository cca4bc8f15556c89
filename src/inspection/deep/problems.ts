/**
 * What could not be read on a node.
 * @packageDocumentation
 */
import { type Answer, written } from "../pods/look.js";
import * as ask from "./questions.js";

type Answers = Readonly<Record<string, Answer>>;

/** What a kernel need not have: that it is missing is an answer. */
const MAY_BE_MISSING = [
  ask.CONNTRACK_COUNT,
  ask.CONNTRACK_MAX,
  ask.CONNTRACK_STAT,
  ask.CILIUM_CONSTANTS,
  ask.BPF_CGROUPS,
  ask.XFRM_STATES,
].map(written);

/** What could not be read, a sentence each. */
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
    ]),
  ];
}
