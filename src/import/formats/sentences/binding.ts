/**
 * Which ends each quantity of a line is about. Words of its own clause count, else those of the clauses before it, else those of the heading.
 * A clause that names something unknown, a network, or both sides takes nothing from the words before it: its side stays open.
 * @packageDocumentation
 */
import type { Quantity } from "../../quantities/quantities.js";
import { isRemark } from "../../where/heading-role.js";
import { modeWords } from "../../where/modes.js";
import { endsApart, namesPath, namesService } from "../../where/paths.js";
import { composed, namesHostNetwork, onlyNamedMachines, placeOf, placeWords, type Role } from "../../where/places.js";
import { isAuthorsMeasurement } from "../../words/measuring.js";
import { strangersBetween } from "../../words/strangers.js";
import type { Above, Bindings, Bound } from "./bound.js";
import { type Clause, clausesOf, hasOwnLabel, isComparand, lastRole, plainBefore, roleBeside, runsOn, sentenceAt } from "./clauses.js";
import { isApposition, roleLeft } from "./comparands.js";
import {
  ADDRESS_WORD,
  BRIDGED,
  INSIDE,
  LABEL,
  LOAD_OF_MACHINES,
  OTHER_END,
  OUTSIDE_WORD,
  POD_WORD,
  PRONOUN,
  RELATIVE,
  RUNTIME_WORD,
  SAME_END,
  SOMETIMES,
  TUNNEL_OF_HOST,
  TURNED,
  VERSUS,
  YOURS,
} from "./going-on.js";
import { inTheSameOrder, parallelIn } from "./parallel.js";

/** Binds the quantities of a line to its words. */
export function bindingsOf(text: string, above: Above): Bindings {
  const { bound, taken } = parallelIn(text);
  if (taken.length === 0) {
    const plain = new Binder(text, above).bind();
    return { bound: inTheSameOrder(text, plain.bound), rows: plain.rows };
  }
  const rest = taken.reduce((left, { at, end }) => left.slice(0, at) + " ".repeat(end - at) + left.slice(end), text);
  const others = new Binder(rest, above).bind();
  return { bound: [...bound, ...others.bound].sort((a, b) => a.value.at - b.value.at), rows: others.rows };
}

class Binder {
  readonly #clauses: readonly Clause[];
  readonly #bound: Bound[] = [];
  #rows = 0;
  /** What the words before the current clause say. */
  #carried: Role | undefined;
  /** The ends of the last quantity. */
  #latest: Role | undefined;
  #sentence = { at: 0, end: 0 };
  #lastEnd = 0;
  readonly #placed = new Set<string>();

  constructor(
    readonly text: string,
    readonly above: Above,
  ) {
    this.#clauses = clausesOf(text);
  }

  bind(): Bindings {
    for (const clause of this.#clauses) {
      this.#begin(clause);
      this.#noteEnds(clause);
      const { text } = this;
      if (clause.values.some((value, index) => runsOn(text, value, clause.values[index + 1]))) {
        this.#rows += 1;
        continue;
      }
      const before = this.#carried;
      this.#values(clause);
      this.#carry(clause);
      if (before !== undefined && RELATIVE.test(clause.text)) this.#carried = before;
    }
    return { bound: this.#bound, rows: this.#rows };
  }

  #begin(clause: Clause): void {
    if (clause.at >= this.#sentence.end) {
      if (this.#open && isRemark(this.text.slice(this.#sentence.at, this.#sentence.end))) this.#carried &&= "unclear";
      this.#sentence = sentenceAt(this.text, clause.at);
      this.#open = false;
      this.#endsBefore = this.#ends;
      this.#ends = undefined;
      this.#kinds.clear();
      this.#followed = false;
      this.#oneMachine = false;
      this.#outside = false;
      // The next sentence may go on about the same ends; of the same metric it tells another result.
      const again = clause.values.some(({ kind }) => this.#placed.has(kind));
      if (again && this.#carried !== undefined) this.#carried = "unclear";
    }
    for (const { kind } of clause.values) this.#placed.add(kind);
  }

  #values(clause: Clause): void {
    const { text } = this;
    const opening = this.#opening(clause);
    const plains = plainBefore(text, clause);
    for (const plain of plains) {
      this.#give(plain, clause, 0, lastRole(text, clause.at, plain.at) ?? this.#carried ?? opening);
      this.#carried = undefined;
    }
    for (const [index, value] of clause.values.entries()) {
      const role = this.#roleOf(clause, index, value, plains.length > 0, opening);
      this.#latest = role;
      this.#latestKind = value.kind;
      // "0.9 ms from VM to VM, 1.1 ms from pod to pod": where words follow their numbers, those before a number are of another one.
      const ahead = text.slice(index > 0 ? (clause.values[index - 1]?.end ?? clause.at) : clause.at, value.at);
      if (role !== undefined && placeWords(ahead).length === 0 && placeWords(text.slice(value.end, clause.end)).length > 0)
        this.#followed = true;
      if (plains.length === 0) this.#carried = role ?? this.#carried;
      this.#give(value, clause, index, role);
    }
    this.#lastEnd = clause.values.at(-1)?.end ?? this.#lastEnd;
  }

  /** What a clause leaves to the next one: the words behind its last quantity, never what it only compares with. Of two that name ends and no number, neither counts. */
  #carry(clause: Clause): void {
    const left = roleLeft(this.text, clause.values.at(-1)?.end ?? clause.at, clause.end);
    const open = clause.values.length === 0;
    if (left === undefined && open) this.#oneMachine = composed("pod", clause.text) === "same-node";
    this.#outside ||= left === "outside" || this.#latest === "outside";
    if (left === undefined || left === "topology") {
      this.#open &&= open;
      return;
    }
    this.#carried = open && this.#open && this.#carried !== left ? "unclear" : left;
    this.#open = open;
  }

  /** What the ends of the sentence are, wherever they stand: "both pods on one node, ..., on different nodes ...". */
  #noteEnds(clause: Clause): void {
    const kinds = new Set(
      placeWords(this.text)
        .filter(({ at }) => at >= clause.at && at < clause.end)
        .map(({ kind }) => kind),
    );
    if (kinds.size > 0) this.#carriedNetwork = kinds.has("host-network");
    this.#podsNamed ||= kinds.has("pod");
    const [pods, hosts] = [kinds.has("pod"), kinds.has("host") || kinds.has("host-network") || kinds.has("named")];
    if (pods || hosts) this.#ends = pods && hosts ? "unclear" : pods ? "pod" : "host";
  }

