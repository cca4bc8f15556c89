/** Every command line of podwire in the documentation and in the CI examples is one that podwire takes: its commands and flags exist. */
import { readdirSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { longForm } from "../src/cli/completion/short-forms.js";
import type { CliContext } from "../src/cli/context.js";
import { buildProgram } from "../src/cli/program.js";

const ROOT = new URL("../", import.meta.url);
const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(new URL(folder, ROOT))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}${name}`);

const FILES = ["README.md", ...filesIn("docs/", ".md"), ...filesIn("examples/ci/", ".yml"), "deploy/krew/podwire.yaml"];

const called = { program: "kubectl podwire", completing: false } as const;
/** The command tree alone: nothing is run, so nothing of the world is needed. */
const program = buildProgram(
  { called, version: "0", terminal: { out: () => undefined, err: () => undefined } } as unknown as CliContext,
  () => undefined,
);

/** Folded scalars (`>`) and continued lines are one command. */
const unfolded = (text: string): string => text.replaceAll(/\\\n\s*/g, " ").replaceAll(/\n\s+(?=--)/g, " ");

/** Words after the program's name, up to a comment, a pipe or what is no part of the command any more. */
function linesOf(file: string): readonly (readonly string[])[] {
  const read = readFileSync(new URL(file, ROOT), "utf8");
  // The CI examples say once what both of their runs ask for.
  const asked = /^\s*WHAT: (.*)$/m.exec(read)?.[1] ?? "";
  const text = unfolded(read.replaceAll("$WHAT", asked));
  const found = text.matchAll(/(?:^|[`(|]|\s)(?:(?:bin|podwire\/bin)\/)?(?:kubectl )?podwire ((?:[a-z_]+)(?: [^\n`#|&;)]*)?)/gm);
  return [...found].map(([, words = ""]) => words.trim().split(/\s+/));
}

/** The command that words lead to, and what follows. */
function resolve(words: readonly string[]): { readonly command: Command; readonly rest: readonly string[] } {
  let command = program;
  let rest = longForm(words, program, called);
  for (;;) {
    const next = command.commands.find((child) => child.name() === rest[0]);
    if (next === undefined) return { command, rest };
    command = next;
    rest = rest.slice(1);
  }
}

/** Flags as documentation writes them: `[--quick]`, `--out FILE`, `"--nodes=2"`. */
const flagsIn = (words: readonly string[]): readonly string[] => words.flatMap((word) => /^[["(]*(--[a-z][a-z-]*)/.exec(word)?.[1] ?? []);

describe.each(FILES)("%s", (file) => {
  // Prose has podwire as a word: only what begins with a command's name is a command line.
  const lines = linesOf(file).filter((words) => resolve(words).command !== program);

  test("asks for flags that there are", () => {
    const unknown = lines.flatMap((words) => {
      const { command, rest } = resolve(words);
      // What follows -- is someone else's.
      const own = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
      const known = new Set([...command.options.map(({ long }) => long), "--help"]);
      return flagsIn(own)
        .filter((flag) => !known.has(flag))
        .map((flag) => `${words.join(" ")}: ${flag}`);
    });
    expect(unknown).toEqual([]);
  });
});

test("the files have command lines enough for this to mean something", () => {
  const all = FILES.flatMap(linesOf).filter((words) => resolve(words).command !== program);
  expect(all.length).toBeGreaterThan(60);
  expect(all.some((words) => words[0] === "cluster")).toBe(true);
});
