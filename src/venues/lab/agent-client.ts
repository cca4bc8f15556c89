/**
 * The near side of the protocol: starts the sandbox and gives orders to the agent inside.
 * @packageDocumentation
 */
import type { Clock, Commands, Files, LineProcess, Processes } from "../../machine/ports.js";
import { milliseconds } from "../../units/quantity.js";
import type { ProcessOutcome } from "../contract.js";
import { LabError } from "./lab-error.js";
import { installCommand } from "./packages.js";
import { type Answers, type Message, type Order, PROTOCOL_VERSION, type Request } from "./protocol.js";
import { explainRefusal } from "./refusal.js";
import { sandboxArgv } from "./sandbox.js";

/** What of the machine the lab needs. */
export interface LabMachine {
  readonly commands: Commands;
  readonly processes: Processes;
  readonly files: Files;
  readonly clock: Clock;
  /** Whether this process is root. */
  readonly root: boolean;
  /** Absolute path of the Node.js executable. */
  readonly node: string;
  /** Absolute path of the compiled agent, `dist/venues/lab/agent/main.js`. */
  readonly agent: string;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: LabError) => void;
}

/** How long the sandbox may take to end by itself before it is killed. */
const CLOSING_MS = milliseconds(1_500);

/** A running sandbox with its agent. */
export class Agent {
  readonly #waiting = new Map<number, Waiting>();
  readonly #awaited = new Map<number, Waiting>();
  /** Outcomes that came before somebody asked for them. */
  readonly #early = new Map<number, ProcessOutcome>();
  readonly #chain: LineProcess;
  readonly #ready: Promise<void>;
  #settleReady: Waiting | undefined;
  #lastId = 0;
  #gone: LabError | undefined;

  private constructor(readonly machine: LabMachine) {
    this.#ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.#chain = machine.processes.start(sandboxArgv(machine), (line) => {
      this.#receive(JSON.parse(line) as Message);
    });
    void this.#chain.ended.then((ending) => {
      const how = ending.startError ?? ending.signal ?? `exit code ${String(ending.exitCode)}`;
      this.#fail(new LabError(`the lab's sandbox has ended (${how})${ending.stderr === "" ? "" : `: ${ending.stderr.trim()}`}`));
    });
  }

  /**
   * Starts a sandbox.
   * @throws LabError that says what to enable when the kernel forbids it
   */
  static async start(machine: LabMachine): Promise<Agent> {
    await checkPrerequisites(machine);
    const agent = new Agent(machine);
    try {
      await agent.#ready;
      return agent;
    } catch (error) {
      await agent.close();
      const ending = await agent.#chain.ended;
      const words = ending.startError ?? (ending.stderr.trim() === "" && error instanceof Error ? error.message : ending.stderr);
      throw await explainRefusal(machine.files, machine.root, words);
    }
  }

  /** Process id of the chain's outermost process. */
  get pid(): number | undefined {
    return this.#chain.pid;
  }

  /** Gives an order and waits for its answer. */
  async order<K extends Order["kind"]>(order: Extract<Order, { readonly kind: K }>): Promise<Answers[K]> {
    if (this.#gone !== undefined) throw this.#gone;
    const id = ++this.#lastId;
    const request: Request = { id, order };
    return new Promise<Answers[K]>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#chain.send(JSON.stringify(request));
    });
  }

  /** The outcome of a spawned process, to be asked for once. */
  async outcome(process: number): Promise<ProcessOutcome> {
    const early = this.#early.get(process);
    this.#early.delete(process);
    if (early !== undefined) return early;
    if (this.#gone !== undefined) throw this.#gone;
    return new Promise<ProcessOutcome>((resolve, reject) => {
      this.#awaited.set(process, { resolve, reject });
    });
  }

  /** Ends the sandbox with everything in it; resolves when it is gone. */
  async close(): Promise<void> {
    this.#fail(new LabError("the lab is closed"));
    // The agent exits when its input closes, and unshare after it, when nothing is left in the pid namespace.
    this.#chain.closeInput();
    const patience = new AbortController();
    void this.machine.clock.sleep(CLOSING_MS, patience.signal).then(() => {
      if (!patience.signal.aborted) this.#chain.kill();
    });
    await this.#chain.ended;
    patience.abort();
  }

  #receive(message: Message): void {
    switch (message.type) {
      case "ready":
        this.#greet(message.version);
        return;
      case "refused":
        this.#settleReady?.reject(new LabError(message.reason));
        return;
      case "answer":
        take(this.#waiting, message.id)?.resolve(message.value as never);
        return;
      case "error":
        take(this.#waiting, message.id)?.reject(new LabError(message.reason));
        return;
      case "ended":
        this.#deliver(message.process, message.outcome);
    }
  }

  #deliver(process: number, outcome: ProcessOutcome): void {
    const waiting = take(this.#awaited, process);
    if (waiting === undefined) this.#early.set(process, outcome);
    else waiting.resolve(outcome as never);
  }

  #greet(version: number): void {
    if (version === PROTOCOL_VERSION) this.#settleReady?.resolve(undefined as never);
    else this.#settleReady?.reject(new LabError("the lab's agent is of another version", "Build podwire anew: npm run build"));
  }

  #fail(error: LabError): void {
    this.#gone ??= error;
    this.#settleReady?.reject(error);
    for (const waiting of [...this.#waiting.values(), ...this.#awaited.values()]) waiting.reject(error);
    this.#waiting.clear();
    this.#awaited.clear();
  }
}

/** Programs that the sandbox itself and every mode are made with. */
const PROGRAMS = ["setpriv", "unshare", "nsenter", "mount", "ip", "bridge", "tc", "sysctl", "ping"];

async function checkPrerequisites({ commands, files, agent }: LabMachine): Promise<void> {
  const located = await Promise.all(PROGRAMS.map(async (program) => ({ program, path: await commands.locate(program) })));
  const missing = located.filter(({ path }) => path === undefined).map(({ program }) => program);
  if (missing.length > 0) throw new LabError(`the lab needs ${missing.join(", ")}`, `Install it with \`${installCommand(missing)}\`.`);
  if (!(await files.exists(agent))) throw new LabError(`the lab's agent is not built (${agent})`, "Build podwire: npm run build");
}

function take(waiting: Map<number, Waiting>, id: number): Waiting | undefined {
  const entry = waiting.get(id);
  waiting.delete(id);
  return entry;
}
