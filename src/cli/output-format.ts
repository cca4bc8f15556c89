/**
 * In which format a command prints: `-o FORMAT` as kubectl and gh have it, and the flags that are short for one. Nothing else decides on formats.
 * @packageDocumentation
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { suggestion } from "./completion/nearest.js";

/** Formats that a command may print in instead of its table. */
export const OUTPUT_FORMATS = ["json", "yaml", "markdown", "csv", "html"] as const;
/** One of {@link OUTPUT_FORMATS}. */
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
/** Those that have a flag of their own name too. `--html` has a meaning of its own: it writes a file. */
const SHORT_FLAGS = ["markdown", "csv", "json"] as const;
type ShortFlag = (typeof SHORT_FLAGS)[number];
/** Flags that choose a format. What only a person at a terminal wants does not go with them. */
export const FORMAT_FLAGS = [...SHORT_FLAGS, "output"] as const;

const OTHER_NAMES: Readonly<Record<string, OutputFormat>> = { md: "markdown", yml: "yaml", htm: "html" };

/** What the flags leave behind; at most one of them is set. */
export type FormatFlags = { readonly output?: OutputFormat } & { readonly [flag in ShortFlag]?: boolean };

/**
 * Adds `-o, --output <format>`, and the flags that are short for a format; whoever gives two gets one error.
 * @param formats - all that the command can print in
 * @param short - for each flag, its help text
 */
export function withFormats(
  command: Command,
  formats: readonly OutputFormat[],
  short: Partial<Readonly<Record<ShortFlag, string>>>,
): Command {
  const flags = SHORT_FLAGS.filter((flag) => short[flag] !== undefined);
  const listed = flags.map((flag) => `--${flag}`).join(", ");
  const note = flags.length === 0 ? "" : `; ${listed} ${flags.length === 1 ? "does" : "do"} the same`;
  const output = new Option("-o, --output <format>", `print in this format${note}`)
    .choices(formats)
    .argParser((text) => formatOf(text, formats, command));
  const others = (flag: ShortFlag): string[] => [...flags.filter((other) => other !== flag), "output"];
  for (const flag of flags) command.addOption(new Option(`--${flag}`, short[flag]).conflicts(others(flag)));
  return command.addOption(output);
}

/** `--full`: the command's own form for people, with everything that is known. */
export const fullOption = (): Option =>
  new Option("--full", "print everything that is known instead of one screen").conflicts([...FORMAT_FLAGS]);

/** kubectl's people write `-o=json` too, of which the flag's own parser leaves the sign. */
function formatOf(text: string, formats: readonly OutputFormat[], command: Command): OutputFormat {
  const word = text.replace(/^=/, "").toLowerCase();
  const format = formats.find((one) => one === (OTHER_NAMES[word] ?? word));
  if (format !== undefined) return format;
  const file = /[./]/.test(word) && command.options.some(({ long }) => long === "--out") ? " A file is named by --out." : "";
  throw new InvalidArgumentError(`It is one of ${formats.join(", ")}.${file === "" ? suggestion(word, formats) : file}`);
}

/** What a command can print; each is made only when it is asked for. YAML says what JSON says, unless the command has one of its own. */
export type Forms = { readonly text: () => string } & { readonly [format in OutputFormat]?: () => string };

/** The format that was asked for; undefined means the command's own, made for people. */
export const askedFormat = ({ output, ...flags }: FormatFlags): OutputFormat | undefined =>
  output ?? SHORT_FLAGS.find((flag) => flags[flag] === true);

/** Whether a program reads standard output, and a person beside it standard error. */
export function isForPrograms(flags: FormatFlags): boolean {
  const format = askedFormat(flags);
  return format === "json" || format === "yaml";
}

/**
 * The output in the format that was asked for.
 * @throws Error where the command lacks a form that its flags allow
 */
export async function inAskedFormat(flags: FormatFlags, forms: Forms): Promise<string> {
  const format = askedFormat(flags);
  const form = forms[format ?? "text"];
  if (form !== undefined) return form();
  if (format === "yaml" && forms.json !== undefined) return yamlOf(forms.json());
  throw new Error(`there is no ${format ?? "text"} of this command`);
}

/** YAML that readers of 1.1 (PyYAML) and of 1.2 take alike: what only 1.1 takes for a boolean or a number, such as `no`, is quoted. */
async function yamlOf(json: string): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(JSON.parse(json), { schema: "yaml-1.1", lineWidth: 0 });
}
