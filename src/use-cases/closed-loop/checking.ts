/**
 * Permanent forms held against the programs that will read them, in a namespace of the lab, which goes with it.
 * @packageDocumentation
 */
import type { PermanentForm } from "../../model/closed-loop.js";
import { milliseconds } from "../../units/quantity.js";
import type { LabSession } from "../../venues/lab/lab-session.js";
import type { Candidate } from "./candidates.js";
import { portsOf } from "./lab-node.js";
import { permanentForms, type UncheckedForm } from "./permanent.js";

const TIMEOUT = milliseconds(10_000);

/** The permanent form of everything that was kept, each with what became of its check. */
export async function checkedForms(session: LabSession, kept: readonly Candidate[]): Promise<readonly PermanentForm[]> {
  return Promise.all(kept.flatMap(permanentForms).map(async (form) => checked(session, form)));
}

async function checked(session: LabSession, { check, unchecked, ...form }: UncheckedForm): Promise<PermanentForm> {
  if (check === undefined) return { ...form, checked: `not checked: ${unchecked ?? "nothing here reads it"}` };
  const { commands } = portsOf(session, check.at.at.id.replaceAll("/", "."));
  const outcome = await commands.run({ argv: check.argv, stdin: form.text, reason: "the permanent form is read", timeout: TIMEOUT });
  const line = check.argv.join(" ");
  if (outcome.exitCode === 0) return { ...form, checked: `\`${line}\` takes it` };
  return { ...form, checked: `\`${line}\` refuses it: ${(outcome.startError ?? outcome.stderr).trim()}` };
}
