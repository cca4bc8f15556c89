/**
 * The layers of a ladder, for what explains: modes name theirs by them, so that they are nouns of the model.
 * @packageDocumentation
 */
export * from "../model/layer-name.js";
