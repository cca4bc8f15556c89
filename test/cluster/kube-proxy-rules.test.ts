/**
 * kube-proxy's rules as the lab writes them against what the cluster's kube-proxy writes for the same Services and EndpointSlices, in both of its modes and on both
 * sides of its large-cluster mode (more than 1,000 endpoints, where the iptables mode leaves comments out).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isLacking } from "../../src/layers/contract.js";
import { type ServiceGround, serviceGround } from "../../src/layers/services/ground.js";
import { endpointsOf, iptablesText, LARGE_CLUSTER_ENDPOINTS, type ProxyNode } from "../../src/layers/services/kube-proxy/iptables-rules.js";
import { nftablesTexts } from "../../src/layers/services/kube-proxy/nftables-rules.js";
import { serviceList } from "../../src/layers/services/service-list.js";
import type { Service } from "../../src/model/service.js";
import { gce } from "../../src/modes/gce.js";
import { kubeProxyRules, kubeProxyTable } from "../oracles/kube-proxy-dump.js";
import { type PrivateMachine, privateMachine } from "../oracles/private-machine.js";
import { type OwnCluster, startCluster } from "./fixture.js";
import { CLUSTER_START_MS, roomForClusters } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";

const NODE: ProxyNode = { name: "node-1", address: "198.18.0.11", clusterCidr: "198.19.0.0/16", serviceCidr: "198.18.128.0/20" };
const FEW = 60;
const MANY = 500;

const unavailable = await clusterUnavailable();

/** The lab's Services in the cluster's nodes: their endpoints need not exist. */
function services(count: number): readonly Service[] {
  const ground = serviceGround(gce.wire({ nodes: 2, mtu: 1500 }));
  if (isLacking(ground)) throw new Error(ground.lacks);
  return serviceList(count, inCluster(ground));
}

const clusterNode = (name: string): string => (name === "node-a" ? "node-1" : "node-2");
const inCluster = ({ nodes, endpoint, pods }: ServiceGround): ServiceGround => ({
  nodes: nodes.map((node) => ({ ...node, name: clusterNode(node.name) })),
  endpoint: { ...endpoint, node: clusterNode(endpoint.node) },
  pods,
});

/** The objects that make kube-proxy write rules for a Service. */
function manifests({ namespace, name, address, ports, endpoints, ...rest }: Service): object[] {
  const external = ports.some(({ nodePort }) => nodePort !== undefined);
  const hasExternal = external || (rest.externalAddresses ?? []).length > 0;
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { namespace, name },
      spec: {
        type: external ? "NodePort" : "ClusterIP",
        clusterIP: address,
        ports: ports.map(({ name: port, protocol, port: number, targetPort, nodePort }) => ({
          name: port,
          protocol: protocol.toUpperCase(),
          port: number,
          targetPort,
          ...(nodePort === undefined ? {} : { nodePort }),
        })),
        ...(rest.externalAddresses === undefined ? {} : { externalIPs: rest.externalAddresses }),
        ...(rest.internalPolicy === undefined ? {} : { internalTrafficPolicy: rest.internalPolicy }),
        ...(rest.externalPolicy === undefined || !hasExternal ? {} : { externalTrafficPolicy: rest.externalPolicy }),
        ...(rest.affinitySeconds === undefined
          ? {}
          : { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: rest.affinitySeconds } } }),
      },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { namespace, name, labels: { "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      ports: ports.map(({ name: port, protocol, targetPort }) => ({ name: port, protocol: protocol.toUpperCase(), port: targetPort })),
      endpoints: endpoints.map(({ address: own, node }) => ({ addresses: [own], nodeName: node, conditions: { ready: true } })),
    },
  ];
}

