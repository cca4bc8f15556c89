/**
 * kube-proxy's table in its nftables mode, as texts for `nft -f -`. It writes everything in one transaction; here Services come in several, which builds the same
 * table in half the time and a fifth of the memory.
 * Source: kubernetes/kubernetes v1.34 pkg/proxy/nftables/proxier.go; compared with what a running one writes as its iptables mode is.
 * @packageDocumentation
 */
import type { Service } from "../../../model/service.js";
import type { ProxyNode } from "./iptables-rules.js";
import { type PortEndpoint, type PortOnNode, portsOnNode } from "./port-on-node.js";
import { base32, sha256 } from "./sha256.js";

/** Services of one transaction: fewer make a list longer to load, more take memory with its square. */
export const NFT_TRANSACTION = { usual: 500, small: 25 } as const;
const MARK = "0x4000";

/** The table for some Services on one node: what stands whatever they are, then the Services, one text a transaction. */
export function* nftablesTexts(services: readonly Service[], node: ProxyNode, inOne: number = NFT_TRANSACTION.usual): Iterable<string> {
  yield baseText(node);
  for (let first = 0; first < services.length; first += inOne) {
    const lines: string[] = [];
    for (const port of portsOnNode(services.slice(first, first + inOne), node.name)) writePort(lines, port, node);
    yield `${lines.map((line) => `add ${line}`).join("\n")}\n`;
  }
}

/** What puts some Services' endpoints as they are now in the place of what they were, where each still has one. */
export function nftablesChangeText(services: readonly Service[], node: ProxyNode): string {
  const lines: string[] = [];
  for (const port of portsOnNode(services, node.name)) writePort(lines, port, node);
  const chains = lines.flatMap((line) => /^chain (.+)$/.exec(line)?.[1] ?? []);
  const kept = lines.filter((line) => !line.startsWith("element "));
  const made = kept.filter((line) => !line.startsWith("rule "));
  const rules = kept.filter((line) => line.startsWith("rule "));
  return `${[...made.map((line) => `add ${line}`), ...chains.map((chain) => `flush chain ${chain}`), ...rules.map((line) => `add ${line}`)].join("\n")}\n`;
}

/** Names as they stand in commands of the one table. */
const TABLE = "ip kube-proxy";
const SERVICE_KEY = "ipv4_addr . inet_proto . inet_service : verdict";
const NODE_PORT_KEY = "inet_proto . inet_service : verdict";

