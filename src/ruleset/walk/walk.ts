/**
 * Walks a packet through a ruleset as the kernel does, along every branch that a match opens which cannot be decided.
 * @packageDocumentation
 */
import type { RuleCosts } from "../../model/rule-costs.js";
import { RULE_WALK_SCHEMA, type RuleWalk, type WalkBranch, type WalkStep, type WalkVerdict } from "../../model/rule-walk.js";
import type { Packet } from "../packet.js";
import { type Action, ANYTHING, type Chain, type Hook, type Part, type Ruleset, type RuleText, tableName } from "../ruleset.js";
import { actOn, describeAction } from "./act.js";
import { holds, isElement, valuesOf } from "./decide.js";
import { dormantNotes, loopbackNotes } from "./notes.js";
import { backendOf, costOf } from "./price.js";
import { byLoopback, formatState, goesToItself, leavesBy, type PacketState, stateOf } from "./state.js";
import { AFTER_ROUTING, type BehindHooks, BY_LOOPBACK, beginningOf, type Station, stationsAt } from "./stations.js";
import { advanced, condition, decides, type Frame, isCalled, rulesLookedAt, type Way } from "./way.js";

/** Branches beyond this number are not followed: what they come to is unknown. */
const MOST_BRANCHES = 64;
/** Jumps may nest so deep; a ruleset that the kernel has taken has no loops (NFT_JUMP_STACK_SIZE, nft_chain_validate). */
const MOST_DEPTH = 64;

interface Ended {
  readonly way: Way;
  readonly verdict: WalkVerdict;
}

/** How a packet leaves a hook on one of its ways. */
export interface HookEnd {
  readonly verdict: WalkVerdict;
  readonly steps: readonly WalkStep[];
  readonly looked: number;
  /** What must hold for this way; empty where it is the only one. */
  readonly conditions: readonly string[];
  readonly state: PacketState;
}

/** The ways of a packet through the chains of one hook, from whatever state it is in. */
export function throughHook(ruleset: Ruleset, state: PacketState, hook: Hook): readonly HookEnd[] {
  const ends = new Walker(ruleset).run(state, [hook], "end");
  return ends.map(({ verdict, way }) => ({
    verdict,
    steps: way.steps,
    looked: rulesLookedAt(way),
    conditions: way.conditions,
    state: way.state,
  }));
}

/** Whether a hook has chains that such a packet meets. */
export const hasChains = (ruleset: Ruleset, { packet }: PacketState, hook: Hook): boolean => stationsAt(ruleset, hook, packet).length > 0;

/** Whether such a packet meets rules of both backends at a hook. */
export function meetsBothBackends(ruleset: Ruleset, { packet }: PacketState, hook: Hook): boolean {
  const stations = stationsAt(ruleset, hook, packet).filter(({ chain }) => chain.rules.length > 0);
  return new Set(stations.flatMap(({ table: { backend } }) => backend ?? [])).size > 1;
}

/**
 * The way of a packet through a ruleset.
 * @param costs - what a rule costs on this machine, where that is known
 */
export function walk(ruleset: Ruleset, packet: Packet, costs?: RuleCosts): RuleWalk {
  const { hooks, behind } = beginningOf(packet);
  const walker = new Walker(ruleset);
  const ends = walker.run(stateOf(packet), hooks, behind);
  const [only] = ends;
  if (only === undefined) throw new Error("a walk has no end");
  const cost =
    costs === undefined
      ? undefined
      : costOf(
          ends.map(({ way }) => way.lookedBy),
          costs,
        );
  const looked = { looked: Math.max(...ends.map(({ way }) => rulesLookedAt(way))), ...(cost === undefined ? {} : { cost }) };
  const said = [...dormantNotes(ruleset, packet), ...(walker.mayLoop ? loopbackNotes(ruleset, packet) : [])];
  const notes = said.length === 0 ? {} : { notes: said };
  if (ends.length === 1) {
    return { schema: RULE_WALK_SCHEMA, verdict: only.verdict, ...looked, steps: [...only.way.steps], ...leaving(only), ...notes };
  }
  const common = only.way.common ?? 0;
  const verdicts = new Set(ends.map(({ verdict }) => verdict));
  const packets = new Set(ends.map((end) => leaving(end).packet));
  return {
    schema: RULE_WALK_SCHEMA,
    verdict: verdicts.size === 1 ? only.verdict : "unknown",
    ...looked,
    steps: only.way.steps.slice(0, common),
    branches: ends.map((end) => branchOf(end, common)),
    ...(packets.size === 1 ? leaving(only) : {}),
    ...notes,
  };
}

