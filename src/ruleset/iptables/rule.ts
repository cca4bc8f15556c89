/**
 * Reads one rule of iptables: its matches, then what it does.
 * Sources: iptables(8), iptables-extensions(8), and what iptables-save 1.8 prints.
 * @packageDocumentation
 */
import { parsePrefix } from "../../units/address.js";
import { PROTOCOLS } from "../numbers.js";
import { exactly, matchOf, type Part, RulesetError, unknownMatch, type Value } from "../ruleset.js";
import { MODULES } from "./modules.js";
import { targetOf } from "./targets.js";
import { type RuleContext, Words, wordsOf } from "./words.js";

/**
 * The parts of a rule.
 * @param text - behind `-A CHAIN`
 * @throws RulesetError where an option has no value, or an address is none
 */
export function readRule(text: string, context: RuleContext): readonly Part[] {
  const words = new Words(wordsOf(text), context);
  const parts: Part[] = [];
  let modules: readonly string[] = [];
  let negated = false;
  for (let word = words.take(); word !== undefined; word = words.take()) {
    if (word === "!") {
      negated = true;
      continue;
    }
    if (word === "-m" || word === "--match") modules = [...modules, words.value(word)];
    else if (word === "-j" || word === "--jump" || word === "-g" || word === "--goto")
      parts.push(...targetOf(word.startsWith("-g") || word === "--goto", words));
    else if (word === "-c" || word === "--set-counters") {
      words.value(word);
      words.value(word);
    } else parts.push(...(ownMatch(word, words, negated) ?? moduleMatch(word, modules, words, negated)));
    negated = false;
  }
  return parts;
}

const shown = (negated: boolean, option: string, value: string): string => `${negated ? "! " : ""}${option} ${value}`;

/** Matches that every rule may have; undefined where the word belongs to a module. */
function ownMatch(word: string, words: Words, negated: boolean): Part[] | undefined {
  switch (word) {
    case "-s":
    case "--source":
    case "-d":
    case "--destination": {
      const value = words.value(word);
      const range = parsePrefix(value);
      if (range === undefined) throw new RulesetError(`line ${String(words.context.line)}: ${value} is not an address`);
      const side = word === "-s" || word === "--source" ? "source" : "destination";
      return [matchOf(side, [range], shown(negated, word, value), negated)];
    }
    case "-i":
    case "--in-interface":
    case "-o":
    case "--out-interface": {
      const value = words.value(word);
      return [
        matchOf(word.startsWith("-i") || word === "--in-interface" ? "in" : "out", [device(value)], shown(negated, word, value), negated),
      ];
    }
    case "-p":
    case "--protocol": {
      const value = words.value(word);
      const number = value === "all" ? 0 : (PROTOCOLS[value] ?? Number(value));
      if (number === 0) return [];
      if (!Number.isInteger(number)) return [unknownMatch(shown(negated, word, value))];
      return [matchOf("protocol", [exactly(number)], shown(negated, word, value), negated)];
    }
    case "-f":
      return [unknownMatch(negated ? "! -f" : "-f")];
    case "-4":
    case "-6":
      return [];
    default:
      return undefined;
  }
}

/** `cali+` is every device whose name begins so. */
export const device = (name: string): Value => ({ pattern: name.endsWith("+") ? `${name.slice(0, -1)}*` : name });

/** An option of a module that the rule names, or of its protocol's own; what is not known is a match that cannot be decided. */
function moduleMatch(word: string, modules: readonly string[], words: Words, negated: boolean): Part[] {
  for (const module of [...modules].reverse()) {
    const read = MODULES[module]?.[word];
    if (read !== undefined) return read(words, negated, word);
  }
  const taken = [word];
  const isKnown = (option: string): boolean => modules.some((module) => MODULES[module]?.[option] !== undefined);
  // Its further options belong to the same condition: `--mode random --probability 0.5`.
  for (let next = words.peek(); next !== undefined && !/^(?:!$|-[a-z46]$)/.test(next) && !isKnown(next); next = words.peek())
    taken.push(words.value(word));
  const module = modules.at(-1);
  return [unknownMatch([...(module === undefined ? [] : ["-m", module]), ...(negated ? ["!"] : []), ...taken].join(" "))];
}
