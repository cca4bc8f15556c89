/**
 * Completion scripts, made from the command tree itself, so that they never lag behind it.
 * @packageDocumentation
 */
import type { Command } from "commander";
import { METRIC_GROUPS, METRICS } from "../model/metric.js";
import { NEEDS } from "../modes/contract.js";
import { MODES } from "../modes/index.js";
import type { CliContext } from "./context.js";
import { EXIT, UsageError } from "./errors.js";

/** What can follow a command: its subcommands, flags, and names for its arguments. */
interface Candidates {
  /** Command words after `podwire`, joined by a space. */
  readonly path: string;
  readonly words: readonly string[];
}

/** Prints the completion script of a shell. */
export function completion(shell: string, program: Command, context: CliContext): number {
  const script = SCRIPTS[shell];
  if (script === undefined) throw new UsageError(`completion: ${shell} is not known; use ${Object.keys(SCRIPTS).join(", ")}`);
  context.terminal.out(script(collect(program, [])));
  return EXIT.ok;
}

const SCRIPTS: Readonly<Record<string, (candidates: readonly Candidates[]) => string>> = { bash: bashScript, zsh: zshScript, fish: fishScript };

function collect(command: Command, path: readonly string[]): Candidates[] {
  const flags = command.options.map((option) => option.long ?? option.short ?? "");
  const children = command.commands.map((child) => child.name());
  const takesMode = command.registeredArguments.some((argument) => argument.name() === "mode");
  const shells = command.registeredArguments.some((argument) => argument.name() === "shell") ? Object.keys(SCRIPTS) : [];
  const words = [...children, ...shells, ...(takesMode ? MODES.map((mode) => mode.name) : []), ...flags, "--help"];
  const own = { path: path.join(" "), words };
  return [own, ...command.commands.flatMap((child) => collect(child, [...path, child.name()]))];
}

/** Flags whose value is a list of known names. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  "--modes": MODES.map((mode) => mode.name),
  "--metrics": [...Object.keys(METRIC_GROUPS), ...METRICS.map((metric) => metric.name)],
  "--need": NEEDS,
};

/** Both bash and zsh (through bashcompinit) take this. The last part of a list after a comma is completed too. */
function bashScript(candidates: readonly Candidates[]): string {
  const cases = candidates.map(({ path, words }) => `    ${JSON.stringify(path)}) words="${words.join(" ")}" ;;`).join("\n");
  const values = Object.entries(VALUES).map(([flag, words]) => `    ${flag}) values="${words.join(" ")}" ;;`).join("\n");
  const paths = candidates.map(({ path }) => JSON.stringify(path)).join(" ");
  return `# podwire completion for bash
_podwire() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" values="" word known
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    for known in ${paths}; do
      [ "\${path:+$path }$word" = "$known" ] && path="$known" && break
    done
  done
  case "$previous" in
${values}
    --out|--html) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  if [ -n "$values" ]; then
    local head=""
    case "$current" in *,*) head="\${current%,*}," ;; esac
    COMPREPLY=($(compgen -P "$head" -W "$values" -- "\${current##*,}"))
    return
  fi
  case "$path" in
${cases}
  esac
  [ "$path" = report ] && COMPREPLY=($(compgen -f -- "$current"))
  COMPREPLY+=($(compgen -W "$words" -- "$current"))
}
complete -F _podwire podwire
`;
}

function zshScript(candidates: readonly Candidates[]): string {
  return `#compdef podwire\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(candidates)}`;
}

function fishScript(candidates: readonly Candidates[]): string {
  const lines = candidates.flatMap(({ path, words }) => {
    const seen = path === "" ? "__fish_use_subcommand" : path.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
    return words.map((word) => {
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c podwire -n '${seen}' ${what}`;
    });
  });
  return `# podwire completion for fish\n${lines.join("\n")}\n`;
}
