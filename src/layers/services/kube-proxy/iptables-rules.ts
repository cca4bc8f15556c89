/**
 * kube-proxy's rules in its iptables mode, as text for `iptables-restore --noflush`.
 * Source: kubernetes/kubernetes v1.34 pkg/proxy/iptables/proxier.go; compared with what a running one writes: the captured dumps of `test/captured/inspection-pods`
 * and `test/cluster/kube-proxy-rules.test.ts`.
 * @packageDocumentation
 */
import type { Service } from "../../../model/service.js";
import type { NamespaceName } from "../../../model/wiring.js";
import { type PortEndpoint, type PortOnNode, portsOnNode } from "./port-on-node.js";
import { base32, sha256 } from "./sha256.js";

/** The bit that asks for masquerading (`iptables.masqueradeBit` 14). */
export const MARK = "0x4000";
/** Beyond so many endpoints of all Services comments are left out where there is one a rule (`largeClusterEndpointsThreshold`). */
export const LARGE_CLUSTER_ENDPOINTS = 1_000;

/** Where rules are written, and for whom. */
export interface ProxyNode {
  readonly name: NamespaceName;
  readonly address: string;
  /** The pods' range: what comes from elsewhere to a cluster address is masqueraded (`detectLocalMode` ClusterCIDR). */
  readonly clusterCidr: string;
  readonly serviceCidr: string;
}

/** Rules of a built-in chain that stay before kube-proxy's: Calico's agent keeps its own first. By `table CHAIN`; absent: none. */
export type RulesBefore = Readonly<Record<string, number>>;

/** Services of one `iptables-nft-restore` of an ordinary user. */
export const SMALL_RESTORE = 12;

/** Every rule for some Services on one node, as kube-proxy writes it: at once. */
export const iptablesText = (services: readonly Service[], node: ProxyNode, before: RulesBefore = {}): string =>
  [...iptablesTexts(services, node, { before, inOne: services.length })].join("");

/** How rules are cut. */
export interface IptablesCut {
  readonly before: RulesBefore;
  /** Services of one text. */
  readonly inOne: number;
}

/** The same in several texts, which one after the other make the same rules. */
export function* iptablesTexts(services: readonly Service[], node: ProxyNode, { before, inOne }: IptablesCut): Iterable<string> {
  const large = endpointsOf(services) > LARGE_CLUSTER_ENDPOINTS;
  for (let first = 0; first === 0 || first < services.length; first += inOne) {
    const writer = new RuleWriter(node, large);
    for (const port of portsOnNode(services.slice(first, first + inOne), node.name)) writer.add(port);
    const base = first === 0 ? { filter: filterBase(before), nat: natBase(before) } : NOTHING;
    const end = first + inOne >= services.length ? [NODE_PORTS_LAST] : [];
    yield [
      "*filter",
      ...base.filter,
      ...writer.filter,
      "COMMIT",
      "*nat",
      ...declared(writer.chains),
      ...base.nat,
      ...writer.nat,
      ...end,
      "COMMIT",
      "",
    ].join("\n");
  }
}

/**
 * What puts some Services' endpoints as they are now in the place of what they were, where each still has one: a chain that a text declares is emptied first,
 * and the rules that lead to it stay.
 */
export function iptablesChangeText(services: readonly Service[], node: ProxyNode): string {
  const writer = new RuleWriter(node, false);
  for (const port of portsOnNode(services, node.name)) writer.add(port);
  const own = writer.nat.filter((rule) => !/^-A KUBE-(?:SERVICES|NODEPORTS) /.test(rule));
  return ["*nat", ...declared(writer.chains), ...own, "COMMIT", ""].join("\n");
}

const NOTHING = { filter: [], nat: [] } as const;

/** kube-proxy counts an endpoint once for every port. */
export const endpointsOf = (services: readonly Service[]): number =>
  services.reduce((sum, { ports, endpoints }) => sum + ports.length * endpoints.length, 0);

