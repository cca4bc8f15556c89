/**
 * The pod of the privileged look: on a node's own network, with rights over it, for commands that only read. Pure.
 * @packageDocumentation
 */
import { fields, list } from "../../../inspection/sift.js";
import type { NodeLetter } from "../objects/layout.js";
import { type ClusterPlan, deadlineOf, objectName, type PlannedObject } from "../objects/plan.js";
import { CONTAINER, podSpec, reasonAt } from "../objects/pod-spec.js";
import { PODS } from "../objects/resources.js";
import { EXPIRES, MANAGED_BY, OWNER, POD_LABEL, PURPOSE, RUN_LABEL } from "../objects/run-labels.js";

/** The pods for the plan's nodes, each with the name of its node. */
export function deepPods(plan: ClusterPlan): readonly { readonly pod: PlannedObject; readonly node: string }[] {
  return (["a", "b"] as const).flatMap((letter) => {
    const pod = deepPod(plan, letter);
    const node = plan.nodes[letter];
    return pod === undefined || node === undefined ? [] : [{ pod, node: node.name }];
  });
}

/** The pod for one of the plan's nodes; undefined where there is no such node. */
function deepPod(plan: ClusterPlan, letter: NodeLetter): PlannedObject | undefined {
  const node = plan.nodes[letter];
  if (node === undefined) return undefined;
  const role = `deep-${letter}`;
  const { spec } = podSpec({
    network: "host",
    placement: { kind: "node", name: node.name, cpus: 1 },
    image: plan.image,
    ...(plan.pullSecret === undefined ? {} : { pullSecret: plan.pullSecret }),
    workloads: [],
    deadlineSeconds: deadlineOf(plan),
    tolerateTaints: plan.tolerateTaints,
  });
  return {
    type: PODS,
    reason: `reads rulesets, offloads and counters of ${node.name}: asked for by --deep, and changes nothing`,
    object: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: objectName(plan, role),
        namespace: plan.namespace.name,
        labels: { [MANAGED_BY.key]: MANAGED_BY.value, [RUN_LABEL]: plan.run, [POD_LABEL]: role },
        annotations: {
          ...(plan.owner === undefined ? {} : { [OWNER]: plan.owner }),
          [PURPOSE]: "podwire reads what this node's network is set to, and then deletes this",
          [EXPIRES]: plan.expires,
        },
      },
      spec: { ...spec, securityContext: { runAsUser: 0, runAsGroup: 0 }, containers: privileged(spec["containers"]) },
    },
    because: [
      reasonAt(
        "spec.containers.0.securityContext.privileged",
        "rulesets are shown to root with rights over the network alone, and a container's /proc hides some of it",
      ),
      reasonAt("spec.activeDeadlineSeconds", "the pod ends by itself, should podwire not live to delete it"),
    ],
  };
}

/** Rights over the node's network, and still no file system to write to but its own scratch space. */
function privileged(containers: unknown): readonly object[] {
  return list(containers).map((container) => ({
    ...fields(container),
    name: CONTAINER,
    securityContext: { privileged: true, readOnlyRootFilesystem: true },
  }));
}
