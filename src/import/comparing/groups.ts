/**
 * Figures that repeat each other.
 * @packageDocumentation
 */
import type { ImportedFigure } from "../imported.js";
import { metricOrder } from "../metrics.js";
import type { Placement } from "./placement.js";

/** Compares texts the same way on every machine. */
export const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Figures that repeat each other: one side of a comparison. */
export interface Group {
  /** The section of the text that it stands in, without places, modes and numbers of runs. */
  readonly section: string;
  /** What its heading says beside these. */
  readonly label: string;
  readonly file: string;
  /** The line or row that it shares with others, where it is a person's statement. */
  readonly row: string | undefined;
  readonly subject: string | null;
  /** The pods' network that was in place meanwhile, where hosts were measured. */
  readonly under: string | undefined;
  readonly metric: string;
  readonly tool: string;
  readonly conditions: string;
  readonly role: Placement;
  readonly figures: ImportedFigure[];
}

/** Where a figure stands within its text; figures that repeat each other stand under equal headings. */
export interface Standing {
  /** The pods' network that the text has named before. */
  readonly under: string | undefined;
  readonly section: string;
  readonly label: string;
  readonly row: string | undefined;
}

/**
 * The groups of all placed figures, in the order of reports. Outputs repeat each other where all conditions and headings are the same;
 * statements only where they say the same number, as a text and its summary do.
 */
export function groupsOf(figures: readonly ImportedFigure[], standing: ReadonlyMap<string, Standing>): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const figure of figures) {
    if (figure.role === null || figure.use === "duplicate") continue;
    const conditions = JSON.stringify(
      Object.entries(figure.conditions)
        .filter(([name]) => name !== "named tool")
        .sort(([a], [b]) => order(a, b)),
    );
    const { section, label, row, ...above } = standing.get(figure.id) ?? { under: undefined, section: "", label: "", row: undefined };
    const under = figure.role === "host" && figure.subject === null ? above.under : undefined;
    const place = figure.tool === "stated" ? [section, figure.value.toPrecision(9)] : [section, label];
    const key = JSON.stringify([figure.subject, under ?? null, figure.metric, figure.tool, conditions, figure.role, ...place]);
    const group = groups.get(key) ?? {
      subject: figure.subject,
      under,
      metric: figure.metric,
      tool: figure.tool,
      conditions,
      role: figure.role,
      section,
      label,
      file: figure.file,
      row: row === undefined ? undefined : `${figure.file} ${row}`,
      figures: [],
    };
    group.figures.push(figure);
    groups.set(key, group);
  }
  return [...groups.values()].sort(
    (a, b) =>
      order(a.subject ?? "", b.subject ?? "") ||
      metricOrder(a.metric) - metricOrder(b.metric) ||
      order(a.role, b.role) ||
      order(a.tool, b.tool) ||
      order(a.conditions, b.conditions),
  );
}
