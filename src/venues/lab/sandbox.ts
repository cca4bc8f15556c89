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
  /** Whether the caller's root directory is no mount point, as after chroot(1). */
  readonly chrooted: boolean;
  /** Absolute path of the Node.js executable. */
  readonly node: string;
  /** Absolute path of the compiled agent. */
  readonly agent: string;
}

/** An empty folder of every /proc, where the lab of a chroot has its own root directory. */
const OWN_ROOT = "/proc/driver/lab";

/**
 * The kernel changes how mounts spread for whole mounts only, and a chroot is a part of one: what were mounted in it could show up outside.
 * The sandbox's /proc is a mount that spreads nowhere, so the chroot is bound into it, is a mount of its own there, and becomes the root.
 */
const ENTER_OWN_ROOT = [
  "set -e",
  "mount -t tmpfs -o mode=0755 podwire /proc/driver",
  `mkdir ${OWN_ROOT}`,
  `mount --rbind / ${OWN_ROOT}`,
  `mount --make-rprivate ${OWN_ROOT}`,
  `mount -t proc proc ${OWN_ROOT}/proc`,
  `exec chroot ${OWN_ROOT} "$@"`,
].join("; ");

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
  const spreading: readonly ChainLink[] = options.chrooted
    ? [{ words: ["--propagation", "unchanged"], reason: "the root directory is not a mount point, so it cannot be made private" }]
    : [];
  const ownRoot: readonly ChainLink[] = options.chrooted
    ? [{ words: ["sh", "-c", ENTER_OWN_ROOT, "sh"], reason: "makes the chroot a mount of its own, from which nothing spreads" }]
    : [];
  return [
    {
      words: ["setpriv", "--pdeathsig", "KILL"],
      reason: "unshare dies with podwire; a user namespace or an exec does not clear this (prctl(2), PR_SET_PDEATHSIG)",
    },
    { words: ["unshare"], reason: "the lab's own namespaces" },
    ...user,
    { words: ["--net"], reason: "no device, address or rule of the caller is seen or changed" },
    { words: ["--mount"], reason: "mounts are private, so that /run/netns is the lab's own" },
    ...spreading,
    {
      words: ["--pid", "--fork"],
      reason: "the agent is the first process of a pid namespace: when it ends, the kernel kills all others in it",
    },
    { words: ["--kill-child"], reason: "the agent dies with unshare; without it the kill of a parent leaves the agent running" },
    { words: ["--mount-proc"], reason: "/proc shows the lab's processes and its network namespaces" },
    ...ownRoot,
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
 * The agent as a guest in a lab that someone else holds. It is the first process of a pid namespace here too, so that this command has ended only once everything that the agent
 * started has: pid_namespaces(7), and unshare waits for its child.
 */
export const guestArgv = ({ node, agent }: Pick<SandboxOptions, "node" | "agent">): readonly [string, ...string[]] => [
  ...(["setpriv", "--pdeathsig", "KILL"] as const),
  ...["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"],
  ...[node, agent, "guest"],
];

/**
 * The command by which a process of the caller joins the sandbox, to look around in a namespace of the lab.
 * @param unshare - process id of the chain's outermost process
 * @param namespace - full name under the lab's /run/netns
 */
export function enterArgv(
  unshare: number,
  { root, chrooted }: Pick<SandboxOptions, "root" | "chrooted">,
  namespace: string,
  argv: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  const target = `/proc/${String(unshare)}/ns`;
  const user = root ? [] : [`--user=${target}/user`, "--preserve-credentials"];
  // A mount namespace is entered at its root, which lies outside of the chroot.
  const chroot = chrooted ? { before: [`--root=/proc/${String(unshare)}/root`], after: ["chroot", OWN_ROOT] } : { before: [], after: [] };
  return [
    "nsenter",
    ...user,
    `--mount=${target}/mnt`,
    // unshare itself stays outside the pid namespace that it makes for its child.
    `--pid=${target}/pid_for_children`,
    ...chroot.before,
    "--",
    ...chroot.after,
    "nsenter",
    `--net=/run/netns/${namespace}`,
    "--",
    ...argv,
  ];
}
