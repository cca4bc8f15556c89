/**
 * Hands out what a command came to, in the form that its flags ask for. Text for people leaves here, in characters that their terminal has.
 * @packageDocumentation
 */
import { inCharactersOf } from "../report/terminal/characters.js";
import type { CliContext } from "./context.js";
import { type FormatFlags, type Forms, inAskedFormat } from "./output-format.js";

/** The terminal that a text is set for. */
export interface Setting {
  readonly width: number;
  readonly colour: boolean;
  readonly utf8: boolean;
}

/** What a command can print, its text set for a terminal; each is made only when it is asked for. */
export type SetForms = Omit<Forms, "text"> & { readonly text: (setting: Setting) => string };

/** Prints the form that was asked for. */
export async function handOut(flags: FormatFlags, forms: SetForms, context: Pick<CliContext, "terminal">): Promise<void> {
  const { out, colour, columns, utf8 } = context.terminal;
  const setting = { width: columns(), colour: colour.out, utf8 };
  out(await inAskedFormat(flags, { ...forms, text: () => inCharactersOf(forms.text(setting), setting) }));
}

/** Prints a text that has no other form. */
export function printText(text: string, { terminal }: Pick<CliContext, "terminal">): void {
  const { out, columns, utf8 } = terminal;
  out(inCharactersOf(text, { width: columns(), utf8 }));
}
