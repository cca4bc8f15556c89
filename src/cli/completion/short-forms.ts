/**
 * `kubectl podwire run` is `kubectl podwire cluster run`: who calls podwire through kubectl asks about a cluster.
 * @packageDocumentation
 */
import type { Command } from "commander";
import type { CalledAs } from "./called-as.js";

/** The words with `cluster` before them where they begin with one of its commands and kubectl called. */
export function longForm(words: readonly string[], program: Command, { program: name }: CalledAs): readonly string[] {
  const [first] = words;
  if (name !== "kubectl podwire" || first === undefined || commandOf(program, first) !== undefined) return words;
  const cluster = commandOf(program, "cluster");
  return cluster !== undefined && commandOf(cluster, first) !== undefined ? ["cluster", ...words] : words;
}

/** Says in the plugin's help that there are short forms. */
export function shortFormsText(program: Command, { program: name }: CalledAs): string {
  const words = commandOf(program, "cluster")?.commands.map((child) => child.name()) ?? [];
  if (name !== "kubectl podwire" || words.length === 0) return "";
  return `\nThe commands of cluster can be called without it: ${words.map((word) => `${name} ${word}`).join(", ")}.\n`;
}

const commandOf = (parent: Command, word: string): Command | undefined => parent.commands.find((child) => child.name() === word);
