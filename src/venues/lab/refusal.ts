/**
 * Why the kernel does not let an ordinary user have a sandbox, and what exactly would change that.
 * @packageDocumentation
 */
import type { Files } from "../../machine/ports.js";
import { LabError } from "./lab-error.js";

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

/**
 * The error for a sandbox that did not come up.
 * @param words - what the failing program of the chain said
 */
export async function explainRefusal(files: Files, root: boolean, words: string): Promise<LabError> {
  const said = words.trim() === "" ? "" : `: ${words.trim()}`;
  const closed = root ? [] : await closedGates(files);
  if (closed.length === 0) {
    return new LabError(
      `the lab's namespaces could not be made${said}`,
      root
        ? "The kernel needs network, mount and pid namespaces; inside a container they need the right CAP_SYS_ADMIN (docker run --privileged)."
        : "Run it as root (sudo), or outside of a container: a container's seccomp profile may forbid user namespaces.",
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
