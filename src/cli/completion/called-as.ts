/**
 * By which name podwire was started: its own, or one of those that kubectl looks for.
 * @packageDocumentation
 */

/** What the program is called in help texts. */
export type ProgramName = "podwire" | "kubectl podwire";

/** How it was called. */
export interface CalledAs {
  readonly program: ProgramName;
  /** kubectl wants to know what can stand at the last word, and nothing is to be done. */
  readonly completing: boolean;
}

/**
 * Told by the file's name, which a link keeps: kubectl's, krew's and npm's all do.
 * @param script - path of the started file as the caller named it.
 */
export function calledAs(script: string | undefined): CalledAs {
  const name = (script ?? "").replace(/^.*[/\\]/, "");
  // Both names are kubectl's convention: https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/
  if (name === "kubectl-podwire") return { program: "kubectl podwire", completing: false };
  if (name === "kubectl_complete-podwire") return { program: "kubectl podwire", completing: true };
  return { program: "podwire", completing: false };
}
