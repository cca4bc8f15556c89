/**
 * Namespaces of a test's own, in which a real implementation or a plan of the lab wires nodes; gone when the test ends, however it ends.
 * @packageDocumentation
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { RunInside } from "./dump.js";

const execute = promisify(execFile);

const CHAIN = ["--pdeathsig", "KILL", "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
const PREPARE =
  "mount --make-rprivate / && mount -t tmpfs tmpfs /run && mkdir /run/netns && ip link set lo up && echo ready && exec sleep infinity";

/** A private pid, mount and network namespace with its own /run. */
export interface PrivateMachine {
  /** Runs a program to its end in a network namespace under /run/netns, or in the machine's own. Throws with its standard error if it fails. */
  run(argv: readonly [string, ...string[]], options?: { readonly in?: string; readonly stdin?: string }): Promise<string>;
  /** {@link PrivateMachine.run} with its namespace fixed, for a dump. */
  inside(namespace: string): RunInside;
  /** Words by which a long-running program is started in a network namespace of the machine. It ends with the machine. */
  enter(namespace: string): readonly [string, ...string[]];
  /** Ends every process of the machine and with them its namespaces and mounts. */
  close(): Promise<void>;
}

/** Makes a private machine. Needs root. */
export async function privateMachine(): Promise<PrivateMachine> {
  const chain = spawn("setpriv", [...CHAIN, "sh", "-c", PREPARE], { stdio: ["ignore", "pipe", "inherit"] });
  const first = await Promise.race([once(chain.stdout, "data").then(String), once(chain, "exit").then(() => "ended")]);
  if (!first.startsWith("ready")) throw new Error(`the private machine did not come up: ${first}`);
  const outer = ["nsenter", "--target", await onlyChild(chain.pid), "--mount", "--pid", "--net"] as const;
  const enter = (namespace?: string): readonly [string, ...string[]] =>
    namespace === undefined ? outer : [...outer, "nsenter", `--net=/run/netns/${namespace}`];
  const run: PrivateMachine["run"] = async (argv, options = {}) => {
    const [program, ...words]: readonly [string, ...string[]] = [...enter(options.in), ...argv];
    const running = execute(program, words, { timeout: 60_000, maxBuffer: 1e8 });
    // A program that ends without reading its input closes the pipe under our hands; how it ended says enough.
    running.child.stdin?.on("error", () => undefined).end(options.stdin);
    return (await running).stdout;
  };
  return {
    run,
    enter,
    inside: (namespace) => (argv) => run(argv, { in: namespace }),
    close: async () => {
      if (chain.exitCode !== null || chain.signalCode !== null) return;
      chain.kill("SIGKILL");
      await once(chain, "exit");
    },
  };
}

/** unshare forks once: its child is pid 1 of the new pid namespace. */
async function onlyChild(pid: number | undefined): Promise<string> {
  const task = `/proc/${String(pid)}/task/${String(pid)}/children`;
  return (await readFile(task, "utf8")).trim();
}
