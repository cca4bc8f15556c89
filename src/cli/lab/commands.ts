/**
 * The commands of the lab: flags and help texts. Actions are loaded when they are needed.
 * @packageDocumentation
 */
import { type Command, Option } from "commander";
import type { CliContext } from "../context.js";
import { helpExamples } from "../examples.js";
import { fullOption, OUTPUT_FORMATS, withFormats } from "../output-format.js";
import type { LabConformanceFlags } from "./conformance.js";
import type { LabCommandFlags } from "./lab.js";
import type { LabLayersFlags } from "./layers.js";
import type { LabModesFlags } from "./modes.js";
import type { LabPathFlags } from "./path.js";
import type { TopologyFlags } from "./plan.js";
import { PROXY_NAMES } from "./proxies.js";
import type { ShellTarget } from "./shell.js";

/** Adds `podwire lab` and the commands below it. */
export function addLab(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const lab = program
    .command("lab")
    .description("Build every network mode on this machine, measure all of them beside the bare host, and say which to run.")
    .enablePositionalOptions()
    .option(
      "--modes <a,b,...>",
      "modes to measure, each with layers where asked, as MODE+LAYER:N (`podwire lab layers` lists them); host is always measured (default: all but host-device, ebpf-routed and ebpf-vxlan; wireguard is never measured)",
    )
    .option("--services <n,...>", "variants with so many Services, such as 0,1000,10000 (default of --modes then: flannel-host-gw,macvlan)")
    .option("--proxy <a,b,...>", `what carries them: ${PROXY_NAMES.join(", ")} (default: all that a mode can carry)`)
    .option("--load-limit <time>", "how long the rules of one variant may take to load (default: 2m)")
    .option(
      "--metrics <a,b,...>",
      "metrics or groups: latency, http, all (default: all; with --quick tcp,tcp-open,pps,latency,http); ndr, pdr: no-drop rates, which take minutes a path",
    )
    .option("--link <rate>", "rate of the capped link, such as 1gbit or 100mbit, or none", "1gbit")
    .option("--budget <time>", "how long to measure, such as 90s or 3m (default: 215s; with --quick 47s)")
    .option("--margin <percent>", "how far from the host is still the same, such as 2% (default: 2% capped, 5% uncapped)")
    .option("--quick", "a first answer in a minute: four rounds or more of tcp, tcp-open, pps, latency and http")
    .option("--nodes <n>", "nodes in the lab; the first two are measured", "2")
    .option("--offload <on|off>", "off: as a card without offloads, which gets every packet cut to the MTU (default: on)")
    .option(
      "--need <a,b,...>",
      "rank only modes that give this: services, policy, encryption, no-l2, ipv6; or that keep these checks, which are then tried with packets: pods, services, external, egress, or single ones such as nodeport-outside",
    )
    .option("--conformance", "after measuring, try with packets what works on every mode; it counts in no budget")
    .addOption(new Option("--trials", "run each tool from start to end; no time slices").conflicts("duet"))
    .option("--duet", "measure each path at the same time as the host where slices are taken; without CPU cost, which cannot be told apart")
    .option("--resume <run>", "go on with an interrupted run, within its budget or a larger --budget")
    .option("--frame-sizes <a,b,...>", "frames for ndr and pdr: 64, 512, 1280, 1518, imix", "64")
    .option("--trial <time>", "length of a full trial of ndr and pdr; from 60s on ndr is RFC 2544's throughput", "1s")
    .option("--seed <n>", "seed of the order of rounds (default: a fresh one, recorded in the run)")
    .option("--out <file>", "run file to write (default: podwire-runs/TIME.json)")
    .option("--html <file>", "write the HTML report there")
    .addOption(fullOption())
    .option("--anonymize", "mask addresses and names in everything that is printed or written")
    .addHelpText("after", helpExamples("lab"))
    .action(async (flags: LabCommandFlags) => {
      finish(await (await import("./lab.js")).lab(flags, context));
    });
  withFormats(lab, OUTPUT_FORMATS, { json: "print the summary as JSON on standard output, and nothing else" });
  addModes(lab, context, finish);
  addInside(lab, context, finish);
}

