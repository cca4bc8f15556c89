/**
 * What a use case is given: the world, through ports. It has no terminal: what it has to say goes to whoever called it.
 * @packageDocumentation
 */
import type { Archives, ProcessIdentity } from "../machine/ports.js";
import type { LabMachine } from "../venues/lab/lab-agent.js";

/** The world as use cases see it. */
export interface UseCaseContext {
  readonly version: string;
  /** The commit that was checked out when this podwire was built, 40 digits; absent where the build knew none. */
  readonly commit?: string;
  /** Programs, files, clock, and what the lab's sandbox is started with. */
  readonly machine: LabMachine;
  readonly archives: Archives;
  readonly processIdentity: ProcessIdentity;
  /** Aborted by SIGINT, SIGTERM or SIGHUP. */
  readonly interrupted: AbortSignal;
  /** Has something done when the process exits, however it comes to that short of a kill. It must be synchronous. */
  readonly atExit: (action: () => void) => void;
  /** Where what was measured goes when the asked place turns out to be full or gone. */
  readonly temporaryFolder: string;
}

/** Takes one sentence for the person who started the use case. */
export type Say = (sentence: string) => void;

/** Who listens to a use case that takes its time. */
export interface Listener {
  /** Takes what must not be left out: what is made, what failed, what is left. */
  readonly say: Say;
  /** Takes how far it is, and may leave sentences out. */
  readonly progress: Say;
}
