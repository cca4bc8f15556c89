/**
 * The command group `podwire cluster`: flags and help. Actions, and the Kubernetes client with them, are loaded when they are needed.
 * @packageDocumentation
 */
import { type Command, Option } from "commander";
import type { CliContext } from "../context.js";
import { helpExamples } from "../examples.js";
import { fullOption, OUTPUT_FORMATS, withFormats } from "../output-format.js";
import type { ClusterCleanFlags } from "./clean.js";
import type { ClusterConformanceFlags } from "./conformance.js";
import type { ClusterImageFlags } from "./image.js";
import type { ClusterInspectFlags } from "./inspect.js";
import type { ClusterPathFlags } from "./path.js";
import type { ClusterPlanFlags } from "./plan.js";
import type { ClusterRbacFlags } from "./rbac.js";
import type { ClusterRunFlags } from "./run.js";

/** Told the exit code of the action that ran. */
type Finish = (exitCode: number) => void;

/** Adds the group with all its commands. */
export function addCluster(program: Command, context: CliContext, finish: Finish): void {
  const cluster = program
    .command("cluster")
    .description("Measure the pod network of a Kubernetes cluster beside its nodes, say what it is made of, and leave nothing behind.")
    .enablePositionalOptions()
    .addHelpText("after", helpExamples("cluster"));

  // run: measures.
  addRun(cluster, context, finish);

  // plan: what a run would do.
  addPlan(cluster, context, finish);

  // inspect: what the network is.
  addInspect(cluster, context, finish);

  // path: a packet's way through it.
  addPath(cluster, context, finish);

  // conformance: what works.
  addConformance(cluster, context, finish);

  // image: the agent's image.
  addImage(cluster, context, finish);

  // rbac: roles that suffice.
  addRbac(cluster, context, finish);

  // clean: what earlier runs left.
  addClean(cluster, context, finish);
}

function addImage(cluster: Command, context: CliContext, finish: Finish): void {
  cluster
    .command("image")
    .description("Make the agent's image as an archive, without a container engine or a registry, for clusters that cannot pull it.")
    .requiredOption("--out <file>", "archive to write, for `ctr -n k8s.io image import`")
    .addOption(new Option("--arch <name>", "architecture of the nodes (default: this machine's)").choices(["amd64", "arm64"]))
    .option("--mirror <url>", "Debian mirror to take packages from (default: Debian's own)")
    .option("--base <tar>", "root file system to use instead of making one of Debian packages")
    .addHelpText("after", helpExamples("cluster image"))
    .action(async (flags: ClusterImageFlags) => {
      finish(await (await import("./image.js")).clusterImage(flags, context));
    });
}

function addRbac(cluster: Command, context: CliContext, finish: Finish): void {
  const rbac = cluster
    .command("rbac")
    .description("Print the least roles that suffice for run, inspect and clean, as YAML with a reason for each verb. No cluster is asked.")
    .option("--namespace <name>", "confine pods and exec to this namespace, made beforehand (recommended)")
    .option("--namespace-only", "nothing outside of the namespace: for run --no-host (namespace: podwire, or --namespace)")
    .option("--required-only", "leave out verbs that only add to a report")
    .addHelpText("after", helpExamples("cluster rbac"))
    .action(async (flags: ClusterRbacFlags) => {
      finish(await (await import("./rbac.js")).clusterRbac(flags, context));
    });
  withFormats(rbac, ["yaml", "json"], {});
}

function addClean(cluster: Command, context: CliContext, finish: Finish): void {
  const clean = cluster
    .command("clean")
    .description("Remove what earlier runs left in a cluster, and only that; wait until it is gone.")
    .option("--kubeconfig <file>", "kubeconfig to use (default: KUBECONFIG, ~/.kube/config, or the pod's service account)")
    .option("--context <name>", "context of the kubeconfig (default: its current one)")
    .option("--namespace <name>", "look in this namespace only, for runs that worked there (default: everywhere)")
    .option("--all", "runs that may be under way too (default: those that expired or whose podwire has ended)")
    .addHelpText("after", helpExamples("cluster clean"))
    .action(async (flags: ClusterCleanFlags) => {
      finish(await (await import("./clean.js")).clusterClean(flags, context));
    });
  withFormats(clean, ["json", "yaml"], { json: "as JSON" });
}

