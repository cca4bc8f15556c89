/**
 * docs/rendered-examples.md: what tests hold true of rendered documents, as a page to read.
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { FileRecogniser } from "../../src/import/recognise.js";
import { podCidrFindings } from "../../src/inspection/nodes.js";
import { nodeView } from "../../src/inspection/sift.js";
import { TARGETS } from "../../src/render/targets/index.js";
import { rendered, textOf } from "../synthetic/rendered.js";
import { CHECKED, type Mistake } from "./checked-documents.js";
import { CBR0_RULE, NO_POD_CIDR, SET_POD_CIDR } from "./ticket-lines.js";

const COMMAND = "npx vitest run test/docs-rendered.test.ts --update";

/** The whole page. */
export const examplesPage = (): string =>
  [
    "# Rendered documents: what was refused, and examples",
    "",
    "Beside [render.md](render.md), which says what `podwire render` does.",
    `This page is made from the tests' own lists (\`${COMMAND}\`), and a test fails when it is out of date.`,
    "",
    ...refused(),
    ...cloudInit(),
    ...ticket(),
  ].join("\n");

const fenced = (kind: string, text: string): readonly string[] => [`\`\`\`${kind}`, text.trimEnd(), "```", ""];

function refused(): readonly string[] {
  return [
    "## What each checker refused",
    "",
    "Each correct document was accepted without complaint. Then one thing in it was changed, and the same checker refused it: a **key**, a **value** or an **address**",
    "(where a document has no address, a path or another name stands for it). Documents are those for the nodes of the lab (`test/render/checked-documents.ts`).",
    "",
    ...TARGETS.flatMap(({ name, checker, checked, why }) => [
      `### ${name}`,
      "",
      `Checked by: ${checker}${checked === "not here" ? ". Not run here" : ""}${why === undefined ? "" : ` (${why})`}.`,
      "",
      "| document | changed | right | refused |",
      "|---|---|---|---|",
      ...CHECKED.filter(({ target }) => target === name).flatMap((document) =>
        document.mistakes.map(({ kind, from, to }: Mistake) => `| ${document.name} | ${kind} | ${cell(from)} | ${cell(to)} |`),
      ),
      "",
    ]),
  ];
}

/** Code in a table: lines are shown by their ends, and a pipe would end the cell. */
const cell = (text: string): string => `\`${text.replaceAll("\n", "\\n").replaceAll("|", "\\|")}\``;

function cloudInit(): readonly string[] {
  const path = "node-a/seed/user-data";
  const text = textOf(rendered("flannel-host-gw", "cloud-init"), path);
  return [
    "## A worker by cloud-init",
    "",
    "`podwire render flannel-host-gw --for cloud-init --nodes nodes.yaml --cluster cluster.yaml --out DIR` writes `DIR/node-a/seed/user-data` with mode 0600.",
    "It is never printed; here the secret half of its token is masked, and the certificate is a placeholder.",
    "",
    ...fenced("yaml", text.replaceAll("0123456789abcdef", "****************")),
  ];
}

function ticket(): readonly string[] {
  const journal = readFileSync(new URL("../captured/import/kubelet-1.2.4.txt", import.meta.url), "utf8").split("\n");
  const recogniser = new FileRecogniser("kubelet.log");
  recogniser.push(Buffer.from(`${journal.join("\n")}\n`));
  const [trouble] = recogniser.end().troubles;
  const conditions = [{ type: "Ready", status: "False", message: NO_POD_CIDR }];
  const [finding] = podCidrFindings([nodeView({ metadata: { name: "old-1" }, spec: {}, status: { conditions } })]);
  return [
    "## Kubernetes 1.2.4 without a PodCIDR, and with one",
    "",
    "kubelet 1.2.4 with `--configure-cbr0`, registered with Kubernetes 1.34, while no controller gives PodCIDRs:",
    "",
    ...fenced(
      "text",
      journal
        .filter((line) => line.includes(NO_POD_CIDR))
        .slice(0, 2)
        .join("\n"),
    ),
    "`podwire import` of that log:",
    "",
    ...fenced("text", `${trouble?.cause ?? ""}. Fix: ${trouble?.fix ?? ""}`),
    "`podwire cluster inspect`:",
    "",
    ...fenced("text", finding?.text ?? ""),
    "With the controller's two flags, as `--for coreos-cloud-config` and `--for configure-cbr0` render them, the same kubelet says",
    "",
    ...fenced("text", journal.filter((line) => line.includes(SET_POD_CIDR)).join("\n")),
    "makes cbr0 with the first address of that block, and this rule of iptables:",
    "",
    ...fenced("text", CBR0_RULE),
    "`test/systems/unattended-node.test.ts` holds all of these lines.",
    "",
  ];
}
