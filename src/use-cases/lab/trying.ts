import type { Mode } from "../../modes/contract.js";
import type { Variant } from "../../variants/variant.js";

/** A variant, or a mode of a test's own. */
export type TriedMode = Mode & Partial<Pick<Variant, "layers">>;
