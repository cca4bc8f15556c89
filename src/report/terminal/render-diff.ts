/**
 * What documents would change, for people: how many of them, each with its lines, and in which order they are put into force.
 * @packageDocumentation
 */
import type { DocumentDiff, RenderDiff, SwitchStep } from "../../model/render-diff.js";
import { displayWidth, labelled, PROSE_WIDTH, wrap } from "./text.js";

/** The whole text. Lines of documents and commands are copied, and so are never broken. */
export function renderDiffText({ target, variant, against, before, documents, order }: RenderDiff, width: number): string {
  const prose = Math.min(width, PROSE_WIDTH);
  const there = before === undefined ? "" : `, which has ${before}`;
  const what = against.kind === "folder" ? against.name : `the cluster of context ${against.name}`;
  const same = documents.filter(({ change, note }) => change === "same" && note === undefined);
  const steps = order.flatMap((step, index) => stepLines(step, index, prose));
  return [
    ...wrap(answer(documents, order), prose),
    ...wrap(`${variant} by ${target}, against ${what}${there}`, prose, "  "),
    "",
    ...documents.filter((document) => !same.includes(document)).flatMap((document) => documentLines(document, prose)),
    ...(same.length === 0 ? [] : [`${"same".padEnd(COLUMN)}${String(same.length)} ${same.length === 1 ? "document" : "documents"}`]),
    "",
    ...(steps.length === 0 ? [] : ["In this order:", ...steps, ""]),
  ].join("\n");
}

/** Where a document's name begins. */
const COLUMN = 11;

/** How many would change, of those that were compared with something. */
function answer(documents: readonly DocumentDiff[], order: readonly SwitchStep[]): string {
  const compared = documents.filter(({ change }) => change !== "elsewhere");
  const changed = compared.filter(({ change }) => change !== "same").length;
  if (changed === 0 && order.length === 0) return "Nothing would change.";
  const elsewhere = documents.length - compared.length;
  const rest = elsewhere === 0 ? "" : `; ${String(elsewhere)} more ${elsewhere === 1 ? "is" : "are"} not among the cluster's objects`;
  return `${String(changed)} of ${String(compared.length)} documents would change${rest}.`;
}

/** A document's name is a path that may be copied: only its note is wrapped. */
function documentLines({ what, change, lines, note }: DocumentDiff, width: number): readonly string[] {
  const head = `${change.padEnd(COLUMN)}${what}`;
  const told = note === undefined ? head : `${head} (${note})`;
  const shown = displayWidth(told) <= width ? [told] : [head, ...(note === undefined ? [] : labelled("", `(${note})`, COLUMN, width))];
  return [...shown, ...lines.map((line) => `    ${line}`)];
}

function stepLines({ step, why, commands }: SwitchStep, index: number, width: number): readonly string[] {
  const number = `${String(index + 1)}. `;
  return [
    ...labelled(number, step, number.length, width),
    ...labelled("", why, number.length, width),
    ...commands.map((command) => `     ${command}`),
  ];
}
