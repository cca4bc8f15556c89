/**
 * A plan as its JSON document. Pure.
 * @packageDocumentation
 */
import { TUNING_PLAN_SCHEMA, type TuningPlan } from "../model/tuning.js";
import type { NodeFacts } from "./facts.js";
import { LADDER, type LadderFigures } from "./ladder.js";
import { LADDER_FIGURES } from "./ladder-figures.js";
import { linesOf, type StepLines } from "./lines.js";
import type { Plan, PlannedChange, Refused } from "./plan.js";

/** The document; the ladder comes with the largest risk alone. */
export function planDocument(plan: Plan, node: NodeFacts, withLadder: boolean): TuningPlan {
  return {
    schema: TUNING_PLAN_SCHEMA,
    node: { kernel: node.kernel, firstNamespace: node.firstNamespace, owners: [...node.owners] },
    changes: plan.changes.map((planned) => changeDocument(planned, node)),
    possible: plan.possible.map(({ change, evidence }) => ({ change: change.name, because: evidence.says })),
    refused: plan.refused.map(named),
    advice: plan.advice.map(({ change, evidence, says }) => ({ change: change.name, evidence, says })),
    so: plan.so.map(({ name }) => name),
    notHere: plan.notHere.map(named),
    ...(withLadder ? ladderOf(LADDER_FIGURES) : {}),
  };
}

/** The steps with what was measured of each. */
export function ladderOf(measured: LadderFigures | undefined): Pick<TuningPlan, "ladder" | "ladderMeasured"> {
  const ladder = LADDER.map((step) => {
    const own = measured?.figures.filter((figure) => figure.step === step.step) ?? [];
    return {
      ...step,
      breaks: [...step.breaks],
      gains: own.map(({ mode, variant, metric, overStart, overStep }) => ({ mode, variant, metric, overStart, overStep })),
    };
  });
  if (measured === undefined) return { ladder };
  const { at, machine, services } = measured;
  return { ladder, ladderMeasured: { at, machine, services } };
}

const named = ({ change, because }: Refused): TuningPlan["refused"][number] => ({ change: change.name, because });

/** One change's part of the document. */
export function changeDocument({ change, evidence, steps }: PlannedChange, node: NodeFacts): TuningPlan["changes"][number] {
  const lines = steps.map((step) => linesOf(step, node));
  const { sets, why, scope, risk, breaks, acts, side, readBack, sideEffects } = change;
  return {
    change: change.name,
    sets,
    now: joined(lines, "now"),
    // biome-ignore lint/suspicious/noThenProperty: the contract's name; no document is awaited
    then: joined(lines, "wanted"),
    why,
    undo: [...lines]
      .reverse()
      .map(({ undo }) => undo)
      .join("; "),
    evidence,
    scope,
    risk,
    breaks,
    acts,
    side,
    readBack,
    sideEffects,
    steps: lines,
  };
}

/** One value as it is; several with the names of what they are of. */
function joined(lines: readonly StepLines[], field: "now" | "wanted"): string {
  const [first] = lines;
  return lines.length === 1 && first !== undefined ? first[field] : lines.map((line) => `${line.what}: ${line[field]}`).join("; ");
}
