/**
 * How an agent starts programs where it is: in the lab's sandbox, or in a pod.
 * @packageDocumentation
 */

/** What differs between the places of an agent. */
export interface LaunchSettings {
  /** Folder for everything that programs write: on a tmpfs, so that nothing is left behind and no disk is waited for. */
  readonly scratch: string;
  /** Working folder of programs: some put files there (trafgen), which a read-only root forbids. */
  readonly workFolder: string;
  /** Bytes kept of each output of a program and of each file that it leaves. */
  readonly kept: number;
  /** Words that stand before each program. */
  readonly starter: readonly string[];
}
