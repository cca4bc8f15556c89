import { readNode, reasonsOf, type Undone, undoChanges } from "../../tuning/tuner.js";
import { RunError } from "../../use-cases/errors.js";
import { type CliContext, sayTo } from "../context.js";
import { EXIT } from "../errors.js";
import { printText } from "../hand-out.js";
import { isForPrograms } from "../output-format.js";
import { onlyOf, requireRoot, type TuneFlags, tunerPorts, tuning } from "./request.js";
import { printTuningStatus, statusNow } from "./status.js";

/** Flags of `podwire tune undo`. */
export interface UndoFlags extends TuneFlags {
  readonly force?: boolean;
}

/** Takes changes back, the last one first. Exit code 1 where something was left, or where the journal is damaged; programs get the reasons on standard error. */
export async function tuneUndo(flags: UndoFlags, context: CliContext): Promise<number> {
  const only = onlyOf(flags);
  requireRoot("undo", context);
  const ports = tunerPorts(flags, context);
  const { undone, damage, path } = await tuning(context, async () => {
    const read = await readNode(ports);
    const request = { force: flags.force === true, why: "asked for", ...(only === undefined ? {} : { only }) };
    return { ...(await undoChanges(ports, read, request)), path: read.path };
  });
  if (isForPrograms(flags)) {
    await printTuningStatus(await statusNow(flags, context), flags, context);
    for (const reason of undone.flatMap(reasonsOf)) sayTo(context)(reason);
  } else printText(undone.length === 0 ? "Nothing to undo.\n" : undone.map(lineOf).join(""), context);
  if (damage.length > 0)
    throw new RunError(`the journal ${path} is damaged or was edited (${damage.join("; ")}): what it still names is undone`);
  return undone.some(({ left }) => left.length > 0) ? EXIT.failed : EXIT.ok;
}

function lineOf(one: Undone): string {
  const { left, past, untold } = one;
  const { change } = one.entry.apply;
  if (past) return `${change}: nothing to undo: its values went with their boot or their namespace\n`;
  if (left.length === 0) return `${change}: undone\n`;
  if (untold === true)
    return reasonsOf(one)
      .map((line) => `${line}\n`)
      .join("");
  return [`${change}: undone but for`, ...left.map(({ says }) => `  ${says}`), ""].join("\n");
}
