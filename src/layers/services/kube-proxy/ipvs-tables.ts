/**
 * What kube-proxy writes in its IPVS mode: sets of addresses and ports, the addresses of Services, virtual servers, and a handful of rules whatever their number.
 * Source: kubernetes/kubernetes v1.34 pkg/proxy/ipvs/{proxier,ipset,netlink_linux}.go.
 * @packageDocumentation
 */
import type { Service, ServiceEndpoint } from "../../../model/service.js";
import { declared, inserted, MARK, type ProxyNode, type RulesBefore } from "./iptables-rules.js";
import { type PortEndpoint, type PortOnNode, portsOnNode } from "./port-on-node.js";

/** The device that holds every Service's address, so that the node takes packets for them as its own. */
export const IPVS_DEVICE = "kube-ipvs0";

const HASH = "family inet hashsize 1024 maxelem 65536";
const PORTS = "bitmap:port range 0-65535";
const ADDRESS_PORT = `hash:ip,port ${HASH}`;

/** Sets in the order in which kube-proxy makes them; it makes those too that nothing is in. */
const SETS = {
  "KUBE-LOOP-BACK": `hash:ip,port,ip ${HASH}`,
  "KUBE-CLUSTER-IP": ADDRESS_PORT,
  "KUBE-EXTERNAL-IP": ADDRESS_PORT,
  "KUBE-EXTERNAL-IP-LOCAL": ADDRESS_PORT,
  "KUBE-LOAD-BALANCER": ADDRESS_PORT,
  "KUBE-LOAD-BALANCER-FW": ADDRESS_PORT,
  "KUBE-LOAD-BALANCER-LOCAL": ADDRESS_PORT,
  "KUBE-LOAD-BALANCER-SOURCE-IP": `hash:ip,port,ip ${HASH}`,
  "KUBE-LOAD-BALANCER-SOURCE-CIDR": `hash:ip,port,net ${HASH}`,
  "KUBE-NODE-PORT-TCP": PORTS,
  "KUBE-NODE-PORT-LOCAL-TCP": PORTS,
  "KUBE-NODE-PORT-UDP": PORTS,
  "KUBE-NODE-PORT-LOCAL-UDP": PORTS,
  "KUBE-NODE-PORT-SCTP-HASH": ADDRESS_PORT,
  "KUBE-NODE-PORT-LOCAL-SCTP-HASH": ADDRESS_PORT,
  "KUBE-HEALTH-CHECK-NODE-PORT": PORTS,
  "KUBE-IPVS-IPS": `hash:ip ${HASH}`,
} as const;
type SetName = keyof typeof SETS;

/** The sets with what is in them, for `ipset restore`. */
export function ipsetText(services: readonly Service[], node: ProxyNode): string {
  return lines([
    ...Object.entries(SETS).map(([name, type]) => `create ${name} ${type}`),
    ...[...entriesOf(services, node)].flatMap(([name, own]) => [...own].map((entry) => `add ${name} ${entry}`)),
  ]);
}

function entriesOf(services: readonly Service[], node: ProxyNode): ReadonlyMap<SetName, ReadonlySet<string>> {
  const entries = new Map<SetName, Set<string>>();
  const add = (name: SetName, entry: string): void => {
    entries.set(name, (entries.get(name) ?? new Set<string>()).add(entry));
  };
  for (const port of portsOnNode(services, node.name)) {
    const { service, externalLocal } = port;
    const { protocol, nodePort, targetPort } = port.port;
    const at = (address: string): string => `${address},${protocol}:${String(port.port.port)}`;
    // What loops back to its sender is masqueraded, ready or not.
    for (const { address } of service.endpoints.filter((one) => one.node === node.name))
      add("KUBE-LOOP-BACK", `${address},${protocol}:${String(targetPort)},${address}`);
    add("KUBE-CLUSTER-IP", at(service.address));
    for (const address of service.externalAddresses ?? []) add(externalLocal ? "KUBE-EXTERNAL-IP-LOCAL" : "KUBE-EXTERNAL-IP", at(address));
    for (const address of boundAddresses(service)) add("KUBE-IPVS-IPS", address);
    if (nodePort === undefined) continue;
    const kind = protocol === "tcp" ? "TCP" : "UDP";
    add(`KUBE-NODE-PORT-${kind}`, String(nodePort));
    if (externalLocal) add(`KUBE-NODE-PORT-LOCAL-${kind}`, String(nodePort));
  }
  return entries;
}

const boundAddresses = ({ address, externalAddresses = [] }: Service): readonly string[] => [address, ...externalAddresses];

/** The Services' addresses on the device that holds them, for `ip -batch`. */
export const addressText = (services: readonly Service[]): string =>
  lines([...new Set(services.flatMap(boundAddresses))].map((address) => `address add ${address}/32 dev ${IPVS_DEVICE}`));

