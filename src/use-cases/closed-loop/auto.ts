/**
 * The use case behind `podwire tune auto`: changes of a lab are tried one by one, and what is worth keeping is said.
 * @packageDocumentation
 */
import { type TriedChange, TUNING_SCHEMA, type Tuning, type TuningEffect } from "../../model/closed-loop.js";
import { findMetric, type Metric } from "../../model/metric.js";
import { metricName, OPEN_LAB } from "../../model/metric-names.js";
import { smallestEffect } from "../../statistics/screen-and-confirm.js";
import { verdictOf } from "../../statistics/verdict.js";
import type { Risk } from "../../tuning/contract.js";
import { TunedNode } from "../../tuning/node.js";
import { growthBetween } from "../../tuning/reading/counters.js";
import { factsNow } from "../../tuning/reading/facts-now.js";
import type { Say, UseCaseContext } from "../context.js";
import { InterruptedError, RunError } from "../errors.js";
import { type Candidate, candidatesOf, type Place, type Untried } from "./candidates.js";
import { checkedForms } from "./checking.js";
import { conditionOf } from "./condition-of.js";
import type { Ground } from "./ground.js";
import { ClosedLoop, effectIn, type Looped } from "./loop.js";
import { notesOf } from "./notes.js";
import { type Settled, settled } from "./settled.js";
import { Visits } from "./visits.js";

/** What is asked. */
export interface AutoOptions {
  readonly metric: Metric;
  readonly maxRisk: Risk;
  readonly budgetSeconds: number;
  /** The smallest gain that is kept, a fraction. */
  readonly margin: number;
}

/** Shares of the budget: trials of single changes, then everything kept together; the rest is for other metrics. */
const TRIALS_UNTIL = 0.75;
const TOTAL_UNTIL = 0.9;
/** What must not become slower by what is kept. */
const GUARDED = ["http", "tcp-open"] as const;

/**
 * Tries changes and says what to keep.
 * @throws RunError where the load cannot be had, InterruptedError when nothing came of it
 */
export async function tuneOn(ground: Ground, options: AutoOptions, context: UseCaseContext, say: Say): Promise<Tuning> {
  try {
    return await new Auto(ground, options, context, say).run();
  } catch (error) {
    if (context.interrupted.aborted) throw new InterruptedError(INTERRUPTED);
    if (ground.session.gone !== undefined)
      throw new RunError(`the lab was left, since what was tried cannot be told apart any more: ${ground.session.gone}`);
    throw error;
  }
}

const INTERRUPTED = "interrupted: nothing was kept, and nothing that was tried stands";

/** One run of it. */
class Auto {
  readonly #ground: Ground;
  readonly #options: AutoOptions;
  readonly #context: UseCaseContext;
  readonly #say: Say;
  #began = 0;

  constructor(ground: Ground, options: AutoOptions, context: UseCaseContext, say: Say) {
    this.#ground = ground;
    this.#options = options;
    this.#context = context;
    this.#say = say;
  }

  async run(): Promise<Tuning> {
    const { metric, maxRisk } = this.#options;
    const { clock } = this.#context.machine;
    this.#say(`loading the pods of ${this.#ground.variant.name}, and reading what is tuned`);
    const visits = this.#visitsOf(metric);
    const places = await this.#places(visits);
    const candidates = candidatesOf(places, maxRisk, metric.workload);
    this.#began = clock.monotonic();
    const loop = this.#loop(visits, TRIALS_UNTIL);
    const looped = await loop.run(candidates.tried);
    if (this.#context.interrupted.aborted) throw new InterruptedError(INTERRUPTED);
    return this.#concluded(looped, visits, candidates.untried);
  }

  #visitsOf(metric: Metric): Visits {
    const { machine, interrupted } = this.#context;
    const { session, servers, path } = this.#ground;
    return new Visits({ session, servers, path, metric, clock: machine.clock, signal: interrupted });
  }

