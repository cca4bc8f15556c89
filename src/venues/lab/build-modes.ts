/**
 * Builds the copies of every mode of a lab: all wirings side by side, then what layers load, one variant after the other.
 * @packageDocumentation
 */
import type { LinkKind } from "../../model/metric.js";
import type { RulesBackend } from "../../model/rules-backend.js";
import type { Step, Topology, WiredPath } from "../../model/wiring.js";
import type { Mode } from "../../modes/contract.js";
import type { BitsPerSecond } from "../../units/quantity.js";
import type { AgentClient } from "../agent/client.js";
import { type Builder, build, type Daemon } from "./build.js";
import { compile, type Plan } from "./compile.js";
import { type EbpfHolder, ebpfHolder } from "./ebpf-holder.js";
import { BuildError } from "./failure.js";
import type { MissingFeatures } from "./kernel-features.js";
import type { LabMachine } from "./lab-agent.js";
import { LabError } from "./lab-error.js";
import { Limiter } from "./limiter.js";
import { carryOut, type DoneLoad } from "./loads.js";
import { needsProgram } from "./packages.js";
import { type Copy, type ReadyPath, ready } from "./reach.js";

/** What is to be built. */
export interface LabOptions {
  readonly modes: readonly Mode[];
  /** Which copies of each mode are built. */
  readonly links: readonly LinkKind[];
  /** Rate of the capped link; needed when `links` has `capped`. */
  readonly rate?: BitsPerSecond;
  /** MTU of the link between nodes, bytes. */
  readonly mtu: number;
  readonly nodes: number;
  /** Called before a variant's layers are loaded, with its name and what is loaded. */
  readonly onLoading?: (mode: string, what: string) => void;
}

/** Why a mode is not there. */
export interface ModeFailure {
  readonly status: "unsupported" | "failed";
  readonly reason: string;
}

/** A path with the daemons of its copy of the mode, without which it carries nothing. */
export interface BuiltPath extends ReadyPath {
  readonly daemons: readonly Daemon[];
  /** Namespaces of its copy in which connections are tracked. */
  readonly tracking: readonly string[];
}

/** By path: why nothing arrives there. */
export type BrokenPaths = Readonly<Partial<Record<WiredPath, string>>>;

/** One mode with its built paths, or why there are none. */
export interface BuiltMode {
  readonly mode: string;
  readonly paths: readonly BuiltPath[];
  readonly failure?: ModeFailure;
  /** Into which tables iptables wrote its rules: those of this machine's iptables, or of one that a layer chose. Absent where it has none. */
  readonly rules?: "of the machine" | RulesBackend;
  /** What its layers have loaded. */
  readonly loads?: readonly DoneLoad[];
  /** Why its Service does not answer, where its pods do: the layers are there, and do not work together. */
  readonly serviceFault?: string;
  /** Of a variant with a planted fault: why a path of it carries nothing. */
  readonly broken?: BrokenPaths;
}

/** Commands of different namespaces that run at a time: enough to keep both of two cores busy. */
export const SIDE_BY_SIDE = 4;

/** What wirings are built by, and for whom. */
interface Standings {
  readonly builder: Builder;
  readonly root: boolean;
}

/** A copy whose wiring stands. */
interface Standing {
  readonly copy: Copy;
  readonly plan: Plan;
  readonly daemons: readonly Daemon[];
}

/** Builds every mode that can be built here; the others say why they are not there. */
export async function buildModes(
  machine: LabMachine,
  agent: AgentClient,
  missing: MissingFeatures,
  options: LabOptions,
): Promise<readonly BuiltMode[]> {
  const builder: Builder = { agent, clock: machine.clock, limiter: new Limiter(SIDE_BY_SIDE) };
  // What loads nothing is done in the first pass, beside the other wirings.
  const begun = await Promise.all(
    options.modes.map(async (mode) => settled(mode, async () => firstPass(machine, builder, missing, mode, options))),
  );
  const holder = ebpfHolder(builder);
  const built: BuiltMode[] = [];
  for (const [index, one] of begun.entries()) {
    const mode = options.modes[index];
    if (!("standing" in one) || mode === undefined) {
      if (!("standing" in one)) built.push(one);
      continue;
    }
    built.push(await settled(mode, async () => loaded({ builder, mode, options, holder }, one)));
  }
  return built;
}

/** A mode whose layers are still to be loaded. */
interface Unloaded extends BuiltMode {
  readonly standing: readonly Standing[];
}

async function firstPass(
  machine: LabMachine,
  builder: Builder,
  missing: MissingFeatures,
  mode: Mode,
  options: LabOptions,
): Promise<BuiltMode | Unloaded> {
  const unsupported = await whyUnsupported(machine, missing, mode);
  if (unsupported !== undefined) return { mode: mode.name, paths: [], failure: { status: "unsupported", reason: unsupported } };
  const standing = await all(
    options.links.map(async (link) => stand({ builder, root: machine.root }, mode, link, topologyOf(options, link))),
  );
  const rules = tablesOf(standing[0]?.copy.wiring.steps ?? []);
  const around = { mode: mode.name, ...(rules === undefined ? {} : { rules }) };
  if (standing.some(({ plan }) => plan.loads.length > 0)) return { ...around, paths: [], standing };
  return { ...around, ...(await pathsOf(builder, mode, standing)) };
}

