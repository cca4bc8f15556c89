/**
 * On which modes a layer can stand, and why not on the others.
 * @packageDocumentation
 */
import type { Layer } from "../layers/contract.js";
import { MODES } from "../modes/index.js";
import { whyNotOn } from "./variant.js";

/** Where a layer can stand by itself. */
export interface Standing {
  readonly on: readonly string[];
  /** By reason, a clause that begins with a verb: the modes that cannot carry it. */
  readonly notOn: ReadonlyMap<string, readonly string[]>;
}

/** Every mode but the host, which is what everything is compared with. */
export function standingOf(layer: Layer): Standing {
  const notOn = new Map<string, string[]>();
  const on: string[] = [];
  for (const mode of MODES.filter(({ name }) => name !== "host")) {
    const why = whyNotOn(mode, layer);
    if (why === undefined) on.push(mode.name);
    else notOn.set(why, [...(notOn.get(why) ?? []), mode.name]);
  }
  return { on, notOn };
}
