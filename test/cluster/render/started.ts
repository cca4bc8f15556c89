/**
 * Programs that a test starts in a place of a cluster.
 * @packageDocumentation
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { temporaryFolder } from "../description.mjs";
import type { Cluster } from "../fixture.js";

/** A program that runs, and what it has written. */
export interface Started {
  readonly log: readonly string[];
  hasEnded(): boolean;
  /** Settles at the first line that fits, or at its end. */
  until(line: RegExp): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it; it ends with the test's process at the latest. */
export function startIn(
  cluster: Cluster,
  place: string,
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Started {
  const [program = "", ...words] = cluster.enter(place, argv);
  const env = { ...process.env, TMPDIR: temporaryFolder(cluster.description.state), ...environment };
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], env });
  const log: string[] = [];
  const ended = once(child, "close");
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      log.push(line);
      for (const look of watchers) look();
    });
  }
  const until = (line: RegExp): Promise<void> =>
    Promise.race([
      ended.then(() => undefined),
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (log.some((one) => line.test(one))) resolve();
        };
        watchers.add(look);
        look();
      }),
    ]);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    log,
    hasEnded,
    until,
    stop: async () => {
      child.kill("SIGKILL");
      if (!hasEnded()) await ended;
    },
  };
}
