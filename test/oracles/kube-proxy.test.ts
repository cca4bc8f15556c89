/**
 * kube-proxy's rules as the lab writes them against what a kube-proxy 1.34.4 wrote in a cluster with one Service, captured from two of its nodes
 * (test/captured/inspection-pods). test/cluster/kube-proxy-rules.test.ts compares them for the lab's own Services with one that runs.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { iptablesText, type ProxyNode } from "../../src/layers/services/kube-proxy/iptables-rules.js";
import { nftablesTexts } from "../../src/layers/services/kube-proxy/nftables-rules.js";
import type { Service } from "../../src/model/service.js";
import { kubeProxyRules, kubeProxyTable } from "./kube-proxy-dump.js";
import { type PrivateMachine, privateMachine } from "./private-machine.js";

const NODE: ProxyNode = { name: "node-1", address: "198.18.0.11", clusterCidr: "198.19.0.0/16", serviceCidr: "198.18.128.0/20" };

/** The one Service that every cluster has; its endpoint is on no node. */
const KUBERNETES: Service = {
  namespace: "default",
  name: "kubernetes",
  address: "198.18.128.1",
  ports: [{ name: "https", protocol: "tcp", port: 443, targetPort: 6443 }],
  endpoints: [{ address: "198.18.0.1", node: "elsewhere" }],
};

interface Captured {
  readonly once: Readonly<Record<string, { readonly printed: string }>>;
}

function captured(network: string, command: string): string {
  const file = JSON.parse(readFileSync(`test/captured/inspection-pods/deep-${network}.json`, "utf8")) as Captured;
  const printed = file.once[command]?.printed;
  if (printed === undefined) throw new Error(`no ${command} of ${network} was captured`);
  return printed;
}

const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)(`a kube-proxy's rules${isRoot ? "" : " (need root)"}`, () => {
  let machine: PrivateMachine;
  beforeAll(async () => {
    machine = await privateMachine();
    for (const name of ["legacy", "nft", "table"]) await machine.run(["ip", "netns", "add", name]);
  });
  afterAll(async () => machine.close());

  test.each(["legacy", "nft"])("of its iptables mode are the same in the tables of iptables-%s", async (tables) => {
    await machine.run([`iptables-${tables}-restore`, "--noflush"], { in: tables, stdin: iptablesText([KUBERNETES], NODE) });
    const lab = kubeProxyRules(await machine.run([`iptables-${tables}-save`], { in: tables }));
    const real = kubeProxyRules(captured("flannel-vxlan", "iptables-nft-save"));
    expect(lab).toEqual(real);
    expect(real["nat KUBE-SERVICES"]?.length).toBe(2);
  });

  test("of its nftables mode are the same table", async () => {
    for (const stdin of nftablesTexts([KUBERNETES], NODE)) await machine.run(["nft", "-f", "-"], { in: "table", stdin });
    const lab = kubeProxyTable(await machine.run(["nft", "--json", "list", "ruleset"], { in: "table" }));
    const real = kubeProxyTable(captured("gce", "nft --json list ruleset"));
    expect(lab).toEqual(real);
    expect(real.filter((line) => line.startsWith("rule ")).length).toBeGreaterThan(20);
  });
});
