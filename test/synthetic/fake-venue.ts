/** A venue at the contract whose programs do what a test has planned for them, on a clock that only they move. */
import type { Clock } from "../../src/machine/ports.js";
import { LISTENING_PORTS } from "../../src/model/wiring.js";
import { type Milliseconds, milliseconds } from "../../src/units/quantity.js";
import type {
  Condition,
  Endpoint,
  EndpointCommand,
  EndpointCounters,
  Forgotten,
  LoadOutcome,
  LoadWatch,
  Path,
  ProcessOutcome,
  Reading,
  Slice,
  TrackedConnections,
  VenueProcess,
  VenueSession,
} from "../../src/venues/contract.js";
import { CAPTURED_PATH, outcomeOf } from "./outcome.js";

/** What a program does from its start. */
export type Conduct =
  /** A server that listens, a generator that works, a tool that ends well at once: what each does when all is well. */
  | { readonly kind: "well" }
  /** Ends at once with these words. */
  | { readonly kind: "ends"; readonly stderr: string }
  /** Works for so many slices, then ends within the next. */
  | { readonly kind: "ends-in-slice"; readonly after: number; readonly stderr: string }
  /** Runs, and does nothing: a generator that moves nothing, a server that does not listen. From its nth slice on it works. */
  | { readonly kind: "idle"; readonly slices?: number }
  /** Moves half of the usual in its first slice. */
  | { readonly kind: "slow-at-first" }
  /** Works for so many slices, and then moves nothing although it runs. */
  | { readonly kind: "works-until"; readonly slices: number }
  /** The venue refuses the order to start it. */
  | { readonly kind: "refused"; readonly reason: string };

/** A program that is started. */
export interface Started {
  readonly tool: string;
  readonly endpoint: Endpoint;
  /** How many of this tool were started in this endpoint before. */
  readonly nth: number;
}

/** What a test plans. */
export interface FakePlan {
  readonly paths: readonly Path[];
  /** Why its machines cannot be read outside of slices. */
  readonly unreadable?: string;
  /** Hears of tracked connections that are to be forgotten; what it throws is the venue's refusal. */
  readonly forget?: (path: Path, which: Forgotten) => void;
  /** What connection tracking holds on a path; absent where the venue takes it away instead. */
  readonly trackedOn?: (path: Path) => TrackedConnections | undefined;
  readonly conduct?: (started: Started) => Conduct | undefined;
  /** Why an order for a slice on this path is answered by an error; counted per path from 0. */
  readonly sliceTrouble?: (path: Path, nth: number) => string | undefined;
  /** What the venue knows to be wrong with a path. */
  readonly faultOf?: (path: Path) => string | undefined;
  /** Milliseconds that an order for a slice takes beside the slice, as where the agent is far away. */
  readonly orderMs?: number;
  /** What is seen of the nth load on a path, from 0; without it no load is seen. What it throws is why nothing can be looked at. */
  readonly load?: (path: Path, nth: number) => LoadOutcome;
  /** Why the venue is gone, asked before each order. */
  readonly gone?: () => string | undefined;
}

/** Frames of 1500 bytes that a generator moves in a millisecond, and what comes on top of them by chance at the most. */
const FRAMES_PER_MS = 100;
const NOISE = 20;
/** How long a tool takes that ends by itself. */
const TOOL_TIME = milliseconds(80);

/** The fake with what was started in it. */
export interface FakeVenue extends VenueSession {
  readonly started: readonly Started[];
  /** The tools that have not ended. */
  readonly running: readonly string[];
  readonly clock: Clock;
  /** Milliseconds from a program's start to the end of its last slice, the longest of all. */
  readonly longestLife: number;
}

/** A path of a mode whose ends are its own. */
export function fakePath(mode: string, name: Path["name"] = mode === "host" ? "host-host" : "pod-pod"): Path {
  const id = `${mode}/open/${name}`;
  const kind = name === "pod-pod" ? "pod" : "host";
  return { ...CAPTURED_PATH, id, mode, name, link: "open", from: { id: `${id}/a`, kind }, to: { id: `${id}/b`, kind } };
}

/** Opens the fake. */
export function fakeVenue(plan: FakePlan, clock: Clock): FakeVenue {
  return new Fake(plan, clock);
}

