/**
 * Tables that people write or paste: Markdown, bare pipes, columns of blanks or tabs, and rows whose columns a forum has run together.
 * What a row's label names (a mode, a size) belongs to that row, what a column's head names to that column.
 * @packageDocumentation
 */
import { type Quantity, quantitiesIn, unitNamed } from "../../quantities/quantities.js";
import { excerpt, type Line, type Sink } from "../../recogniser.js";
import { isCsvRow, separatedCells } from "../../text/csv-cells.js";
import { namedConditions } from "../../where/conditions.js";
import { conditionLabel, MEASURED } from "../../where/headings.js";
import { modeOf, modeWords } from "../../where/modes.js";
import { namesPath, namesService } from "../../where/paths.js";
import { composed, onlyNamedMachines, placeOf, placeWords, type Role } from "../../where/places.js";
import { strangersIn } from "../../words/strangers.js";
import { giveStatement, tellUnused } from "../statements/statement.js";
import {
  BARE_NUMBER,
  COUNTED_COLUMN,
  COUNTER,
  type Column,
  cellValues,
  columnCells,
  type Header,
  isFromTo,
  isTabular,
  JUDGEMENT,
  MODES_HEAD,
  NO_COLUMN,
  pipedCells,
  quantitiesOfCell,
  STATISTIC_HEAD,
} from "./table-cells.js";
import { type Around, cellDoubt, NOT_MEASURED } from "./table-doubts.js";

const SEPARATOR = /^[\s|:+=-]*-{2,}[\s|:+=-]*$/;
const UNITS_IN_LABEL =
  /[([]?(?<!\p{L})(?:[kmgt]?i?b(?:its?|ytes?)?(?:\/s\w*|ps)|[kmgt](?:bit|byte)s?|us|µs|ms|(?:req|op|trans)\w*\/s\w*|[rq]ps|pps)(?!\p{L})[)\]]?/giu;
const PERCENTILE = /^\W*(\d{2}(?:\.\d+)?)(?:th|%)?\W*$/;

/** `Foo network | Host network`: beside a column that names ends, one that names something else is not the heading's. */
const roleOfStranger = (column: string, columns: readonly Column[]): Role | undefined =>
  columns.some(({ role, text }) => role !== undefined && role !== "topology" && text !== column) && strangersIn(column).length > 0
    ? "unclear"
    : undefined;
/** Kinds of networks between pods tell rows apart, and have no counterpart between hosts. */
const KINDS_OF_NETWORK = /(?<!\p{L})(?:bridged?|overlay|nat|default|cni)(?!\p{L})|网桥|桥接/giu;

/** The diagonal of a table from node to node. */
const sameMachine = (column: string, label: string): boolean => {
  const [one, other] = [column, label].map((text) => placeWords(text).map(({ at, end }) => text.slice(at, end).toLowerCase()));
  return one?.length === 1 && other?.length === 1 && one[0] === other[0];
};

/** What may stand within a path and between it and its unit. */
const WITHIN_PATH = /^\s?(?:to|2|-|–|->|→|↔|<->|zu|a|à|к)\s?$/iu;
const BEHIND_PATH = /^(?: net(?:work)?)?(?:\s?[([][^()[\]]{1,10}[)\]])?\s*$/u;

/** The cells of a head that a label and then paths make up, with single blanks between them; none for any other line. */
function pathHeads(text: string): readonly string[] {
  if (text.length > 120 || /[.:,;!?：。，]/u.test(text)) return [];
  // `Pod-Pod Host-Host`: read as a whole the blank would join two words of two columns.
  const words = text.trim().split(/\s/);
  const isPath = (one: string): boolean => placeWords(one).length > 0 && /[^\p{L}]/u.test(one);
  if (words.slice(1).filter(isPath).length > 1 && words.slice(1).every((one) => isPath(one) || NOT_MEASURED.test(one))) return words;
  const starts = placeWords(text).filter(({ at }, index, all) => index === 0 || !WITHIN_PATH.test(text.slice(all[index - 1]?.end, at)));
  if (starts.length < 2) return [];
  const cells = starts.map(({ at }, index) => text.slice(at, starts[index + 1]?.at));
  const paths = cells.every((cell) => BEHIND_PATH.test(cell.slice(placeWords(cell).at(-1)?.end)));
  const label = text.slice(0, starts[0]?.at).trim();
  if (!paths || label === "" || !/^\S*(?:\s\S+)?$/u.test(label)) return [];
  // `Setup Theory Node to Node Pod to Pod`: what is no measurement has a column of its own.
  const [row = "", bound = ""] = label.split(/\s/);
  return [...(NOT_MEASURED.test(bound) ? [row, bound] : [label]), ...cells.map((cell) => cell.trim())];
}

