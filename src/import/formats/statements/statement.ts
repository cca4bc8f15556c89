/**
 * A figure that a person wrote, in a sentence or in a table: what it measures, and why it is not used where it is not.
 * @packageDocumentation
 */
import { Output } from "../../output.js";
import type { Quantity } from "../../quantities/quantities.js";
import { excerpt, type Line, type Sink } from "../../recogniser.js";
import type { Role } from "../../where/places.js";
import { statedMetric } from "./stated-metric.js";

/** Said of a quantity below a heading of expectations, limits or others' figures. */
export const EXPECTED = "it stands below a heading of what is expected, allowed or quoted";
const NOTE = "written by a person: the tool and its settings are not known";

/** A quantity with everything that the words around it say. */
export interface Statement {
  readonly line: Line;
  readonly value: Quantity;
  /** Texts that may say what is measured, the nearest first. */
  readonly about: readonly string[];
  /** Why it is no measurement; undefined for one. */
  readonly doubt: string | undefined;
  readonly role: Role | undefined;
  /** Null where the mode named above does not count any more. */
  readonly subject: string | null | undefined;
  readonly conditions: Readonly<Record<string, string>>;
  /** The words that it was placed by. */
  readonly how: string;
}

/** Hands over a figure, or tells why it is none; true for a figure. */
export function giveStatement(statement: Statement, sink: Sink): boolean {
  const { line, value, role, subject } = statement;
  const metric = statedMetric(value, statement.about);
  const why =
    statement.doubt ??
    (metric === undefined
      ? unknownMetric(value)
      : value.value === undefined
        ? "no number"
        : value.value === 0 && value.kind === "rate"
          ? "nothing arrived: no rate"
          : undefined);
  if (metric === undefined || why !== undefined || value.value === undefined) {
    tellUnused(line, `${value.written}${(why ?? "").startsWith("can be") ? " " : ": "}${why ?? "no number"}`, sink);
    return false;
  }
  new Output("stated", line.number, sink).figure({
    metric,
    value: value.value,
    n: 1,
    of: "statements",
    line,
    notes: [NOTE],
    conditions: statement.conditions,
    group: `line ${String(line.number)}`,
    stated: { ...(role === undefined ? {} : { role }), ...(subject === undefined ? {} : { subject }), how: statement.how },
  });
  return true;
}

/** Tells of a number that was read and is not used. */
export function tellUnused(line: Line, why: string, sink: Sink): void {
  sink.failure({ tool: "stated", line: line.number, text: excerpt(line.text), why });
}

const unknownMetric = ({ kind }: Quantity): string =>
  kind === "time" ? "nothing says that this time is a latency" : "nothing says what was counted";
