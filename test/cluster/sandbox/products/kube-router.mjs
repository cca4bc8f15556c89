/**
 * kube-router as the pod network: BGP between all nodes, CNI `bridge`, NetworkPolicies; kube-proxy has the Services. Objects, names and rights are those of
 * its own manifest (daemonset/generic-kuberouter.yaml) but for the places where a node of this cluster has its CNI configuration and images.
 */
import { KUBE_ROUTER_IMAGE } from "../../products/images.mjs";
import { serviceCidrs } from "../../variants.mjs";
import { CNI_CONFIG } from "../node.mjs";
import { apply, daemonSetReady } from "./apply.mjs";
import { routesLearned } from "./learned.mjs";

const NAME = "kube-router";
const NAMESPACE = "kube-system";
const LABELS = { "k8s-app": NAME, tier: "node" };
const CONFIGURATION = "10-kuberouter.conflist";
/** `ip route` prints the number where /etc/iproute2/rt_protos has no name for it. */
const PROTOCOL = "17";

/** @param {number} [mtu] bytes */
const cni = (mtu) => ({
  cniVersion: "0.3.0",
  name: "mynet",
  plugins: [
    {
      ...{ name: "kubernetes", type: "bridge", bridge: "kube-bridge", isDefaultGateway: true, ipam: { type: "host-local" } },
      ...(mtu === undefined ? {} : { mtu }),
    },
  ],
});

const READ = ["list", "get", "watch"];
const RULES = [
  { apiGroups: [""], resources: ["namespaces", "pods", "services", "nodes", "endpoints"], verbs: READ },
  { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: READ },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get", "create", "update"] },
  { apiGroups: [""], resources: ["services/status"], verbs: ["update"] },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ },
];

/** @param {import("../../variants.mjs").Variant} variant */
function podSpec(variant) {
  const image = { image: KUBE_ROUTER_IMAGE.tags[0], imagePullPolicy: "Never" };
  const folder = { name: "cni-conf-dir", mountPath: "/etc/cni/net.d" };
  return {
    priorityClassName: "system-node-critical",
    serviceAccountName: NAME,
    hostNetwork: true,
    hostPID: true,
    tolerations: [
      { effect: "NoSchedule", operator: "Exists" },
      { key: "CriticalAddonsOnly", operator: "Exists" },
      { effect: "NoExecute", operator: "Exists" },
    ],
    initContainers: [
      {
        ...{ name: "install-cni", ...image, command: ["cp", "/etc/kube-router/cni-conf.json", `${folder.mountPath}/${CONFIGURATION}`] },
        volumeMounts: [folder, { name: "kube-router-cfg", mountPath: "/etc/kube-router" }],
      },
    ],
    containers: [
      {
        ...{ name: NAME, ...image, command: [NAME] },
        args: [
          ...["--run-router=true", "--run-firewall=true", "--run-service-proxy=false", "--bgp-graceful-restart=true"],
          `--service-cluster-ip-range=${serviceCidrs(variant).join(",")}`,
        ],
        env: [
          { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
          { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
          { name: "KUBE_ROUTER_CNI_CONF_FILE", value: `${folder.mountPath}/${CONFIGURATION}` },
        ],
        securityContext: { privileged: true },
        volumeMounts: [
          { name: "lib-modules", mountPath: "/lib/modules", readOnly: true },
          { name: "xtables-lock", mountPath: "/run/xtables.lock" },
          folder,
        ],
      },
    ],
    volumes: [
      { name: "lib-modules", hostPath: { path: "/lib/modules" } },
      { name: "cni-conf-dir", hostPath: { path: CNI_CONFIG, type: "DirectoryOrCreate" } },
      { name: "kube-router-cfg", configMap: { name: "kube-router-cfg" } },
      { name: "xtables-lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } },
    ],
  };
}

/** @param {import("../../variants.mjs").Variant} variant */
function objects(variant) {
  const metadata = { name: NAME, namespace: NAMESPACE };
  return [
    {
      ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { ...metadata, name: "kube-router-cfg", labels: LABELS } },
      data: { "cni-conf.json": JSON.stringify(cni(variant.podMtu), undefined, 2) },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: NAME }, rules: RULES },
    {
      ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: NAME } },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: NAME },
      subjects: [{ kind: "ServiceAccount", ...metadata }],
    },
    {
      ...{ apiVersion: "apps/v1", kind: "DaemonSet", metadata: { ...metadata, labels: LABELS } },
      spec: { selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec: podSpec(variant) } },
    },
  ];
}

/**
 * @param {import("../settings.mjs").Settings} settings
 * @param {readonly import("../pod-network.mjs").Node[]} nodes
 * @param {import("../api.mjs").Api} api
 */
export async function startKubeRouter(settings, nodes, api) {
  const { variant } = settings;
  await apply(settings, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects(variant) }));
  await daemonSetReady(api, NAME, variant.nodes);
  await routesLearned(nodes, PROTOCOL);
}
