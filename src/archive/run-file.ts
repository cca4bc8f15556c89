/**
 * Run files as text: reading with one clear error, writing in a stable order.
 * @packageDocumentation
 */
import type { z } from "zod";
import { TUNING_SCHEMA } from "../model/closed-loop.js";
import { RUN_SCHEMA, type Run, runFileSchema } from "../model/run.js";
import { pathsOfFile } from "../paths/of-file.js";

/** A text that is not a run file of ours. The message says what it is instead, as far as that can be told. */
export class RunFileError extends Error {
  override readonly name = "RunFileError";
}

/** Reads the text of a run file; what an older one lacks is filled in. `source` names it in errors. */
export function parseRun(text: string, source: string): Run {
  const value = parseJson(text, source);
  const schema = schemaOf(value);
  if (schema !== RUN_SCHEMA) throw new RunFileError(foreign(schema, source));
  const result = runFileSchema.safeParse(value);
  if (result.success) return { ...result.data, ...pathsOfFile(result.data) };
  throw new RunFileError(`${source}: is damaged or was made by another version: ${firstIssue(result.error)}`);
}

/** A run as the text of a run file: one observation a line, so that a person can read it and git can compare it. */
export function formatRun(run: Run): string {
  const { observations, ...rest } = run;
  const head = JSON.stringify({ ...rest, observations: [] }, undefined, 1);
  const lines = observations.map((observation) => `  ${JSON.stringify(observation)}`).join(",\n");
  return `${head.replace(/"observations": \[\]\n\}$/, () => `"observations": [\n${lines}\n ]\n}`)}\n`;
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RunFileError(`${source}: is not a run file: it is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

const schemaOf = (value: unknown): unknown => (typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined);

function foreign(schema: unknown, source: string): string {
  if (schema === "podwire/summary@1") return `${source}: is a summary (--json), not a run file; give the file that --out names`;
  if (schema === TUNING_SCHEMA)
    return `${source}: is what \`tune auto --json\` printed, not a run file; \`podwire render FILE --for tunings\` makes it permanent`;
  if (typeof schema === "string" && schema.startsWith("podwire/run@")) {
    return `${source}: is of the format ${schema}; this podwire reads ${RUN_SCHEMA}. Use the podwire that wrote it or a newer one.`;
  }
  return `${source}: is JSON, but not a podwire run file (its "schema" is not ${RUN_SCHEMA})`;
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? "unknown" : `${issue.path.map(String).join(".")}: ${issue.message}`;
}
