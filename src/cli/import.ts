import { anythingIn, imported } from "../import/comparing/pairing.js";
import type { FileFindings } from "../import/findings.js";
import { RECOGNISERS } from "../import/formats/index.js";
import type { Imported } from "../import/imported.js";
import { recogniseFile } from "../import/recognise.js";
import type { ByteStreams, Obstacle } from "../machine/ports.js";
import { renderImportCsv } from "../report/import/csv.js";
import { renderImportHtml } from "../report/import/html.js";
import { lineNames } from "../report/import/line-names.js";
import { renderImportMarkdown } from "../report/import/markdown.js";
import { MEASURE, MOST_NOT_USED, renderImportTerminal } from "../report/import/terminal.js";
import { notUsedText } from "../report/import/words.js";
import { plain, wrap } from "../report/terminal/text.js";
import { RunError } from "../use-cases/errors.js";
import type { CliContext } from "./context.js";
import { deliverReport } from "./deliver-report.js";
import { EXIT, UsageError } from "./errors.js";
import type { FormatFlags } from "./output-format.js";

/** Flags of `podwire import`. */
export interface ImportFlags extends FormatFlags {
  readonly html?: string;
  readonly full?: boolean;
}

/** Reads what people already measured, and reports it. */
export async function importFiles(files: readonly string[], flags: ImportFlags, context: CliContext): Promise<number> {
  const paths = [...new Set(files)];
  if (paths.length === 0)
    throw new UsageError("no file was named. `podwire import FILE...` reads files, `podwire import -` standard input.");
  await refuseObstacles(paths, context.byteStreams);
  const findings = await readAll(paths, context);
  const stopped = context.interrupted.aborted;
  const result = imported(findings, context.version);
  const nothing = !anythingIn(result);
  if (nothing && (stopped || result.failures.length === 0 || !wantsReport(flags)))
    throw new RunError(stopped ? "interrupted before anything was recognised" : nothingRecognised(result, context.terminal.columns()));
  await deliverImport(result, flags, context);
  if (nothing) throw new RunError(nothingRecognised(result, context.terminal.columns()));
  return stopped ? EXIT.interrupted : EXIT.ok;
}

async function refuseObstacles(paths: readonly string[], source: ByteStreams): Promise<void> {
  const problems: string[] = [];
  for (const path of paths) {
    const obstacle = await source.obstacle(path);
    if (obstacle !== undefined) problems.push(obstacleText(path, obstacle));
  }
  if (problems.length > 0) throw new UsageError(problems.join("\npodwire: "));
}

function obstacleText(path: string, obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case "missing":
      return `${path}: there is no such file`;
    case "folder":
      return `${path}: is a folder; name the files in it, e.g. ${path.replace(/\/+$/, "")}/*`;
    case "empty":
      return `${path}: is empty`;
    case "not a file":
      return `${path}: is a device or socket, not a file or pipe`;
    case "unreadable":
      return `${path}: cannot be read: ${obstacle.cause}`;
  }
}

async function readAll(paths: readonly string[], context: CliContext): Promise<readonly FileFindings[]> {
  const findings: FileFindings[] = [];
  const stopped = (): boolean => context.interrupted.aborted;
  for (const path of paths) {
    if (stopped()) break;
    const found = await recogniseFile(
      path === "-" ? "standard input" : path,
      untilInterrupted(context.byteStreams.open(path), context.interrupted),
    );
    if (found.bytes === 0 && !stopped()) {
      throw new UsageError(
        obstacleText(found.file, found.interrupted === undefined ? { kind: "empty" } : { kind: "unreadable", cause: found.interrupted }),
      );
    }
    findings.push(found);
  }
  return findings;
}

async function* untilInterrupted(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    if (signal.aborted) throw new Error("interrupted");
    yield chunk;
  }
}

/** What a recogniser's name says beside its tool, and recognisers that are of no tool. */
const FORM = / (?:text|JSON|table|columns)$/u;
const NO_TOOL: readonly string[] = ["stated", "addresses", "log lines", "test logs", "transfers"];

/** Why a command ends with 1: the numbers that were read and not used, ten of them with their reasons, and what could be read. */
function nothingRecognised(result: Imported, columns: number): string {
  const width = Math.min(MEASURE, Math.max(40, Math.floor(columns)));
  const files = result.files
    .map((one) => `${one.file} (${String(one.lines)} lines, ${one.encoding}${one.controlLines > 0 ? ", binary in part" : ""})`)
    .join(", ");
  const names = lineNames(result);
  const read = result.failures
    .slice(0, MOST_NOT_USED)
    .flatMap((one) => wrap(plain(notUsedText(one, names.of(one), width - 2)), width - 2, "  ").map((line) => `  ${line}`));
  const more = result.failures.length - MOST_NOT_USED;
  const list =
    read.length === 0 ? [] : ["Numbers that were read and not used:", ...read, ...(more > 0 ? [`  and ${String(more)} more`] : [])];
  const tools = [...new Set(RECOGNISERS.map(({ name }) => name.replace(FORM, "")))].filter((name) => !NO_TOOL.includes(name));
  return [
    ...wrap(`nothing was recognised in ${files}.`, width - "podwire: ".length),
    ...list,
    ...wrap(`What is read: outputs of ${tools.join(", ")}; logs; lines such as "between pods: 933 Mbit/s" (docs/import.md).`, width),
  ].join("\n");
}

/** A report that goes to a file or a program is made of numbers that were not used, too. */
const wantsReport = ({ html, output, markdown, csv, json }: ImportFlags): boolean =>
  html !== undefined || output !== undefined || markdown === true || csv === true || json === true;

async function deliverImport(result: Imported, flags: ImportFlags, context: CliContext): Promise<void> {
  await deliverReport(
    flags,
    {
      text: ({ width, colour }, files) => renderImportTerminal(result, { width, colour, full: flags.full === true, files }),
      json: () => `${JSON.stringify(result, null, 2)}\n`,
      markdown: () => renderImportMarkdown(result),
      csv: () => renderImportCsv(result),
      html: () => renderImportHtml(result),
    },
    context,
  );
}
