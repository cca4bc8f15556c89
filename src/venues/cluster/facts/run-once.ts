/**
 * One program in a pod, by an exec of its own: about 90 ms, where no agent is worth starting.
 * @packageDocumentation
 */
import type { ExecTarget, Kubernetes } from "../../../machine/kubernetes/port.js";
import type { Ran } from "./inspection.js";

/** Runs it to its end. */
export async function runOnce(kubernetes: Kubernetes, target: ExecTarget): Promise<Ran> {
  const lines: string[] = [];
  const process = kubernetes.exec(target, (line) => {
    lines.push(line);
  });
  process.closeInput();
  const { exitCode, stderr, startError, cut, refusal } = await process.ended;
  const words = refusal?.message ?? startError ?? cut;
  return {
    exitCode,
    stdout: lines.map((line) => `${line}\n`).join(""),
    stderr,
    ...(words === undefined ? {} : { startError: words }),
    ...(refusal === undefined && cut === undefined ? {} : { unreached: true }),
  };
}
