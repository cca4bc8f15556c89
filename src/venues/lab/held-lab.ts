/**
 * A lab that a shell holds open, for another podwire inside of it: `lab shell` writes down what it has built, and whoever works in one of its namespaces measures the same
 * paths by an agent of its own.
 * @packageDocumentation
 */
import { z } from "zod";
import type { Files } from "../../machine/ports.js";
import { AgentClient } from "../agent/client.js";
import { SyncedAgent } from "../agent/synced-agent.js";
import type { BuiltPath } from "./build-modes.js";
import type { LabMachine } from "./lab-agent.js";
import { LabError } from "./lab-error.js";
import { LabSession } from "./lab-session.js";
import { guestArgv } from "./sandbox.js";

/** On the sandbox's own tmpfs: no one outside of the lab sees it. */
const DESCRIPTION = "/run/podwire/held-lab.json";
const TIMEOUT_MS = 10_000;
/** A path as it was built, without the daemons behind it: those belong to whoever holds the lab. */
type HeldPath = Omit<BuiltPath, "daemons">;

const heldSchema = z.object({
  /** The version that built it: paths are read as they were written. */
  podwire: z.string(),
  variant: z.string(),
  link: z.enum(["capped", "open"]),
  nodes: z.int(),
  mtu: z.int(),
  paths: z.array(z.custom<HeldPath>((value) => typeof value === "object" && value !== null && "path" in value)),
});
/** What is known of a lab that is held. */
export type HeldLab = z.infer<typeof heldSchema>;

/** Writes down what was built, for whoever works inside. @throws LabError where the lab's own folder refuses it */
export async function describeHeld({ agent, built }: LabSession, held: Omit<HeldLab, "paths">): Promise<void> {
  const paths = built.map(
    ({ path, congestionControl, receiver, tracking }): HeldPath => ({
      ...{ path, congestionControl, tracking },
      ...(receiver === undefined ? {} : { receiver }),
    }),
  );
  const stdin = `${JSON.stringify({ ...held, paths } satisfies HeldLab)}\n`;
  const { exitCode, stderr } = await agent.order<"run">({ kind: "run", argv: ["tee", DESCRIPTION], stdin, timeout: TIMEOUT_MS });
  if (exitCode !== 0) throw new LabError(`the lab's description cannot be written: ${stderr.trim()}`);
}

/** The lab that this process is in; undefined where it is in none. @throws LabError where another podwire holds it */
export async function heldLab(files: Files, version: string): Promise<HeldLab | undefined> {
  if (!(await files.exists(DESCRIPTION))) return undefined;
  const { success, data } = heldSchema.safeParse(parsed(await files.readText(DESCRIPTION)));
  if (!success) throw new LabError(`${DESCRIPTION} cannot be read: another podwire holds this lab`, "Use that one inside of it too.");
  if (data.podwire !== version)
    throw new LabError(`podwire ${data.podwire} holds this lab, and this is ${version}`, "Use the same one inside of it.");
  return data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Opens its paths from inside. To close the session leaves the lab as it is.
 * @param through - the command through which the agent is started; it has to stay until the agent has ended
 * @throws LabError where no agent starts
 */
export async function openHeldLab(
  machine: LabMachine,
  held: HeldLab,
  through: (agent: readonly [string, ...string[]]) => readonly [string, ...string[]],
): Promise<LabSession> {
  const agent = new AgentClient({
    start: (onLine) => machine.processes.start(through(guestArgv(machine)), onLine),
    clock: machine.clock,
    name: "the agent in the held lab",
    otherVersion: "Build podwire again: npm run build",
    error: (message, hint) => new LabError(message, hint),
  });
  try {
    await agent.ready;
    const paths = held.paths.map((path): BuiltPath => ({ ...path, daemons: [] }));
    return new LabSession(machine, await SyncedAgent.sync(agent), [{ mode: held.variant, paths }], undefined);
  } catch (error) {
    await agent.close();
    throw error;
  }
}
