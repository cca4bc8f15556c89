/**
 * Tools that are not installed or cannot work here: what needs them fails with what would change that, and the rest is measured.
 * @packageDocumentation
 */
import type { Commands, Files } from "../../machine/ports.js";
import { isBeside } from "../../model/comparison.js";
import type { WorkloadName } from "../../model/metric.js";
import type { Observation, PathPlan } from "../../model/run.js";
import type { LabScenario } from "../../model/scenario.js";
import type { Probe } from "../../probes/contract.js";
import { probeFor } from "../../probes/index.js";
import { initialSizing } from "../../probes/sizing.js";
import { allowedList, whyNotOn } from "../../venues/agent/allowed-cpus.js";
import { installCommand } from "../../venues/lab/packages.js";
import { RunError } from "../errors.js";

/** Workloads of the scenario that cannot be run here, each with the reason. */
export type WithoutTools = ReadonlyMap<WorkloadName, string>;

/**
 * Looks for every tool before anything is built.
 * @throws RunError when there is not one workload that could be run
 */
export async function workloadsWithoutTools(
  scenario: LabScenario,
  { commands, files }: { readonly commands: Commands; readonly files: Files },
): Promise<WithoutTools> {
  const sizing = initialSizing();
  const without = new Map<WorkloadName, string>();
  const lacking = new Set<string>();
  const allowed = allowedList(await files.readText("/proc/self/status"));
  for (const name of scenario.workloads) {
    const probe = probeFor(name, sizing);
    const missing = await missingOf(programsOf(probe), commands);
    for (const program of missing) lacking.add(program);
    const bound = probe.kind === "trial" ? probe.boundTo : undefined;
    const reason =
      missing.length > 0 ? sentence(missing) : bound && whyNotOn(bound, allowed, { who: "podwire", by: "a cpuset or taskset" });
    if (reason !== undefined) without.set(name, reason);
  }
  if (scenario.noDrop === undefined && without.size === scenario.workloads.length) {
    const reasons = lacking.size > 0 ? [sentence([...lacking])] : [...new Set(without.values())];
    throw new RunError(`nothing can be measured: ${reasons.join("; ")}`);
  }
  return without;
}

/** Of what closed connections leave the lab takes away what it can. */
const programsOf = (probe: Probe): readonly string[] =>
  probe.kind !== "resident" && probe.closesConnections === true ? [...probe.programs, "conntrack"] : probe.programs;

async function missingOf(programs: readonly string[], commands: Commands): Promise<string[]> {
  const located = await Promise.all(programs.map(async (program) => ({ program, path: await commands.locate(program) })));
  return located.filter(({ path }) => path === undefined).map(({ program }) => program);
}

const sentence = (missing: readonly string[]): string =>
  `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not installed; run \`${installCommand(missing)}\``;

const NOTHING = { values: {}, work: 0, elapsed: 0, startedAt: 0, cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 } } as const;

/** The reason as an observation of each path that was built and would have had a row, which is how a run file says that a figure is not there. */
export function failuresOf(without: WithoutTools, { paths, comparisons }: PathPlan): Observation[] {
  const built = paths.filter((path) => path.status === "built" && !isBeside(comparisons, path));
  return [...without].flatMap(([workload, error]) =>
    built
      .filter(({ unsupportedWorkloads }) => unsupportedWorkloads?.[workload] === undefined)
      .map(({ mode, path }, position) => ({ workload, round: 0, position, mode, path, ...NOTHING, error })),
  );
}
