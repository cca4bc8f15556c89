import { RECOGNISERS } from "../import/formats/index.js";
import type { Imported } from "../import/imported.js";
import { anythingIn, imported } from "../import/pairing.js";
import { type FileFindings, recogniseFile } from "../import/recognise.js";
import type { ByteStreams, Obstacle } from "../machine/ports.js";
import { renderImportCsv } from "../report/import/csv.js";
import { renderImportHtml } from "../report/import/html.js";
import { renderImportMarkdown } from "../report/import/markdown.js";
import { renderImportTerminal } from "../report/import/terminal.js";
import { RunError } from "../use-cases/errors.js";
import type { CliContext } from "./context.js";
import { EXIT, UsageError } from "./errors.js";

/** Flags of `podwire import`. */
export interface ImportFlags {
  readonly html?: string;
  readonly markdown?: boolean;
  readonly csv?: boolean;
  readonly json?: boolean;
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
  if (!anythingIn(result)) throw new RunError(stopped ? "interrupted before anything was recognised" : nothingRecognised(result));
  await deliverImport(result, flags, context);
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

function nothingRecognised(result: Imported): string {
  const files = result.files
    .map((one) => `${one.file} (${String(one.lines)} lines, ${one.encoding}${one.controlLines > 0 ? ", binary in part" : ""})`)
    .join(", ");
  return `nothing was recognised in ${files}. What can be imported:\n${RECOGNISERS.map(({ reads }) => `  ${reads}`).join("\n")}`;
}

async function deliverImport(result: Imported, flags: ImportFlags, context: CliContext): Promise<void> {
  const written: (readonly [string, string])[] = [];
  if (flags.html !== undefined) {
    await context.machine.files.writeText(flags.html, renderImportHtml(result));
    written.push(["HTML report", flags.html]);
  }
  const { out, colour, columns } = context.terminal;
  if (flags.json === true) out(`${JSON.stringify(result, null, 2)}\n`);
  else if (flags.markdown === true) out(renderImportMarkdown(result));
  else if (flags.csv === true) out(renderImportCsv(result));
  else out(renderImportTerminal(result, { width: columns(), colour: colour.out, files: written }));
}
