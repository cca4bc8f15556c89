/**
 * Every mode that podwire knows, in the order in which tables list them.
 * @packageDocumentation
 */
import type { Mode } from "./contract.js";
import { host } from "./host.js";

export const MODES: readonly Mode[] = [host];

/** Finds a mode by its exact name. */
export function findMode(name: string): Mode | undefined {
  return MODES.find((mode) => mode.name === name);
}
