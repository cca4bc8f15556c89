/**
 * Data as YAML.
 * @packageDocumentation
 */
import { stringify } from "yaml";

/** One document, or several with `---` between. What YAML 1.1 takes for a boolean or a number, such as `no`, is quoted. */
export const yamlText = (...documents: readonly unknown[]): string =>
  documents.map((document) => stringify(document, { schema: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false })).join("---\n");

/** JSON for files that programs read and people look at. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