/** A mode that cannot be built is a failure of its own; everything else ends the lab. */
async function settled<Built extends BuiltMode>(mode: Mode, work: () => Promise<Built>): Promise<Built | BuiltMode> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    return { mode: mode.name, paths: [], failure: { status: "failed", reason: error.message } };
  }
}

/** By what and for which mode layers are loaded. */
interface Loading {
  readonly builder: Builder;
  readonly mode: Mode;
  readonly options: LabOptions;
  readonly holder: EbpfHolder;
}

async function loaded({ builder, mode, options, holder }: Loading, { standing, ...around }: Unloaded): Promise<BuiltMode> {
  const copies = standing.map(({ copy, plan }) => ({ link: copy.link, loads: plan.loads }));
  const what = new Set(copies.flatMap(({ loads }) => loads.map((load) => `${load.layer}: ${load.what}`)));
  options.onLoading?.(around.mode, [...what].join(", "));
  const held = await holder(copies.flatMap((copy) => copy.loads));
  const loads = await carryOut(builder, copies);
  const holding = standing.map((one) => ({ ...one, daemons: [...one.daemons, ...held] }));
  return { ...around, loads, ...(await pathsOf(builder, mode, holding)) };
}

/** What is built from features of the kernel and programs. */
export type Needing = Pick<Mode, "name" | "kernel" | "programs">;

/** Why a mode or a layer cannot run on this machine; undefined when it can. */
export async function whyUnsupported(machine: LabMachine, missing: MissingFeatures, mode: Needing): Promise<string | undefined> {
  const features = mode.kernel.map((feature) => missing.get(feature)).filter((reason) => reason !== undefined);
  const located = await Promise.all(mode.programs.map(async (program) => ({ program, path: await machine.commands.locate(program) })));
  const programs = located.filter(({ path }) => path === undefined).map(({ program }) => needsProgram(program));
  // A feature that is tried by a program is missing with it, for the same reason.
  const reasons = [...new Set([...features, ...programs])];
  return reasons.length === 0 ? undefined : reasons.join("; ");
}

function topologyOf(options: LabOptions, link: LinkKind): Topology {
  const { nodes, mtu, rate } = options;
  if (link === "open") return { nodes, mtu };
  if (rate === undefined) throw new LabError("a capped link needs a rate");
  return { nodes, mtu, rate };
}

async function stand({ builder, root }: Standings, mode: Mode, link: LinkKind, topology: Topology): Promise<Standing> {
  const wiring = mode.wire(topology);
  const copy: Copy = { mode: mode.name, link, prefix: `${mode.name}.${link}`, wiring };
  const plan = compile(copy.prefix, wiring, root);
  return { copy, plan, daemons: await build(builder, plan) };
}

type Reached = Pick<BuiltMode, "paths" | "serviceFault" | "broken">;

async function pathsOf(builder: Builder, { faulty }: Mode, standing: readonly Standing[]): Promise<Reached> {
  const silent = new Map<WiredPath, string>();
  const readied = await all(
    standing.flatMap(({ copy, plan, daemons }) => {
      const tracking = plan.configure.filter(({ tracks }) => tracks).map(({ namespace }) => namespace);
      const specs = Object.entries(copy.wiring.paths) as [WiredPath, (typeof copy.wiring.paths)[WiredPath]][];
      return specs.map(async ([name, spec]) => {
        if (spec === undefined) return [];
        try {
          return [{ ...(await ready(builder, copy, name, spec)), daemons, tracking }];
        } catch (error) {
          if (!(error instanceof BuildError) || !(faulty === true || name === "pod-service")) throw error;
          silent.set(name, silent.get(name) ?? error.message);
          return [];
        }
      });
    }),
  );
  // Of two copies that do not both answer neither is measured: which one it is would be a matter of the metric.
  const paths = readied.flat().filter(({ path: { name } }) => !silent.has(name as WiredPath));
  if (silent.size === 0) return { paths };
  const serviceFault = silent.get("pod-service");
  if (faulty === true) return { paths, broken: Object.fromEntries(silent) };
  return { paths, ...(serviceFault === undefined ? {} : { serviceFault }) };
}

/** Waits for all of them, so that none goes on when another has failed. */
async function all<Value>(work: readonly Promise<Value>[]): Promise<readonly Value[]> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

function tablesOf(steps: readonly Step[]): BuiltMode["rules"] {
  const tools = new Set(steps.flatMap((step) => (step.kind === "ruleset" ? [step.tool] : [])));
  if (tools.size === 0) return undefined;
  if (tools.has("iptables-legacy")) return "legacy";
  return tools.has("iptables-nft") ? "nf_tables" : "of the machine";
}
