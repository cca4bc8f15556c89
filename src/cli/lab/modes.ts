import type { Mode } from "../../modes/contract.js";
import { MODES } from "../../modes/index.js";
import { opening } from "../../use-cases/lab/sandbox-lifetime.js";
import { findUnsupported } from "../../venues/lab/lab-session.js";
import type { CliContext } from "../context.js";
import { EXIT } from "../errors.js";
import { type FormatFlags, inAskedFormat } from "../output-format.js";

/** Flags of `podwire lab modes`. */
export type LabModesFlags = FormatFlags;

/** Lists the modes and whether this machine can run them. */
export async function labModes(flags: LabModesFlags, context: CliContext): Promise<number> {
  const missing = await opening(context, async (machine) => findUnsupported(machine, MODES));
  const each = <Form>(form: (mode: Mode, missing: string | undefined) => Form): Form[] =>
    MODES.map((mode) => form(mode, missing.get(mode.name)));
  context.terminal.out(
    await inAskedFormat(flags, {
      text: () => each(modeText).join("\n"),
      json: () => `${JSON.stringify(each(modeFacts), undefined, 2)}\n`,
    }),
  );
  return EXIT.ok;
}

function modeFacts(mode: Mode, reason: string | undefined): Record<string, unknown> {
  const { name, title, summary, kernel, programs, requires, givesUp, needs, overhead, knownAs, deviations, sources } = mode;
  const status = reason === undefined ? { status: "supported" } : { status: "unsupported", reason };
  return { mode: name, ...status, title, summary, kernel, programs, requires, givesUp, needs, overhead, knownAs, deviations, sources };
}

function modeText(mode: Mode, reason: string | undefined): string {
  const lines = [
    `${mode.name}: ${mode.title}`,
    `  here      ${reason === undefined ? "supported" : `unsupported: ${reason}`}`,
    ...(mode.onlyByName === undefined ? [] : [`  measured  when it is named only: ${mode.onlyByName}`]),
    `  kernel    ${mode.kernel.join(", ")}`,
    ...labelled("requires", mode.requires),
    ...labelled("gives up", mode.givesUp),
    ...labelled(
      "known as",
      mode.knownAs.map(({ product, setting }) => `${product}: ${setting}`),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function labelled(label: string, texts: readonly string[]): string[] {
  return texts.map((text, index) => `  ${(index === 0 ? label : "").padEnd(8)}  ${text}`);
}
