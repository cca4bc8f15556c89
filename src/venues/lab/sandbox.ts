/**
 * The chain of programs in which the lab lives. Whatever link of it is killed, the kernel ends all that follows,
 * and with the last process go its namespaces, links, rules and mounts: nothing has to be tidied up.
 * @packageDocumentation
 */

/** One program of the chain with its arguments. */
export interface ChainLink {
  readonly words: readonly string[];
  readonly reason: string;
}

/** Who starts the lab, and the program inside it. */
export interface SandboxOptions {
  /** Whether the caller is root: root needs no user namespace. */
  readonly root: boolean;
  /** Absolute path of the Node.js executable. */
  readonly node: string;
  /** Absolute path of the compiled agent. */
  readonly agent: string;
}

/** The links of the chain, outermost first. */
export function sandboxChain(options: SandboxOptions): readonly ChainLink[] {
  const user: readonly ChainLink[] = options.root
    ? []
    : [
        {
          words: ["--user", "--map-root-user"],
          reason: "an ordinary user is root in a user namespace of its own, and nowhere else (user_namespaces(7))",
        },
      ];
  return [
    {
      words: ["setpriv", "--pdeathsig", "KILL"],
      reason: "unshare dies with podwire; a user namespace or an exec does not clear this (prctl(2), PR_SET_PDEATHSIG)",
    },
    { words: ["unshare"], reason: "the lab's own namespaces" },
    ...user,
    { words: ["--net"], reason: "no device, address or rule of the caller is seen or changed" },
    { words: ["--mount"], reason: "mounts are private, so that /run/netns is the lab's own" },
    {
      words: ["--pid", "--fork"],
      reason: "the agent is the first process of a pid namespace: when it ends, the kernel kills all others in it",
    },
    { words: ["--kill-child"], reason: "the agent dies with unshare; without it the kill of a parent leaves the agent running" },
    { words: ["--mount-proc"], reason: "/proc shows the lab's processes and its network namespaces" },
    { words: [options.node, options.agent], reason: "the agent carries out orders and exits when its standard input closes" },
  ];
}

/** The chain as one command. */
export function sandboxArgv(options: SandboxOptions): readonly [string, ...string[]] {
  const [first, ...rest] = sandboxChain(options).flatMap((link) => link.words);
  if (first === undefined) throw new Error("the sandbox chain has no program");
  return [first, ...rest];
}

/**
 * The command by which a process of the caller joins the sandbox, to look around in a namespace of the lab.
 * @param unshare - process id of the chain's outermost process
 * @param namespace - full name under the lab's /run/netns
 */
export function enterArgv(
  unshare: number,
  root: boolean,
  namespace: string,
  argv: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  const target = `/proc/${String(unshare)}/ns`;
  const user = root ? [] : [`--user=${target}/user`, "--preserve-credentials"];
  return [
    "nsenter",
    ...user,
    `--mount=${target}/mnt`,
    // unshare itself stays outside the pid namespace that it makes for its child.
    `--pid=${target}/pid_for_children`,
    "--",
    "nsenter",
    `--net=/run/netns/${namespace}`,
    "--",
    ...argv,
  ];
}
