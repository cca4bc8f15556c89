/**
 * What the ways in which kube-proxy writes rules have in common as layers.
 * @packageDocumentation
 */
import type { Expectations } from "../../../model/conformance.js";
import { SERVICE_CIDR, type Service, type ServiceEndpoint } from "../../../model/service.js";
import type { LoadStep, ServiceChange, Step, Topology, Wiring } from "../../../model/wiring.js";
import { CLUSTER_CIDR } from "../../../modes/parts/addresses.js";
import { type CountedLayer, isLacking, type Lacking } from "../../contract.js";
import { notOffered, withServicesByRules } from "../expectations.js";
import { type ServiceGround, type ServiceNode, serviceGround, whyRulesMissed } from "../ground.js";
import { SERVICES, serviceList, servicePath, servicesInWords } from "../service-list.js";
import { iptablesTexts, type ProxyNode, type RulesBefore, SMALL_RESTORE } from "./iptables-rules.js";

/** How rules are written. */
interface Writing {
  readonly argv: readonly [string, ...string[]];
  /** The texts for one node: as root loads them, or cut small. */
  readonly texts: (
    services: readonly Service[],
    node: ProxyNode,
    options: { readonly before: RulesBefore; readonly small: boolean },
  ) => Iterable<string>;
  /** Which tables the mode's own iptables rules go into, where the way decides that. */
  readonly tables?: "iptables-legacy" | "iptables-nft";
  /** What each node has beside: settings, devices. */
  readonly steps?: (node: ServiceNode) => readonly Step[];
  /** What is loaded before the rules, in order. */
  readonly first?: readonly Loading[];
}

/** One text that a program of a node reads. */
interface Loading {
  readonly argv: readonly [string, ...string[]];
  readonly text: (services: readonly Service[], node: ProxyNode) => string;
}

/** What all of them say of themselves. */
export const KUBE_PROXY_FACTS = {
  family: "services",
  argument: SERVICES,
  carries: "services",
} as const satisfies Partial<CountedLayer>;

/** Why there is one of them. */
const ONE_PROXY = "a node has one kube-proxy, and it has one mode";
/** Names of the layers that are kube-proxy. */
const NAMES = ["kube-proxy-iptables", "kube-proxy-iptables-nft", "kube-proxy-nftables", "kube-proxy-ipvs"] as const;

/** Layers that one of them cannot stand beside. */
export const excludedBy = (name: (typeof NAMES)[number]): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(NAMES.filter((other) => other !== name).map((other) => [other, ONE_PROXY])),
  "no-netfilter": "kube-proxy's work is done by netfilter's rules",
});

/** Differences from a running kube-proxy that all of them have. */
export const KUBE_PROXY_DEVIATIONS: readonly string[] = [
  "Services stand in the order of their numbers, the measured one in the middle; kube-proxy writes them in no order, which is another one at each sync.",
  "Rules are written once; kube-proxy looks for changes and writes them again.",
  "Pods behind the other Services do not exist, and nothing dials them.",
];

/** Puts one of them on a wiring. */
export function withKubeProxy(
  layer: string,
  wiring: Wiring,
  { services = [] }: Topology,
  count: number,
  writing: Writing,
): Wiring | Lacking {
  const ground = serviceGround(wiring);
  if (isLacking(ground)) return ground;
  const missed = whyRulesMissed(wiring, ground);
  if (missed !== undefined) return missed;
  const steps = wiring.steps.map((step) => inTables(step, writing.tables));
  return {
    ...wiring,
    steps: [
      ...steps,
      ...ground.nodes.flatMap((node) => writing.steps?.(node) ?? []),
      ...ground.nodes.flatMap((node) => loads(layer, node, { ground, count, more: services, before: rulesBefore(steps, node), writing })),
    ],
    paths: { ...wiring.paths, "pod-service": servicePath(ground, count) },
  };
}

/** A node's programs write into one kind of tables: images of network plugins look which of them kubelet and kube-proxy use (iptables-wrappers). */
const inTables = (step: Step, tables: Writing["tables"]): Step =>
  step.kind === "ruleset" && step.tool === "iptables" && tables !== undefined ? { ...step, tool: tables } : step;

interface Loaded {
  readonly ground: ServiceGround;
  readonly count: number;
  readonly more: readonly Service[];
  readonly before: RulesBefore;
  readonly writing: Writing;
}

