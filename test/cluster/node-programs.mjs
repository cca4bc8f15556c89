/**
 * Programs for documents of whole nodes: those that read them, and the ticket's kubelet, which runs from them.
 */
import { ensureBuilt } from "./go-programs.mjs";

/** @type {import("./go-programs.mjs").Collection} */
const NODE_DOCUMENTS = {
  name: "node-documents",
  what: "Ignition's validation, Butane and coreos-cloudinit; a minute when nothing is cached",
  sources: [
    ...["node-documents/go.mod", "node-documents/go.sum"],
    ...["coreos-cloudinit/go.mod", "coreos-cloudinit/go.sum", "coreos-cloudinit/main.go", "coreos-cloudinit/yaml/yaml.go"],
    ...["coreos-cloudinit/go-systemd/dbus/dbus.go", "coreos-cloudinit/docker/pkg/netlink/netlink.go"],
  ],
  programs: [
    { name: "ignition-validate", module: "node-documents", package: "github.com/coreos/ignition/v2/validate" },
    { name: "butane", module: "node-documents", package: "github.com/coreos/butane/internal" },
    { name: "coreos-cloudinit", module: "coreos-cloudinit" },
  ],
};

/**
 * The folder with `ignition-validate`, `butane` and `coreos-cloudinit`.
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export const ensureNodeDocumentPrograms = (say) => ensureBuilt(NODE_DOCUMENTS, say);

const CODEC = "Godeps/_workspace/src/github.com/ugorji/go/codec/gen.go";
const PAGES = "Godeps/_workspace/src/github.com/google/cadvisor/pages/static";
/** To Go, a file called so is for JavaScript's engine alone. */
const PAGES_CALLED_JS = ["bootstrap_min", "containers", "gcharts", "google_jsapi", "jquery_min"];

/** @type {import("./go-programs.mjs").Collection} */
const KUBERNETES_1_2 = {
  name: "kubernetes-1.2",
  what: "kubelet 1.2.4, in three minutes",
  sources: [],
  programs: [],
  old: [
    {
      name: "kubelet",
      module: "k8s.io/kubernetes",
      version: "v1.2.4",
      sum: "h1:rOszJFT1QaY925L+fhQMIizfQRJzKm9Q9FthajiBZ5g=",
      package: "cmd/kubelet",
      workspace: "Godeps/_workspace",
      ldflags: "-s -w -X k8s.io/kubernetes/pkg/version.gitVersion=v1.2.4",
      edits: [
        { file: CODEC, from: "0123456789__", to: "0123456789_-", why: "an alphabet of base64 has no letter twice" },
        ...PAGES_CALLED_JS.map((page) => ({
          file: `${PAGES}/${page}_js.go`,
          rename: `${PAGES}/${page}_script.go`,
          why: "GOOS=js",
        })),
      ],
    },
  ],
};

/**
 * The folder with the ticket's `kubelet`.
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export const ensureOldKubelet = (say) => ensureBuilt(KUBERNETES_1_2, say);
