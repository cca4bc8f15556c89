/**
 * Shows the HTML report on the caller's desktop, where there is one and it is theirs.
 * @packageDocumentation
 */
import { wordsOf } from "../use-cases/errors.js";
import type { CliContext, Desktop } from "./context.js";

/** Why no page can be shown, in one sentence; undefined where it can. */
export function whyNotShown({ root, remote, terminal, display }: Desktop): string | undefined {
  const instead = "write it with --html FILE";
  if (root) return `a browser is not started as root; ${instead}, and open that as yourself`;
  if (remote) return `over SSH there is no desktop to show it on; ${instead}, and fetch that`;
  if (!terminal) return `standard output is a pipe or a file, so there is no one to show it to; ${instead}`;
  return display ? undefined : `there is no desktop here: neither DISPLAY nor WAYLAND_DISPLAY is set; ${instead}`;
}

/** Opens a file in the desktop's browser. Gives what went wrong, in one sentence. */
export async function showPage(path: string, { attach, terminal }: CliContext): Promise<string | undefined> {
  const { opener } = terminal.desktop;
  try {
    const code = await attach([opener, path], { interactive: false });
    return code === 0 ? undefined : `${opener} ended with exit code ${String(code)}; the page is ${path}`;
  } catch (error) {
    return `${opener} cannot be started (${wordsOf(error)}); the page is ${path}`;
  }
}