/** What a column's head says beside places and units: of several columns that say nothing else, each is a run of its own. */
function columnLabel(column: string, columns: readonly Column[]): string {
  const label = (text: string): string => conditionLabel(text.replaceAll(UNITS_IN_LABEL, " "));
  const own = label(column);
  const isRun = (text: string): boolean => text !== "" && label(text) === "" && placeWords(text).length + modeWords(text).length === 0;
  const several = columns.filter(({ text }, index) => index > 0 && isRun(text) && unitNamed(text) === undefined).length > 1;
  return own === "" && several && isRun(column) ? column.toLowerCase() : own;
}

/** Reads the rows of tables; a table's first row without a quantity is its head. */
export class TableReader {
  #header: Header | undefined;
  #rows = 0;
  /** Whether columns without a unit were told of: one line a table is enough. */
  #told = false;

  /** The line before, where it may be the head of values between commas; rows confirm it. */
  #separated: { readonly line: Line; readonly cells: readonly string[]; readonly confirmed: boolean } | undefined;

  /** The line before, where it may be a head of paths with single blanks between them. */
  #before: Line | undefined;

  constructor(readonly sink: Sink) {}

  /** Takes a line; true where it is a row, head or rule of a table that tells something. */
  line(line: Line): boolean {
    const { text } = line;
    if (text.trim() === "") return false;
    if (SEPARATOR.test(text)) return this.#header !== undefined && text.includes("-");
    const separated = this.#commas(line);
    if (separated !== undefined) return separated;
    const piped = text.includes("|");
    const cells = piped ? pipedCells(text) : columnCells(text);
    if (piped && cells.length > 1 && (cells.length > 2 || text.trim().startsWith("|") || (text.length < 90 && !/[:：]/.test(text))))
      return this.#row(line, cells, true);
    // Two blanks before a unit make no columns.
    const parted = cells.length > 1 && (quantitiesIn(text).length === 0 || cells.some((cell) => quantitiesIn(cell).length > 0));
    if (!piped && parted) return this.#row(line, cells, false);
    if (this.#header !== undefined && !this.#header.piped && this.#flattened(line, this.#header)) return true;
    if (this.#narrow(line)) return true;
    this.end();
    this.#before = line;
    return false;
  }

  /** A row below a head whose columns only paths tell apart: `CNI Host-Host Pod-Pod` over `flannel 9.4Gbps 3.1Gbps`. */
  #narrow(line: Line): boolean {
    const above = this.#before;
    const values = quantitiesIn(line.text);
    const cells = above?.number === line.number - 1 && values.length > 1 ? pathHeads(above.text) : [];
    const fits = cells.length > 0 && values.length === cells.length - 1;
    if (!fits || !values.slice(1).every(({ at }, index) => line.text.slice(values[index]?.end, at).trim() === "")) return false;
    this.#head(cells, false);
    return this.#header !== undefined && this.#flattened(line, this.#header);
  }

  /** A row of values between commas or semicolons, right below a head with as many cells or another row; undefined for any other line. */
  #commas(line: Line): boolean | undefined {
    const above = this.#separated;
    this.#separated = undefined;
    const cells = line.text.includes("|") ? undefined : separatedCells(line.text);
    if (cells === undefined) return undefined;
    const fits = above !== undefined && above.line.number === line.number - 1 && above.cells.length === cells.length;
    if (fits && isCsvRow(line.text)) {
      if (!above.confirmed) {
        this.end();
        this.#row(above.line, above.cells, true);
      }
      this.#separated = { line, cells, confirmed: true };
      this.#row(line, cells, true);
      return true;
    }
    if (quantitiesIn(line.text).length === 0 && !cells.some((cell) => BARE_NUMBER.test(cell)))
      this.#separated = { line, cells, confirmed: false };
    return undefined;
  }

