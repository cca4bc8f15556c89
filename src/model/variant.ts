/**
 * Names of variants: a mode, and what is changed of it, as `MODE+LAYER[:NUMBER]...`.
 * @packageDocumentation
 */
/** Between a mode's name and those of its layers. */
export const LAYER_SIGN = "+";
/** Between a layer's name and its number. */
export const ARGUMENT_SIGN = ":";

/** The mode that a variant is made of; of a plain mode that is itself. What is known of a mode is known by this name. */
export const modeOfVariant = (variant: string): string => variant.split(LAYER_SIGN)[0] ?? variant;

/** The names of a variant's layers, without their numbers. */
export const layersOfVariant = (variant: string): readonly string[] =>
  variant
    .split(LAYER_SIGN)
    .slice(1)
    .map((part) => part.split(ARGUMENT_SIGN)[0] ?? part);

const PART = /^(?:up-to|without)-/;

/** Whether a word behind a mode's name asks for a part of it: `up-to-bridge`, `without-bridge`. */
export const isPartWord = (word: string): boolean => PART.test(word);

/** Whether a variant is a part of its mode: a rung of its ladder, or what is left without a layer. It shows what a layer costs, and is not a network to run. */
export const isPart = (variant: string): boolean => isPartWord(variant.split(LAYER_SIGN)[1] ?? "");
