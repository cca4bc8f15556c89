/**
 * Completion scripts, made from the command tree itself, so that they never lag behind it.
 * @packageDocumentation
 */
import type { Command } from "commander";
import type { CliContext } from "../context.js";
import { EXIT, UsageError } from "../errors.js";
import { type Candidates, candidatesOf, type FlagCandidate, type SHELLS } from "./candidates.js";
import { suggestion } from "./nearest.js";

/** Prints the completion script of a shell. */
export function completion(shell: string, program: Command, context: CliContext): number {
  const script = (SCRIPTS as Readonly<Record<string, Script>>)[shell];
  const known = Object.keys(SCRIPTS);
  if (script === undefined)
    throw new UsageError(`completion: no shell is called ${shell}.${suggestion(shell, known)} Known are ${known.join(", ")}`);
  context.terminal.out(script(candidatesOf(program)));
  return EXIT.ok;
}

type Script = (candidates: readonly Candidates[]) => string;

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], Script>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/**
 * Both bash and zsh (through bashcompinit) take this. The last part of a list after a comma is completed too, and `--flag=value` as well
 * as `--flag value`. An empty answer means file names, by `-o default`.
 */
function bashScript(candidates: readonly Candidates[]): string {
  const cases = candidates.map(
    ({ path, words, flags }) =>
      `    ${JSON.stringify(path)}) words="${words.join(" ")}" flags="${flags.map(({ name }) => name).join(" ")}" ;;`,
  );
  const values = candidates.flatMap(({ path, flags }) =>
    flags.flatMap(({ name, short, values: words = [] }) => {
      const patterns = [name, ...(short === undefined ? [] : [short])].map((flag) => JSON.stringify(`${path} ${flag}`));
      return words.length === 0 ? [] : [`    ${patterns.join(" | ")}) values="${words.join(" ")}" ;;`];
    }),
  );
  const paths = candidates.map(({ path }) => JSON.stringify(path)).join(" ");
  return `# podwire completion for bash
_podwire() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" flags="" values="" head="" word known
  # bash takes --flag=value for three words
  if [ "$current" = "=" ]; then
    current=""
  elif [ "$previous" = "=" ]; then
    previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD-1))}"; do
    for known in ${paths}; do
      [ "\${path:+$path }$word" = "$known" ] && path="$known" && break
    done
  done
  case "$path $previous" in
${values.join("\n")}
  esac
  if [ -n "$values" ]; then
    case "$current" in *,*) head="\${current%,*}," ;; esac
    COMPREPLY=($(compgen -P "$head" -W "$values" -- "\${current##*,}"))
    return
  fi
  case "$path" in
${cases.join("\n")}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
}
complete -o default -F _podwire podwire
`;
}

function zshScript(candidates: readonly Candidates[]): string {
  return `#compdef podwire\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(candidates)}`;
}

function fishScript(candidates: readonly Candidates[]): string {
  const lines = candidates.flatMap((one) => {
    const when = `-n '${fishCondition(one, candidates)}'`;
    const words = one.words.length === 0 ? [] : [`complete -c podwire ${when} ${one.takesFile ? "" : "-f "}-a '${one.words.join(" ")}'`];
    return [...words, ...one.flags.map((flag) => `complete -c podwire ${when}${fishNames(flag)}${fishValues(flag)}`)];
  });
  return `# podwire completion for fish\n${lines.join("\n")}\n`;
}

const fishNames = ({ name, short }: FlagCandidate): string => ` -l ${name.slice(2)}${short === undefined ? "" : ` -s ${short.slice(1)}`}`;

function fishValues({ values }: FlagCandidate): string {
  if (values === undefined) return "";
  // A list goes on after its last comma.
  const all = `(string replace -r "[^,]*\\$" "" -- (commandline -ct | string replace -r "^--[a-z]*=" ""))`;
  return ` -x -a '${all}{${values.join(",")}}'`;
}

/** All words of the command were seen, and none of its subcommands. */
function fishCondition({ path }: Candidates, all: readonly Candidates[]): string {
  if (path === "") return "__fish_use_subcommand";
  const seen = path.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`);
  const below = all.filter((other) => other.path.startsWith(`${path} `)).map((other) => other.path.slice(path.length + 1));
  return [...seen, ...(below.length === 0 ? [] : [`not __fish_seen_subcommand_from ${below.join(" ")}`])].join("; and ");
}
