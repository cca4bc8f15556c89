/**
 * The lab's paths: each mode's pods stand against the bare host, and where asked also against their own nodes.
 * @packageDocumentation
 */
import type { Comparison } from "../model/comparison.js";
import type { MeasuredPath } from "../model/path.js";
import { unsupportedOn } from "../model/path-limits.js";
import type { PathPlan, Run, RunPath } from "../model/run.js";
import type { LabScenario } from "../model/scenario.js";

/** The bare host's path, to which everything is compared. */
const HOST: MeasuredPath = { mode: "host", path: "host-host" };

/** What a lab measures, given which of its modes could be built. */
export function labPaths(scenario: LabScenario, built: Run["modes"]): PathPlan {
  const modes = scenario.modes.map((name) => built.find(({ mode }) => mode === name) ?? notBuilt(name));
  return {
    paths: modes.flatMap((mode) => pathsOf(mode, scenario.configuredBaseline)),
    comparisons: modes.filter(({ mode }) => mode !== HOST.mode).flatMap((mode) => comparisonsOf(mode, scenario.configuredBaseline)),
  };
}

type BuiltMode = Run["modes"][number];

/** Whether one of its layers carries Services: its pods are then measured by a Service's address too, and that path stands for it. */
const carriesServices = ({ layers = [] }: BuiltMode): boolean => layers.some(({ carries }) => carries === "services");

function pathsOf(built: BuiltMode, configured: boolean): RunPath[] {
  const { mode, status, reason, serviceFault, brokenPaths = {}, unsupportedWorkloads = {} } = built;
  const place = { mode, status, ...(reason === undefined ? {} : { reason }) };
  if (mode === HOST.mode) return [{ ...place, path: "host-host" }];
  const silent = (path: RunPath["path"]): RunPath | undefined => {
    const why = brokenPaths[path];
    return why === undefined ? undefined : { mode, path, status: "broken", reason: why };
  };
  // What a mode cannot carry is about its pods.
  const between = (path: RunPath["path"]): RunPath => {
    const broken = silent(path);
    if (broken !== undefined) return broken;
    if (path === "pod-service" && serviceFault !== undefined) return { mode, path, status: "failed", reason: serviceFault };
    const limits = { ...unsupportedWorkloads, ...unsupportedOn(path) };
    return { ...place, path, ...(Object.keys(limits).length === 0 ? {} : { unsupportedWorkloads: limits }) };
  };
  const pods = carriesServices(built) ? [between("pod-service"), between("pod-pod")] : [between("pod-pod")];
  return configured ? [...pods, silent("host-host") ?? { ...place, path: "host-host" }] : pods;
}

function comparisonsOf(built: BuiltMode, configured: boolean): Comparison[] {
  const { mode } = built;
  const ownNodes: MeasuredPath = { mode, path: "host-host" };
  const against = (path: MeasuredPath["path"], label: string): Comparison[] => {
    const decisive: Comparison = { numerator: { mode, path }, denominator: HOST, baseline: "host", label, decides: true };
    return configured ? [decisive, { ...decisive, denominator: ownNodes, baseline: "host-configured", decides: false }] : [decisive];
  };
  const pods = carriesServices(built)
    ? [...against("pod-service", mode), ...against("pod-pod", `${mode} (pod to pod)`)]
    : against("pod-pod", mode);
  if (!configured) return pods;
  return [...pods, { numerator: ownNodes, denominator: HOST, baseline: "host", label: `${mode} (its own nodes)`, decides: false }];
}

const notBuilt = (mode: string): Run["modes"][number] => ({ mode, status: "unsupported", reason: `${mode} was not built` });
