/**
 * Files that a user gives, as data: YAML or JSON, and what is wrong with them in one sentence.
 * @packageDocumentation
 */
import { parseDocument } from "yaml";
import type { z } from "zod";
import { RenderError } from "../errors.js";

/**
 * What a text of YAML or JSON says.
 * @param source - the file's name, which errors begin with
 * @throws RenderError where it is neither
 */
export function dataOf(text: string, source: string): unknown {
  if (text.trim() === "") throw new RenderError(`${source}: is empty`);
  // JSON is YAML, but a list of thousands of nodes is read far faster as what it is.
  if (/^\s*[[{]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // YAML's flow style begins like JSON.
    }
  }
  const document = parseDocument(text, { uniqueKeys: true });
  const [problem] = document.errors;
  if (problem?.code === "MULTIPLE_DOCS") throw new RenderError(`${source}: holds several YAML documents, and one is meant`);
  if (problem !== undefined) throw new RenderError(`${source}: is not YAML: ${firstLine(problem.message)}`);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // An alias without its anchor, or too many of them.
    if (error instanceof ReferenceError) throw new RenderError(`${source}: is not YAML: ${firstLine(error.message)}`);
    throw error;
  }
}

const firstLine = (text: string): string => (text.split("\n")[0] ?? "").replace(/:$/, "");

/**
 * The first thing that a schema has against data, in a sentence.
 * @param place - says where it is, from the path of the issue
 */
export function complaint(error: z.ZodError, place: (path: readonly PropertyKey[]) => string, known: readonly string[]): string {
  // A misspelt field makes two issues, that one is missing and that one is unknown: the second says more.
  const issue = error.issues.find(({ code }) => code === "unrecognized_keys") ?? error.issues[0];
  if (issue === undefined) return "cannot be read";
  const at = place(issue.path);
  if (issue.code === "unrecognized_keys")
    return `${at === "" ? "" : `${at}: `}${issue.keys.join(", ")} is none of its fields: ${known.join(", ")}`;
  if (issue.code === "invalid_type" && issue.expected === "object")
    return `${at === "" ? "" : `${at} `}is no set of fields: ${known.join(", ")}`;
  return `${at === "" ? "" : `${at}: `}${issue.message}`;
}
