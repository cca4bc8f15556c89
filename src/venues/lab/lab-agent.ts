/**
 * Starts the sandbox with the agent inside.
 * @packageDocumentation
 */
import type { Clock, Commands, Files, Processes } from "../../machine/ports.js";
import { AgentClient } from "../agent/client.js";
import { LabError } from "./lab-error.js";
import { installCommand } from "./packages.js";
import { explainRefusal } from "./refusal.js";
import { sandboxArgv } from "./sandbox.js";

/** What of the machine the lab needs. */
export interface LabMachine {
  readonly commands: Commands;
  readonly processes: Processes;
  readonly files: Files;
  readonly clock: Clock;
  /** Whether this process has root's rights. */
  readonly root: boolean;
  /** Whether its root directory is no mount point, as after chroot(1). */
  readonly chrooted: boolean;
  /** Absolute path of the Node.js executable. */
  readonly node: string;
  /** Absolute path of the compiled agent, `dist/venues/agent/program/sandbox.js`. */
  readonly agent: string;
}

/**
 * Starts a sandbox and waits until its agent takes orders.
 * @throws LabError that says what to enable when the kernel forbids it
 */
export async function startSandbox(machine: LabMachine): Promise<AgentClient> {
  await checkPrerequisites(machine);
  const agent = new AgentClient({
    start: (onLine) => machine.processes.start(sandboxArgv(machine), onLine),
    clock: machine.clock,
    name: "the lab's sandbox",
    otherVersion: "Build podwire again: npm run build",
    error: (message, hint) => new LabError(message, hint),
  });
  try {
    await agent.ready;
    return agent;
  } catch (error) {
    await agent.close();
    const ending = await agent.ended;
    const words = ending.startError ?? (ending.stderr.trim() === "" && error instanceof Error ? error.message : ending.stderr);
    throw await explainRefusal(machine.files, machine, words);
  }
}

/** Programs that the sandbox itself and every mode are made with. */
const PROGRAMS = ["setpriv", "unshare", "nsenter", "mount", "ip", "bridge", "tc", "sysctl", "ping"];

async function checkPrerequisites({ commands, files, agent }: LabMachine): Promise<void> {
  const located = await Promise.all(PROGRAMS.map(async (program) => ({ program, path: await commands.locate(program) })));
  const missing = located.filter(({ path }) => path === undefined).map(({ program }) => program);
  if (missing.length > 0) throw new LabError(`the lab needs ${missing.join(", ")}`, `Install it with \`${installCommand(missing)}\`.`);
  if (!(await files.exists("/proc/self"))) throw new LabError("/proc is not mounted", "Mount it: `mount -t proc proc /proc`.");
  if (!(await files.exists(agent))) throw new LabError(`the lab's agent is not built (${agent})`, "Build podwire: npm run build");
}
