/**
 * Figures that repeat each other.
 * @packageDocumentation
 */
import type { ImportedFigure } from "./imported.js";
import { metricOrder } from "./metrics.js";
import type { Placement } from "./placement.js";

/** Compares texts the same way on every machine. */
export const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Figures that repeat each other: one side of a comparison. */
export interface Group {
  readonly subject: string | null;
  readonly metric: string;
  readonly tool: string;
  readonly conditions: string;
  readonly role: Placement;
  readonly figures: ImportedFigure[];
}

/** The groups of all placed figures, in the order of reports. */
export function groupsOf(figures: readonly ImportedFigure[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const figure of figures) {
    if (figure.role === null || figure.use === "duplicate") continue;
    const conditions = JSON.stringify(Object.entries(figure.conditions).sort(([a], [b]) => order(a, b)));
    const key = JSON.stringify([figure.subject, figure.metric, figure.tool, conditions, figure.role]);
    const group = groups.get(key) ?? {
      subject: figure.subject,
      metric: figure.metric,
      tool: figure.tool,
      conditions,
      role: figure.role,
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
