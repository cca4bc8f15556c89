/**
 * What enforces NetworkPolicies: kube-router's controller of them on every node, beside the pod network. Its rights are those of its manifest that it uses.
 */
import { join } from "node:path";
import { nodePlaces, serviceCidrs } from "../variants.mjs";
import { grant } from "./grant.mjs";

const NAME = "kube-router";
const RULES = [
  { apiGroups: [""], resources: ["namespaces", "pods", "nodes"], verbs: ["get", "list", "watch"] },
  { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["list", "watch"] },
];

/**
 * @param {import("./settings.mjs").Settings} settings
 * @param {import("./api.mjs").Api} api
 * @param {import("./processes.mjs").Processes} processes
 */
export async function enforcePolicies({ pki, components, variant }, api, processes) {
  await grant(api, NAME, RULES);
  const flags = [
    `--kubeconfig=${join(pki, "kube-router.kubeconfig")}`,
    `--service-cluster-ip-range=${serviceCidrs(variant).join(",")}`,
    `--enable-ipv6=${String(variant.dualStack === true)}`,
    // Its health asks for heartbeats of each part that is to run.
    "--run-router=false",
    "--run-service-proxy=false",
  ];
  for (const { name } of nodePlaces(variant))
    processes.start({ name: "kube-router", node: name, argv: [join(components, "policies"), ...flags, `--hostname-override=${name}`] });
}
