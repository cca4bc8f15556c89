/**
 * Names of variants: a mode, and what is changed of it, as `MODE+LAYER`.
 * @packageDocumentation
 */

/** Between a mode's name and those of its layers. */
export const LAYER_SIGN = "+";

/** The mode that a variant is made of; of a plain mode that is itself. What is known of a mode is known by this name. */
export const modeOfVariant = (variant: string): string => variant.split(LAYER_SIGN)[0] ?? variant;
