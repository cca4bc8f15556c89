/**
 * A namespace of an open lab as a node that can be read: commands and files by the lab's agent.
 * @packageDocumentation
 */
import type { Files, Outcome } from "../../machine/ports.js";
import type { ReadingPorts } from "../../tuning/reading/facts-now.js";
import { milliseconds } from "../../units/quantity.js";
import type { LabSession } from "../../venues/lab/lab-session.js";

const READ_MS = 10_000;

/** The ports of one namespace, by its full name. Nothing of the machine can be reached through them: the lab's namespaces hold what is read. */
export function portsOf({ agent, machine }: LabSession, namespace: string): ReadingPorts {
  const { clock } = machine;
  const readText: Files["readText"] = async (path) => {
    const { exitCode, stdout, stderr } = await agent.order<"run">({ kind: "run", argv: ["cat", path], namespace, timeout: READ_MS });
    if (exitCode === 0) return stdout;
    const missing = stderr.includes("No such file") ? "ENOENT: " : "";
    throw new Error(`${missing}${stderr.trim()}`);
  };
  return {
    clock,
    files: { ...machine.files, readText },
    commands: {
      locate: async (program) => machine.commands.locate(program),
      run: async ({ argv, stdin = "", timeout }): Promise<Outcome> => {
        const began = clock.monotonic();
        const outcome = await agent.order<"run">({ kind: "run", argv, namespace, stdin, timeout });
        return { ...outcome, elapsed: milliseconds(clock.monotonic() - began) };
      },
    },
  };
}
