/**
 * Cilium as its own chart installs it, in place of kube-proxy: with an agent on every node, one operator, and programs compiled on the nodes.
 */
import { join } from "node:path";
import { run } from "../../child.mjs";
import { CILIUM_VERSION } from "../../products/programs.mjs";
import { API_PORT, FABRIC, nodePlaces, podCidrs } from "../../variants.mjs";
import { CNI_CONFIG } from "../node.mjs";
import { apply, daemonSetReady } from "./apply.mjs";
import { CGROUP, CNI_PLUGINS } from "./own-places.mjs";
import { attachedToOwnCgroups } from "./socket-programs.mjs";

const NAMESPACE = "kube-system";
const IMAGE = { tag: CILIUM_VERSION, useDigest: false, pullPolicy: "Never" };

/** What the chart gives an agent, less what a container may not have where its machine lacks it (SYS_RESOURCE, here). */
const CAPABILITIES = {
  ciliumAgent: [
    ...["CHOWN", "KILL", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "SYS_ADMIN", "SYS_MODULE"],
    ...["DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID", "SYSLOG"],
  ],
  cleanCiliumState: ["NET_ADMIN", "SYS_ADMIN"],
};

/** @param {import("../../variants.mjs").Variant} variant */
function routing(variant) {
  if (variant.network === "cilium-vxlan") return { routingMode: "tunnel", tunnelProtocol: "vxlan" };
  return { routingMode: "native", autoDirectNodeRoutes: true, ipv4NativeRoutingCIDR: podCidrs(variant)[0] };
}

/**
 * The chart's values: its defaults but for what a cluster without a registry, Envoy and Hubble is, and what own-places.mjs has prepared.
 * @param {import("../../variants.mjs").Variant} variant
 */
function values(variant) {
  return {
    ...routing(variant),
    image: { repository: "podwire.test/cilium", ...IMAGE },
    operator: { image: { repository: "podwire.test/operator", suffix: "", ...IMAGE }, replicas: 1 },
    k8sServiceHost: FABRIC.address,
    k8sServicePort: API_PORT,
    kubeProxyReplacement: "true",
    ipam: { mode: "kubernetes" },
    k8s: { requireIPv4PodCIDR: true },
    devices: "eth0",
    bpf: { autoMount: { enabled: false }, masquerade: true },
    cgroup: { autoMount: { enabled: false }, hostRoot: CGROUP },
    sysctlfix: { enabled: false },
    cni: { binPath: CNI_PLUGINS, confPath: CNI_CONFIG, exclusive: true },
    securityContext: { capabilities: CAPABILITIES },
    healthChecking: true,
    endpointHealthChecking: { enabled: true },
    ...{ envoy: { enabled: false }, l7Proxy: false, hubble: { enabled: false }, ipv6: { enabled: false } },
  };
}

/**
 * @param {import("../settings.mjs").Settings} settings
 * @param {import("../api.mjs").Api} api
 */
export async function startCilium(settings, api) {
  const { id, variant, product } = settings;
  const { programs = "" } = product;
  const render = [join(programs, "render"), join(programs, "chart"), NAMESPACE];
  await apply(settings, await run(render, { input: JSON.stringify(values(variant)) }));
  await daemonSetReady(api, "cilium", variant.nodes);
  await attachedToOwnCgroups(id, nodePlaces(variant));
}
