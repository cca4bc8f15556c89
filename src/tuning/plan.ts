/**
 * Which changes a node is offered, and what becomes of the others. Pure.
 * @packageDocumentation
 */
import { CHANGES } from "./changes/index.js";
import { type Change, type Evidence, type PlannedStep, RISKS, type Risk } from "./contract.js";
import { ORDER } from "./evidence.js";
import type { NodeFacts } from "./facts.js";
import { whyOutOfScope } from "./guard.js";

/** What is asked of a plan. */
export interface PlanRequest {
  /** Names of changes; absent: all that fit. */
  readonly only?: readonly string[];
  /** The largest risk that is taken. */
  readonly maxRisk: Risk;
  /** Takes knobs too that another program writes. */
  readonly force: boolean;
}

/** A change with its steps on this node. */
export interface PlannedChange {
  readonly change: Change;
  readonly evidence: Evidence;
  readonly steps: readonly [PlannedStep, ...PlannedStep[]];
}

/** A change that is not made, and why not. */
export interface Refused {
  readonly change: Change;
  readonly because: string;
}

/** Something that a person would do. */
export interface Advice {
  readonly change: Change;
  readonly evidence: Evidence;
  readonly says: string;
}

/** Everything that there is to say of a node. */
export interface Plan {
  /** What `apply` makes, in its order. */
  readonly changes: readonly PlannedChange[];
  /** What would change something and is made by name alone: nothing that was seen on this node asks for it. */
  readonly possible: readonly PlannedChange[];
  /** What would change something and is not made. */
  readonly refused: readonly Refused[];
  readonly advice: readonly Advice[];
  /** What is so already. */
  readonly so: readonly Change[];
  /** What has no meaning or no way on this node. */
  readonly notHere: readonly Refused[];
}

/** The plan for a node, of all changes or of others. */
export function planFor(node: NodeFacts, request: PlanRequest, changes: readonly Change[] = CHANGES): Plan {
  const asked = changes.filter(({ name }) => request.only?.includes(name) ?? true);
  const proposals = asked.map((change) => ({ change, proposal: change.propose(node) }));
  const plan = {
    changes: [] as PlannedChange[],
    possible: [] as PlannedChange[],
    refused: [] as Refused[],
    advice: [] as Advice[],
    so: [] as Change[],
    notHere: [] as Refused[],
  };
  for (const { change, proposal } of proposals) {
    const outside = whyOutOfScope(change, node);
    if (outside !== undefined) plan.notHere.push({ change, because: outside });
    else if (proposal.kind === "so") plan.so.push(change);
    else if (proposal.kind === "not here") plan.notHere.push({ change, because: proposal.because });
    else if (proposal.kind === "advice") plan.advice.push({ change, evidence: proposal.evidence, says: proposal.says });
    else {
      const { evidence, steps } = proposal;
      const because = whyRefused({ change, evidence, steps }, node, request);
      if (because !== undefined) plan.refused.push({ change, because });
      else if (evidence.weight === "none" && request.only === undefined) plan.possible.push({ change, evidence, steps });
      else plan.changes.push({ change, evidence, steps });
    }
  }
  return plan;
}

/** The changes in the order of what speaks for them, the strongest evidence first. */
export const byEvidence = (changes: readonly PlannedChange[]): readonly PlannedChange[] =>
  [...changes].sort((a, b) => ORDER[a.evidence.weight] - ORDER[b.evidence.weight]);

function whyRefused({ change, steps }: PlannedChange, node: NodeFacts, request: PlanRequest): string | undefined {
  const { risk, writers } = change;
  if (RISKS.indexOf(risk) > RISKS.indexOf(request.maxRisk)) return `its risk is ${risk}: --max-risk ${risk} takes it`;
  if (node.firstNamespace && !node.allProcesses && !request.force)
    return "whoever else writes it cannot be seen from this container: run podwire among the machine's own processes (hostPID: true); --force does without";
  const writer = writers.find(({ owner, leaves }) => node.owners.includes(owner) && leaves?.(node, steps) !== true);
  if (writer !== undefined && !request.force)
    return `${writer.owner} writes it, and two writers undo each other: its own setting is ${writer.instead}; --force makes podwire the second writer`;
  return undefined;
}
