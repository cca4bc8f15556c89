/**
 * What flannel 0.28.10 installs: its Helm chart, by Helm's own code, and its manifest. The chart has no schema, so that what counts is the effect: the
 * net-conf that it makes of values is the one that podwire writes beside them, which flannel itself is started with (`test/cluster/render.test.ts`). The
 * ConfigMap takes the place of the manifest's, and is the same but for the cluster's own words.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
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
const DUAL: Asked = { nodes: LAB_DUAL_NODES, cluster: LAB_DUAL };
const CASES = ["flannel-vxlan", "flannel-ipip", "flannel-host-gw", "flannel-udp", "wireguard"].flatMap((variant): readonly Case[] => [
  { variant, of: "IPv4", asked: {} },
  { variant, of: "nodes whose MTU is not said", asked: { nodes: "" } },
  { variant, of: "both families", asked: DUAL },
  { variant, of: "IPv6", asked: { nodes: "", cluster: IPV6 } },
]);

const netConf = (variant: string, asked: Asked = {}): unknown =>
  JSON.parse(textOf(rendered(variant, "flannel", asked), "cluster/net-conf.json"));

describe.skipIf(typeof go === "string")(`flannel's chart (${typeof go === "string" ? go : go.version})`, () => {
  let charts: string;
  beforeAll(async () => {
    charts = await ensureCharts(() => undefined);
  }, BUILD_MS);

  /** The objects that the chart makes of values. */
  async function objectsOf(values: string): Promise<string> {
    const { stdout } = await execa(join(charts, "render"), [join(charts, "flannel"), "kube-flannel"], { input: values });
    return stdout;
  }

  /** The net-conf among them. */
  const made = async (values: string): Promise<unknown> => partOf(configMapIn(await objectsOf(values)), "net-conf.json");

  testChecker(checkedDocument("flannel", "the chart's values"), async (text) => {
    const [own, theirs] = [netConf("flannel-vxlan"), await made(text)];
    return isDeepStrictEqual(theirs, own) ? [] : [JSON.stringify(theirs)];
  });

  test.each(CASES)("$variant of $of: the chart makes podwire's net-conf", async ({ variant, asked }) => {
    const values = textOf(rendered(variant, "flannel", asked), "cluster/flannel-values.yaml");
    expect(await made(values)).toEqual(netConf(variant, asked));
  });

  test("of both families the chart's MTU leaves room for VXLAN over IPv6, of which flannel knows only 50 bytes", async () => {
    const values = textOf(rendered("flannel-vxlan", "flannel", DUAL), "cluster/flannel-values.yaml");
    expect(await made(values)).toMatchObject({ Backend: { Type: "vxlan", MTU: 1480 } });
  });

  test("the ConfigMap is that of the manifest, with its range of pods", () => {
    const manifest = configMapIn(readFileSync(join(charts, "kube-flannel.yml"), "utf8"));
    const files = rendered("flannel-vxlan", "flannel", { nodes: "", cluster: "podCIDRs: [10.244.0.0/16]" });
    const own = parse(textOf(files, "cluster/kube-flannel-cfg.yaml")) as Rendered;
    const withoutData = (object: Rendered): object => ({ ...object, data: Object.keys(object.data ?? {}).sort() });
    expect(withoutData(own)).toEqual(withoutData(manifest));
    expect(partOf(own, "cni-conf.json")).toEqual(partOf(manifest, "cni-conf.json"));
    // What the manifest spells out there is flannel's default.
    expect({ EnableNFTables: false, ...(partOf(own, "net-conf.json") as object) }).toEqual(partOf(manifest, "net-conf.json"));
  });

  test("the chart's configuration of the plugin is the ConfigMap's", async () => {
    const files = rendered("flannel-vxlan", "flannel");
    const ofChart = configMapIn(await objectsOf(textOf(files, "cluster/flannel-values.yaml")));
    const own = parse(textOf(files, "cluster/kube-flannel-cfg.yaml")) as Rendered;
    expect(partOf(ofChart, "cni-conf.json")).toEqual(partOf(own, "cni-conf.json"));
  });
});

function configMapIn(text: string): Rendered {
  const found = parseAllDocuments(text)
    .map((document) => document.toJS() as Rendered | null)
    .find((document) => document?.kind === "ConfigMap");
  if (found === undefined || found === null) throw new Error(`no ConfigMap in ${text}`);
  return found;
}

function partOf({ data }: Rendered, name: string): unknown {
  const text = data?.[name];
  if (text === undefined) throw new Error(`no ${name} in ${JSON.stringify(data)}`);
  return JSON.parse(text) as unknown;
}