function addInspect(cluster: Command, context: CliContext, finish: Finish): void {
  const inspect = cluster
    .command("inspect")
    .description(
      "Say what a cluster's network is made of, with the evidence for each claim and `unknown` for what cannot be determined. Creates nothing, unless --pods or --deep says so.",
    )
    .option("--pods", "ask pods too: links, addresses, routes, MTU by link and route, in them and on their nodes; they are deleted again")
    .option(
      "--deep",
      "read eBPF programs, rulesets, sysctls, offloads, qdiscs, interrupts, conntrack and drops as well, from a privileged pod on each node",
    )
    .option("--kubeconfig <file>", "kubeconfig to use (default: KUBECONFIG, ~/.kube/config, or the pod's service account)")
    .option("--context <name>", "context of the kubeconfig (default: its current one)")
    .option("--nodes <a,b>", "nodes to look at (default: two fit ones)")
    .option("--node-selector <labels>", "look for nodes among those with these labels")
    .option("--namespace <name>", "make pods in this namespace (default: one of their own)")
    .option("--no-host", "no pods on the host network: routes of nodes and kube-proxy's mode are not seen then")
    .option("--image <ref>", "image of the agent (default: the one of this version)")
    .option("--image-pull-secret <name>", "Secret in --namespace by which the image is pulled")
    .option("--force", "nodes that are cordoned, tainted or under pressure too")
    .option("--anonymize", "mask addresses and names")
    .addHelpText("after", helpExamples("cluster inspect"))
    .action(async (flags: ClusterInspectFlags) => {
      finish(await (await import("./inspect.js")).clusterInspect(flags, context));
    });
  withFormats(inspect, ["json", "yaml", "markdown"], {
    markdown: "print Markdown that pastes well into a ticket",
    json: "print the inspection as JSON on standard output, and nothing else",
  });
}

function addPath(cluster: Command, context: CliContext, finish: Finish): void {
  const path = cluster
    .command("path")
    .description(
      "Follow a packet through the nodes' kernels, hop by hop, with a burst's counters at each, and say where packets are lost. Makes pods, a privileged one on each node among them, and deletes them.",
    )
    .option(
      "--path <path>",
      "pod-pod, pod-pod-local, pod-service, pod-service-local, pod-nodeport, pod-host, host-pod or host-host",
      "pod-pod",
    )
    .option("--connections <n>", "connections of the burst", "20")
    .option("--html <file>", "write the HTML report there")
    .option("--kubeconfig <file>", "kubeconfig to use (default: KUBECONFIG, ~/.kube/config, or the pod's service account)")
    .option("--context <name>", "context of the kubeconfig (default: its current one)")
    .option("--nodes <a,b>", "the sending node, then the receiving one (default: two fit ones)")
    .option("--node-selector <labels>", "look for nodes among those with these labels")
    .option("--namespace <name>", "make pods in this namespace (default: one of their own)")
    .option("--image <ref>", "image of the agent (default: the one of this version)")
    .option("--image-pull-secret <name>", "Secret in --namespace by which the image is pulled")
    .option("--force", "nodes that are cordoned, tainted or under pressure too")
    .option("--anonymize", "mask addresses and names in everything that is printed or written")
    .addHelpText("after", helpExamples("cluster path"))
    .action(async (flags: ClusterPathFlags) => {
      finish(await (await import("./path.js")).clusterPathCommand(flags, context));
    });
  withFormats(path, ["json", "yaml", "html"], { json: "as JSON" });
}

function addConformance(cluster: Command, context: CliContext, finish: Finish): void {
  const conformance = cluster
    .command("conformance")
    .description(
      "Try with packets what works in a cluster: pods, nodes, Services and the outside, beside what is expected of its network; remove everything.",
    )
    .option("--checks <a,b,...>", "checks or sets: pods, services, external, egress, also-seen (default: all)")
    .option("--kubeconfig <file>", "kubeconfig to use (default: KUBECONFIG, ~/.kube/config, or the pod's service account)")
    .option("--context <name>", "context of the kubeconfig (default: its current one)")
    .option("--nodes <a,b>", "nodes to try it on (default: two fit ones)")
    .option("--node-selector <labels>", "look for nodes among those with these labels")
    .option("--namespace <name>", "make pods and Services in this namespace (default: one of their own)")
    .option("--no-host", "no pods on the host network: cells of nodes and of the outside are not tried")
    .option("--deep", "a privileged pod on each node reads the rules' counters: which rule ended the packets of a cell that does not work")
    .option("--image <ref>", "the agent's image (default: the one of this version)")
    .option("--image-pull-secret <name>", "Secret in --namespace by which the image is pulled")
    .option("--force", "nodes that are cordoned, tainted or under pressure too")
    .option("--owner <name>", "who to ask, for the annotation podwire.dev/owner (default: the context's name)")
    .option("--keep", "leave the namespace; `podwire cluster clean` removes it")
    .option("--html <file>", "write the HTML report there")
    .addOption(fullOption())
    .option("--anonymize", "mask addresses and names in everything that is printed or written")
    .addHelpText("after", helpExamples("cluster conformance"))
    .action(async (flags: ClusterConformanceFlags) => {
      finish(await (await import("./conformance.js")).clusterConformanceCommand(flags, context));
    });
  withFormats(conformance, ["json", "yaml", "html"], { json: "as JSON" });
}

