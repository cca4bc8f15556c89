/**
 * Which campaign gets the next turn.
 * @packageDocumentation
 */

/** How far a campaign has come. */
export interface CampaignState {
  readonly rounds: number;
  /** Rounds that it gets before any campaign gets more than its own. */
  readonly minimumRounds: number;
  /** Seconds spent on its rounds for each path that took part in them. */
  readonly spentPerPath: number;
  /** Seconds that its last turn took; undefined before the first. */
  readonly lastTurn?: number;
  /** Whether any of its cells is still open. */
  readonly open: boolean;
}

/**
 * The place of the open campaign that is furthest from its minimum until each has that; after that of the one with the least
 * time spent on each of its paths, among those whose next turn still fits. Undefined when nothing is left to do.
 */
export function nextCampaign(states: readonly CampaignState[], secondsLeft: number): number | undefined {
  const fitting = states
    .map((state, place) => ({ ...state, place }))
    .filter((state) => state.open && secondsLeft > 0 && (state.lastTurn ?? 0) <= secondsLeft);
  const needy = fitting.filter((state) => state.rounds < state.minimumRounds);
  if (needy.length > 0) return least(needy, (state) => state.rounds / state.minimumRounds);
  return least(fitting, (state) => state.spentPerPath);
}

interface Placed extends CampaignState {
  readonly place: number;
}

function least(states: readonly Placed[], of: (state: Placed) => number): number | undefined {
  const [first, ...rest] = states;
  if (first === undefined) return undefined;
  return rest.reduce((best, state) => (of(state) < of(best) ? state : best), first).place;
}