/** A virtual server, and what is behind it on a node. */
interface VirtualServer {
  /** `-t 198.18.128.1:80`. */
  readonly words: string;
  readonly endpoints: readonly PortEndpoint[];
}

function virtualServers(port: PortOnNode, node: ProxyNode): readonly VirtualServer[] {
  const { service, cluster, local, internalLocal, externalLocal } = port;
  const { protocol, nodePort } = port.port;
  const at = (address: string, number: number): string => `${protocol === "tcp" ? "-t" : "-u"} ${address}:${String(number)}`;
  // A node without an endpoint of its own falls back on those of the others: answers then come from where no one asked (PR 97081).
  const under = (isLocal: boolean): readonly PortEndpoint[] => (isLocal && local.length > 0 ? local : cluster);
  return [
    { words: at(service.address, port.port.port), endpoints: under(internalLocal) },
    ...(service.externalAddresses ?? []).map((address) => ({ words: at(address, port.port.port), endpoints: under(externalLocal) })),
    ...(nodePort === undefined ? [] : [{ words: at(node.address, nodePort), endpoints: under(externalLocal) }]),
  ];
}

/** Virtual servers with their endpoints, round robin, for `ipvsadm --restore`. */
export const ipvsText = (services: readonly Service[], node: ProxyNode): string =>
  lines(
    [...portsOnNode(services, node.name)].flatMap((port) => {
      const { affinitySeconds } = port.service;
      const persistent = affinitySeconds === undefined ? "" : ` -p ${String(affinitySeconds)}`;
      return virtualServers(port, node).flatMap(({ words, endpoints }) => [
        `-A ${words} -s rr${persistent}`,
        ...endpoints.map(({ text }) => `-a ${words} -r ${text} -m -w 1`),
      ]);
    }),
  );

/** What takes endpoints away: TCP connections to one that has gone may end by themselves, UDP goes elsewhere at once (graceful_termination.go). */
export const ipvsChangeText = (services: readonly Service[], removed: readonly ServiceEndpoint[], node: ProxyNode): string =>
  lines(
    [...portsOnNode(services, node.name)].flatMap((port) =>
      virtualServers(port, node).flatMap(({ words }) =>
        removed.map(({ address }) => {
          const server = `${words} -r ${address}:${String(port.port.targetPort)}`;
          return port.port.protocol === "tcp" ? `-e ${server} -m -w 0` : `-d ${server}`;
        }),
      ),
    ),
  );

const COMMENTS: Readonly<Partial<Record<SetName, string>>> = {
  "KUBE-LOOP-BACK": "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose",
  "KUBE-CLUSTER-IP": "Kubernetes service cluster ip + port for masquerade purpose",
  "KUBE-EXTERNAL-IP": "Kubernetes service external ip + port for masquerade and filter purpose",
  "KUBE-EXTERNAL-IP-LOCAL": "Kubernetes service external ip + port with externalTrafficPolicy=local",
  "KUBE-NODE-PORT-TCP": "Kubernetes nodeport TCP port for masquerade purpose",
  "KUBE-NODE-PORT-LOCAL-TCP": "Kubernetes nodeport TCP port with externalTrafficPolicy=local",
  "KUBE-NODE-PORT-UDP": "Kubernetes nodeport UDP port for masquerade purpose",
  "KUBE-NODE-PORT-LOCAL-UDP": "Kubernetes nodeport UDP port with externalTrafficPolicy=local",
  "KUBE-HEALTH-CHECK-NODE-PORT": "Kubernetes health check node port",
};

/** Rules that stand for sets in which something is, in kube-proxy's order. */
const BY_SET = [
  ["KUBE-LOOP-BACK", "KUBE-POSTROUTING", "", "dst,dst,src", "MASQUERADE"],
  ["KUBE-NODE-PORT-LOCAL-TCP", "KUBE-NODE-PORT", "-p tcp ", "dst", "RETURN"],
  ["KUBE-NODE-PORT-TCP", "KUBE-NODE-PORT", "-p tcp ", "dst", "KUBE-MARK-MASQ"],
  ["KUBE-NODE-PORT-LOCAL-UDP", "KUBE-NODE-PORT", "-p udp ", "dst", "RETURN"],
  ["KUBE-NODE-PORT-UDP", "KUBE-NODE-PORT", "-p udp ", "dst", "KUBE-MARK-MASQ"],
] as const satisfies readonly (readonly [SetName, string, string, string, string])[];

const about = (name: SetName): string => `-m comment --comment "${COMMENTS[name] ?? ""}" -m set --match-set ${name}`;