/** What stands whatever the Services are. */
function filterBase(before: RulesBefore): string[] {
  const jump = inserted("filter", before);
  const fresh = "-m conntrack --ctstate NEW ";
  return [
    ...declared(["KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES", "KUBE-FORWARD", "KUBE-NODEPORTS", "KUBE-PROXY-FIREWALL", "KUBE-FIREWALL"]),
    "-A INPUT -j KUBE-FIREWALL",
    "-A OUTPUT -j KUBE-FIREWALL",
    jump("INPUT", fresh, "kubernetes externally-visible service portals", "KUBE-EXTERNAL-SERVICES"),
    jump("FORWARD", fresh, "kubernetes externally-visible service portals", "KUBE-EXTERNAL-SERVICES"),
    jump("INPUT", "", "kubernetes health check service ports", "KUBE-NODEPORTS"),
    jump("FORWARD", fresh, "kubernetes service portals", "KUBE-SERVICES"),
    jump("OUTPUT", fresh, "kubernetes service portals", "KUBE-SERVICES"),
    jump("FORWARD", "", "kubernetes forwarding rules", "KUBE-FORWARD"),
    jump("INPUT", fresh, "kubernetes load balancer firewall", "KUBE-PROXY-FIREWALL"),
    jump("OUTPUT", fresh, "kubernetes load balancer firewall", "KUBE-PROXY-FIREWALL"),
    jump("FORWARD", fresh, "kubernetes load balancer firewall", "KUBE-PROXY-FIREWALL"),
    '-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" ' +
      "-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP",
    "-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP",
    `-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark ${MARK}/${MARK} -j ACCEPT`,
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  ];
}

function natBase(before: RulesBefore): string[] {
  const jump = inserted("nat", before);
  return [
    ...declared(["KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-POSTROUTING", "KUBE-MARK-MASQ"]),
    jump("OUTPUT", "", "kubernetes service portals", "KUBE-SERVICES"),
    jump("PREROUTING", "", "kubernetes service portals", "KUBE-SERVICES"),
    jump("POSTROUTING", "", "kubernetes postrouting rules", "KUBE-POSTROUTING"),
    `-A KUBE-POSTROUTING -m mark ! --mark ${MARK}/${MARK} -j RETURN`,
    `-A KUBE-POSTROUTING -j MARK --xor-mark ${MARK}`,
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    `-A KUBE-MARK-MASQ -j MARK --or-mark ${MARK}`,
  ];
}

const NODE_PORTS_LAST =
  '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" ' +
  "-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS";

/** Chains as a text declares them. */
export const declared = (chains: readonly string[]): string[] => chains.map((chain) => `:${chain} - [0:0]`);

/** kube-proxy puts each of its jumps first, one after the other. */
export const inserted =
  (table: string, before: RulesBefore) =>
  (chain: string, match: string, comment: string, target: string): string =>
    `-I ${chain} ${String((before[`${table} ${chain}`] ?? 0) + 1)} ${match}-m comment --comment "${comment}" -j ${target}`;

/** The rules of Services, in the order in which kube-proxy writes them. */
class RuleWriter {
  readonly chains: string[] = [];
  readonly nat: string[] = [];
  readonly filter: string[] = [];

  constructor(
    readonly node: ProxyNode,
    /** Whether comments of single rules are left out. */
    readonly large: boolean,
  ) {}

  add(port: PortOnNode): void {
    const names = chainNames(port);
    this.#captured(port, names);
    this.#clusterAddress(port, names);
    if (port.hasEndpoints && port.isExternal) this.#external(port, names);
    if (port.cluster.length > 0) this.#spread(port, names.cluster, port.cluster);
    if (port.local.length > 0) this.#spread(port, names.local, port.local);
    for (const endpoint of port.reachable) this.#endpoint(port, endpoint);
  }

