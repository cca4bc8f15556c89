/**
 * A packet's way through rules, and a ruleset's owners and findings, on a terminal.
 * @packageDocumentation
 */
import type { RuleWalk, WalkStep } from "../../model/rule-walk.js";
import type { RulesetReport } from "../../model/ruleset-report.js";
import { formatCount } from "../../units/format.js";
import { type Paint, painter } from "./paint.js";
import { costSentence } from "./rule-costs.js";
import { padEnd, padStart, wrap } from "./text.js";

/** How it is set. */
export interface RulesSetting {
  readonly width: number;
  readonly colour: boolean;
}

const VERDICTS = {
  accept: "The packet passes.",
  drop: "The packet is dropped.",
  reject: "The packet is rejected, and its sender gets an error.",
  unknown: "Cannot tell from here: what becomes of the packet depends on what its words do not say.",
} as const;

/** The walk, each line ended. */
export function renderWalk(walk: RuleWalk, { width, colour }: RulesSetting): string {
  const paint = painter(colour);
  const { verdict, looked, cost, steps, branches = [], packet, notes = [] } = walk;
  const lines = [
    ...wrap(`${VERDICTS[verdict]} ${formatCount(looked)} ${looked === 1 ? "rule was" : "rules were"} looked at.`, width).map((line) =>
      paint("strong", line),
    ),
    ...(cost === undefined ? [] : wrap(costSentence(cost), width)),
    ...(packet === undefined ? [] : wrap(`It leaves as: ${packet}`, width)),
    ...notes.flatMap((note) => wrap(note, width)),
    "",
    ...stepLines(steps, width, paint),
    ...branches.flatMap((branch) => [
      "",
      ...wrap(
        `if ${branch.if}: ${branch.verdict === "unknown" ? "cannot tell" : branch.verdict}${branch.packet === undefined ? "" : `, as ${branch.packet}`}`,
        width,
      ).map((line) => paint("heading", line)),
      ...stepLines(branch.steps, width, paint),
    ]),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function stepLines(steps: readonly WalkStep[], width: number, paint: Paint): string[] {
  return steps.flatMap(({ hook, table, chain, rule, action, line }) => [
    ...wrap(`${hook}, ${table} ${chain}${line === undefined ? "" : `, line ${String(line)}`}: ${action}`, width, "    "),
    ...wrap(`    ${rule}`, width, "    ").map((text) => paint("quiet", `    ${text.trimStart()}`)),
  ]);
}

/** Owners, then findings; each line ended. */
export function renderRulesetReport({ owners, findings }: RulesetReport, { width, colour }: RulesSetting): string {
  const paint = painter(colour);
  const all = owners.reduce((sum, { rules }) => sum + rules, 0);
  const most = owners[0];
  const answer =
    most === undefined || all === 0
      ? `There is no rule${most === undefined ? "" : ": the chains are empty"}.`
      : `${formatCount(all)} ${all === 1 ? "rule, which is" : "rules, most of them"} ${most.owner === "unknown" ? "of no product that is known by its names" : `${most.owner}'s`}; ${findings.length === 0 ? "nothing is odd about them" : `${formatCount(findings.length)} ${findings.length === 1 ? "thing is" : "things are"} odd`}.`;
  const widest = Math.max(6, ...owners.map(({ owner }) => owner.length));
  const lines = [
    ...wrap(answer, width).map((line) => paint("strong", line)),
    ...(most === undefined ? [] : ["", paint("heading", `${padEnd("owner", widest)}  ${padStart("chains", 8)}  ${padStart("rules", 8)}`)]),
    ...owners.map(
      ({ owner, chains, rules }) => `${padEnd(owner, widest)}  ${padStart(formatCount(chains), 8)}  ${padStart(formatCount(rules), 8)}`,
    ),
    ...(findings.length === 0 ? [] : [""]),
    ...findings.flatMap(({ finding, table, chain, rule, line, says }) => [
      ...wrap(`${finding}: ${table} ${chain}${line === undefined ? "" : `, line ${String(line)}`}: ${says}`, width, "    "),
      ...(rule === undefined ? [] : wrap(`    ${rule}`, width, "    ").map((text) => paint("quiet", `    ${text.trimStart()}`))),
    ]),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}
