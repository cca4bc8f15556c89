/**
 * What layers have loaded before measuring began, and how long that took: a figure of its own, and no part of any other.
 * @packageDocumentation
 */
import type { Summary } from "../../model/summary.js";
import { formatDuration } from "../../units/format.js";

/** `flannel-host-gw+kube-proxy-nftables:1000: 1 000 Services in 1.3 s (node-a 1.2 s, node-b 1.3 s)`; one a variant that has loaded something. */
export const loadingTexts = ({ modes }: Summary): readonly string[] =>
  modes.flatMap(({ mode, layers = [] }) =>
    layers.flatMap(({ layer, loaded }) => {
      if (loaded === undefined) return [];
      const whose = layers.filter((one) => one.loaded !== undefined).length > 1 ? `${layer}, ` : "";
      const several = new Set(loaded.loads.map(({ link }) => link)).size > 1;
      const nodes = loaded.loads
        .map(({ node, link, seconds }) => `${node}${several ? ` ${link}` : ""} ${formatDuration(seconds)}`)
        .join(", ");
      return [`${mode}: ${whose}${loaded.what} in ${formatDuration(loaded.seconds)} (${nodes})`];
    }),
  );

/** The same as a fact of how it was measured; none where nothing was loaded. */
export function loadingFacts(summary: Summary): readonly { readonly label: string; readonly text: string }[] {
  const texts = loadingTexts(summary);
  return texts.length === 0 ? [] : [{ label: "Loaded before, which no budget counts", text: texts.join("; ") }];
}