/** What there is: modes and layers. */
function addModes(lab: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const modes = lab
    .command("modes")
    .description("List every mode, what it needs, and whether this kernel can run it.")
    .addHelpText("after", helpExamples("lab modes"))
    .action(async (flags: LabModesFlags) => {
      finish(await (await import("./modes.js")).labModes(flags, context));
    });
  withFormats(modes, ["json", "yaml"], { json: "as JSON" });
  const layers = lab
    .command("layers")
    .description("List every layer that can be put on a mode, what it needs, on which modes it stands, and why not on the others.")
    .addHelpText("after", helpExamples("lab layers"))
    .action(async (flags: LabLayersFlags) => {
      finish(await (await import("./layers.js")).labLayers(flags, context));
    });
  withFormats(layers, ["json", "yaml"], { json: "as JSON" });
}

/** One mode, as commands and from inside. */
function addInside(lab: Command, context: CliContext, finish: (exitCode: number) => void): void {
  lab
    .command("plan <mode>")
    .description("Print the exact commands that build a mode, each with its reason. The same plan is what runs.")
    .option("--nodes <n>", "nodes in the lab", "2")
    .option("--link <rate>", "cap the link between the nodes, such as 1gbit", "none")
    .option("--offload <on|off>", "off: as a card without offloads, which gets every packet cut to the MTU (default: on)")
    .addHelpText("after", helpExamples("lab plan"))
    .action(async (mode: string, flags: TopologyFlags) => {
      finish(await (await import("./plan.js")).labPlan(mode, flags, context));
    });
  lab
    .command("shell <mode> [where] [command...]")
    .description("Build a mode and open a shell inside one of its namespaces (default: node-a), or run one command there after --.")
    .option("--nodes <n>", "nodes in the lab", "2")
    .option("--link <rate>", "cap the link between the nodes, such as 1gbit", "none")
    .option("--offload <on|off>", "off: as a card without offloads, which gets every packet cut to the MTU (default: on)")
    .option("--load-limit <time>", "how long the rules of a layer may take to load (default: 2m)")
    .passThroughOptions()
    .addHelpText("after", helpExamples("lab shell"))
    .action(async (mode: string, where: string | undefined, command: string[], flags: TopologyFlags) => {
      finish(await (await import("./shell.js")).labShell(shellTarget(mode, where, command), flags, context));
    });
  addConformance(lab, context, finish);
  addPath(lab, context, finish);
}

/** The place may be left out before a command: `shell MODE -- ip address`. */
function shellTarget(mode: string, where: string | undefined, command: readonly string[]): ShellTarget {
  if (where === "--") return { mode, where: undefined, command };
  return { mode, where, command: command[0] === "--" ? command.slice(1) : command };
}

function addConformance(lab: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const conformance = lab
    .command("conformance")
    .description("Try with packets what works on each mode: pods, nodes and the outside, and say why and where what does not.")
    .option("--modes <a,b,...>", "modes to try, each with layers where asked (default: all)")
    .option("--load-limit <time>", "how long the rules of one variant may take to load (default: 2m)")
    .option("--html <file>", "write the HTML report there")
    .addOption(fullOption())
    .addHelpText("after", helpExamples("lab conformance"))
    .action(async (flags: LabConformanceFlags) => {
      finish(await (await import("./conformance.js")).conformance(flags, context));
    });
  withFormats(conformance, ["json", "yaml", "html"], { json: "as JSON" });
}

function addPath(lab: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const path = lab
    .command("path <mode>")
    .description("Follow a packet through a built mode, hop by hop, with the counters of a burst at each: where a lost one is lost.")
    .option("--path <path>", "pod-pod, pod-service or host-host (default: to a Service where the mode carries one, else between pods)")
    .option("--connections <n>", "connections of the burst", "20")
    .option("--load-limit <time>", "how long the rules of a layer may take to load (default: 2m)")
    .option("--html <file>", "write the HTML report there")
    .addHelpText("after", helpExamples("lab path"))
    .action(async (mode: string, flags: LabPathFlags) => {
      finish(await (await import("./path.js")).path(mode, flags, context));
    });
  withFormats(path, ["json", "yaml", "html"], { json: "as JSON" });
}
