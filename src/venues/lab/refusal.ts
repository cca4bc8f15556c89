/**
 * Why the kernel does not let an ordinary user have a sandbox, and what exactly would change that.
 * @packageDocumentation
 */
import type { Files } from "../../machine/ports.js";
import { LabError } from "./lab-error.js";
import type { SandboxOptions } from "./sandbox.js";

/** A kernel setting that can forbid user namespaces. */
interface Gate {
  readonly file: string;
  readonly forbids: (value: string) => boolean;
  readonly setting: string;
  readonly meaning: string;
}

const GATES: readonly Gate[] = [
  {
    file: "/proc/sys/user/max_user_namespaces",
    forbids: (value) => value === "0",
    setting: "user.max_user_namespaces=15000",
    meaning: "this system allows no user namespaces (user.max_user_namespaces is 0)",
  },
  {
    file: "/proc/sys/kernel/unprivileged_userns_clone",
    forbids: (value) => value === "0",
    setting: "kernel.unprivileged_userns_clone=1",
    meaning: "this kernel gives user namespaces to root only (kernel.unprivileged_userns_clone is 0)",
  },
  {
    file: "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
    forbids: (value) => value === "1",
    setting: "kernel.apparmor_restrict_unprivileged_userns=0",
    meaning:
      "AppArmor takes the rights from an ordinary user's namespaces (kernel.apparmor_restrict_unprivileged_userns is 1, Ubuntu's default)",
  },
];

/** Who asked for the sandbox. */
type Caller = Pick<SandboxOptions, "root" | "chrooted">;

/** What a place forbids whatever the kernel's settings are, known by who asks and what the chain's programs said. */
interface Obstacle {
  readonly is: (caller: Caller, words: string) => boolean;
  readonly meaning: string;
  readonly hint: string;
}

const OBSTACLES: readonly Obstacle[] = [
  {
    is: ({ root, chrooted }) => chrooted && !root,
    meaning: "the kernel gives no user namespace to a process in a chroot (user_namespaces(7))",
    hint: "Run podwire as root in there, or as an ordinary user outside of it.",
  },
  {
    is: ({ root }, words) => !root && /mount \/proc failed/.test(words),
    meaning: "this container hides parts of /proc, so the lab cannot have a /proc of its own (mount_namespaces(7))",
    hint: "Start the container with `--security-opt systempaths=unconfined` (Docker), `--security-opt unmask=ALL` (Podman) or `--privileged`.",
  },
];

/**
 * The error for a sandbox that could not be started.
 * @param words - what the failing program of the chain said
 */
export async function explainRefusal(files: Files, caller: Caller, words: string): Promise<LabError> {
  const said = words.trim() === "" ? "" : `: ${words.trim()}`;
  const obstacle = OBSTACLES.find((one) => one.is(caller, words));
  if (obstacle !== undefined) return new LabError(`${obstacle.meaning}${said}`, obstacle.hint);
  const closed = caller.root ? [] : await closedGates(files);
  if (closed.length === 0) {
    return new LabError(
      `the lab's namespaces could not be made${said}`,
      caller.root
        ? "The kernel needs network, mount and pid namespaces; inside a container they need the right CAP_SYS_ADMIN (docker run --privileged)."
        : "Run it as root (sudo), outside of a container, or in one started with --privileged: a container's seccomp profile may forbid user namespaces.",
    );
  }
  const settings = closed.map((gate) => gate.setting).join(" ");
  return new LabError(
    `${closed.map((gate) => gate.meaning).join("; ")}${said}`,
    `Enable it with \`sudo sysctl -w ${settings}\`, or run podwire as root.`,
  );
}

async function closedGates(files: Files): Promise<readonly Gate[]> {
  const states = await Promise.all(GATES.map(async (gate) => ({ gate, closed: await isClosed(files, gate) })));
  return states.filter((state) => state.closed).map((state) => state.gate);
}

async function isClosed(files: Files, gate: Gate): Promise<boolean> {
  if (!(await files.exists(gate.file))) return false; // A setting that this kernel does not have forbids nothing.
  return gate.forbids((await files.readText(gate.file)).trim());
}
