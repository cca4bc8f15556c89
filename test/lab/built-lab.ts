/**
 * What the lab's tests start from: a copy of the built program that every user of this machine can read.
 * @packageDocumentation
 */
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realClock } from "../../src/machine/clock.js";
import { realCommands } from "../../src/machine/commands.js";
import { realFiles } from "../../src/machine/files.js";
import type { Processes } from "../../src/machine/ports.js";
import { realProcesses } from "../../src/machine/processes.js";
import { standing } from "../../src/machine/standing.js";
import type { LabMachine } from "../../src/venues/lab/lab-agent.js";

const REPOSITORY = new URL("../..", import.meta.url).pathname;

/** Whether the tests run as root. Root can try both users, an ordinary user only itself. */
export const isRoot = process.getuid?.() === 0;

/** A user id without an account: as ordinary as a user can be. */
export const ORDINARY_USER = 61_357;

/** Who the lab is opened by. */
export type User = "root" | "ordinary user";

/** The words before a command that make it run as an ordinary user. */
export const becoming = (user: User): readonly string[] =>
  user === "ordinary user" && isRoot
    ? ["setpriv", "--reuid", String(ORDINARY_USER), "--regid", String(ORDINARY_USER), "--clear-groups", "--"]
    : [];

/** The users that can be tried here, and the reason why another one cannot. */
export const USERS: readonly { readonly user: User; readonly untried: string | undefined }[] = [
  { user: "root", untried: isRoot ? undefined : "the tests do not run as root" },
  { user: "ordinary user", untried: undefined },
];

/** A readable copy of `dist` and the driver in a folder of its own, which `remove` takes away. */
export interface Built {
  readonly folder: string;
  readonly agent: string;
  readonly driver: string;
  readonly remove: () => void;
}

/** Copies the built program. */
export function copyBuilt(): Built {
  const dist = join(REPOSITORY, "dist");
  if (!existsSync(join(dist, "venues/agent/program/sandbox.js"))) throw new Error("dist is missing: run `npm run build` first");
  const folder = mkdtempSync(join(tmpdir(), "podwire-lab-test-"));
  chmodSync(folder, 0o755);
  cpSync(dist, join(folder, "dist"), { recursive: true });
  cpSync(join(REPOSITORY, "test/lab/driver.mjs"), join(folder, "driver.mjs"));
  // The nouns have their schemas beside them; nothing else that a lab is opened with comes from a package.
  const isProgram = (path: string): boolean => !/\/src$|\.(?:cjs|[cm]?ts|md)$/.test(path);
  cpSync(join(REPOSITORY, "node_modules/zod"), join(folder, "node_modules/zod"), { recursive: true, filter: isProgram });
  writeFileSync(join(folder, "package.json"), '{"type":"module"}\n');
  return {
    folder,
    agent: join(folder, "dist/venues/agent/program/sandbox.js"),
    driver: join(folder, "driver.mjs"),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The real machine, with the sandbox started by the given user. */
export function machineOf(user: User, built: Built): LabMachine {
  const path = process.env["PATH"];
  return {
    commands: realCommands(path),
    processes: startingAs(user, realProcesses(path)),
    files: realFiles,
    clock: realClock,
    root: user === "root",
    chrooted: standing().chrooted,
    node: process.execPath,
    agent: built.agent,
  };
}

const startingAs = (user: User, processes: Processes): Processes => ({
  start: (argv, onLine) => {
    const [first, ...rest] = [...becoming(user), ...argv];
    if (first === undefined) throw new Error("nothing to start");
    return processes.start([first, ...rest], onLine);
  },
});
