/**
 * A packet's way handed out: as text, as JSON, and as a page.
 * @packageDocumentation
 */
import type { PacketPath } from "../model/packet-path.js";
import { renderPacketPathHtml } from "../report/packet-path/html.js";
import { renderPacketPath } from "../report/terminal/packet-path.js";
import { RunError } from "../use-cases/errors.js";
import type { CliContext } from "./context.js";
import { writePage } from "./deliver.js";
import { EXIT } from "./errors.js";
import { wholeNumber } from "./lab/flag-values.js";
import { type FormatFlags, inAskedFormat } from "./output-format.js";

/** Flags of every command that follows a packet. */
export interface PathFlags extends FormatFlags {
  readonly connections: string;
  readonly html?: string;
}

/** How many connections the burst has. */
export const connectionsOf = ({ connections }: PathFlags): number => wholeNumber("--connections", connections, 1, 500);

/** Prints the way, and writes the page. @returns exit code 1 where not every connection of the burst was answered */
export async function deliverPath(found: PacketPath, flags: PathFlags, context: CliContext): Promise<number> {
  const { out, colour, columns, utf8 } = context.terminal;
  out(
    await inAskedFormat(flags, {
      text: () => renderPacketPath(found, { width: columns(), colour: colour.out, utf8 }),
      json: () => `${JSON.stringify(found, undefined, 2)}\n`,
      html: () => renderPacketPathHtml(found, context.version),
    }),
  );
  const problem = flags.html === undefined ? undefined : await writePage(flags.html, renderPacketPathHtml(found, context.version), context);
  if (problem !== undefined) throw new RunError(problem);
  return found.burst.answered === found.burst.connections ? EXIT.ok : EXIT.failed;
}
