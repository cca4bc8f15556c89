/**
 * The privileged look at a node: commands that only read, and counters twice, before and after whatever lies in between.
 * @packageDocumentation
 */
import { type DeepLook, devicesOf, filteredDevicesOf } from "../../../inspection/deep/node-facts.js";
import { COUNTERS, DIRECTIONS, filtersOf, ONCE, offloadsOf } from "../../../inspection/deep/questions.js";
import { type Answers, type Question, written } from "../../../inspection/pods/look.js";
import { answerOf, type Ran } from "./inspection.js";

/** Runs a program on the node, in its network and with rights over it. */
export type RunOnNode = (argv: readonly [string, ...string[]]) => Promise<Ran>;

/** What a node was asked first. */
export type BegunLook = Omit<DeepLook, "after">;

/** Asks a node everything, and its counters for the first time. */
export async function beginLook(run: RunOnNode): Promise<BegunLook> {
  const before = await answers(run, COUNTERS);
  const filters = filteredDevicesOf(before).flatMap((device) => DIRECTIONS.map((direction) => filtersOf(device, direction)));
  return { before, once: await answers(run, [...ONCE, ...devicesOf(before).map(offloadsOf), ...filters]) };
}

/** Reads the counters for the second time. */
export async function endLook(run: RunOnNode, begun: BegunLook): Promise<DeepLook> {
  return { ...begun, after: await answers(run, COUNTERS) };
}

/** One after the other: a node is to be looked at, not loaded. One that is out of reach is asked once, since each attempt is a patient one. */
async function answers(run: RunOnNode, questions: readonly Question[]): Promise<Answers> {
  const all: [string, Answers[string]][] = [];
  let unreached: Ran | undefined;
  for (const question of questions) {
    const answer = await answerOf(async () => {
      const ran = unreached ?? (await run(question.argv));
      if (ran.unreached === true) unreached = ran;
      return ran;
    });
    all.push([written(question), answer]);
  }
  return Object.fromEntries(all);
}
