/**
 * The privileged look at a node: commands that only read, and counters twice.
 * @packageDocumentation
 */
import { type Answers, type DeepLook, devicesOf } from "../../inspection/deep/node-facts.js";
import { COUNTERS, ONCE, offloadsOf } from "../../inspection/deep/questions.js";
import { type Question, written } from "../../inspection/pods/look.js";
import { answerOf, type Ran } from "./inspection.js";

/** Runs a program on the node, in its network and with rights over it. */
export type RunOnNode = (argv: readonly [string, ...string[]]) => Promise<Ran>;

/** Asks a node everything. `pause` lies between the two readings of the counters. */
export async function lookDeep(run: RunOnNode, pause: () => Promise<void>): Promise<DeepLook> {
  const before = await answers(run, COUNTERS);
  const once = await answers(run, [...ONCE, ...devicesOf(before).map(offloadsOf)]);
  await pause();
  return { before, once, after: await answers(run, COUNTERS) };
}

/** One after the other: a node is to be looked at, not loaded. */
async function answers(run: RunOnNode, questions: readonly Question[]): Promise<Answers> {
  const all: [string, Answers[string]][] = [];
  for (const question of questions) all.push([written(question), await answerOf(async () => run(question.argv))]);
  return Object.fromEntries(all);
}
