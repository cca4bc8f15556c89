/**
 * The image's second layer: what no package brings. The agent itself, users, and names that packages would have made when they were installed.
 * @packageDocumentation
 */
import type { ArchiveMember } from "../../../machine/ports.js";

/** The folder of the agent in the image. */
export const AGENT_FOLDER = "opt/podwire/agent";

/** The user that the image runs as: no one in particular, and not root. */
export const USER = 65_532;

/** The agent, and what asks and answers for it where a packet's way is followed or it is tried what works. */
const PROGRAMS = ["pod.js", "exchange.js"] as const;
const FOLDER = "venues/agent/program";

/** Where the image keeps the program that asks and answers. */
export const EXCHANGE_PROGRAM = `/${AGENT_FOLDER}/exchange.js`;

/** A file of the built program: its path under `dist/`, and its text. */
export interface BuiltFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The agent's files: its programs and everything of ours that they import, whether directly or not.
 * @param read - gives the text of a file under `dist/`
 */
export async function followImports(read: (path: string) => Promise<string>): Promise<readonly BuiltFile[]> {
  const files = new Map<string, BuiltFile>();
  const open: string[] = PROGRAMS.map((name) => `${FOLDER}/${name}`);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (files.has(path)) continue;
    const text = await read(path);
    files.set(path, { path, text });
    open.push(...importsOf(path, text));
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Paths of the files that a compiled file imports; Node's own modules are no files. */
function importsOf(path: string, text: string): readonly string[] {
  const base = new URL(path, "file:///");
  return [...text.matchAll(/^(?:import|export)\b[^"']*["'](\.[^"']+)["']/gm)].map((match) =>
    new URL(match[1] ?? "", base).pathname.slice(1),
  );
}

/** Everything in the layer. Programs stand at the top, so that their place does not change when the sources are moved. */
export function agentLayer(files: readonly BuiltFile[], version: string): readonly ArchiveMember[] {
  const folders = new Set(files.flatMap(({ path }) => parents(`${AGENT_FOLDER}/${path}`)));
  return [
    ...SYSTEM,
    ...[...folders].sort().map((path) => ({ path, mode: 0o755 })),
    { path: `${AGENT_FOLDER}/package.json`, mode: 0o644, text: `${JSON.stringify({ name: "podwire-agent", version, type: "module" })}\n` },
    ...PROGRAMS.map((name) => ({ path: `${AGENT_FOLDER}/${name}`, mode: 0o644, text: `import "./${FOLDER}/${name}";\n` })),
    ...files.map(({ path, text }) => ({ path: `${AGENT_FOLDER}/${path}`, mode: 0o644, text })),
  ];
}

/** The folders above a file, without the last slash. */
function parents(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

const MULTI_CALL = ["iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save", "ip6tables-restore"];

const SYSTEM: readonly ArchiveMember[] = [
  // Writable for whoever the pod runs as, where no volume is mounted on them.
  { path: "tmp", mode: 0o1777 },
  { path: "run", mode: 0o1777 },
  {
    path: "etc/passwd",
    mode: 0o644,
    text: `root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\npodwire:x:${String(USER)}:${String(USER)}:podwire:/run:/bin/false\n`,
  },
  { path: "etc/group", mode: 0o644, text: `root:x:0:\nnogroup:x:65534:\npodwire:x:${String(USER)}:\n` },
  { path: "etc/nsswitch.conf", mode: 0o644, text: "passwd: files\ngroup: files\nhosts: files dns\n" },
  ...MULTI_CALL.map((name) => ({ path: `usr/sbin/${name}`, target: "xtables-nft-multi" })),
];