function baseText({ address, serviceCidr }: ProxyNode): string {
  const chain = (name: string, hook?: string): string => `add chain ${TABLE} ${name}${hook === undefined ? "" : ` { type ${hook} ; }`}`;
  const map = (name: string, key: string, comment: string): string => `add map ${TABLE} ${name} { type ${key} ; comment "${comment}" ; }`;
  const rule = (name: string, text: string): string => `add rule ${TABLE} ${name} ${text}`;
  return [
    `add table ${TABLE} { comment "rules for kube-proxy" ; }`,
    chain("filter-prerouting-pre-dnat", "filter hook prerouting priority -110"),
    chain("filter-output-pre-dnat", "filter hook output priority -110"),
    chain("filter-input", "filter hook input priority 0"),
    chain("filter-forward", "filter hook forward priority 0"),
    chain("filter-output", "filter hook output priority 0"),
    chain("nat-prerouting", "nat hook prerouting priority -100"),
    chain("nat-output", "nat hook output priority -100"),
    chain("nat-postrouting", "nat hook postrouting priority 100"),
    ...["nodeport-endpoints-check", "service-endpoints-check", "firewall-check", "services", "masquerading", "cluster-ips-check"].map(
      (name) => chain(name),
    ),
    chain("mark-for-masquerade"),
    `add chain ${TABLE} reject-chain { comment "helper for @no-endpoint-services / @no-endpoint-nodeports" ; }`,
    `add set ${TABLE} cluster-ips { type ipv4_addr ; comment "Active ClusterIPs" ; }`,
    `add set ${TABLE} nodeport-ips { type ipv4_addr ; comment "IPs that accept NodePort traffic" ; }`,
    `add element ${TABLE} nodeport-ips { ${address} }`,
    map("no-endpoint-services", SERVICE_KEY, "vmap to drop or reject packets to services with no endpoints"),
    map("no-endpoint-nodeports", NODE_PORT_KEY, "vmap to drop or reject packets to service nodeports with no endpoints"),
    map("firewall-ips", SERVICE_KEY, "destinations that are subject to LoadBalancerSourceRanges"),
    map("service-ips", SERVICE_KEY, "ClusterIP, ExternalIP and LoadBalancer IP traffic"),
    map("service-nodeports", NODE_PORT_KEY, "NodePort traffic"),
    rule("filter-input", "ct state new jump nodeport-endpoints-check"),
    rule("filter-input", "ct state new jump service-endpoints-check"),
    rule("filter-forward", "ct state new jump service-endpoints-check"),
    rule("filter-output", "ct state new jump service-endpoints-check"),
    rule("filter-prerouting-pre-dnat", "ct state new jump firewall-check"),
    rule("filter-output-pre-dnat", "ct state new jump firewall-check"),
    rule("nat-output", "jump services"),
    rule("nat-prerouting", "jump services"),
    rule("nat-postrouting", "jump masquerading"),
    rule("filter-forward", "ct state new jump cluster-ips-check"),
    rule("filter-output", "ct state new jump cluster-ips-check"),
    rule("mark-for-masquerade", `mark set mark or ${MARK}`),
    rule("masquerading", `mark and ${MARK} == 0 return`),
    rule("masquerading", `mark set mark xor ${MARK}`),
    rule("masquerading", "masquerade fully-random"),
    rule("cluster-ips-check", 'ip daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs"'),
    rule("cluster-ips-check", `ip daddr { ${serviceCidr} } drop comment "Drop traffic to unallocated ClusterIPs"`),
    rule("reject-chain", "reject"),
    rule("service-endpoints-check", "ip daddr . meta l4proto . th dport vmap @no-endpoint-services"),
    rule("nodeport-endpoints-check", "ip daddr @nodeport-ips meta l4proto . th dport vmap @no-endpoint-nodeports"),
    rule("firewall-check", "ip daddr . meta l4proto . th dport vmap @firewall-ips"),
    rule("services", "ip daddr . meta l4proto . th dport vmap @service-ips"),
    rule("services", "ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports"),
    "",
  ].join("\n");
}

/** Chains before the elements and rules that name them. */
function writePort(lines: string[], port: PortOnNode, node: ProxyNode): void {
  const names = chainNames(port);
  for (const endpoint of port.reachable) lines.push(`chain ${TABLE} endpoint-${endpointName(port, endpoint)}`);
  if (port.cluster.length > 0) lines.push(`chain ${TABLE} ${names.cluster}`);
  if (port.local.length > 0) lines.push(`chain ${TABLE} ${names.local}`);
  if (port.hasEndpoints && port.isExternal) lines.push(`chain ${TABLE} ${names.external}`);
  writeElements(lines, port, names);
  const { address } = port.service;
  if (port.hasInternal)
    lines.push(`rule ${TABLE} ${names.internal} ip daddr ${address} ip saddr != ${node.clusterCidr} jump mark-for-masquerade`);
  if (port.hasEndpoints && port.isExternal) writeExternal(lines, port, names, node);
  if (port.service.affinitySeconds !== undefined) writeAffinitySets(lines, port, port.service.affinitySeconds);
  if (port.cluster.length > 0) writeSpread(lines, port, names.cluster, port.cluster);
  if (port.local.length > 0) writeSpread(lines, port, names.local, port.local);
  for (const endpoint of port.reachable) writeEndpoint(lines, port, endpoint);
}

