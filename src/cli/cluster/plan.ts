import { type PlannedCluster, planCluster } from "../../use-cases/cluster/plan.js";
import { planYaml } from "../../venues/cluster/objects/plan-yaml.js";
import { accessWords, type Right } from "../../venues/cluster/rights/right.js";
import { missingSentence } from "../../venues/cluster/rights/rights.js";
import type { CliContext } from "../context.js";
import { EXIT } from "../errors.js";
import { freshSeed } from "../lab/flag-values.js";
import { type FormatFlags, inAskedFormat } from "../output-format.js";
import { openCluster } from "./open.js";
import { type ClusterFlags, clusterRequest } from "./request.js";
import { trafficSentences } from "./traffic-words.js";

/** Flags of `podwire cluster plan`. */
export interface ClusterPlanFlags extends ClusterFlags, FormatFlags {}

/** Prints what `podwire cluster run` with the same flags would do. Nothing is created. */
export async function clusterPlan(flags: ClusterPlanFlags, context: CliContext): Promise<number> {
  const request = clusterRequest(flags, freshSeed(context.machine.clock));
  const kubernetes = await openCluster(flags, context);
  const planned = await planCluster(kubernetes, request, context);
  const text = (): string => planText(planned, kubernetes.server);
  // What is made for people is YAML already.
  context.terminal.out(await inAskedFormat(flags, { text, yaml: text, json: () => planJson(planned) }));
  return planned.missing.some(({ necessity }) => necessity === "required") ? EXIT.failed : EXIT.ok;
}

function planJson({ prepared, rights, missing }: PlannedCluster): string {
  const { plan, objects, choice, traffic, notices, without } = prepared;
  const isMissing = (right: Right): boolean => missing.some((one) => accessWords(one.access) === accessWords(right.access));
  const document = {
    schema: "podwire/cluster-plan@1",
    namespace: plan.namespace,
    image: plan.image,
    nodes: { chosen: (choice?.views ?? []).map(({ name }) => name), reasons: choice?.reasons ?? [] },
    paths: plan.paths,
    without,
    notices,
    rights: rights.map((right) => ({ ...right, missing: isMissing(right) })),
    traffic,
    objects: objects.map(({ object, reason, because }) => ({ object, reason, because })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** A YAML text whose comments hold what is no object. */
function planText({ prepared, rights, missing }: PlannedCluster, server: string): string {
  const { plan, objects, choice, traffic, notices } = prepared;
  const sections: [string, readonly string[]][] = [
    [
      "What `podwire cluster run` with these flags would do",
      [`cluster ${server}`, `paths ${plan.paths.join(", ")}`, `image ${plan.image}`],
    ],
    ["Nodes", choice?.reasons ?? ["the scheduler chooses"]],
    ["Traffic, one pair at a time, in short bursts", trafficSentences(traffic)],
    ...(notices.length === 0 ? [] : [["To know", notices] satisfies [string, readonly string[]]]),
    ["Rights it takes", rights.map((right) => `${accessWords(right.access)} (${right.necessity}): ${right.why}`)],
    ["Rights that are missing", missing.length === 0 ? ["none"] : missing.map(missingSentence)],
    [`Objects, deleted at the end${plan.namespace.own ? " with their namespace" : ""}`, []],
  ];
  const comments = sections.map(([title, lines]) => [`# ${title}`, ...lines.map((line) => `#   ${line}`)].join("\n"));
  return `${comments.join("\n#\n")}\n${planYaml(objects)}`;
}
