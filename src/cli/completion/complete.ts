/**
 * Answers one question of a shell: what can stand at the last word. kubectl asks it of its plugins, and reads the answer as cobra's own:
 * a candidate a line, a tab before its description, and last a colon with a directive (spf13/cobra completions.go).
 * @packageDocumentation
 */
import type { Command } from "commander";
import type { CliContext } from "../context.js";
import { EXIT } from "../errors.js";
import { type Candidates, candidatesOf, type FlagCandidate } from "./candidates.js";
import { longForm } from "./short-forms.js";
import { variantsFrom } from "./variants.js";

/** Cobra's directives: offer files, no files, or what was answered with nothing after it since a list may go on. */
const FILES = 0;
const NO_FILES = 4;
const NO_FILES_NO_SPACE = 6;

/** The answer to a shell. */
interface Answer {
  /** Each with its description where it has one. */
  readonly lines: readonly (readonly [candidate: string, description?: string])[];
  readonly directive: number;
}

/** Prints what can stand at the last of the words. */
export function complete(words: readonly string[], program: Command, context: CliContext): number {
  const all = candidatesOf(program);
  const { lines, directive } = answer(longForm(words, program, context.called), program, all, context);
  const text = lines.map(([candidate, description]) => (description === undefined ? candidate : `${candidate}\t${description}`));
  context.terminal.out([...text, `:${String(directive)}`, ""].join("\n"));
  return EXIT.ok;
}

function answer(words: readonly string[], program: Command, all: readonly Candidates[], context: CliContext): Answer {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? "";
  const here = commandAt(before, all);
  const flagNamed = (word: string | undefined): FlagCandidate | undefined =>
    here.flags.find(({ name, short }) => name === word || short === word);
  const [, joined, part = ""] = /^(--[a-z-]+)=(.*)$/.exec(current) ?? [];
  if (joined !== undefined) return values(flagNamed(joined), part, `${joined}=`);
  const previous = flagNamed(before.at(-1));
  if (previous?.takesValue === true) return values(previous, current, "");
  if (current.startsWith("-"))
    return offered(
      here,
      here.flags.map(({ name }) => name),
      current,
      NO_FILES,
    );
  const short = here.path === "" ? shortForms(program, all, context) : [];
  const found = offered(here, [...here.words, ...variantsFrom(current)], current, here.takesFile ? FILES : NO_FILES);
  return { ...found, lines: [...found.lines, ...short.filter(([word]) => word.startsWith(current))] };
}

/** The command that the words lead to: flags and their values are no part of it. */
function commandAt(words: readonly string[], all: readonly Candidates[]): Candidates {
  const root = all.find(({ path }) => path === "");
  if (root === undefined) throw new Error("the program has no candidates");
  return words.reduce((here, word) => all.find(({ path }) => path === [here.path, word].join(" ").trim()) ?? here, root);
}

/** A flag's known values; the last part of a list after a comma is completed. Files where its values are not known. */
function values(flag: FlagCandidate | undefined, current: string, prefix: string): Answer {
  const known = flag?.values;
  if (known === undefined) return { lines: [], directive: FILES };
  const head = current.slice(0, current.lastIndexOf(",") + 1);
  const part = current.slice(head.length);
  const variants = flag?.name === "--modes" || flag?.name === "--lab" ? variantsFrom(part) : [];
  const fitting = [...known, ...variants].filter((word) => word.startsWith(part));
  return { lines: fitting.map((word) => [`${prefix}${head}${word}`] as const), directive: NO_FILES_NO_SPACE };
}

function offered({ descriptions }: Candidates, words: readonly string[], current: string, directive: number): Answer {
  const fitting = words.filter((word) => word.startsWith(current));
  const line = (word: string): readonly [string, string?] => {
    const description = descriptions.get(word);
    return description === undefined ? [word] : [word, description];
  };
  return { lines: fitting.map(line), directive };
}

/** As a plugin the program also takes the cluster's commands without `cluster`. */
function shortForms(program: Command, all: readonly Candidates[], context: CliContext): Answer["lines"] {
  const cluster = all.find(({ path }) => path === "cluster");
  if (cluster === undefined) return [];
  return [...cluster.descriptions].filter(([word]) => longForm([word], program, context.called)[0] === "cluster");
}