  /** The table has ended. */
  end(): void {
    this.#header = undefined;
    this.#rows = 0;
    this.#told = false;
  }

  #row(line: Line, cells: readonly string[], piped: boolean): boolean {
    const header = this.#header;
    const shifted =
      header !== undefined && !piped && !header.piped && header.columns.length === cells.length - 1 && !BARE_NUMBER.test(cells[0] ?? "");
    const fits = shifted || (header !== undefined && header.piped === piped && header.columns.length === cells.length);
    const told = cells.some((cell) => quantitiesOfCell(cell).length > 0);
    if (!fits && !told && !piped && header !== undefined && this.#flattened(line, header)) return true;
    if (header !== undefined && fits && !shifted && !told && this.#rows === 0 && !cells.some((cell) => BARE_NUMBER.test(cell)))
      return this.#secondHead(header, cells, piped);
    if (!fits && !told && !this.#unitAbove(cells)) return this.#head(cells, piped);
    if (!fits && !piped) {
      if (header !== undefined && this.#flattened(line, header)) return true;
      // Prose with two blanks in it is no table.
      if (!isTabular(cells)) return false;
    }
    return this.#values(line, cells, shifted ? [NO_COLUMN, ...header.columns] : fits ? header.columns : []);
  }

  /** A second row of heads stands below the first, whose cells may span several columns. */
  #secondHead(header: Header, cells: readonly string[], piped: boolean): boolean {
    let above = "";
    const joined = cells.map((cell, index) => {
      const own = header.columns[index]?.text ?? "";
      if (own !== "" || index === 0) above = own;
      return `${above} ${cell}`.trim();
    });
    return this.#head(joined, piped);
  }

  #unitAbove(cells: readonly string[]): boolean {
    return (
      unitNamed(this.sink.surroundings().topic) !== undefined &&
      placeWords(cells[0] ?? "").length > 0 &&
      cells.slice(1).some((cell) => BARE_NUMBER.test(cell))
    );
  }

  #head(cells: readonly string[], piped: boolean): boolean {
    const columns = cells.map((text): Column => ({ text, role: placeOf(text), unit: unitNamed(text) }));
    const tells = columns.some(
      ({ role, unit, text }) =>
        role !== undefined || unit !== undefined || NOT_MEASURED.test(text) || MEASURED.test(text) || STATISTIC_HEAD.test(text),
    );
    if (!piped && !tells) {
      if (this.#rows > 0 || this.#header !== undefined) this.end();
      return false;
    }
    this.#header = { columns, piped };
    this.#rows = 0;
    this.#told = false;
    return tells;
  }

  /** `Alpha (flannel) 5 Gb/s 4.90 Gb/s 4.80 Gb/s` below a head of four columns. */
  #flattened(line: Line, header: Header): boolean {
    const values = quantitiesIn(line.text);
    const [first] = values;
    if (first === undefined || values.length !== header.columns.length - 1) return false;
    const cells = [line.text.slice(0, first.at).trim(), ...values.map(({ at, end }) => line.text.slice(at, end))];
    return this.#values(line, cells, header.columns);
  }