  /** Whether "Same node," stood before, and whether the sentence is about an end outside of the cluster. */
  #oneMachine = false;
  #outside = false;
  #ends: Role | undefined;
  /** The same of the sentence before. */
  #endsBefore: Role | undefined;
  #followed = false;
  #latestKind = "";
  /** The kinds of numbers that each end has had in the sentence. */
  readonly #kinds = new Map<Role, Set<string>>();
  /** Whether the words that are carried put a pod on the host's network, and whether the line names pods. */
  #carriedNetwork = false;
  #podsNamed = false;

  /** Whether the words that are carried have had no number of their own yet. */
  #open = false;

  #roleOf(clause: Clause, index: number, value: Quantity, joined: boolean, opening: Role | undefined): Role | undefined {
    const { text } = this;
    const from = Math.max(this.#sentence.at, index > 0 ? (clause.values[index - 1]?.end ?? 0) : this.#lastEnd);
    if (endsApart(text, from, value.at)) return "pod-host";
    if (this.#latest === "outside" && SAME_END.test(clause.text)) return "outside";
    const meant = PRONOUN.test(text.slice(clause.at, value.at)) ? this.#endsBefore : undefined;
    if ((meant === "pod" || meant === "host") && roleBeside(text, clause, index) === undefined) return meant;
    const own = joined && index === 0 ? lastRole(text, value.end, clause.end) : roleBeside(text, clause, index);
    const above = this.#carried ?? opening;
    const mixed =
      this.#latest !== undefined && own !== this.#latest && SOMETIMES.test(clause.text) && SOMETIMES.test(text.slice(0, clause.at));
    if (own !== undefined) return mixed || this.#headOfTwo(clause, own) ? "unclear" : this.#completed(own, clause, above);
    if (above !== undefined && (this.#breaksOrder(above, value) || (this.#followed && !this.#open && this.#latestKind !== value.kind)))
      return "unclear";
    if (isComparand(text, clause, index) || ADDRESS_WORD.test(clause.text)) return "unclear";
    if (this.#carried !== undefined && !this.#open && hasOwnLabel(clause, index)) return "unclear";
    if (YOURS.test(text.slice(clause.at, value.at))) return "unclear";
    if (joined) return "unclear";
    return this.#inherited(clause, above);
  }

  /** Words for where the ends are, and names of machines, say what they are only together with the words above. */
  #completed(own: Role, clause: Clause, above: Role | undefined): Role {
    const plain = own === "pod" || own === "host";
    if (plain && this.#oneMachine) return "same-node";
    // "The laptop gets 300 Mbit/s to the pod and 310 Mbit/s to the node."
    if (plain && this.#outside && !namesPath(this.text, clause.at, clause.end)) return "outside";
    if (own === "topology") return composed(this.#ends ?? above ?? this.above.heading, clause.text);
    if (own === "host" && onlyNamedMachines(clause.text)) {
      const { heading } = this.above;
      return heading === undefined || heading === "host" ? own : heading === "pod" ? "pod" : "unclear";
    }
    if (own === "host" && TUNNEL_OF_HOST.test(clause.text)) return "unclear";
    return own === "pod" && namesService(clause.text) ? "unclear" : own;
  }

  #inherited(clause: Clause, above: Role | undefined): Role | undefined {
    const strangers = strangersBetween(this.text, clause.at, clause.end);
    if (above === undefined) {
      // `overlay: 1.3 Gbit/s` below a heading of hosts.
      if (this.above.heading === "host" && (modeWords(clause.text).length > 0 || RUNTIME_WORD.test(clause.text))) return "unclear";
      // Below a heading a sentence about something else is not about the heading's ends.
      const label = /[:：=|]\s*[~≈]?\d|^\W*\d/u.test(clause.text) || clause.values.length !== 1;
      return this.above.heading !== undefined && strangers.length > 0 && !label && !isAuthorsMeasurement(clause.text)
        ? "unclear"
        : undefined;
    }
    if (TURNED.test(clause.text)) {
      const hostNetwork = namesHostNetwork(this.text.slice(this.#sentence.at, clause.at));
      return above === "host" && hostNetwork ? "pod" : "unclear";
    }
    if (BRIDGED.test(clause.text) && this.#carriedNetwork) return this.#ends === "unclear" || this.#podsNamed ? "pod" : "unclear";
    const flipped = this.#insideOrOutside(clause);
    if (flipped !== undefined) return flipped;
    // "pods, tx-checksum off: 940 Mbit/s": what follows the ends up to the colon is said of them.
    const label = this.#open && LABEL.test(clause.text.slice(0, (clause.values[0]?.at ?? clause.at) - clause.at));
    if (!label && (strangers.length > 0 || OTHER_END.test(clause.text))) return "unclear";
    // "pods on different nodes 2 Gbit/s; on the same node, 18 Gbit/s"
    if (this.#oneMachine && (above === "pod" || above === "host")) return "same-node";
    const network = modeWords(clause.text).length > 0 || RUNTIME_WORD.test(clause.text);
    return above === "host" && network ? "unclear" : above;
  }

  /** "Outside the container ..., inside ...": the noun is said once. */
  #insideOrOutside(clause: Clause): Role | undefined {
    const pods = POD_WORD.test(this.text.slice(this.#sentence.at, clause.at));
    if (pods && INSIDE.test(clause.text)) return "pod";
    return pods && OUTSIDE_WORD.test(clause.text) ? "host" : undefined;
  }

  /** The role of quantities that no words precede: an unfinished sentence goes on, else what is said right behind them. */
  #opening(clause: Clause): Role | undefined {
    const { text } = this;
    const { at, end } = this.#sentence;
    const behind = this.#clauses.filter((one) => one.at >= clause.end && one.end <= end);
    const [next] = behind;
    const goesOn = /\p{L}/u.test(text.slice(clause.at, clause.values[0]?.at));
    if (goesOn && this.above.before !== undefined) return this.above.before;
    const beside = next !== undefined && next.values.length === 0 && /^[\s,，、(（–-]*$/u.test(text.slice(clause.end, next.at));
    const apposed = beside && isApposition(next.text) ? placeOf(next.text) : undefined;
    if (apposed !== undefined && apposed !== "topology") return apposed;
    if (this.above.before !== undefined) return this.above.before;
    const whole = placeOf(text.slice(at, end).replace(LOAD_OF_MACHINES, " "));
    // Ends that other clauses name are those of other results, or what this one is compared with.
    const open = whole === undefined || whole === "topology" || placeWords(clause.text).length > 0;
    return open ? undefined : "unclear";
  }

  /** "node-node vs pod-pod: 9.4 vs 6.1": both labels stand before both numbers. */
  #headOfTwo(clause: Clause, own: Role): boolean {
    const before = this.#clauses[this.#clauses.indexOf(clause) - 1];
    if (before === undefined || before.values.length > 0 || before.at < this.#sentence.at) return false;
    const left = roleLeft(this.text, before.at, before.end);
    return left !== undefined && left !== own && VERSUS.test(this.text.slice(before.end, clause.at));
  }

  /** "A 3.9 vs B 9.4 Gbit/s, 120 us vs 80 us": a kind of number that the end before did not have belongs to neither for sure. */
  #breaksOrder(above: Role, value: Quantity): boolean {
    const others = [...this.#kinds].filter(([role]) => role !== above);
    return others.length > 0 && others.some(([, kinds]) => !kinds.has(value.kind)) && this.#kinds.has(above);
  }

  #give(value: Quantity, clause: Clause, index: number, role: Role | undefined): void {
    if (role !== undefined) this.#kinds.set(role, (this.#kinds.get(role) ?? new Set()).add(value.kind));
    this.#bound.push({ value, clause, index, role });
  }
}