class Fake implements FakeVenue {
  readonly failures = {};
  readonly started: Started[] = [];
  longestLife = 0;
  #seed = 1;
  readonly #processes = new Set<FakeProcess>();
  readonly #moved = new Map<string, number>();
  readonly #slices = new Map<string, number>();
  readonly #loads = new Map<string, number>();

  constructor(
    readonly plan: FakePlan,
    readonly clock: Clock,
  ) {}

  get running(): readonly string[] {
    return [...this.#processes].filter(({ hasEnded }) => !hasEnded).map(({ tool }) => tool);
  }

  get paths(): readonly Path[] {
    return this.plan.paths;
  }

  get gone(): string | undefined {
    return this.plan.gone?.();
  }

  faultOf(path: Path): string | undefined {
    return this.plan.faultOf?.(path);
  }

  async spawn(endpoint: Endpoint, command: EndpointCommand): Promise<VenueProcess> {
    this.#refuseWhenGone();
    await Promise.resolve();
    const tool = command.argv[0] === "sh" ? (command.argv[3] ?? "sh") : command.argv[0];
    if (tool === "ss") return new FakeProcess("ss", endpoint, this.clock.monotonic(), this.#ended({ stdout: this.#listening(endpoint) }));
    if (tool.endsWith("-tool")) await this.clock.sleep(TOOL_TIME);
    const started = { tool, endpoint, nth: this.started.filter((one) => one.tool === tool && one.endpoint.id === endpoint.id).length };
    this.started.push(started);
    const conduct = this.plan.conduct?.(started) ?? { kind: "well" };
    if (conduct.kind === "refused") throw new Error(conduct.reason);
    const endsAtOnce = conduct.kind === "ends" || (conduct.kind === "well" && tool.endsWith("-tool"));
    const end = endsAtOnce ? this.#ended(conduct.kind === "ends" ? { exitCode: 1, stderr: conduct.stderr } : {}) : undefined;
    const process = new FakeProcess(tool, endpoint, this.clock.monotonic(), end, conduct);
    this.#processes.add(process);
    return process;
  }

  async slice(processes: readonly VenueProcess[], settle: Milliseconds, length: Milliseconds, watch: readonly Endpoint[]): Promise<Slice> {
    this.#refuseWhenGone();
    await Promise.resolve();
    const own = processes.filter((process) => process instanceof FakeProcess);
    for (const { endpoint } of own) this.#refuseWhenTroubled(endpoint);
    await this.clock.sleep(milliseconds((this.plan.orderMs ?? 0) + settle));
    const before = this.#read(watch);
    await this.clock.sleep(length);
    for (const process of own) {
      this.#work(process, length);
      this.longestLife = Math.max(this.longestLife, this.clock.monotonic() - process.bornAt);
    }
    const after = this.#read(watch);
    return { before, after, drain: { still: true, ms: 1 }, ended: own.filter((process) => process.hasEnded) };
  }

  async read(endpoints: readonly Endpoint[]): Promise<Reading> {
    this.#refuseWhenGone();
    if (this.plan.unreadable !== undefined) throw new Error(this.plan.unreadable);
    return Promise.resolve(this.#read(endpoints));
  }

  machinesOf(): readonly string[] {
    return ["machine"];
  }

  async trackedOn(path: Path): Promise<TrackedConnections | undefined> {
    await Promise.resolve();
    return this.plan.trackedOn?.(path);
  }

  async forgetConnections(path: Path, which: Forgotten): Promise<void> {
    await Promise.resolve();
    this.plan.forget?.(path, which);
  }

  watchLoad(path: Path): LoadWatch {
    const nth = this.#loads.get(path.id) ?? 0;
    this.#loads.set(path.id, nth + 1);
    const outcome = Promise.resolve().then(() => this.plan.load?.(path, nth) ?? { unseen: "nothing arrived" });
    outcome.catch(() => undefined);
    return { outcome, end: async () => Promise.resolve() };
  }

  async under<T>(_: Condition, work: () => Promise<T>): Promise<T> {
    this.#refuseWhenGone();
    return work();
  }

  async facts(): Promise<Record<string, string>> {
    return Promise.resolve({});
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  #refuseWhenGone(): void {
    if (this.gone !== undefined) throw new Error(this.gone);
  }

  #refuseWhenTroubled(from: Endpoint): void {
    const path = this.#pathFrom(from);
    const nth = this.#slices.get(path.id) ?? 0;
    this.#slices.set(path.id, nth + 1);
    const trouble = this.plan.sliceTrouble?.(path, nth);
    if (trouble !== undefined) throw new Error(trouble);
  }

  #pathFrom(from: Endpoint): Path {
    const path = this.paths.find((one) => one.from.id === from.id);
    if (path === undefined) throw new Error(`no path begins at ${from.id}`);
    return path;
  }

  #work(process: FakeProcess, length: number): void {
    const { conduct, hasEnded } = process;
    const slices = process.slices++;
    if (hasEnded || conduct.kind === "ends") return;
    const ends = conduct.kind === "ends-in-slice" && slices >= conduct.after;
    const share = ends || (conduct.kind === "slow-at-first" && slices === 0) ? 0.5 : 1;
    const works = isWorking(conduct, slices);
    const to = this.#pathFrom(process.endpoint).to.id;
    if (works) this.#moved.set(to, (this.#moved.get(to) ?? 0) + (FRAMES_PER_MS + this.#noise()) * length * share);
    if (ends) process.finishAfterAnswer(this.#ended({ exitCode: 1, stderr: conduct.stderr }));
  }

  #noise(): number {
    this.#seed = (this.#seed * 69_069 + 1) % 2 ** 32;
    return (NOISE * this.#seed) / 2 ** 32;
  }

  #listening(endpoint: Endpoint): string {
    const servers = [...this.#processes].filter((one) => one.endpoint.id === endpoint.id && !one.hasEnded && one.conduct.kind !== "idle");
    return servers.map(({ tool }) => `tcp LISTEN 0 4096 0.0.0.0:${String(portOf(tool))} 0.0.0.0:*\n`).join("");
  }

  #read(watch: readonly Endpoint[]): Reading {
    const counters = watch.map(({ id }) => [id, countersAt(this.#moved.get(id) ?? 0)] as const);
    const cpu = { busy: this.clock.monotonic() / 1e3, softirq: 0, steal: 0, idle: 0 };
    return { clock: this.clock.monotonic() * 1e6, cpu, counters: Object.fromEntries(counters) };
  }

  #ended(told: Partial<ProcessOutcome>): ProcessOutcome {
    return outcomeOf({ before: this.#read([]), after: this.#read([]), ...told });
  }
}

function isWorking(conduct: Conduct, slices: number): boolean {
  if (conduct.kind === "idle") return slices >= (conduct.slices ?? Number.POSITIVE_INFINITY);
  return conduct.kind !== "works-until" || slices < conduct.slices;
}

const portOf = (tool: string): number => (tool === "nginx" ? LISTENING_PORTS.http : LISTENING_PORTS.iperf3);

function countersAt(frames: number): EndpointCounters {
  const moved = { rxBytes: frames * 1500, rxPackets: frames, rxDropped: 0, txBytes: frames * 1500, txPackets: frames, txDropped: 0 };
  return { devices: { eth0: moved }, protocols: { "Tcp.RetransSegs": 0, "Tcp.OutSegs": frames, "Tcp.PassiveOpens": frames } };
}

class FakeProcess implements VenueProcess {
  readonly finished: Promise<ProcessOutcome>;
  hasEnded = false;
  slices = 0;
  #settle: (outcome: ProcessOutcome) => void = () => undefined;

  constructor(
    readonly tool: string,
    readonly endpoint: Endpoint,
    readonly bornAt: number,
    end: ProcessOutcome | undefined,
    readonly conduct: Conduct = { kind: "well" },
  ) {
    this.finished = new Promise((resolve) => {
      this.#settle = resolve;
    });
    if (end !== undefined) this.finish(end);
  }

  finish(outcome: ProcessOutcome): void {
    this.hasEnded = true;
    this.#settle(outcome);
  }

  /** Ends within a slice: that is known from the slice's answer, before word of the end arrives. */
  finishAfterAnswer(outcome: ProcessOutcome): void {
    this.hasEnded = true;
    setImmediate(() => {
      this.#settle(outcome);
    });
  }

  async stop(): Promise<void> {
    return Promise.resolve();
  }

  async resume(): Promise<void> {
    return Promise.resolve();
  }

  async end(): Promise<ProcessOutcome> {
    if (!this.hasEnded) this.finish(outcomeOf({ exitCode: undefined, signal: "SIGKILL" }));
    return this.finished;
  }
}
