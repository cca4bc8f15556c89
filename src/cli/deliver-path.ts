/**
 * A packet's way handed out: as text, as JSON, and as a page.
 * @packageDocumentation
 */
import type { PacketPath } from "../model/packet-path.js";
import { renderPacketPathHtml } from "../report/packet-path/html.js";
import { renderPacketPath } from "../report/terminal/packet-path.js";
import type { CliContext } from "./context.js";
import { deliverReport } from "./deliver-report.js";
import { EXIT } from "./errors.js";
import { wholeNumber } from "./lab/flag-values.js";
import type { FormatFlags } from "./output-format.js";

/** Flags of every command that follows a packet. */
export interface PathFlags extends FormatFlags {
  readonly connections: string;
  readonly html?: string;
}

/** How many connections the burst has. */
export const connectionsOf = ({ connections }: PathFlags): number => wholeNumber("--connections", connections, 1, 500);

/** Writes the page, and prints the way. @returns exit code 1 where not every connection of the burst was answered */
export async function deliverPath(found: PacketPath, flags: PathFlags, context: CliContext): Promise<number> {
  await deliverReport(
    flags,
    {
      text: (setting, files) => renderPacketPath(found, { ...setting, files }),
      json: () => `${JSON.stringify(found, undefined, 2)}\n`,
      html: () => renderPacketPathHtml(found, context.version),
    },
    context,
  );
  return found.burst.answered === found.burst.connections ? EXIT.ok : EXIT.failed;
}
