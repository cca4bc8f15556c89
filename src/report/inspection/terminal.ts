/**
 * An inspection on a terminal.
 * @packageDocumentation
 */
import type { Inspection } from "../../model/inspection.js";
import { type Paint, painter } from "../terminal/paint.js";
import { labelled, PROSE_WIDTH, wrap } from "../terminal/text.js";
import { deepLines, evidenceLines, findingLines, inspectionFacts, inspectionHeadline, untoldLines } from "./words.js";

/** How it is set. */
export interface InspectionOptions {
  /** Columns of the terminal. Below 40 the lines are made for 40. */
  readonly width: number;
  readonly colour: boolean;
  /** The cluster, as the kubeconfig names it. */
  readonly cluster: string;
}

const LABEL = 15;

/** The whole inspection as lines of text, with a line break at the end. */
export function renderInspectionTerminal(inspection: Inspection, options: InspectionOptions): string {
  const width = Math.min(PROSE_WIDTH, Math.max(40, Math.floor(options.width)));
  const paint = painter(options.colour);
  const lines = [
    ...wrap(`podwire cluster inspect: ${options.cluster}: ${inspectionHeadline(inspection)}`, width).map((line) => paint("heading", line)),
    "",
    ...inspectionFacts(inspection).flatMap(({ label, text }) => labelled(label, text, LABEL, width)),
    ...section("Findings", findingLines(inspection), width, paint),
    ...section("Could not be determined", untoldLines(inspection), width, paint),
    ...section("Evidence", evidenceLines(inspection), width, paint),
    ...(inspection.deep ?? []).flatMap((one) => section(`Node ${one.node}`, deepLines(one), width, paint)),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function section(title: string, lines: readonly string[], width: number, paint: Paint): readonly string[] {
  return lines.length === 0
    ? []
    : ["", paint("heading", title), ...lines.flatMap((line) => wrap(line, width - 2, "  ").map((text) => `  ${text}`))];
}