const leaving = ({ way, verdict }: Ended): { readonly packet?: string } => (verdict === "accept" ? { packet: formatState(way.state) } : {});

const branchOf = (end: Ended, common: number): WalkBranch => ({
  if: end.way.conditions.join(" and "),
  verdict: end.verdict,
  steps: end.way.steps.slice(common),
  ...leaving(end),
});

class Walker {
  readonly #ends: Ended[] = [];
  readonly #open: Way[] = [];
  readonly #stations = new Map<string, readonly Station[]>();
  readonly #read = new Map<RuleText, readonly Part[]>();
  /** Whether a way ended of which it cannot be told whether it comes in again by `lo`. */
  mayLoop = false;

  constructor(readonly ruleset: Ruleset) {}

  run(state: PacketState, hooks: readonly Hook[], behind: BehindHooks): readonly Ended[] {
    this.#open.push({
      state,
      hooks,
      behind,
      station: 0,
      frames: [],
      part: 0,
      steps: [],
      lookedBy: {},
      conditions: [],
      common: undefined,
    });
    for (let way = this.#open.pop(); way !== undefined; way = this.#open.pop()) this.#follow(way);
    return this.#ends;
  }

  /** Walks one way to its end, or to where it parts; the parts are opened, the first to be walked first. */
  #follow(start: Way): void {
    let way: Way | undefined = start;
    while (way !== undefined) way = this.#step(way);
  }

  /** Nothing of a way that has ended is left to follow. */
  #end(way: Way, verdict: WalkVerdict): Way | undefined {
    this.#ends.push({ way, verdict });
    return undefined;
  }

  /** Opens the parts of a way in their order. */
  #parted(parts: readonly Way[]): Way | undefined {
    const room = MOST_BRANCHES - this.#ends.length - this.#open.length;
    for (const way of [...parts.slice(0, Math.max(1, room))].reverse()) this.#open.push(way);
    for (const way of parts.slice(Math.max(1, room))) this.#end(way, "unknown");
    return undefined;
  }

  #step(way: Way): Way | undefined {
    const [frame] = way.frames.slice(-1);
    if (frame !== undefined) return this.#inChain(way, frame);
    const [hook, ...later] = way.hooks;
    if (hook === undefined) return this.#behindHooks(way);
    const station = this.#at(hook, way)[way.station];
    if (station === undefined) return { ...way, hooks: later, station: 0 };
    if (!isCalled(station, way.state)) return { ...way, station: way.station + 1 };
    return { ...way, frames: [{ chain: station.chain, next: 0 }], part: 0 };
  }

  #at(hook: Hook, { state }: Way): readonly Station[] {
    // The chains of egress are those of a device, which is another one behind a translation.
    const out = hook === "egress" ? leavesBy(state) : undefined;
    const key = out === undefined ? hook : `${hook} ${out}`;
    const known = this.#stations.get(key);
    if (known !== undefined) return known;
    const found = stationsAt(this.ruleset, hook, out === undefined ? state.packet : { ...state.packet, out });
    this.#stations.set(key, found);
    return found;
  }

  /** Ways that part go through the same rules behind that. */
  #partsOf(rule: RuleText): readonly Part[] {
    const known = this.#read.get(rule);
    if (known !== undefined) return known;
    const parts = rule.read();
    this.#read.set(rule, parts);
    return parts;
  }

  #behindHooks(way: Way): Way | undefined {
    if (way.behind === "routing") return this.#route(way);
    if (way.behind === "loopback") {
      const loops = goesToItself(way.state);
      if (loops === true) return { ...way, state: byLoopback(way.state), hooks: BY_LOOPBACK, behind: "end", station: 0 };
      this.mayLoop ||= loops === undefined;
    }
    return this.#end(way, "accept");
  }

  /** Where routing leads the packet: as it is said, or both ways. */
  #route(way: Way): Way | undefined {
    const { routed } = way.state.packet;
    const to = (where: "local" | "forward"): Way => ({ ...way, hooks: AFTER_ROUTING[where], behind: "end", station: 0 });
    if (way.state.redirected) return to("local");
    if (routed !== undefined) return to(routed);
    const words = { local: "the destination is this machine's own address", forward: "the destination is another machine's address" };
    return this.#parted((["forward", "local"] as const).map((where) => condition(to(where), words[where])));
  }

  #inChain(way: Way, { chain, next }: Frame): Way | undefined {
    const rule = chain.rules[next];
    if (rule === undefined) return this.#endOfChain(way, chain);
    if (way.part > 0) return this.#inRule(way, chain, rule);
    const here = this.#behindOthers(way, chain, next);
    const met = chain.rules[here];
    const at = {
      ...this.#looked(way, here - next + (met === undefined ? 0 : 1)),
      frames: [...way.frames.slice(0, -1), { chain, next: here }],
    };
    return met === undefined ? this.#endOfChain(at, chain) : this.#inRule(at, chain, met);
  }

  /** The way after a look at so many rules of the present table. */
  #looked(way: Way, rules: number): Way {
    if (rules === 0) return way;
    const { table } = this.#at(way.hooks[0] as Hook, way)[way.station] as Station;
    const backend = backendOf(table);
    return { ...way, lookedBy: { ...way.lookedBy, [backend]: (way.lookedBy[backend] ?? 0) + rules } };
  }

  /** The first rule from `next` on that does more with a packet than not to match it: a chain may have tens of thousands before that. */
  #behindOthers({ state, hooks }: Way, { rules }: Chain, next: number): number {
    const hook = hooks[0] as Hook;
    const isOther = (rule: RuleText): boolean => {
      for (const part of this.#partsOf(rule)) {
        const answer = part.kind === "match" ? holds(part, state, hook) : undefined;
        if (answer !== true) return answer === false;
      }
      return false;
    };
    let at = next;
    for (let rule = rules[at]; rule !== undefined && isOther(rule); rule = rules[at]) at++;
    return at;
  }

  /** A chain that the kernel called ends with its policy, others where they were called. */
  #endOfChain(way: Way, { base, name }: Chain): Way | undefined {
    const frames = way.frames.slice(0, -1);
    if (frames.length > 0 || base === undefined) return { ...way, frames, part: 0 };
    const step = this.#stepOf(way, name, `policy ${base.policy}`, base.policy, undefined);
    const done = { ...way, frames: [], steps: [...way.steps, step] };
    return base.policy === "drop" ? this.#end(done, "drop") : { ...done, station: way.station + 1 };
  }

  #inRule(way: Way, chain: Chain, rule: RuleText): Way | undefined {
    const parts = this.#partsOf(rule);
    const hook = way.hooks[0] as Hook;
    for (let index = way.part; index < parts.length; index++) {
      const part = parts[index];
      if (part === undefined) break;
      if (part.kind === "match") {
        const answer = holds(part, way.state, hook);
        if (answer === false) return advanced(way);
        if (answer === true) continue;
        if (!decides(parts.slice(index + 1))) continue;
        const held = condition({ ...way, part: index + 1 }, part.text);
        const not = condition(advanced(way), `not ${part.text}`);
        return this.#parted([held, not]);
      }
      if (part.kind === "look-up") return this.#lookUp(way, chain, rule, part);
      const done = this.#act(way, chain, rule, part);
      if (done.moved) return done.way;
      way = done.way as Way;
    }
    return advanced(way);
  }

  /** Carries an action out: the packet is where it was, changed perhaps, or has moved. */
  #act(way: Way, chain: Chain, rule: RuleText, action: Action): { readonly moved: boolean; readonly way: Way | undefined } {
    const station = this.#at(way.hooks[0] as Hook, way)[way.station] as Station;
    if (action.kind === "pass") return { moved: false, way };
    const step = this.#stepOf(way, chain.name, rule.text, describeAction(action, way.state), rule.line);
    const stepped: Way = { ...way, steps: [...way.steps, step] };
    switch (action.kind) {
      case "jump":
        return { moved: true, way: this.#jump(stepped, station, action) };
      case "reject":
        return { moved: true, way: this.#end(stepped, "reject") };
      case "cannot-tell":
        return { moved: true, way: this.#end(condition(stepped, action.text), "unknown") };
      case "verdict":
        return { moved: action.verdict !== "continue", way: action.verdict === "continue" ? way : this.#verdict(stepped, action.verdict) };
      default: {
        const state = actOn(action, way.state, station.hook);
        const after: Way = { ...stepped, state };
        // A translation ends the chain and the hook's other chains of its kind; in iptables a mark goes on.
        const ends = action.kind === "nat" || action.kind === "masquerade" || action.kind === "redirect";
        return ends ? { moved: true, way: { ...after, frames: [], part: 0, station: way.station + 1 } } : { moved: false, way: after };
      }
    }
  }

  #verdict(way: Way, verdict: "accept" | "drop" | "return"): Way | undefined {
    if (verdict === "drop") return this.#end(way, "drop");
    if (verdict === "accept") return { ...way, frames: [], part: 0, station: way.station + 1 };
    const [frame] = way.frames.slice(-1);
    return frame === undefined ? way : this.#endOfChain(way, frame.chain);
  }

  #jump(way: Way, { table }: Station, { chain: name, returns }: Extract<Action, { kind: "jump" }>): Way | undefined {
    const chain = table.chains.get(name);
    // A chain that the file does not have: cut short, or another program's.
    if (chain === undefined) return this.#end(condition(way, `the chain ${name}, which the ruleset does not hold`), "unknown");
    if (way.frames.length >= MOST_DEPTH) return this.#end(condition(way, "jumps that never end"), "unknown");
    const [frame] = way.frames.slice(-1);
    const rest = way.frames.slice(0, -1);
    // Behind a goto the present chain is done: its caller goes on, or its policy.
    const here = frame === undefined ? [] : [{ ...frame, next: returns ? frame.next + 1 : frame.chain.rules.length }];
    return { ...way, frames: [...rest, ...here, { chain, next: 0 }], part: 0 };
  }

  #lookUp(way: Way, chain: Chain, rule: RuleText, { fields, entries, text }: Extract<Action, { kind: "look-up" }>): Way | undefined {
    const values = valuesOf(fields, way.state, way.hooks[0] as Hook);
    // The element for all that no other one has is looked at last, wherever it stands.
    const others = entries.find(({ key }) => key.every((value) => value === ANYTHING));
    const answers = entries.flatMap((entry) => (entry === others ? [] : [{ entry, answer: isElement(entry.key, values) }]));
    const sure = answers.find(({ answer }) => answer === true);
    const goOn = (action: Action, from: Way): Way | undefined => {
      const done = this.#act(from, chain, rule, action);
      return done.moved ? done.way : advanced(done.way as Way);
    };
    if (sure !== undefined) return goOn(sure.entry.action, way);
    const otherwise = (from: Way): Way | undefined => (others === undefined ? advanced(from) : goOn(others.action, from));
    const open = answers.filter(({ answer }) => answer === undefined);
    if (open.length === 0) return otherwise(way);
    const [field] = fields;
    const exhaustive = fields.length === 1 && field?.name === "random" && field.values !== undefined && answers.length >= field.values;
    const ways = open.map(({ entry }) => {
      const from = condition(way, `${text.replace(/ vmap .*$/, "")} is ${entry.text}`);
      return goOn(entry.action, from);
    });
    const none = exhaustive ? undefined : otherwise(condition(way, `not any of ${text}`));
    return this.#parted([...ways, none].flatMap((one) => (one === undefined ? [] : [one])));
  }

  #stepOf(way: Way, chain: string, rule: string, action: string, line: number | undefined): WalkStep {
    const { hook, table } = this.#at(way.hooks[0] as Hook, way)[way.station] as Station;
    return { hook, table: tableName(table), chain, rule, action, ...(line === undefined || line === 0 ? {} : { line }) };
  }
}