/** The rules, for `iptables-restore --noflush`; of the Services they say only whether there are any of a kind. */
export function ipvsRulesText(services: readonly Service[], node: ProxyNode, before: RulesBefore): string {
  const entries = entriesOf(services, node);
  const has = (name: SetName): boolean => entries.has(name);
  return lines([
    "*nat",
    ...declared(["KUBE-SERVICES", "KUBE-POSTROUTING", "KUBE-NODE-PORT", "KUBE-LOAD-BALANCER", "KUBE-MARK-MASQ"]),
    ...natJumps(before),
    "-A KUBE-SERVICES -s 127.0.0.0/8 -j RETURN",
    ...BY_SET.filter(([name]) => has(name)).map(
      ([name, chain, protocol, match, target]) => `-A ${chain} ${protocol}${about(name)} ${match} -j ${target}`,
    ),
    ...(has("KUBE-CLUSTER-IP") ? [`-A KUBE-SERVICES ${about("KUBE-CLUSTER-IP")} dst,dst ! -s ${node.clusterCidr} -j KUBE-MARK-MASQ`] : []),
    ...(has("KUBE-EXTERNAL-IP")
      ? [`-A KUBE-SERVICES ${about("KUBE-EXTERNAL-IP")} dst,dst -j KUBE-MARK-MASQ`, ...accepted("KUBE-EXTERNAL-IP")]
      : []),
    ...(has("KUBE-EXTERNAL-IP-LOCAL") ? accepted("KUBE-EXTERNAL-IP-LOCAL") : []),
    "-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT",
    "-A KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ",
    ...(has("KUBE-CLUSTER-IP") ? ["-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT"] : []),
    `-A KUBE-POSTROUTING -m mark ! --mark ${MARK}/${MARK} -j RETURN`,
    `-A KUBE-POSTROUTING -j MARK --xor-mark ${MARK}`,
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    `-A KUBE-MARK-MASQ -j MARK --or-mark ${MARK}`,
    "COMMIT",
    ...filterRules(before),
  ]);
}

/** What comes from elsewhere than a bridge or the node itself, and what is for an address of the node. */
const accepted = (name: SetName): string[] => [
  `-A KUBE-SERVICES ${about(name)} dst,dst -m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j ACCEPT`,
  `-A KUBE-SERVICES ${about(name)} dst,dst -m addrtype --dst-type LOCAL -j ACCEPT`,
];

function natJumps(before: RulesBefore): string[] {
  const jump = inserted("nat", before);
  return [
    jump("OUTPUT", "", "kubernetes service portals", "KUBE-SERVICES"),
    jump("PREROUTING", "", "kubernetes service portals", "KUBE-SERVICES"),
    jump("POSTROUTING", "", "kubernetes postrouting rules", "KUBE-POSTROUTING"),
  ];
}

function filterRules(before: RulesBefore): string[] {
  const jump = inserted("filter", before);
  const returned = ["KUBE-LOAD-BALANCER", "KUBE-CLUSTER-IP", "KUBE-EXTERNAL-IP", "KUBE-EXTERNAL-IP-LOCAL"];
  return [
    "*filter",
    ...declared([
      "KUBE-FORWARD",
      "KUBE-NODE-PORT",
      "KUBE-PROXY-FIREWALL",
      "KUBE-SOURCE-RANGES-FIREWALL",
      "KUBE-IPVS-FILTER",
      "KUBE-IPVS-OUT-FILTER",
    ]),
    jump("FORWARD", "", "kubernetes forwarding rules", "KUBE-FORWARD"),
    jump("INPUT", "", "kubernetes health check rules", "KUBE-NODE-PORT"),
    jump("INPUT", "", "kube-proxy firewall rules", "KUBE-PROXY-FIREWALL"),
    jump("FORWARD", "", "kube-proxy firewall rules", "KUBE-PROXY-FIREWALL"),
    jump("INPUT", "", "kubernetes ipvs access filter", "KUBE-IPVS-FILTER"),
    jump("OUTPUT", "", "kubernetes ipvs access filter", "KUBE-IPVS-OUT-FILTER"),
    "-A KUBE-SOURCE-RANGES-FIREWALL -j DROP",
    `-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark ${MARK}/${MARK} -j ACCEPT`,
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    `-A KUBE-NODE-PORT ${about("KUBE-HEALTH-CHECK-NODE-PORT")} dst -j ACCEPT`,
    ...returned.map((name) => `-A KUBE-IPVS-FILTER -m set --match-set ${name} dst,dst -j RETURN`),
    "-A KUBE-IPVS-FILTER -m set --match-set KUBE-HEALTH-CHECK-NODE-PORT dst -j RETURN",
    "-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set KUBE-IPVS-IPS dst -j REJECT",
    "COMMIT",
  ];
}

const lines = (all: readonly string[]): string => `${all.join("\n")}\n`;