function writeElements(lines: string[], port: PortOnNode, names: ChainNames): void {
  const { service, hasEndpoints, hasInternal, hasExternal, name } = port;
  const { protocol } = port.port;
  const verdict = hasEndpoints ? "drop" : "goto reject-chain";
  const key = (address: string): string => `${address} . ${protocol} . ${String(port.port.port)}`;
  const element = (map: string, text: string): void => {
    lines.push(`element ${TABLE} ${map} { ${text} }`);
  };
  element("cluster-ips", service.address);
  if (hasInternal) element("service-ips", `${key(service.address)} : goto ${names.internal}`);
  else element("no-endpoint-services", `${key(service.address)} comment "${name}" : ${verdict}`);
  for (const address of service.externalAddresses ?? []) {
    if (hasEndpoints) element("service-ips", `${key(address)} : goto ${names.external}`);
    if (!hasExternal) element("no-endpoint-services", `${key(address)} comment "${name}" : ${verdict}`);
  }
  const { nodePort } = port.port;
  if (nodePort === undefined) return;
  if (hasEndpoints) element("service-nodeports", `${protocol} . ${String(nodePort)} : goto ${names.external}`);
  if (!hasExternal) element("no-endpoint-nodeports", `${protocol} . ${String(nodePort)} comment "${name}" : ${verdict}`);
}

function writeExternal(lines: string[], { externalLocal, hasExternal }: PortOnNode, names: ChainNames, { clusterCidr }: ProxyNode): void {
  const rule = (text: string): void => {
    lines.push(`rule ${TABLE} ${names.external} ${text}`);
  };
  if (!externalLocal) rule("jump mark-for-masquerade");
  else {
    rule(`ip saddr ${clusterCidr} goto ${names.cluster} comment "short-circuit pod traffic"`);
    rule('fib saddr type local jump mark-for-masquerade comment "masquerade local traffic"');
    rule(`fib saddr type local goto ${names.cluster} comment "short-circuit local traffic"`);
  }
  if (hasExternal) rule(`goto ${externalLocal ? names.local : names.cluster}`);
}

function writeAffinitySets(lines: string[], port: PortOnNode, seconds: number): void {
  for (const endpoint of port.reachable) {
    const set = `affinity-${endpointName(port, endpoint)}`;
    lines.push(`set ${TABLE} ${set} { type ipv4_addr ; flags dynamic,timeout ; timeout ${String(seconds)}s ; }`);
  }
}

function writeSpread(lines: string[], port: PortOnNode, chain: string, endpoints: readonly PortEndpoint[]): void {
  if (port.service.affinitySeconds !== undefined) {
    for (const endpoint of endpoints) {
      const name = endpointName(port, endpoint);
      lines.push(`rule ${TABLE} ${chain} ip saddr @affinity-${name} goto endpoint-${name}`);
    }
  }
  const shares = endpoints.map((endpoint, index) => `${String(index)} : goto endpoint-${endpointName(port, endpoint)}`);
  lines.push(`rule ${TABLE} ${chain} numgen random mod ${String(endpoints.length)} vmap { ${shares.join(" , ")} }`);
}

function writeEndpoint(lines: string[], port: PortOnNode, endpoint: PortEndpoint): void {
  const name = endpointName(port, endpoint);
  const rule = (text: string): void => {
    lines.push(`rule ${TABLE} endpoint-${name} ${text}`);
  };
  rule(`ip saddr ${endpoint.ip} jump mark-for-masquerade`);
  if (port.service.affinitySeconds !== undefined) rule(`update @affinity-${name} { ip saddr }`);
  rule(`meta l4proto ${port.port.protocol} dnat to ${endpoint.text}`);
}

/** Chains of a Service's port. */
interface ChainNames {
  readonly cluster: string;
  readonly local: string;
  readonly external: string;
  readonly internal: string;
}

function chainNames(port: PortOnNode): ChainNames {
  const name = hashFirst(portName(port));
  const [cluster, local] = [`service-${name}`, `local-${name}`];
  return { cluster, local, external: `external-${name}`, internal: port.internalLocal ? local : cluster };
}

const portName = ({ service, port }: PortOnNode): string => [service.namespace, service.name, port.protocol, port.name].join("/");

const endpointName = (port: PortOnNode, { ip, port: number }: PortEndpoint): string =>
  hashFirst(`${portName(port)}__${ip}/${String(number)}`);

/** A name behind eight characters of its hash, so that similar ones can be told apart. */
const hashFirst = (name: string): string => `${base32(sha256(name), 8)}-${name}`;
