/**
 * The version as `--version` prints it. It needs nothing else, so that the answer is quick.
 * @packageDocumentation
 */

/** Digits of a commit that people quote. */
const QUOTED = 7;

/** `0.1.0 (6568b0c)`, or the version alone where the build knows no commit. */
export const versionText = (version: string, commit: string | undefined): string =>
  commit === undefined ? version : `${version} (${commit.slice(0, QUOTED)})`;