  #loop(visits: Visits, until: number): ClosedLoop {
    const { margin, budgetSeconds } = this.#options;
    const { clock } = this.#context.machine;
    const deadline = this.#began + budgetSeconds * until * 1000;
    const { session, trials } = this.#ground;
    return new ClosedLoop({
      session,
      trials,
      visits,
      margin,
      clock,
      deadline,
      onChange: (change, told) => {
        this.#tell(change, told);
      },
    });
  }

  #tell(change: string, told: { readonly begins: true } | TriedChange): void {
    this.#say("begins" in told ? `trying ${change}` : `${change}: ${told.kept ? "kept" : "not kept"}: ${told.reason}`);
  }

  /** What is tuned, with what grew on it while the load ran. */
  async #places(visits: Visits): Promise<readonly Place[]> {
    const { tuned } = this.#ground;
    const { clock } = this.#context.machine;
    const before = await Promise.all(tuned.map(async ({ ports }) => factsNow(ports)));
    const began = clock.monotonic();
    await visits.open();
    const after = await Promise.all(tuned.map(async ({ ports }) => factsNow(ports)));
    const seconds = (clock.monotonic() - began) / 1000;
    return tuned.flatMap(({ at, ports, shared }, index): Place[] => {
      const [first, facts] = [before[index], after[index]];
      if (first === undefined || facts === undefined) return [];
      const growth = growthBetween(first.counters, facts.counters, Math.round(seconds * 10) / 10);
      return [{ at, facts: { ...facts, growth }, node: new TunedNode(ports, facts), shared }];
    });
  }

  async #concluded(looped: Looped, visits: Visits, untried: readonly Untried[]): Promise<Tuning> {
    const { metric, margin, budgetSeconds } = this.#options;
    const { venue, variant, session, trials } = this.#ground;
    const { together, others } = await trials.during(looped.kept, async () => this.#heldAgainst(looped, visits));
    const slower = others.find(({ verdict }) => verdict === "slower")?.metric;
    const stays = slower === undefined ? together.stays : [];
    const undone = slower === undefined ? together.undone : `undone: ${inWords(slower)} becomes slower with what was kept`;
    const staying = new Set(stays.map(({ change }) => change.name));
    const changes = looped.tried.map((one) => (one.kept && !staying.has(one.change) ? { ...one, kept: false, reason: undone } : one));
    if (this.#context.interrupted.aborted) throw new InterruptedError(INTERRUPTED);
    await trials.keep(stays);
    const most = Math.floor((budgetSeconds * TRIALS_UNTIL * 1000) / Math.max(1, looped.slowest));
    return {
      schema: TUNING_SCHEMA,
      podwire: this.#context.version,
      venue,
      variant: variant.name,
      metric: metric.name,
      ...{ margin, budgetSeconds },
      seconds: Math.round((this.#context.machine.clock.monotonic() - this.#began) / 100) / 10,
      changes: [...changes, ...untried.map(untriedChange)],
      total: slower === undefined ? this.#judged(together.effect) : null,
      others: [...others],
      smallestEffectSeen: smallestEffect(looped.series, margin, most) ?? null,
      permanent: [...(await checkedForms(session, stays))],
      notes: [...notesOf(stays, untried, this.#ground.afterwards)],
    };
  }

  /** All that was kept, and the other metrics with what stays of it. */
  async #heldAgainst(looped: Looped, visits: Visits): Promise<{ readonly together: Settled; readonly others: Tuning["others"] }> {
    const together = await this.#together(looped, visits);
    return { together, others: together.stays.length === 0 ? [] : await this.#others(together.stays) };
  }

  /** What everything that was kept gives, against the node as it was: of one change that is its own confirmation. */
  async #together({ kept, tried }: Looped, visits: Visits): Promise<Settled> {
    if (kept.length < 2) return settled(kept, tried);
    this.#say(`holding ${kept.map(({ change }) => change.name).join(", ")} together against the node as it was`);
    return settled(kept, tried, await this.#loop(visits, TOTAL_UNTIL).phase("confirmation", conditionOf("everything kept", kept)));
  }

  /** The other metrics with everything that was kept. */
  async #others(kept: readonly Candidate[]): Promise<Tuning["others"]> {
    const { metric } = this.#options;
    const { variant } = this.#ground;
    const names = GUARDED.filter((name) => findMetric(name)?.workload !== metric.workload && variant.unsupported?.[name] === undefined);
    const others: Tuning["others"] = [];
    for (const name of names) {
      const other = findMetric(name);
      if (other === undefined) continue;
      this.#say(`seeing that ${inWords(name)} does not become slower`);
      const visits = this.#visitsOf(other);
      await visits.open();
      const standing = await this.#loop(visits, 1).phase("confirmation", conditionOf("everything kept", kept));
      const effect = effectIn(standing);
      others.push({ metric: name, verdict: effect === null ? "undecided" : this.#verdictOf(effect), effect });
    }
    return others;
  }

  #judged(effect: TuningEffect | null): Tuning["total"] {
    return effect === null ? null : { ...effect, verdict: this.#verdictOf(effect) };
  }

  #verdictOf({ low, high }: { readonly low: number; readonly high: number }): ReturnType<typeof verdictOf> {
    return verdictOf({ low: Math.log(low), high: Math.log(high) }, { margin: this.#options.margin, better: "higher" });
  }
}

const inWords = (metric: string): string => metricName(metric, OPEN_LAB).inWords;

const untriedChange = ({ change: { name, scope, risk }, because, evidence, shownBy }: Untried): TriedChange => ({
  ...{ change: name, scope, risk, kept: false },
  reason: because,
  effect: null,
  ...(evidence === undefined ? {} : { evidence }),
  ...(shownBy === undefined ? {} : { shownBy: [...shownBy] }),
});
