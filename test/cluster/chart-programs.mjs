/**
 * What renders Helm charts, beside what flannel itself installs: its chart and its manifest.
 */
import { ensureBuilt } from "./go-programs.mjs";

/** @type {import("./go-programs.mjs").Collection} */
const CHARTS = {
  name: "charts",
  what: "what renders Helm charts, with flannel's; two minutes when nothing is cached",
  // The version of flannel is that of the first.
  sources: ["go.mod", "chart/go.mod", "chart/go.sum", "chart/main.go"],
  programs: [{ name: "render", module: "chart", ldflags: "-s -w" }],
  parts: [
    { module: "flannel", of: "github.com/flannel-io/flannel", from: "chart/kube-flannel", to: "flannel" },
    { module: "flannel", of: "github.com/flannel-io/flannel", from: "Documentation/kube-flannel.yml", to: "kube-flannel.yml" },
  ],
};

/**
 * The folder with `render`, flannel's chart as `flannel`, and its manifest as `kube-flannel.yml`.
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export const ensureCharts = (say) => ensureBuilt(CHARTS, say);
