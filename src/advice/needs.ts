/**
 * What `--need` can name: needs that a mode's own file answers, and sets of checks and single checks, which packets answer.
 * @packageDocumentation
 */
import { CHECK_NAMES, CHECKS_BY_SET, type CheckName, NEEDED_SETS } from "../model/conformance.js";
import type { PutLayer } from "../model/put-layer.js";
import type { Run } from "../model/run.js";
import { NEEDS } from "../modes/contract.js";

/** Every name, in the order in which needs are kept. */
export const NEED_NAMES: readonly string[] = [...new Set<string>([...NEEDS, ...NEEDED_SETS, ...CHECK_NAMES])];

/** The checks behind a name; none where it names none. */
export function checksOfNeed(need: string): readonly CheckName[] {
  const set = NEEDED_SETS.find((one) => one === need);
  return set === undefined ? CHECK_NAMES.filter((check) => check === need) : CHECKS_BY_SET[set];
}

/** A mode of a run or of its summary, as far as its layers go. */
export interface Layered {
  readonly layers?: readonly PutLayer[] | undefined;
}

const carriesServices = ({ layers = [] }: Layered): boolean => layers.some(({ carries }) => carries === "services");

/** Whether packets answer a need on a mode. For `services` a mode without a layer that carries them has only what its file says. */
export const isAnsweredByPackets = (need: string, mode: Layered): boolean =>
  need === "services" ? carriesServices(mode) : checksOfNeed(need).length > 0;

const standing = ({ modes }: Pick<Run, "modes">): Run["modes"] => modes.filter(({ mode, status }) => mode !== "host" && status === "built");

/** The modes of a run on which is tried what works: all that stand where that was asked for, else those on which packets answer a stated need. */
export function modesToTry(run: Pick<Run, "scenario" | "modes">): readonly string[] {
  const { scenario } = run;
  const all = scenario.venue === "lab" && scenario.conformance === true;
  return standing(run)
    .filter((mode) => all || scenario.needs.some((need) => isAnsweredByPackets(need, mode)))
    .map(({ mode }) => mode);
}

/** A need that packets answer on some modes, and have not. */
export interface Untried {
  readonly need: string;
  /** At least one. */
  readonly modes: readonly string[];
}

/** What of these needs a run does not tell, since it was not tried. */
export function untriedNeeds(run: Pick<Run, "modes" | "conformance">, needs: readonly string[]): readonly Untried[] {
  const tried = new Set(run.conformance?.variants.map(({ variant }) => variant));
  return needs
    .map((need) => ({
      need,
      modes: standing(run).flatMap((mode) => (isAnsweredByPackets(need, mode) && !tried.has(mode.mode) ? [mode.mode] : [])),
    }))
    .filter(({ modes }) => modes.length > 0);
}