const create = async (cluster: OwnCluster, list: readonly Service[]): Promise<void> => {
  const objects = list.flatMap(manifests);
  await cluster.kubectl(["create", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
};

/** Only what is about these Services and what stands whatever they are: a cluster has Services of its own. */
const KUBERNETES = /default\/kubernetes|KUBE-S(?:VC-NPX46M4PTMTKRN6Y|EP-HMQVZHMME7GNOAFI)/;

describe.skipIf(unavailable !== undefined)(
  `a cluster's kube-proxy and the lab's${unavailable === undefined ? "" : ` (${unavailable})`}`,
  () => {
    beforeAll(() => roomForClusters(2), CLUSTER_START_MS);

    // Only the iptables mode has another form for large clusters.
    describe.each([
      ["iptables", [FEW, MANY]],
      ["nftables", [FEW]],
    ] as const)("in its %s mode", (proxy, counts) => {
      let cluster: OwnCluster | undefined;
      let machine: PrivateMachine;

      beforeAll(async () => {
        [cluster, machine] = await Promise.all([startCluster({ network: "gce", proxy }), privateMachine()]);
        for (const namespace of ["podwire", "lab"]) await cluster.kubectl(["create", "namespace", namespace]);
      }, CLUSTER_START_MS);
      afterAll(async () => {
        await machine.close();
        await cluster?.stop();
      });

      test.each(counts)("the rules of %d Services are the same", { timeout: 240_000 }, async (count) => {
        if (cluster === undefined) throw new Error("no cluster");
        const list = services(count);
        expect(endpointsOf(list) > LARGE_CLUSTER_ENDPOINTS).toBe(count === MANY);
        const before = count === FEW ? [] : services(FEW);
        // Two lists of another length have another Service in their middle.
        const known = new Set(before.map(({ namespace, name }) => `${namespace}/${name}`));
        for (const { namespace, name } of before.filter((one) => !same(one, list)))
          await cluster.kubectl(["delete", "--namespace", namespace, "service,endpointslice", name]);
        await create(
          cluster,
          list.filter(
            (one) => !known.has(`${one.namespace}/${one.name}`) || !before.some((old) => JSON.stringify(old) === JSON.stringify(one)),
          ),
        );
        // One that runs writes only the chains of what has changed: those of the smaller list would keep their comments.
        if (count === MANY) await cluster.restart("kube-proxy", NODE.name);
        const lab = await byLab(machine, `ns-${String(count)}`, list, proxy);
        await expect.poll(async () => byCluster(cluster as OwnCluster, proxy), { timeout: 180_000, interval: 1_000 }).toEqual(lab);
      });
    });
  },
);

const same = (one: Service, list: readonly Service[]): boolean => list.some((other) => JSON.stringify(other) === JSON.stringify(one));

type Dump = Readonly<Record<string, readonly string[]>> | readonly string[];

async function byLab(machine: PrivateMachine, namespace: string, list: readonly Service[], proxy: "iptables" | "nftables"): Promise<Dump> {
  await machine.run(["ip", "netns", "add", namespace]);
  if (proxy === "iptables") {
    await machine.run(["iptables-nft-restore", "--noflush"], { in: namespace, stdin: iptablesText(list, NODE) });
    return unordered(kubeProxyRules(await machine.run(["iptables-nft-save"], { in: namespace })));
  }
  for (const stdin of nftablesTexts(list, NODE)) await machine.run(["nft", "-f", "-"], { in: namespace, stdin });
  return withoutOwn(kubeProxyTable(await machine.run(["nft", "--json", "list", "ruleset"], { in: namespace })));
}

async function byCluster(cluster: OwnCluster, proxy: "iptables" | "nftables"): Promise<Dump> {
  if (proxy === "iptables") return unordered(kubeProxyRules(await cluster.runIn("node-1", ["iptables-nft-save"])));
  return withoutOwn(kubeProxyTable(await cluster.runIn("node-1", ["nft", "--json", "list", "ruleset"])));
}

/** kube-proxy writes Services in no order; the last rule of KUBE-SERVICES must stay the last, which its comment says. */
function unordered(rules: Readonly<Record<string, readonly string[]>>): Dump {
  const lists = /^(?:nat|filter) KUBE-(?:SERVICES|NODEPORTS|EXTERNAL-SERVICES)$/;
  return Object.fromEntries(
    Object.entries(rules)
      .filter(([chain]) => !KUBERNETES.test(chain))
      .map(([chain, own]) => {
        const kept = own.filter((rule) => !KUBERNETES.test(rule));
        const last = kept.at(-1)?.includes("NOTE: this must be the last rule") === true ? kept.slice(-1) : [];
        return [chain, lists.test(chain) ? [...kept.slice(0, kept.length - last.length).sort(), ...last] : kept];
      }),
  );
}

/** Elements of the cluster's own Service go, whole lines about it too. */
const withoutOwn = (lines: readonly string[]): Dump =>
  lines
    .filter((line) => !line.includes("default/kubernetes") || line.startsWith("map "))
    .map((line) =>
      line
        .replaceAll(/ \[\{"concat":\["198\.18\.128\.1","tcp",443\]\},\{"goto":\{"target":"[^"]*"\}\}\]/g, "")
        .replace(/ "198\.18\.128\.1"(?= |$)/, ""),
    );
