/**
 * Carries out a plan in the sandbox.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import { endOf } from "../../model/process-end.js";
import type { Readiness } from "../../model/wiring.js";
import { milliseconds } from "../../units/quantity.js";
import type { AgentClient } from "../agent/client.js";
import { createCommand, type NamespacePlan, type Plan, type PlannedCommand, type PlannedDaemon } from "./compile.js";
import { BuildError, describeFailure } from "./failure.js";
import type { Limiter } from "./limiter.js";

/** What carrying out a plan takes. */
export interface Builder {
  readonly agent: AgentClient;
  readonly clock: Clock;
  /** Commands of different namespaces run side by side, a few at a time. */
  readonly limiter: Limiter;
}

const COMMAND_TIMEOUT_MS = 10_000;
const DAEMON_READY_MS = 5_000;
const DAEMON_POLL = milliseconds(5);
/** Daemons live as long as the lab does. */
const UNLIMITED_MS = Number.MAX_SAFE_INTEGER;

/** A daemon that was started. */
export interface Daemon {
  /** The agent's number of it. */
  readonly process: number;
  /** How it has ended, with its last words; undefined while it runs. */
  readonly end: () => string | undefined;
}

/**
 * Builds one wiring; gives its daemons.
 * @throws BuildError with the command that failed
 */
export async function build(builder: Builder, plan: Plan): Promise<readonly Daemon[]> {
  await runCommand(builder, createCommand(plan.create));
  // Pods come after nodes: a pod's link may be made by its node.
  await configure(
    builder,
    plan.configure.filter((part) => part.kind !== "pod"),
  );
  await configure(
    builder,
    plan.configure.filter((part) => part.kind === "pod"),
  );
  return Promise.all(plan.daemons.map(async (daemon) => startDaemon(builder, daemon)));
}

async function configure(builder: Builder, parts: readonly NamespacePlan[]): Promise<void> {
  await Promise.all(
    parts.map(async (part) => {
      for (const command of part.commands) await runCommand(builder, command);
    }),
  );
}

async function runCommand({ agent, limiter }: Builder, command: PlannedCommand): Promise<void> {
  const { argv, stdin = "", timeout = COMMAND_TIMEOUT_MS } = command;
  const outcome = await limiter.run(async () => agent.order<"run">({ kind: "run", argv, stdin, timeout }));
  if (outcome.exitCode !== 0) throw new BuildError(describeFailure(command, outcome));
}

/**
 * Starts a program that stays, and waits until it may be used.
 * @throws BuildError when it ends before, or is not ready in time
 */
export async function startDaemon({ agent, clock }: Builder, planned: PlannedDaemon): Promise<Daemon> {
  const { argv, namespace, ready, timeout = DAEMON_READY_MS } = planned;
  // A shell's script would hide what failed.
  const command = argv.map((word) => (word.includes("\n") ? "..." : word)).join(" ");
  const number = await agent.order<"spawn">({ kind: "spawn", argv, namespace, timeout: UNLIMITED_MS, files: {}, collect: [], watch: [] });
  let end: string | undefined;
  agent.outcome(number).then(
    (outcome) => {
      end = endOf(argv[0], outcome);
    },
    () => {
      end = "the lab ended";
    },
  );
  const daemon = { process: number, end: (): string | undefined => end };
  if (ready === undefined) return daemon;
  const deadline = clock.monotonic() + timeout;
  while (!(await isReady(agent, { number, namespace, ready }))) {
    if (end !== undefined) throw new BuildError(`\`${command}\`: ${end}`);
    if (clock.monotonic() > deadline)
      throw new BuildError(`\`${command}\` is not ready after ${String(timeout / 1_000)} s: ${whyNotReady(ready)}`);
    await clock.sleep(DAEMON_POLL);
  }
  return daemon;
}

function whyNotReady(ready: Readiness): string {
  if ("device" in ready) return `${ready.device} has no carrier`;
  return "line" in ready ? `it has printed no line with "${ready.line}"` : `\`${ready.command.join(" ")}\` fails`;
}

/** A daemon by the agent's number, and what shows that it is ready. */
interface Awaited {
  readonly number: number;
  readonly namespace: string;
  readonly ready: Readiness;
}

async function isReady(agent: AgentClient, { number, namespace, ready }: Awaited): Promise<boolean> {
  if ("line" in ready) return agent.order<"printed">({ kind: "printed", process: number, text: ready.line });
  if ("command" in ready) {
    const { exitCode } = await agent.order<"run">({ kind: "run", argv: ready.command, namespace, timeout: COMMAND_TIMEOUT_MS });
    return exitCode === 0;
  }
  const argv = ["ip", "-n", namespace, "-o", "link", "show", "dev", ready.device, "up"] as const;
  const outcome = await agent.order<"run">({ kind: "run", argv, timeout: COMMAND_TIMEOUT_MS });
  // A TUN device is up before a program is attached to it; its carrier says that one is.
  return outcome.exitCode === 0 && outcome.stdout.includes("LOWER_UP");
}
