import { renderTuningPlan } from "../../report/terminal/tuning.js";
import { planFor } from "../../tuning/plan.js";
import { planDocument } from "../../tuning/plan-document.js";
import { readNode } from "../../tuning/tuner.js";
import { milliseconds } from "../../units/quantity.js";
import type { CliContext } from "../context.js";
import { EXIT } from "../errors.js";
import { handOut } from "../hand-out.js";
import { type PlanFlags, planRequest, tunerPorts, tuning } from "./request.js";

/** Long enough that a counter of a busy node grows, short enough to wait for. */
const BETWEEN = milliseconds(1_000);

/** Prints what `apply` would do to this node. Nothing is changed, and no root is needed. */
export async function tunePlan(flags: PlanFlags, context: CliContext): Promise<number> {
  const request = planRequest(flags);
  const { facts } = await tuning(context, async () => readNode(tunerPorts(flags, context), BETWEEN));
  const document = planDocument(planFor(facts, request), facts, request.maxRisk === "high");
  await handOut(
    flags,
    { text: (setting) => renderTuningPlan(document, setting), json: () => `${JSON.stringify(document, undefined, 2)}\n` },
    context,
  );
  return EXIT.ok;
}
