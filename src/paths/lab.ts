/**
 * The lab's paths: each mode's pods stand against the bare host, and where asked also against their own nodes.
 * @packageDocumentation
 */
import type { Comparison } from "../model/comparison.js";
import type { MeasuredPath } from "../model/path.js";
import type { PathPlan, Run, RunPath } from "../model/run.js";
import type { LabScenario } from "../model/scenario.js";

/** The bare host's path, to which everything is compared. */
const HOST: MeasuredPath = { mode: "host", path: "host-host" };

/** What a lab measures, given which of its modes could be built. */
export function labPaths(scenario: LabScenario, built: Run["modes"]): PathPlan {
  const modes = scenario.modes.map((name) => built.find(({ mode }) => mode === name) ?? notBuilt(name));
  return {
    paths: modes.flatMap((mode) => pathsOf(mode, scenario.configuredBaseline)),
    comparisons: scenario.modes.filter((name) => name !== HOST.mode).flatMap((name) => comparisonsOf(name, scenario.configuredBaseline)),
  };
}

function pathsOf({ mode, status, reason, unsupportedWorkloads }: Run["modes"][number], configured: boolean): RunPath[] {
  const place = { mode, status, ...(reason === undefined ? {} : { reason }) };
  if (mode === HOST.mode) return [{ ...place, path: "host-host" }];
  // What a mode cannot carry is about its pods.
  const pods: RunPath = { ...place, path: "pod-pod", ...(unsupportedWorkloads === undefined ? {} : { unsupportedWorkloads }) };
  return configured ? [pods, { ...place, path: "host-host" }] : [pods];
}

function comparisonsOf(mode: string, configured: boolean): Comparison[] {
  const pods: MeasuredPath = { mode, path: "pod-pod" };
  const ownNodes: MeasuredPath = { mode, path: "host-host" };
  const decisive: Comparison = { numerator: pods, denominator: HOST, baseline: "host", label: mode, decides: true };
  if (!configured) return [decisive];
  return [
    decisive,
    { ...decisive, denominator: ownNodes, baseline: "host-configured", decides: false },
    { ...decisive, numerator: ownNodes, label: `${mode} (its own nodes)`, decides: false },
  ];
}

const notBuilt = (mode: string): Run["modes"][number] => ({ mode, status: "unsupported", reason: `${mode} was not built` });
