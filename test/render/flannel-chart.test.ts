/**
 * Values for flannel's Helm chart, given to the chart of flannel 0.28.10 by Helm's own code. The chart has no schema, so that what counts is the effect: the
 * net-conf that it makes of them is the one that podwire writes beside them, which flannel itself is started with (`test/cluster/render.test.ts`).
 */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { ensureCharts } from "../cluster/chart-programs.mjs";
import { findGo } from "../cluster/go-programs.mjs";
import { type Asked, LAB_CLUSTER, LAB_DUAL, LAB_DUAL_NODES, rendered, textOf } from "../synthetic/rendered.js";
import { checkedDocument } from "./checked-documents.js";
import { testChecker } from "./complaints.js";

const go = await findGo();
const BUILD_MS = 15 * 60_000;

interface Rendered {
  readonly kind?: string;
  readonly data?: Readonly<Record<string, string>>;
}

interface Case {
  readonly variant: string;
  readonly of: string;
  readonly asked: Asked;
}

const IPV6 = LAB_CLUSTER.replace("198.19.0.0/16", '"fd00:198:19::/56"');
const CASES = ["flannel-vxlan", "flannel-host-gw", "flannel-udp"].flatMap((variant): readonly Case[] => [
  { variant, of: "IPv4", asked: {} },
  { variant, of: "nodes whose MTU is not said", asked: { nodes: "" } },
  { variant, of: "both families", asked: { nodes: LAB_DUAL_NODES, cluster: LAB_DUAL } },
  { variant, of: "IPv6", asked: { nodes: "", cluster: IPV6 } },
]);

const netConf = (variant: string, asked: Asked = {}): unknown =>
  JSON.parse(textOf(rendered(variant, "flannel", asked), "cluster/net-conf.json"));

describe.skipIf(typeof go === "string")(`flannel's chart (${typeof go === "string" ? go : go.version})`, () => {
  let charts: string;
  beforeAll(async () => {
    charts = await ensureCharts(() => undefined);
  }, BUILD_MS);

  /** What the chart makes of values. */
  async function made(values: string): Promise<unknown> {
    const { stdout } = await execa(join(charts, "render"), [join(charts, "flannel"), "kube-flannel"], { input: values });
    const documents = parseAllDocuments(stdout).map((document) => document.toJS() as Rendered | null);
    const text = documents.find((document) => document?.kind === "ConfigMap")?.data?.["net-conf.json"];
    if (text === undefined) throw new Error(`no net-conf.json in ${stdout}`);
    return JSON.parse(text) as unknown;
  }

  testChecker(checkedDocument("flannel", "the chart's values"), async (text) => {
    const [own, theirs] = [netConf("flannel-vxlan"), await made(text)];
    return isDeepStrictEqual(theirs, own) ? [] : [JSON.stringify(theirs)];
  });

  test.each(CASES)("$variant of $of: the chart makes podwire's net-conf", async ({ variant, asked }) => {
    const values = textOf(rendered(variant, "flannel", asked), "cluster/flannel-values.yaml");
    expect(await made(values)).toEqual(netConf(variant, asked));
  });
});
