/**
 * `podwire render --diff` against the cluster, as a user calls it.
 * @packageDocumentation
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { type RenderDiff, renderDiffSchema } from "../../../src/model/render-diff.js";
import { LAB_CLUSTER } from "../../synthetic/rendered.js";
import type { RenderCluster } from "./render-cluster.mjs";

const PODWIRE = fileURLToPath(new URL("../../../bin/podwire", import.meta.url));

/** What is rendered. */
export interface DiffAsked {
  readonly variant: string;
  readonly target: string;
  /** `--nodes`; the cluster's own by default. */
  readonly nodes?: string;
}

/** What it says with `--json`, and without. */
export async function diffOf(own: RenderCluster, { variant, target, nodes = own.nodes }: DiffAsked): Promise<RenderDiff> {
  return renderDiffSchema.parse(JSON.parse(await diffText(own, { variant, target, nodes }, "--json")));
}

/** What it prints. */
export async function diffText(own: RenderCluster, { variant, target, nodes = own.nodes }: DiffAsked, ...flags: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "podwire-render-diff-"));
  try {
    writeFileSync(join(folder, "nodes.json"), nodes);
    writeFileSync(join(folder, "cluster.yaml"), LAB_CLUSTER);
    const inputs = ["--nodes", join(folder, "nodes.json"), "--cluster", join(folder, "cluster.yaml")];
    const asked = ["render", variant, "--for", target, ...inputs, "--diff", "--kubeconfig", own.cluster.kubeconfig, ...flags];
    return (await execa(PODWIRE, asked, { env: { NO_COLOR: "1" } })).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Its commands that begin so, in their order: what is to be done on nodes, or by kubectl. */
export const commandsOf = ({ order }: RenderDiff, program: string): readonly string[] =>
  order.flatMap(({ commands }) => commands).filter((command) => command.startsWith(`${program} `));

/** What differs. */
export const changedIn = ({ documents }: RenderDiff): readonly (readonly [what: string, change: string])[] =>
  documents.filter(({ change }) => change === "changed" || change === "new").map(({ what, change }) => [what, change]);
