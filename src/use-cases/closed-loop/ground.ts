/**
 * Where the closed loop works: a lab of its own, or one that a shell holds.
 * @packageDocumentation
 */
import type { Servers } from "../../measure/observing/servers.js";
import type { Tuning } from "../../model/closed-loop.js";
import type { Topology } from "../../model/wiring.js";
import type { PlannedChange } from "../../tuning/plan.js";
import type { ReadingPorts } from "../../tuning/reading/facts-now.js";
import type { Variant } from "../../variants/variant.js";
import type { Endpoint, Path } from "../../venues/contract.js";
import type { LabSession } from "../../venues/lab/lab-session.js";
import type { Candidate } from "./candidates.js";

/** How changes of a trial are accounted for. */
export interface Trials {
  /** Does some work during which these changes may be in force; afterwards none is, however it ends. */
  readonly during: <T>(candidates: readonly Candidate[], work: () => Promise<T>) => Promise<T>;
  /** Makes what was kept for good. */
  readonly keep: (candidates: readonly Candidate[]) => Promise<void>;
}

/** A namespace whose changes are tried. */
export interface Tuned {
  readonly at: Endpoint;
  readonly ports: ReadingPorts;
  /** Whoever is on it may change it meanwhile, and is not to be overwritten. */
  readonly shared: boolean;
}

/** Where it works. */
export interface Ground {
  readonly venue: Tuning["venue"];
  readonly variant: Variant;
  readonly topology: Topology;
  readonly session: LabSession;
  /** Servers of the session's loads. */
  readonly servers: Servers;
  /** What is loaded. */
  readonly path: Path;
  readonly tuned: readonly Tuned[];
  readonly trials: Trials;
  /** What becomes of what was kept, in a sentence. */
  readonly afterwards: string;
}

/** A candidate's steps at one place, as a plan has them. */
export const plannedAt = ({ change, evidence, steps }: Candidate, place: Endpoint): PlannedChange | undefined => {
  const [first, ...rest] = steps.filter((one) => one.place.at.id === place.id).map(({ step }) => step);
  return first === undefined ? undefined : { change, evidence, steps: [first, ...rest] };
};
