import type { LabScenario } from "../../model/scenario.js";
import type { Mode } from "../../modes/contract.js";
import { resolveVariant, UnknownVariantError } from "../../modes/variant.js";
import { RunError } from "../errors.js";

/**
 * The wirings of a scenario's modes, in its order.
 * @throws RunError for a name that this podwire does not know, as in a run file of another version
 */
export function variantsOf({ modes, offload }: Pick<LabScenario, "modes" | "offload">): readonly Mode[] {
  try {
    return modes.map((name) => resolveVariant(name, offload === "off" ? ["offload-off"] : []));
  } catch (error) {
    if (error instanceof UnknownVariantError) throw new RunError(`${error.message}; the run was asked for by another version of podwire`);
    throw error;
  }
}
