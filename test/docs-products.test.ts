/** docs/products-inspected.md is what `cluster inspect --deep` prints of the captured clusters; this says when they have drifted apart. */
import { expect, test } from "vitest";
import { renderInspectionTerminal } from "../src/report/inspection/terminal.js";
import { apiOf, deepOf, lookedInto, looksAt } from "./products/captured.js";

const CLUSTERS = ["cilium-vxlan", "cilium-native", "kube-router", "bird"] as const;
const WIDTH = 100;

const INTRODUCTION = `# What \`cluster inspect --deep\` prints of four clusters

Made by \`npx vitest run test/docs-products.test.ts --update\` from what the fixture's clusters answered when they were captured (\`test/captured/products\`; versions stand in its README).
One node of each was looked at with rights over it. Not captured, and so not here or as such a cluster begins: the API server's version, bpftool's, the numbers of Services, their slices and policies.
Rulesets, counters and eBPF programs are the kernel's as a node sees them, with those of labs that ran beside some of these clusters. What was installed, and what else was tried, is in [products.md](products.md).
`;

const printed = (network: string): string =>
  renderInspectionTerminal(lookedInto(apiOf(network), looksAt(network), deepOf(network)), {
    width: WIDTH,
    colour: false,
    cluster: network,
  });

test("the page has the four inspections as they are printed", async () => {
  const sections = CLUSTERS.map((network) => `## ${network}\n\n\`\`\`text\n${printed(network)}\`\`\`\n`);
  await expect([INTRODUCTION, ...sections].join("\n")).toMatchFileSnapshot("../docs/products-inspected.md");
});
