/**
 * The command group `podwire cluster`: flags and help. Actions, and the Kubernetes client with them, are loaded when they are needed.
 * @packageDocumentation
 */
import { type Command, Option } from "commander";
import type { ClusterCleanFlags } from "./cluster-clean.js";
import type { ClusterInspectFlags } from "./cluster-inspect.js";
import type { ClusterRbacFlags } from "./cluster-rbac.js";
import type { CliContext } from "./context.js";
import { helpExamples } from "./examples.js";

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

  // plan: what a run would do.

  // inspect: what the network is.
  addInspect(cluster, context, finish);

  // image: the agent's image.

  // rbac: roles that suffice.
  addRbac(cluster, context, finish);

  // clean: what earlier runs left.
  addClean(cluster, context, finish);
}

function addRbac(cluster: Command, context: CliContext, finish: Finish): void {
  cluster
    .command("rbac")
    .description("Print the least roles that suffice for run, inspect and clean, as YAML with a reason for each verb. No cluster is asked.")
    .option("--namespace <name>", "confine pods and exec to this namespace, made beforehand (recommended)")
    .option("--namespace-only", "nothing outside of the namespace: for run --no-host (namespace: podwire, or --namespace)")
    .option("--required-only", "leave out verbs that only add to a report")
    .addHelpText("after", helpExamples("cluster rbac"))
    .action(async (flags: ClusterRbacFlags) => {
      finish((await import("./cluster-rbac.js")).clusterRbac(flags, context));
    });
}

function addClean(cluster: Command, context: CliContext, finish: Finish): void {
  cluster
    .command("clean")
    .description("Remove what earlier runs left in a cluster, and only that; wait until it is gone.")
    .option("--kubeconfig <file>", "kubeconfig to use (default: KUBECONFIG, ~/.kube/config, or the pod's service account)")
    .option("--context <name>", "context of the kubeconfig (default: its current one)")
    .option("--namespace <name>", "look in this namespace only, for runs that worked there (default: everywhere)")
    .option("--all", "runs that may be under way too (default: those that expired or whose podwire has ended)")
    .option("--json", "as JSON")
    .addHelpText("after", helpExamples("cluster clean"))
    .action(async (flags: ClusterCleanFlags) => {
      finish(await (await import("./cluster-clean.js")).clusterClean(flags, context));
    });
}

function addInspect(cluster: Command, context: CliContext, finish: Finish): void {
  cluster
    .command("inspect")
    .description(
      "Say what a cluster's network is made of, with the evidence for each claim and `unknown` for what cannot be told. Creates nothing.",
    )
    .option("--kubeconfig <file>", "kubeconfig to use (default: KUBECONFIG, ~/.kube/config, or the pod's service account)")
    .option("--context <name>", "context of the kubeconfig (default: its current one)")
    .addOption(new Option("--markdown", "print Markdown that pastes well into a ticket").conflicts(["json"]))
    .option("--json", "print the inspection as JSON on standard output, and nothing else")
    .option("--anonymize", "mask addresses and names")
    .addHelpText("after", helpExamples("cluster inspect"))
    .action(async (flags: ClusterInspectFlags) => {
      finish(await (await import("./cluster-inspect.js")).clusterInspect(flags, context));
    });
}
