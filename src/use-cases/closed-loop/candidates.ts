/**
 * Which changes the closed loop tries in a lab, and why not the others.
 * @packageDocumentation
 */

import type { WorkloadName } from "../../model/metric.js";
import { loadInWords, OPEN_LAB } from "../../model/metric-names.js";
import type { Change, Evidence, PlannedStep, Risk } from "../../tuning/contract.js";
import { ORDER } from "../../tuning/evidence.js";
import type { NodeFacts } from "../../tuning/facts.js";
import { satisfies, titleOf } from "../../tuning/knobs/knobs.js";
import type { TunedNode } from "../../tuning/node.js";
import { type Plan, type PlannedChange, planFor } from "../../tuning/plan.js";
import type { Endpoint } from "../../venues/contract.js";

/** A node or a pod of the lab, with what was read of it. */
export interface Place {
  readonly at: Endpoint;
  readonly facts: NodeFacts;
  readonly node: TunedNode;
  /** As `Tuned` says. */
  readonly shared: boolean;
}

/** A step of a change at one place. */
export interface PlacedStep {
  readonly place: Place;
  readonly step: PlannedStep;
  /** podwire's own rules beside it, where something was kept since the place's facts were read. */
  readonly ownRules?: string;
}

/** A change that is tried, at every place where it would change something. */
export interface Candidate {
  readonly change: Change;
  readonly evidence: Evidence;
  readonly steps: readonly [PlacedStep, ...PlacedStep[]];
}

/** A change that is not tried. */
export interface Untried {
  readonly change: Change;
  readonly because: string;
  /** What speaks for it, where the load cannot show what it gains, and the metrics that would. */
  readonly evidence?: string;
  readonly shownBy?: readonly string[];
}

/** What is tried, the strongest evidence first, and what would change something and is not tried. */
export interface Candidates {
  readonly tried: readonly Candidate[];
  readonly untried: readonly Untried[];
}

/** What has to be made anew is not made by a visit. */
const LATE = new Set<Change["acts"]>(["reopened listeners", "re-created devices"]);

/** Loads of many packets a transfer, which what acts on such ones is judged by; each is a metric's name too. */
const BULK = ["tcp-open", "tcp8"] as const satisfies readonly WorkloadName[];

/**
 * Candidates from what is proposed at each place.
 * @param workload - what the path is loaded with
 */
export function candidatesOf(places: readonly Place[], maxRisk: Risk, workload: WorkloadName): Candidates {
  const plans = places.map((place) => ({ place, plan: planFor(place.facts, { maxRisk, force: false }) }));
  const names = [...new Set(plans.flatMap(({ plan }) => proposedIn(plan).map(({ change }) => change.name)))];
  const proposed = names.flatMap((name) => candidateOf(name, plans));
  const why = new Map(proposed.map((one) => [one, whyUntried(one, workload)]));
  const refused = new Map([...plans.flatMap(({ plan }) => refusedIn(plan)), ...advisedIn(plans)].map((one) => [one.change.name, one]));
  for (const name of names) refused.delete(name);
  return {
    tried: proposed
      .filter((one) => why.get(one) === undefined)
      .sort((one, other) => ORDER[one.evidence.weight] - ORDER[other.evidence.weight]),
    untried: [...[...why.values()].filter((one) => one !== undefined), ...refused.values()],
  };
}

/** What a trial can say something of: also what nothing on the node asks for. */
const proposedIn = ({ changes, possible }: Plan): readonly PlannedChange[] => [...changes, ...possible];

function whyUntried({ change, evidence }: Candidate, workload: WorkloadName): Untried | undefined {
  if (LATE.has(change.acts)) return { change, because: `it acts on ${change.acts} alone, which a visit does not make anew` };
  if (change.bulkOnly !== true || BULK.some((name) => name === workload)) return undefined;
  return {
    change,
    because: `not tried: ${loadInWords(workload, OPEN_LAB)} moves pages of one packet, and this acts on transfers of many; --metric ${BULK[0]} shows it`,
    evidence: evidence.says,
    shownBy: BULK,
  };
}

interface PlacePlan {
  readonly place: Place;
  readonly plan: Plan;
}

function candidateOf(name: string, plans: readonly PlacePlan[]): Candidate[] {
  const own = plans.flatMap(({ place, plan }) =>
    proposedIn(plan)
      .filter(({ change }) => change.name === name)
      .map((planned) => ({ place, planned })),
  );
  const [first, ...rest] = own.flatMap(({ place, planned }) => planned.steps.map((step): PlacedStep => ({ place, step })));
  const strongest = own.map(({ planned }) => planned).sort((one, other) => ORDER[one.evidence.weight] - ORDER[other.evidence.weight])[0];
  if (first === undefined || strongest === undefined) return [];
  return [{ change: strongest.change, evidence: strongest.evidence, steps: [first, ...rest] }];
}

/** What a place has, and does not let podwire change; what has no meaning there is no matter. */
const refusedIn = ({ refused, notHere }: Plan): readonly Untried[] => [
  ...refused,
  ...notHere.filter(({ because }) => because.startsWith("not possible here")),
];

/** What a person would do, once for each change, with every place where something is seen. */
function advisedIn(plans: readonly PlacePlan[]): readonly Untried[] {
  const all = plans.flatMap(({ place, plan }) =>
    plan.advice.map(({ change, evidence, says }) => ({ change, says, seen: `on ${placeName(place.at)} ${evidence.says}` })),
  );
  return [...new Map(all.map((one) => [one.change.name, one])).values()].map(({ change, says }) => {
    const seen = all.filter((one) => one.change.name === change.name).map((one) => one.seen);
    return { change, because: `podwire does not set it: ${seen.join("; ")}: ${says}` };
  });
}

/** As the wiring names it. */
export const placeName = ({ id }: Endpoint): string => id.split("/").at(-1) ?? "";

/**
 * A candidate on top of what was kept before it, which is in force. Its values are read anew: taking it back has to restore what stands now, and not what the plan found before
 * the others were made. Undefined where nothing is left to change, since another one has brought it about. What writes the value that stands anew changes nothing from the
 * beginning, and stays (a placebo).
 */
export async function onTopOf(kept: readonly Candidate[], candidate: Candidate): Promise<Candidate | undefined> {
  const left: PlacedStep[] = [];
  for (const placed of candidate.steps) {
    const { place, step } = placed;
    const { value, text } = await place.node.read(step.knob);
    const isOpen = value === undefined || !satisfies(step.knob, value, step.wanted);
    if (!isOpen && step.now !== step.wanted) continue;
    const now = value !== undefined && isOpen && mayHaveMoved(kept, placed) ? value : step.now;
    left.push({ place, step: { ...step, now }, ...(step.knob.kind === "own-rules" ? { ownRules: text } : {}) });
  }
  const [first, ...rest] = left;
  return first === undefined ? undefined : { ...candidate, steps: [first, ...rest] };
}

/** Whether the loop itself has moved a value since the plan; what someone else has written where others are at work is theirs. */
function mayHaveMoved(kept: readonly Candidate[], { place, step }: PlacedStep): boolean {
  if (!place.shared) return true;
  const knobs = kept.flatMap(({ steps }) =>
    steps.filter((one) => one.place.at.id === place.at.id).flatMap((one) => [one.step.knob, ...(one.step.coupled ?? [])]),
  );
  return knobs.some((knob) => titleOf(knob) === titleOf(step.knob));
}