function loads(layer: string, node: ServiceNode, { ground, count, more, before, writing }: Loaded): LoadStep[] {
  const place = proxyNode(node);
  const made = (texts: (services: readonly Service[]) => Iterable<string>): Iterable<string> => ({
    [Symbol.iterator]: () => texts(serviceList(count, ground, more))[Symbol.iterator](),
  });
  const texts = (small: boolean): Iterable<string> => made((services) => writing.texts(services, place, { before, small }));
  const common = {
    kind: "load",
    in: node.name,
    layer,
    what: servicesInWords(count),
    reason: "kube-proxy's rules stand on every node: what matches no Service walks them too",
  } as const;
  return [
    ...(writing.first ?? []).map(
      ({ argv, text }): LoadStep => ({ ...common, tracks: false, argv, inputs: made((services) => [text(services, place)]) }),
    ),
    { ...common, id: layer, tracks: true, argv: writing.argv, inputs: texts(false), smallInputs: texts(true) },
  ];
}

const proxyNode = ({ name, address }: ServiceNode): ProxyNode => ({ name, address, clusterCidr: CLUSTER_CIDR, serviceCidr: SERVICE_CIDR });

/**
 * What kube-proxy does on each node when endpoints of Services have gone: it writes their chains anew, and deletes the entries by which UDP still reaches the
 * endpoints that have gone (pkg/proxy/conntrack/cleanup.go).
 */
export function changedRules(
  wiring: Wiring,
  services: readonly Service[],
  removed: readonly ServiceEndpoint[],
  written: { readonly argv: readonly [string, ...string[]]; readonly text: (services: readonly Service[], node: ProxyNode) => string },
): readonly ServiceChange[] {
  const ground = serviceGround(wiring);
  if (isLacking(ground)) return [];
  const stale = services.flatMap(({ address }) => removed.map((endpoint) => [address, endpoint.address] as const));
  return ground.nodes.flatMap((node): ServiceChange[] => [
    {
      in: node.name,
      argv: written.argv,
      stdin: written.text(services, proxyNode(node)),
      reason: "the Services' chains without what has gone",
    },
    ...stale.map(
      ([service, endpoint]): ServiceChange => ({
        in: node.name,
        argv: ["conntrack", "-D", "-p", "udp", "--orig-dst", service, "--reply-src", endpoint],
        stdin: "",
        mayFindNothing: true,
        reason: "UDP does not go on to an endpoint that has gone",
      }),
    ),
  ]);
}

/** Beside a kube-proxy every check of Services is expected to work but these. */
export const kubeProxyExpectations =
  (localhost: boolean, refusesUnusedPorts: boolean) =>
  (sofar: Expectations): Expectations => ({
    ...withServicesByRules(sofar),
    ...(localhost ? {} : { "nodeport-localhost": notOffered("kube-proxy's nftables mode has no node ports on the loopback address") }),
    ...(refusesUnusedPorts
      ? {}
      : { "clusterip-unused-port": notOffered("a rule has an address with its port, and nothing looks at the rest") }),
  });

/** Calico's agent keeps its jumps first (`ChainInsertMode: Insert`), and so before kube-proxy's. */
function rulesBefore(steps: readonly Step[], node: ServiceNode): RulesBefore {
  const tables = steps.flatMap((step) => (step.kind === "ruleset" && step.in === node.name ? step.tables : []));
  return Object.fromEntries(
    tables.flatMap(({ name, chains }) =>
      chains.map((chain) => {
        const first = chain.rules.findIndex((rule) => !/(?:^| )-j cali-[\w-]+$/.test(rule));
        return [`${name} ${chain.name}`, first === -1 ? chain.rules.length : first];
      }),
    ),
  );
}

/** The iptables mode on one kind of tables. */
export const iptablesWriting = (tables: "iptables-legacy" | "iptables-nft"): Writing => ({
  argv: [`${tables}-restore`, "--noflush"],
  texts: (services, node, { before, small }) =>
    // The legacy tables are set by a socket option, which has no such limit, and each text costs a copy of the whole table.
    iptablesTexts(services, node, { before, inOne: small && tables === "iptables-nft" ? SMALL_RESTORE : services.length }),
  tables,
  steps: ({ name }) => [
    {
      kind: "sysctl",
      in: name,
      name: "net.ipv4.conf.all.route_localnet",
      value: "1",
      reason: "node ports on the loopback address (iptables.localhostNodePorts), which only the iptables modes have",
    },
  ],
});
