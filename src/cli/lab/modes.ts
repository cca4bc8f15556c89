import type { Mode } from "../../modes/contract.js";
import { MODES } from "../../modes/index.js";
import { renderModeList } from "../../report/terminal/mode-list.js";
import { opening } from "../../use-cases/lab/sandbox-lifetime.js";
import { findUnsupported } from "../../venues/lab/lab-session.js";
import type { CliContext } from "../context.js";
import { EXIT } from "../errors.js";
import { handOut } from "../hand-out.js";
import type { FormatFlags } from "../output-format.js";

/** Flags of `podwire lab modes`. */
export type LabModesFlags = FormatFlags;

/** Lists the modes and whether this machine can run them. */
export async function labModes(flags: LabModesFlags, context: CliContext): Promise<number> {
  const missing = await opening(context, async (machine) => findUnsupported(machine, MODES));
  const facts = (): readonly unknown[] => MODES.map((mode) => modeFacts(mode, missing.get(mode.name)));
  await handOut(
    flags,
    { text: ({ width }) => renderModeList(MODES, missing, width), json: () => `${JSON.stringify(facts(), undefined, 2)}\n` },
    context,
  );
  return EXIT.ok;
}

function modeFacts(mode: Mode, reason: string | undefined): Record<string, unknown> {
  const { name, title, summary, kernel, programs, requires, givesUp, needs, overhead, knownAs, deviations, sources } = mode;
  const status = reason === undefined ? { status: "supported" } : { status: "unsupported", reason };
  const never = mode.neverMeasured === undefined ? {} : { neverMeasured: mode.neverMeasured };
  return {
    mode: name,
    ...status,
    ...never,
    title,
    summary,
    kernel,
    programs,
    requires,
    givesUp,
    needs,
    overhead,
    knownAs,
    deviations,
    sources,
  };
}
