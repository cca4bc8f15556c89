/**
 * The cluster's DNS: CoreDNS beside the fabric, behind the Service kube-dns. Its objects are those of kubeadm but for the Deployment.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DNS_SERVICE, FABRIC } from "../variants.mjs";
import { grant } from "./grant.mjs";

const NAME = "system:coredns";
const RULES = [
  { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: ["list", "watch"] },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
];
const PORTS = /** @type {const} */ ([
  { name: "dns", protocol: "UDP", port: 53 },
  { name: "dns-tcp", protocol: "TCP", port: 53 },
]);

/**
 * @param {import("./settings.mjs").Settings} settings
 * @param {import("./api.mjs").Api} api
 * @param {import("./processes.mjs").Processes} processes
 */
export async function startDns({ state, pki, components }, api, processes) {
  await grant(api, NAME, RULES);
  const file = join(state, "Corefile");
  const lines = [
    `bind ${FABRIC.address}`,
    "errors",
    "kubernetes cluster.local {",
    `  kubeconfig ${join(pki, "coredns.kubeconfig")}`,
    "}",
    "cache 30",
  ];
  writeFileSync(file, `.:53 {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`);
  processes.start({ name: "coredns", argv: [join(components, "dns"), "-conf", file] });
  const labels = { "k8s-app": "kube-dns" };
  await api.create("/api/v1/namespaces/kube-system/services", {
    metadata: { name: "kube-dns", labels },
    spec: { clusterIP: DNS_SERVICE, ports: PORTS },
  });
  await api.create("/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices", {
    metadata: { name: "kube-dns", labels: { ...labels, "kubernetes.io/service-name": "kube-dns" } },
    addressType: "IPv4",
    ports: PORTS,
    endpoints: [{ addresses: [FABRIC.address], conditions: { ready: true } }],
  });
}
