/**
 * What documents would change, for people.
 * @packageDocumentation
 */
import type { DocumentDiff, RenderDiff, SwitchStep } from "../../model/render-diff.js";

/** The documents, each with the lines that differ, then the order in which they are put into force. */
export function renderDiffText({ target, variant, against, before, documents, order }: RenderDiff): string {
  const there = before === undefined ? "" : `, which has ${before}`;
  const what = against.kind === "folder" ? against.name : `the cluster of context ${against.name}`;
  const same = documents.filter(({ change, note }) => change === "same" && note === undefined);
  return [
    `${variant} by ${target}, against ${what}${there}`,
    "",
    ...documents.filter((document) => !same.includes(document)).flatMap(documentLines),
    ...(same.length === 0 ? [] : [`${"same".padEnd(WIDTH)}${String(same.length)} ${same.length === 1 ? "document" : "documents"}`]),
    "",
    ...(order.length === 0 ? ["Nothing would change."] : ["In this order:", ...order.flatMap(stepLines)]),
    "",
  ].join("\n");
}

const WIDTH = 11;

const documentLines = ({ what, change, lines, note }: DocumentDiff): readonly string[] => [
  `${change.padEnd(WIDTH)}${what}${note === undefined ? "" : ` (${note})`}`,
  ...lines.map((line) => `    ${line}`),
];

const stepLines = ({ step, why, commands }: SwitchStep, index: number): readonly string[] => [
  `${String(index + 1)}. ${step}`,
  `   ${why}`,
  ...commands.map((command) => `     ${command}`),
];
