/**
 * The heading in force, and the surroundings of a text that has said nothing yet.
 * @packageDocumentation
 */
import type { Mention, Surroundings } from "../recogniser.js";
import type { Role } from "../where/places.js";

/** A heading that names ends. */
export interface Heading {
  readonly mention: Mention<Role>;
  readonly rank: number;
  /** Set where headings without ends of their own follow at once: those after them belong to it, too. */
  parent: boolean;
  /** What it says before words for where the ends are were added. */
  readonly base: Mention<Role>;
  readonly heads: boolean;
}

/** Nothing stands above. */
export const NOTHING: Surroundings = {
  role: undefined,
  hostNetwork: false,
  command: undefined,
  subject: undefined,
  section: "",
  label: "",
  conditions: {},
  sweep: [],
  topic: "",
  expected: false,
};