  #values(line: Line, cells: readonly string[], columns: readonly Column[]): boolean {
    const label = cells
      .filter(
        (cell, index) =>
          quantitiesOfCell(cell).length === 0 && !BARE_NUMBER.test(cell) && !(index > 0 && (COUNTER.test(cell) || JUDGEMENT.test(cell))),
      )
      .join(isFromTo(columns) ? " -> " : ", ");
    let found = false;
    const topic = this.sink.surroundings().topic;
    const without: string[] = [];
    for (const [index, cell] of cells.entries()) {
      const column = columns[index];
      const counted =
        column?.unit === undefined && COUNTED_COLUMN.test(column?.text ?? "") && !/\d/.test(column?.text ?? "") && BARE_NUMBER.test(cell);
      const unit = column?.unit ?? (index > 0 ? columns[0]?.unit : undefined);
      const values = counted ? [] : cellValues(cell, unit, label, topic, index);
      if (values.length === 0 && index > 0 && BARE_NUMBER.test(cell) && !COUNTED_COLUMN.test(column?.text ?? ""))
        without.push(column?.text === undefined || column.text === "" ? cell : column.text);
      for (const value of values) {
        found = true;
        this.#give(line, value, {
          cell,
          ahead: cells.slice(0, index).join(" "),
          text: line.text,
          index,
          label,
          column: column?.text ?? "",
          columns,
        });
      }
    }
    const known = columns.some(({ role }) => role !== undefined);
    if (without.length > 0 && (found || known || placeWords(label).length > 0)) this.#tellWithout(line, without);
    if (found) this.#rows += 1;
    return found || known || (without.length > 0 && this.#told);
  }

  #tellWithout(line: Line, columns: readonly string[]): void {
    if (!this.#told) tellUnused(line, `nothing gives the unit of these numbers: ${columns.slice(0, 4).join(", ")}`, this.sink);
    this.#told = true;
  }

  #give(line: Line, value: Quantity, around: Around): void {
    const { cell, label, column, columns } = around;
    const heads = columns.map(({ text }) => text).join(" ");
    const { topic } = this.sink.surroundings();
    const placed = this.#role(column, `${label} ${cell}`) ?? roleOfStranger(column, columns);
    const role = placed === "pod" && namesService(`${column} ${label}`) ? "unclear" : placed;
    const rest = {
      // A letter tells one machine from another.
      row: conditionLabel(label.replaceAll(UNITS_IN_LABEL, " ").replaceAll(KINDS_OF_NETWORK, " "))
        .replaceAll(/(?<!\S)[a-d](?!\S)/g, " ")
        .replaceAll(/\s+/g, " ")
        .trim(),
      column: columnLabel(column, columns),
    };
    const percentile = PERCENTILE.exec(column)?.[1];
    giveStatement(
      {
        line,
        value,
        about: [column, cell, MODES_HEAD.test(columns[0]?.text ?? "") ? "" : label, heads, topic],
        doubt: cellDoubt(value, around, heads, this.sink.surroundings()),
        role,
        subject: modeOf(/^\W*udp\W*$/iu.test(label) ? `${columns[0]?.text ?? ""} ${label}` : label) ?? modeOf(column),
        conditions: {
          ...namedConditions(`${column}; ${label}`),
          ...(value.kind === "time" && percentile !== undefined ? { statistic: `p${percentile}` } : {}),
          ...Object.fromEntries(Object.entries(rest).filter(([, text]) => text !== "")),
        },
        how: `the table's words: ${excerpt(`${column} / ${label}`)}`,
      },
      this.sink,
    );
  }

  /** The ends that column and row name together. */
  #role(column: string, label: string): Role | undefined {
    const above = this.sink.surroundings().role;
    // From node to node in a table below "pod to pod": where the pods are.
    const named = onlyNamedMachines(column);
    if (named && onlyNamedMachines(label) && sameMachine(column, label)) return "same-node";
    const byColumn = named && above !== undefined ? undefined : placeOf(column);
    const path = above === undefined && byColumn === undefined && namesPath(label, 0, label.length);
    const byRow = onlyNamedMachines(label) && !path ? undefined : placeOf(label);
    if (byColumn === "topology" || byRow === "topology") {
      const other = byColumn === "topology" ? byRow : byColumn;
      return composed(other === "topology" || other === undefined ? this.sink.surroundings().role?.what : other, `${column} ${label}`);
    }
    if (byColumn === undefined || byRow === undefined || byColumn === byRow) return byColumn ?? byRow;
    if (byRow === "same-node" && byColumn === "pod") return "same-node";
    if (namesPath(label, 0, label.length)) return "unclear";
    return placeWords(column).length > 1 && !placeWords(label).some(({ kind }) => kind === "pod") ? byColumn : "unclear";
  }
}
