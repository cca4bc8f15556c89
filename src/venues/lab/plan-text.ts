/**
 * A plan as text that a person reads and a shell can run: each command under its reason.
 * @packageDocumentation
 */
import { EBPF_LOADER, EBPF_SOCKET, HOLDING } from "../../model/ebpf.js";
import { createCommand, type Plan, type PlannedCommand } from "./compile.js";
import type { PlannedLoad } from "./loads.js";

const PREAMBLE = `# Run it by hand in namespaces of your own:
#   setpriv --pdeathsig KILL unshare --user --map-root-user --net --mount --pid --fork --kill-child --mount-proc bash
#   mount --make-rprivate / && mount -t tmpfs tmpfs /run && mkdir /run/netns && ip link set lo up
`;

/**
 * The whole plan of one mode as a shell script with its reasons as comments.
 * @param located - where the mode's own programs are, by name: podwire's own are in no search path
 */
export function planText(mode: string, plan: Plan, located: ReadonlyMap<string, string> = new Map()): string {
  const parts = [`# ${mode}: what the lab runs, in this order`, PREAMBLE.trimEnd(), commandText(createCommand(plan.create))];
  for (const namespace of plan.configure) {
    parts.push(`# --- ${namespace.namespace}`, ...namespace.commands.map(commandText));
  }
  for (const daemon of plan.daemons) {
    const [program, ...words] = daemon.argv;
    const argv = ["nsenter", `--net=/run/netns/${daemon.namespace}`, located.get(program) ?? program, ...words];
    parts.push(`# ${daemon.reason}`, `${shellLine(argv)} &`);
  }
  const held = plan.loads.find(({ argv }) => argv[0] === EBPF_LOADER);
  if (held !== undefined) parts.push(...holderTexts(located));
  for (const load of plan.loads) parts.push(...loadTexts(load));
  return `${parts.join("\n")}\n`;
}

/** One for the whole lab. Its objects are looked for in the folders of PATH, where the loader lies too. */
function holderTexts(located: ReadonlyMap<string, string>): string[] {
  const [program, ...words] = HOLDING;
  const place = located.get(program);
  const folder = place === undefined ? [] : [`export PATH="$PATH:"${shellLine([place.slice(0, place.lastIndexOf("/"))])}`];
  return [
    "# holds the eBPF programs of all variants: when it ends, they are gone",
    ...folder,
    `${shellLine([program, ...words])} &`,
    `until [ -S ${shellLine([EBPF_SOCKET])} ]; do sleep 0.05; done`,
  ];
}

function loadTexts({ namespace, reason, what, argv, inputs }: PlannedLoad): string[] {
  const words = ["nsenter", `--net=/run/netns/${namespace}`, ...argv] as const;
  return [
    `# --- ${namespace}, when everything stands: ${what}`,
    ...Array.from(inputs, (stdin) => commandText({ argv: words, stdin, reason })),
  ];
}

function commandText(command: PlannedCommand): string {
  const line = shellLine(command.argv);
  if (command.stdin === undefined) return `# ${command.reason}\n${line}`;
  return `# ${command.reason}\n${line} <<'END'\n${command.stdin.trimEnd()}\nEND`;
}

/** Words as one shell line; only words that need it are quoted. */
export function shellLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(" ");
}
