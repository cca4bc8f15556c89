/** Everything that a lab runs is in the list of programs that set-up checks, and brings where it is missing. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { FOR_RUN } from "../scripts/setup/programs.mjs";
import type { Layer } from "../src/layers/contract.js";
import { LAYERS } from "../src/layers/index.js";
import { EBPF_LOADER } from "../src/model/ebpf.js";
import { WORKLOADS } from "../src/model/metric.js";
import type { Mode } from "../src/modes/contract.js";
import { MODES } from "../src/modes/index.js";
import { probeFor } from "../src/probes/index.js";
import { initialSizing } from "../src/probes/sizing.js";
import { SLICEABLE, sliceProbe } from "../src/probes/slices.js";
import { resolveVariant, whyNotOn } from "../src/variants/variant.js";
import { compile } from "../src/venues/lab/compile.js";

const SOURCES = fileURLToPath(new URL("../src/", import.meta.url));

/** What set-up's list need not have, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "podwire-udp-proxy": "podwire's own, compiled by set-up from native/",
  [EBPF_LOADER]: "podwire's own, compiled by set-up from bpf/loader/",
  ipvsadm: "for kube-proxy-ipvs alone, which names the package where it is missing: few kernels have IPVS",
  ipset: "for kube-proxy-ipvs alone, as ipvsadm",
  "iptables-legacy-restore": "in Debian's package of iptables, as iptables-restore is",
  "iptables-nft-restore": "in Debian's package of iptables, as iptables-restore is",
  cat: "coreutils, which no Debian is without",
  tee: "coreutils",
  sh: "dash, which no Debian is without",
  netns: "no program: the first word of a line for `ip -batch`",
};
const LISTED = new Set(FOR_RUN.flatMap(({ programs = [] }) => programs));

const unlisted = (programs: Iterable<string>): readonly string[] =>
  [...new Set(programs)].filter((program) => !LISTED.has(program) && ELSEWHERE[program] === undefined);

/** What building it runs, and what it says that it needs. */
function programsOf(mode: Mode): readonly string[] {
  const { configure, daemons, loads } = compile("test", mode.wire({ nodes: 2, mtu: 1500 }));
  const readiness = daemons.flatMap(({ ready }) => (ready !== undefined && "command" in ready ? [ready.command] : []));
  const commands = [...configure.flatMap((namespace) => namespace.commands), ...daemons, ...loads].map(({ argv }) => argv);
  return [...mode.programs, ...[...commands, ...readiness].map(([program]) => program)];
}

/** The first mode that can carry it, with it. */
function carrying(layer: Layer): Mode {
  const mode = MODES.find((one) => whyNotOn(one, layer) === undefined);
  if (mode === undefined) throw new Error(`no mode carries ${layer.name}`);
  return resolveVariant([mode.name, ...(layer.beside ?? []), layer.name].join("+"));
}

describe("set-up's list has", () => {
  test.each(MODES.map((mode) => [mode.name, mode] as const))("what %s is built by", (_, mode) => {
    expect(unlisted(programsOf(mode))).toEqual([]);
  });

  test.each(LAYERS.map((layer) => [layer.name, layer] as const))("what the layer %s is put on by", (_, layer) => {
    expect(unlisted([...layer.needs.programs, ...programsOf(carrying(layer))])).toEqual([]);
  });

  test("what measures", () => {
    const sizing = initialSizing({ link: { bitsPerSecond: 1e9, mtu: 1500 } });
    const probes = [...WORKLOADS.map((workload) => probeFor(workload, sizing)), ...SLICEABLE.map((workload) => sliceProbe(workload))];
    expect(unlisted(probes.flatMap(({ programs }) => programs))).toEqual([]);
  });

  test("what the venue and its agent run themselves", () => {
    const programs = FOLDERS.flatMap((folder) => commandsIn(folder));
    expect(unlisted(programs)).toEqual([]);
    // Each way of writing a command was found.
    expect(programs).toEqual(expect.arrayContaining(["unshare", "nsenter", "mount", "bridge", "ps", "perf", "ss"]));
  });

  test("no exception that nothing runs", () => {
    const run = [...MODES, ...LAYERS.map(carrying)].flatMap(programsOf);
    const needed = LAYERS.flatMap(({ needs }) => needs.programs);
    const all = new Set([...run, ...needed, ...FOLDERS.flatMap((folder) => commandsIn(folder))]);
    expect(Object.keys(ELSEWHERE).filter((program) => !all.has(program))).toEqual([]);
  });
});

/** Where commands are that no mode, layer or probe names. */
const FOLDERS = ["venues/lab", "venues/agent", "use-cases/lab", "measure/observing"];

/** The first words of commands in sources, and the programs that the lab asks for before it begins. */
function commandsIn(folder: string): readonly string[] {
  return readdirSync(`${SOURCES}${folder}`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => readFileSync(`${SOURCES}${folder}/${file}`, "utf8"))
    .flatMap((text) => [
      ...wordsBy(COMMAND, text),
      ...wordsBy(/^const PROGRAMS = \[(.*)\];$/gm, text).flatMap((list) => list.match(/[\w-]+/g) ?? []),
    ]);
}

/** Of the groups of a pattern's alternatives only one has matched. */
const wordsBy = (pattern: RegExp, text: string): readonly string[] => [...text.matchAll(pattern)].map(([, ...words]) => words.join(""));

/** What follows `argv` or `words`, what is asked for by name, and the steps of isolation.ts. */
const COMMAND = new RegExp(
  [
    /\b(?:argv|words|command|start)\w*(?:: | = )\[\s*"([a-z][\w.-]*)"/,
    /\b(?:\w*[rR]un|\w*[sS]pawn|locate)\((?:[\w.]+, )*\[?"([a-z][\w.-]*)"/,
    /^ {2}\["([a-z][\w.-]*)", .*\],$/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gm",
);
