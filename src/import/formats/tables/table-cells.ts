/**
 * The cells of a table's row, their quantities, and what the heads of its columns are.
 * @packageDocumentation
 */
import { bareQuantity, type Quantity, quantitiesIn, unitNamed } from "../../quantities/quantities.js";
import type { Unit } from "../../quantities/units.js";
import type { Role } from "../../where/places.js";

/** A number, maybe with its spread. */
export const BARE_NUMBER = /^[~≈*_`]*(\d[\d.,]*)[*_`]*(?:\s?(?:±|\+\/?-)\s?\d[\d.,]*)?$/;
/** A cell beside the results that is one itself, of something that is not imported. */
export const COUNTER =
  /^[~≈]?\d[\d.,]*\s?(?:k\s?)?(?:%|％|retr\p{L}*|retransmi\p{L}*|loss|lost|drops?|dropped|errors?|cpu|cores?|mi?b|gi?b)(?!\p{L})/iu;
/** Heads of columns whose numbers count something or name a setting. */
export const COUNTED_COLUMN =
  /(?<!\p{L})(?:retr\p{L}*|cpus?|cores?|loss|lost|drops?|dropped|errors?|failed|runs?|streams?|threads?|connections?|clients?|sizes?|bytes|ports?|mtu|age|ready|restarts?|count|samples?|no|nr|id)(?!\p{L})|[%#]|连接|线程|大小|丢包|重传|并发|размер/iu;
/** A cell that only judges its row: `yes`, `OK`, `failed`. */
export const JUDGEMENT = /^(?:yes|no|ok|okay|pass(?:ed)?|fail(?:ed)?|good|bad|ja|nein|sí|si|oui|non|да|нет|是|否|[✓✔✗✘✅❌x-])$/iu;
/** Heads of columns that say which statistic of the repeats stands below them. */
export const STATISTIC_HEAD =
  /^(?:(?:p|P)\d{2}(?:\.\d+)?|avg|average|mean|median|min|max|minimum|maximum|mittel(?:wert)?|media|promedio|moyenne|среднее|平均值?|最大值?|最小值?)$/iu;
/** Heads of columns that name networks: `udp` below one is no protocol. */
export const MODES_HEAD = /(?<!\p{L})(?:backends?|cnis?|plugins?|modes?|modus|drivers?|network)(?!\p{L})|后端|模式|方案|バックエンド/iu;

/** A column by its head. */
export interface Column {
  readonly text: string;
  readonly role: Role | undefined;
  readonly unit: Unit | undefined;
}
/** A column without a head. */
export const NO_COLUMN: Column = { text: "", role: undefined, unit: undefined };
/** The heads of a table. */
export interface Header {
  readonly columns: readonly Column[];
  readonly piped: boolean;
}

/** Heads of two columns that name the two ends of a path. */
export const isFromTo = (columns: readonly Column[]): boolean =>
  /^(?:from|source|src|client|von|quelle|desde|origen|origine|de|源|起点|客户端|откуда)$/iu.test(columns[0]?.text ?? "") &&
  /^(?:to|dest(?:ination)?|dst|target|server|nach|zu|ziel|hacia|destino|vers|à|目的|终点|服务端|куда)$/iu.test(columns[1]?.text ?? "");

/** The cells of a row with bars. */
export const pipedCells = (text: string): readonly string[] =>
  text
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.replaceAll(/\*\*|__|`/g, "").trim());
/** The cells of a row with blanks or tabs between them. */
export const columnCells = (text: string): readonly string[] =>
  text
    .trim()
    .split(/\s{2,}|\t+/)
    .map((cell) => cell.trim());
/** Short cells, one of which begins with a digit. */
export const isTabular = (cells: readonly string[]): boolean =>
  cells.every((cell) => cell.length <= 40) && cells.slice(1).some((cell) => /^[~≈]?\d/.test(cell));
const UNIT_IN_BRACKETS = /^(\d[\d.,]*)\s?[([]([^()[\]]{1,12})[)\]]$/u;
/** The quantities that a cell names with their units: `7801.20 (Mb/s)`, too. */
export const quantitiesOfCell = (cell: string): readonly Quantity[] => quantitiesIn(cell.replace(UNIT_IN_BRACKETS, "$1 $2"));

/** The quantities of a cell; a bare number takes the unit of its column's head, its row's label or the heading above the table. */
export function cellValues(cell: string, unit: Unit | undefined, label: string, topic: string, index: number): readonly Quantity[] {
  const own = quantitiesOfCell(cell);
  if (own.length > 0) return own;
  const number = BARE_NUMBER.exec(cell)?.[1];
  const named = unit ?? unitNamed(label) ?? (index > 0 ? unitNamed(topic) : undefined);
  if (number === undefined || named === undefined) return [];
  return [bareQuantity(number, named, { at: cell.indexOf(number), end: cell.length, written: cell })];
}
