/**
 * How a node is asked for its facts: nothing here changes anything.
 * @packageDocumentation
 */
import type { Outcome } from "../../machine/ports.js";
import { milliseconds } from "../../units/quantity.js";
import { TuningError } from "../error.js";
import type { NodePorts } from "../node.js";

const TIMEOUT = milliseconds(20_000);

/** Questions to one node. */
export interface Asking {
  /** What a command printed; undefined where it failed or is not installed. */
  readonly printed: (...argv: readonly [string, ...string[]]) => Promise<string | undefined>;
  /** What a command printed, however it ended: some end with an error where one of a thousand values may not be read. */
  readonly anyhow: (...argv: readonly [string, ...string[]]) => Promise<string>;
  /** As {@link Asking.printed}. @throws TuningError where nothing can be told without it */
  readonly required: (...argv: readonly [string, ...string[]]) => Promise<string>;
  /** A file's text without blanks at its ends; undefined where it is not there or may not be read. */
  readonly file: (path: string) => Promise<string | undefined>;
  readonly installed: (program: string) => Promise<boolean>;
}

/** Questions through the ports. */
export function asking({ commands, files }: NodePorts): Asking {
  const run = async (argv: readonly [string, ...string[]]): Promise<Outcome> =>
    commands.run({ argv, reason: "reads facts of the node", timeout: TIMEOUT });
  return {
    printed: async (...argv) => {
      const { exitCode, stdout } = await run(argv);
      return exitCode === 0 ? stdout : undefined;
    },
    anyhow: async (...argv) => (await run(argv)).stdout,
    required: async (...argv) => {
      const { exitCode, stdout, stderr, startError } = await run(argv);
      if (exitCode === 0) return stdout;
      const words = (startError ?? stderr).replaceAll(/\s+/g, " ").trim();
      throw new TuningError(`the node cannot be read: \`${argv.join(" ")}\` failed: ${words === "" ? "without a word" : words}`);
    },
    file: async (path) =>
      files.readText(path).then(
        (text) => text.trim(),
        () => undefined,
      ),
    installed: async (program) => (await commands.locate(program)) !== undefined,
  };
}