  /** Which packets enter the Service's chains, or are refused since no endpoint may have them. */
  #captured(port: PortOnNode, names: ChainNames): void {
    const { name, hasEndpoints, hasInternal, hasExternal, service } = port;
    const clusterAddress = matching(port, service.address, port.port.port);
    if (hasInternal) this.nat.push(`-A KUBE-SERVICES -m comment --comment "${name} cluster IP" ${clusterAddress} -j ${names.internal}`);
    else this.filter.push(`-A KUBE-SERVICES -m comment --comment ${whyNone(port)} ${clusterAddress} -j ${targetOfNone(port)}`);
    for (const address of service.externalAddresses ?? []) {
      const external = matching(port, address, port.port.port);
      if (hasEndpoints) this.nat.push(`-A KUBE-SERVICES -m comment --comment "${name} external IP" ${external} -j ${names.external}`);
      if (!hasExternal)
        this.filter.push(`-A KUBE-EXTERNAL-SERVICES -m comment --comment ${whyNone(port)} ${external} -j ${targetOfNone(port)}`);
    }
    const { nodePort, protocol } = port.port;
    if (nodePort === undefined) return;
    const matched = `-p ${protocol} -m ${protocol} --dport ${String(nodePort)}`;
    if (hasEndpoints) this.nat.push(`-A KUBE-NODEPORTS -m comment --comment "${name}" ${matched} -j ${names.external}`);
    if (!hasExternal)
      this.filter.push(
        `-A KUBE-EXTERNAL-SERVICES -m comment --comment ${whyNone(port)} -m addrtype --dst-type LOCAL ${matched} -j ${targetOfNone(port)}`,
      );
  }

  #clusterAddress(port: PortOnNode, names: ChainNames): void {
    if (!port.hasInternal) return;
    const matched = matching(port, port.service.address, port.port.port);
    this.nat.push(
      `-A ${names.internal} ! -s ${this.node.clusterCidr} -m comment --comment "${port.name} cluster IP" ${matched} -j KUBE-MARK-MASQ`,
    );
  }

  #external({ name, externalLocal, hasExternal }: PortOnNode, names: ChainNames): void {
    this.chains.push(names.external);
    const rule = (comment: string, match: string, target: string): void => {
      this.nat.push(`-A ${names.external} -m comment --comment "${comment} for ${name} external destinations" ${match}-j ${target}`);
    };
    if (!externalLocal) rule("masquerade traffic", "", "KUBE-MARK-MASQ");
    else {
      rule("pod traffic", `-s ${this.node.clusterCidr} `, names.cluster);
      rule("masquerade LOCAL traffic", "-m addrtype --src-type LOCAL ", "KUBE-MARK-MASQ");
      rule("route LOCAL traffic", "-m addrtype --src-type LOCAL ", names.cluster);
    }
    if (hasExternal) this.nat.push(`-A ${names.external} -j ${externalLocal ? names.local : names.cluster}`);
  }

  #spread(port: PortOnNode, chain: string, endpoints: readonly PortEndpoint[]): void {
    this.chains.push(chain);
    const { affinitySeconds } = port.service;
    if (affinitySeconds !== undefined) {
      for (const endpoint of endpoints) {
        const own = endpointChain(port, endpoint);
        const recent = `-m recent --name ${own} --rcheck --seconds ${String(affinitySeconds)} --reap`;
        this.nat.push(`-A ${chain} ${this.#comment(`${port.name} -> ${endpoint.text}`)}${recent} -j ${own}`);
      }
    }
    for (const [index, endpoint] of endpoints.entries()) {
      const left = endpoints.length - index;
      const lot = left > 1 ? `-m statistic --mode random --probability ${(1 / left).toFixed(10)} ` : "";
      this.nat.push(`-A ${chain} ${this.#comment(`${port.name} -> ${endpoint.text}`)}${lot}-j ${endpointChain(port, endpoint)}`);
    }
  }

  #endpoint(port: PortOnNode, endpoint: PortEndpoint): void {
    const chain = endpointChain(port, endpoint);
    this.chains.push(chain);
    const { protocol } = port.port;
    const comment = this.#comment(port.name);
    const recent = port.service.affinitySeconds === undefined ? "" : `-m recent --name ${chain} --set `;
    this.nat.push(
      `-A ${chain} ${comment}-s ${endpoint.ip} -j KUBE-MARK-MASQ`,
      `-A ${chain} ${comment}${recent}-p ${protocol} -m ${protocol} -j DNAT --to-destination ${endpoint.text}`,
    );
  }

  #comment(text: string): string {
    return this.large ? "" : `-m comment --comment "${text}" `;
  }
}

const matching = ({ port: { protocol } }: PortOnNode, address: string, port: number): string =>
  `-d ${address} -p ${protocol} -m ${protocol} --dport ${String(port)}`;

const whyNone = ({ name, hasEndpoints }: PortOnNode): string => `"${name} has no ${hasEndpoints ? "local " : ""}endpoints"`;
const targetOfNone = ({ hasEndpoints }: PortOnNode): string => (hasEndpoints ? "DROP" : "REJECT");

/** Chains of a Service's port. */
interface ChainNames {
  readonly cluster: string;
  readonly local: string;
  readonly external: string;
  readonly internal: string;
}

function chainNames({ name, port, internalLocal }: PortOnNode): ChainNames {
  const hash = hashed(`${name}${port.protocol}`);
  const [cluster, local] = [`KUBE-SVC-${hash}`, `KUBE-SVL-${hash}`];
  return { cluster, local, external: `KUBE-EXT-${hash}`, internal: internalLocal ? local : cluster };
}

const endpointChain = ({ name, port }: PortOnNode, { text }: PortEndpoint): string =>
  `KUBE-SEP-${hashed(`${name}${port.protocol}${text}`)}`;

const hashed = (text: string): string => base32(sha256(text), 16);
