import type { TuningStatus } from "../../model/tuning.js";
import { renderTuningStatus } from "../../report/terminal/tuning.js";
import { readNode, statusOf } from "../../tuning/tuner.js";
import type { CliContext } from "../context.js";
import { EXIT } from "../errors.js";
import { handOut } from "../hand-out.js";
import { onlyOf, type TuneFlags, tunerPorts, tuning } from "./request.js";

/** Tells what became of everything that was made here. */
export async function tuneStatus(flags: TuneFlags, context: CliContext): Promise<number> {
  await printTuningStatus(await statusNow(flags, context), flags, context);
  return EXIT.ok;
}

/** What went with its boot or its namespace says nothing any more once the same change was made anew. */
const isReplaced = ({ change, state }: TuningStatus["entries"][number], later: TuningStatus["entries"]): boolean =>
  (state === "other boot" || state === "other namespace") && later.some((one) => one.change === change);

/** Reads back what was made and is to stand; exit code 1 where something does not. */
export async function tuneVerify(flags: TuneFlags, context: CliContext): Promise<number> {
  const status = await statusNow(flags, context);
  const wanted = status.entries.filter(
    (entry, index, all) => entry.state !== "undone" && entry.state !== "not made" && !isReplaced(entry, all.slice(index + 1)),
  );
  await printTuningStatus({ ...status, entries: wanted }, flags, context);
  return wanted.every(({ state }) => state === "made") && status.damage.length === 0 ? EXIT.ok : EXIT.failed;
}

/** The status of the changes that are asked for. */
export async function statusNow(flags: TuneFlags, context: CliContext): Promise<TuningStatus> {
  const only = onlyOf(flags);
  const ports = tunerPorts(flags, context);
  const status = await tuning(context, async () => statusOf(ports, await readNode(ports)));
  return { ...status, entries: status.entries.filter(({ change }) => only?.includes(change) ?? true) };
}

/** Prints the status in the format that was asked for. */
export async function printTuningStatus(status: TuningStatus, flags: TuneFlags, context: CliContext): Promise<void> {
  await handOut(
    flags,
    { text: (setting) => renderTuningStatus(status, setting), json: () => `${JSON.stringify(status, undefined, 2)}\n` },
    context,
  );
}
