/**
 * Hands out what a command came to: the page that `--html` asks for first, so that the text can name it, then the form that the flags ask for.
 * @packageDocumentation
 */
import { RunError, wordsOf } from "../use-cases/errors.js";
import type { WrittenFile } from "../use-cases/lab/profile/profile-files.js";
import type { CliContext } from "./context.js";
import { handOut, type SetForms, type Setting } from "./hand-out.js";
import type { FormatFlags } from "./output-format.js";

/** Flags of every command that has a page. */
export interface DeliveryFlags extends FormatFlags {
  readonly html?: string;
  /** Everything that is known instead of one screen. */
  readonly full?: boolean;
  /** Files that are written already, for the list at the end. */
  readonly written?: readonly WrittenFile[];
}

/** A report in each form, made only when it is asked for. */
type ReportForms = Omit<SetForms, "text" | "html"> & {
  readonly text: (setting: Setting, written: readonly WrittenFile[]) => string;
  readonly html: () => string;
};

/**
 * Writes the page where it was asked for, and prints the rest.
 * @throws RunError when the page could not be written after all; everything else is delivered by then
 */
export async function deliverReport(flags: DeliveryFlags, forms: ReportForms, context: CliContext): Promise<void> {
  const written = [...(flags.written ?? [])];
  let problem: string | undefined;
  if (flags.html !== undefined) {
    problem = await writePage(flags.html, forms.html(), context);
    if (problem === undefined) written.push(["HTML report", flags.html]);
  }
  await handOut(flags, { ...forms, text: (setting) => forms.text(setting, written) }, context);
  if (problem !== undefined) throw new RunError(problem);
}

/** Writes a page; gives a sentence where it cannot be written any more, since the rest is still to be delivered. */
async function writePage(path: string, page: string, { machine }: CliContext): Promise<string | undefined> {
  return machine.files.writeText(path, page).then(
    () => undefined,
    (error: unknown) => `the HTML report cannot be written to ${path}: ${wordsOf(error)}`,
  );
}
