import { FORMATS, renderJsonSchema } from "../report/json/schemas.js";
import { suggestion } from "./completion/nearest.js";
import type { CliContext } from "./context.js";
import { EXIT, UsageError } from "./errors.js";

/** Prints the JSON Schema of a format, or without a name which there are. */
export function schema(name: string | undefined, { terminal }: CliContext): number {
  terminal.out(name === undefined ? list() : renderJsonSchema(formatNamed(name)));
  return EXIT.ok;
}

function list(): string {
  const width = Math.max(...FORMATS.map((format) => format.name.length));
  return FORMATS.map((format) => `${format.name.padEnd(width)}  ${format.version}: ${format.what}\n`).join("");
}

function formatNamed(name: string): (typeof FORMATS)[number] {
  const format = FORMATS.find((one) => one.name === name);
  if (format !== undefined) return format;
  const names = FORMATS.map((one) => one.name);
  throw new UsageError(`schema: no format is called ${name}.${suggestion(name, names)} Known are ${names.join(", ")}.`);
}
