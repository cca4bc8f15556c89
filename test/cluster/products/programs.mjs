/**
 * What the products are built from. Their modules are apart from Kubernetes', with which they would have to agree on the versions of everything.
 */

/** @typedef {import("../go-programs.mjs").Collection} Collection */

export const CILIUM_VERSION = "v1.20.2";
export const KUBE_ROUTER_VERSION = "v2.1.0";

const STRIPPED = "-s -w";
const CILIUM = "github.com/cilium/cilium";
const CILIUM_FLAGS = `${STRIPPED} -X ${CILIUM}/pkg/version.ciliumVersion=${CILIUM_VERSION.slice(1)}`;

/** The agent, operator and debug command in one, the CNI plugin, what answers health probes, what renders the chart; and the chart, eBPF sources and scripts of the module. @type {Collection} */
export const CILIUM_PROGRAMS = {
  name: "cilium",
  what: `Cilium ${CILIUM_VERSION}; 13 minutes of CPU when nothing is cached`,
  sources: [
    ...["cilium/go.mod", "cilium/go.sum", "cilium/main.go"],
    ...["cilium/mcs-controllers/go.mod", "cilium/mcs-controllers/annotation.go"],
    ...["chart/go.mod", "chart/go.sum", "chart/main.go"],
  ],
  programs: [
    // The tag: addresses of pods are given out by the operator, or by Kubernetes. Without it the operator has no such part at all.
    { name: "cilium", module: "cilium", ldflags: CILIUM_FLAGS, tags: "ipam_provider_operator" },
    { name: "cilium-cni", module: "cilium", package: `${CILIUM}/plugins/cilium-cni`, ldflags: CILIUM_FLAGS },
    { name: "cilium-health-responder", module: "cilium", package: `${CILIUM}/cilium-health/responder`, ldflags: STRIPPED },
    { name: "render", module: "chart", ldflags: STRIPPED },
  ],
  parts: [
    { module: "cilium", of: CILIUM, from: "install/kubernetes/cilium", to: "chart" },
    { module: "cilium", of: CILIUM, from: "bpf", to: "bpf" },
    { module: "cilium", of: CILIUM, from: "images/cilium/init-container.sh", to: "scripts/init-container.sh" },
    { module: "cilium", of: CILIUM, from: "plugins/cilium-cni/install-plugin.sh", to: "scripts/install-plugin.sh" },
    { module: "cilium", of: CILIUM, from: "plugins/cilium-cni/cni-uninstall.sh", to: "scripts/cni-uninstall.sh" },
  ],
};

/** @type {Collection} */
export const KUBE_ROUTER_PROGRAMS = {
  name: "kube-router",
  what: `kube-router ${KUBE_ROUTER_VERSION}; 4 minutes when nothing is cached`,
  sources: ["kube-router/go.mod", "kube-router/go.sum"],
  programs: [
    {
      name: "kube-router",
      module: "kube-router",
      package: "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router",
      ldflags: `${STRIPPED} -X github.com/cloudnativelabs/kube-router/v2/pkg/version.Version=${KUBE_ROUTER_VERSION}`,
    },
  ],
};
