/**
 * Texts that begin a sentence or stand as a heading.
 * @packageDocumentation
 */

/** The text with a capital first letter. */
export const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
