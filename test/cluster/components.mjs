/**
 * The programs that every cluster is made of.
 */
import { ensureBuilt } from "./go-programs.mjs";

const KUBERNETES = "v1.34.4";
const STRIPPED = "-s -w";

/** `dns` and `policies` are modules of their own: with the others they would have to agree on the versions of everything. @type {import("./go-programs.mjs").Collection} */
const COMPONENTS = {
  name: "components",
  what: `Kubernetes ${KUBERNETES}, flannel, CoreDNS and kube-router's controller of policies; 10 minutes when nothing is cached`,
  sources: [
    ...["go.mod", "go.sum", "kube/main.go", "flannel/main.go"],
    ...["dns/go.mod", "dns/go.sum", "dns/main.go"],
    ...["policies/go.mod", "policies/go.sum", "policies/main.go"],
  ],
  programs: [
    { name: "kube", module: "kube", ldflags: `${STRIPPED} -X k8s.io/component-base/version.gitVersion=${KUBERNETES}` },
    { name: "flannel", module: "flannel", ldflags: STRIPPED },
    { name: "dns", module: "dns", ldflags: STRIPPED },
    { name: "policies", module: "policies", ldflags: STRIPPED },
  ],
  links: { kubectl: "kube" },
};

/**
 * The folder with `kube`, `kubectl`, `flannel`, `dns` and `policies`; built if this machine has not got them (10 minutes cold, 20 s with Go's caches warm).
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export const ensureComponents = (say) => ensureBuilt(COMPONENTS, say);
