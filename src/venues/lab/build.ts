/**
 * Carries out a plan in the sandbox.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import { endOf } from "../../model/process-end.js";
import type { Readiness } from "../../model/wiring.js";
import { milliseconds } from "../../units/quantity.js";
import type { AgentClient } from "../agent/client.js";
import type { RunOutcome } from "../agent/protocol.js";
import { createCommand, type NamespacePlan, type Plan, type PlannedCommand, type PlannedDaemon } from "./compile.js";
import type { Limiter } from "./limiter.js";

/** A mode could not be built: the failing command with its own words. The other modes are not concerned. */
export class BuildError extends Error {
  override readonly name = "BuildError";
}

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
const FOR_EVER_MS = Number.MAX_SAFE_INTEGER;

/** A daemon that was started. */
export interface Daemon {
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

/** One line for a command that failed: the command, the line of its input that it names, and its own words. */
export function describeFailure(command: PlannedCommand, outcome: RunOutcome): string {
  const words = outcome.startError ?? `${outcome.stderr.trim()}${outcome.timedOut ? " (it hung)" : ""}`;
  const number = /(?:-:|line )(\d+)/.exec(words)?.[1];
  const line = number === undefined ? undefined : command.stdin?.split("\n")[Number(number) - 1];
  const where = line === undefined ? "" : ` at \`${line.trim()}\``;
  const how = outcome.signal === undefined ? "" : ` (${outcome.signal})`;
  return `\`${command.argv.join(" ")}\` failed${where}${how}: ${words.replaceAll(/\s*\n\s*/g, " ")}`;
}

async function startDaemon({ agent, clock }: Builder, planned: PlannedDaemon): Promise<Daemon> {
  const { argv, namespace } = planned;
  const number = await agent.order<"spawn">({ kind: "spawn", argv, namespace, timeout: FOR_EVER_MS, files: {}, collect: [], watch: [] });
  let end: string | undefined;
  agent.outcome(number).then(
    (outcome) => {
      end = endOf(argv[0], outcome);
    },
    () => {
      end = "the lab ended";
    },
  );
  const daemon = { end: (): string | undefined => end };
  const { ready } = planned;
  if (ready === undefined) return daemon;
  const deadline = clock.monotonic() + DAEMON_READY_MS;
  while (!(await isReady(agent, namespace, ready))) {
    if (end !== undefined) throw new BuildError(`\`${argv.join(" ")}\`: ${end}`);
    if (clock.monotonic() > deadline) throw new BuildError(`\`${argv.join(" ")}\` is not ready after 5 s: ${readinessWords(ready)}`);
    await clock.sleep(DAEMON_POLL);
  }
  return daemon;
}

const readinessWords = (ready: Readiness): string =>
  "device" in ready ? `${ready.device} has no carrier` : `\`${ready.command.join(" ")}\` fails`;

async function isReady(agent: AgentClient, namespace: string, ready: Readiness): Promise<boolean> {
  if ("command" in ready) {
    const { exitCode } = await agent.order<"run">({ kind: "run", argv: ready.command, namespace, timeout: COMMAND_TIMEOUT_MS });
    return exitCode === 0;
  }
  const argv = ["ip", "-n", namespace, "-o", "link", "show", "dev", ready.device, "up"] as const;
  const outcome = await agent.order<"run">({ kind: "run", argv, timeout: COMMAND_TIMEOUT_MS });
  // A TUN device is up before a program is attached to it; its carrier says that one is.
  return outcome.exitCode === 0 && outcome.stdout.includes("LOWER_UP");
}