/** Flags that `run` and `plan` share. */
function whatAndWhere(command: Command): Command {
  return command
    .option("--kubeconfig <file>", "kubeconfig to use (default: KUBECONFIG, ~/.kube/config, or the pod's service account)")
    .option("--context <name>", "context of the kubeconfig (default: its current one)")
    .option("--nodes <a,b>", "measure between these nodes; clients run on the first (default: two that are fit and alike)")
    .option("--node-selector <labels>", "choose among nodes with these labels, as kubectl -l has them")
    .option("--paths <a,b,...>", "paths to measure; their baselines are always measured (default: all)")
    .option("--metrics <a,b,...>", "metrics or groups: latency, http, all (default: all; with --quick tcp,pps,latency,http)")
    .option("--margin <percent>", "how far from the host is still the same", "5%")
    .option("--budget <time>", "how long to measure, such as 90s or 10m (default: 5m; with --quick 55s)")
    .option("--quick", "host-host, pod-pod, pod-pod-local and pod-service in a minute")
    .option("--image <ref>", "the agent's image (default: the one of this version)")
    .option("--image-pull-secret <name>", "Secret in the run's namespace by which the image is pulled; needs --namespace")
    .option("--namespace <name>", "work in this namespace, made beforehand, instead of one of the run's own")
    .option("--no-host", "no pods on the host network: only pod paths, as absolute figures without a ratio to the host")
    .option("--max-rate <rate>", "cap every generator, such as 1gbit; ratios are then 'same' up to that rate")
    .option("--force", "measure nodes that are cordoned, under pressure or tainted")
    .option("--owner <name>", "who to ask, for the annotation podwire.dev/owner (default: the context's name)")
    .option("--trials", "run each tool from start to end; no time slices")
    .option("--deep", "a privileged pod on each node reads rulesets, settings, and drop counters before and after")
    .option("--seed <n>", "seed of the order of rounds (default: a fresh one, recorded in the run)");
}

function addRun(cluster: Command, context: CliContext, finish: Finish): void {
  const run = whatAndWhere(cluster.command("run"))
    .description("Measure pods beside their hosts in paired rounds, say what the network is, report, and remove everything.")
    .option("--services <n,...>", "measure pod-service beside that many more Services, made for the run and removed, such as 0,1000,5000")
    .option("--keep", "leave the namespace; `podwire cluster clean` removes it")
    .option("--out <file>", "run file to write (default: podwire-runs/TIME.json)")
    .option("--html <file>", "write the HTML report there")
    .addOption(fullOption())
    .option("--anonymize", "mask addresses and names in everything that is printed or written")
    .addHelpText("after", helpExamples("cluster run"))
    .action(async (flags: ClusterRunFlags) => {
      finish(await (await import("./run.js")).clusterRun(flags, context));
    });
  withFormats(run, OUTPUT_FORMATS, { json: "print the summary as JSON on standard output, and nothing else" });
}

function addPlan(cluster: Command, context: CliContext, finish: Finish): void {
  const plan = whatAndWhere(cluster.command("plan"))
    .description("Print what run would create, as YAML with a reason for each thing, the rights it takes, and the traffic it would send.")
    .addHelpText("after", helpExamples("cluster plan"))
    .action(async (flags: ClusterPlanFlags) => {
      finish(await (await import("./plan.js")).clusterPlan(flags, context));
    });
  withFormats(plan, ["yaml", "json"], { json: "as JSON" });
}
