/**
 * On which CPUs a tool's two sides run. On a small machine the scheduler's choice matters more than the network: a ping-pong
 * whose sides share a CPU took 5 us where one across CPUs took 45 us, and the choice is drawn anew again and again.
 * @packageDocumentation
 */

/** CPU numbers; a side without one is left to the scheduler. */
export interface Placement {
  readonly client?: number;
  readonly server?: number;
}

/** The command bound to a CPU, or as it is. */
export function placedOn(cpu: number | undefined, argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return cpu === undefined ? argv : ["taskset", "--cpu-list", String(cpu), ...argv];
}

/** Programs that a placement needs. */
export const placementPrograms = (placement: Placement): readonly string[] =>
  placement.client === undefined && placement.server === undefined ? [] : ["taskset"];
