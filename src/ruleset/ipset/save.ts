/**
 * Reads what `ipset save` prints: of each set its creation, then its entries.
 * Source: ipset(8).
 * @packageDocumentation
 */
import type { AddressFamily } from "../../units/address.js";
import { exactly, RulesetError, type SetLook, type SetMember } from "../ruleset.js";
import { type ReadSet, readSet, type SavedSet } from "./members.js";

/** A set whose entries are still being read. */
interface OpenSet extends SavedSet {
  readonly entries: string[];
}

/** Whether a text has sets of this form. */
export const isSavedSets = (text: string): boolean => /^create \S+ (?:hash|bitmap|list):/m.test(text);

/** A set of which nothing is known: whether it has a packet cannot be told. */
const UNKNOWN: SetLook = { fields: [{ name: "unknown" }], members: [{ key: [exactly(1)] }] };

const LIST = "list:set";

/** The sets of one or several texts, by name. They are read when a rule asks for them. */
export class SavedSets {
  readonly #saved = new Map<string, OpenSet>();
  readonly #read = new Map<string, ReadSet | undefined>();
  /** What packets put into them or take out. */
  readonly #changed = new Set<string>();

  /**
   * Takes the sets of a text that holds nothing else.
   * @throws RulesetError with the line that is none of `ipset save`'s
   */
  read(text: string): void {
    for (const [index, line] of text.split("\n").entries()) {
      const words = line.trim();
      if (words === "" || words.startsWith("#") || this.take(words, index + 1)) continue;
      throw new RulesetError(`line ${String(index + 1)}: ${JSON.stringify(words.slice(0, 60))} is no line of \`ipset save\``);
    }
  }

  /**
   * Takes a line; gives whether it is one of `ipset save`'s.
   * @throws RulesetError where its set is created twice, or never
   */
  take(line: string, number: number): boolean {
    const [, verb, name = "", rest = ""] = /^(create|add) (\S+) (.+)$/.exec(line.trimEnd()) ?? [];
    if (verb === undefined) return false;
    const known = this.#saved.get(name);
    if (verb === "add") {
      if (known === undefined) throw new RulesetError(`line ${String(number)}: an entry of the set ${name}, which no line before creates`);
      known.entries.push(rest);
      return true;
    }
    if (known !== undefined) throw new RulesetError(`line ${String(number)}: the set ${name} is created a second time`);
    const [type = "", ...options] = rest.split(" ");
    this.#saved.set(name, { type, options: options.join(" "), entries: [] });
    return true;
  }

  /** Rules with `-j SET` change a set by the packets that meet them: what it has when a packet comes cannot be told. A list changes its sets (list_set_kadd). */
  noteChanges(rules: string): void {
    if (this.#saved.size === 0) return;
    for (const [, name = ""] of rules.matchAll(/ --(?:add|del)-set (\S+)/g)) {
      this.#changed.add(name);
      const set = this.#saved.get(name);
      if (set?.type === LIST) for (const entry of set.entries) this.#changed.add(entry.split(" ")[0] ?? "");
    }
  }

  /**
   * How a packet is looked up in a set; undefined where the set, its type or one of its options is not known.
   * A set of more dimensions than directions, or of the other family, has no packet (ip_set_test).
   * @param directions - `src` or `dst` for each dimension
   */
  looksInto(name: string, directions: readonly string[], family: AddressFamily): readonly SetLook[] | undefined {
    const saved = this.#saved.get(name);
    if (saved === undefined || this.#changed.has(name)) return undefined;
    const set = this.#setOf(name, saved);
    if (set === undefined) return undefined;
    if (set.kind === "list")
      return set.sets.flatMap(({ name: inner, isUncertain }) => {
        // A list holds no lists (list_set_uadt).
        const looks = this.#saved.get(inner)?.type === LIST ? undefined : this.looksInto(inner, directions, family);
        return (looks ?? [UNKNOWN]).map((look) => (isUncertain ? { ...look, members: look.members.map(uncertain) } : look));
      });
    if (directions.length < set.dimensions || (set.family !== undefined && set.family !== family)) return [];
    return [{ fields: set.fields(directions), members: set.members }];
  }

  #setOf(name: string, saved: SavedSet): ReadSet | undefined {
    if (!this.#read.has(name)) this.#read.set(name, readSet(saved));
    return this.#read.get(name);
  }
}

const uncertain = (member: SetMember): SetMember => ({ ...member, isUncertain: true });
