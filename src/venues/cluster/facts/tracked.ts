import type { TrackedConnections } from "../../contract.js";

/** The table that is nearest to its limit; undefined where none was read. */
export const fullest = (tables: readonly (TrackedConnections | undefined)[]): TrackedConnections | undefined =>
  tables.reduce((most, table) => (table === undefined || (most !== undefined && share(most) >= share(table)) ? most : table), undefined);

const share = ({ entries, most }: TrackedConnections): number => entries / most;
