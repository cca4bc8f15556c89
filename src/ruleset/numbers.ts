/**
 * Numbers behind the names that rulesets use.
 * @packageDocumentation
 */

/** IP protocols by name (IANA, Assigned Internet Protocol Numbers); both names of ICMPv6. */
export const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipencap: 4,
  ipip: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  "ipv6-icmp": 58,
  ospf: 89,
  vrrp: 112,
  sctp: 132,
  udplite: 136,
};

/** Connection states as the kernel's bits (nf_conntrack_common.h, NF_CT_STATE_BIT). */
export const STATES: Readonly<Record<string, bigint>> = { INVALID: 1n, ESTABLISHED: 2n, RELATED: 4n, NEW: 8n, UNTRACKED: 64n };

/** Bits of a connection's status that matches name (enum ip_conntrack_status). */
export const STATUSES: Readonly<Record<string, bigint>> = {
  EXPECTED: 1n,
  SEEN_REPLY: 2n,
  ASSURED: 4n,
  CONFIRMED: 8n,
  SNAT: 16n,
  DNAT: 32n,
};

/** Kinds of addresses (rtnetlink.h, RTN_*). */
export const ADDRESS_TYPES: Readonly<Record<string, bigint>> = {
  UNSPEC: 0n,
  UNICAST: 1n,
  LOCAL: 2n,
  BROADCAST: 3n,
  ANYCAST: 4n,
  MULTICAST: 5n,
  BLACKHOLE: 6n,
  UNREACHABLE: 7n,
  PROHIBIT: 8n,
};

/** TCP's flags (RFC 9293, 3.1). */
export const TCP_FLAGS: Readonly<Record<string, bigint>> = {
  FIN: 1n,
  SYN: 2n,
  RST: 4n,
  PSH: 8n,
  ACK: 16n,
  URG: 32n,
  ECN: 64n,
  ECE: 64n,
  CWR: 128n,
  ALL: 63n,
  NONE: 0n,
};

/** ICMP types by the names of iptables and nft (RFC 792, RFC 4443). */
export const ICMP_TYPES: Readonly<Record<string, number>> = {
  "echo-reply": 0,
  pong: 0,
  "destination-unreachable": 3,
  "source-quench": 4,
  redirect: 5,
  "echo-request": 8,
  ping: 8,
  "router-advertisement": 9,
  "router-solicitation": 10,
  "time-exceeded": 11,
  "ttl-exceeded": 11,
  "parameter-problem": 12,
  "timestamp-request": 13,
  "timestamp-reply": 14,
};

/** The same of ICMPv6. */
export const ICMPV6_TYPES: Readonly<Record<string, number>> = {
  "destination-unreachable": 1,
  "packet-too-big": 2,
  "time-exceeded": 3,
  "ttl-exceeded": 3,
  "parameter-problem": 4,
  "echo-request": 128,
  "echo-reply": 129,
  "mld-listener-query": 130,
  "mld-listener-report": 131,
  "nd-router-solicit": 133,
  "router-solicitation": 133,
  "nd-router-advert": 134,
  "router-advertisement": 134,
  "nd-neighbor-solicit": 135,
  "neighbour-solicitation": 135,
  "neighbor-solicitation": 135,
  "nd-neighbor-advert": 136,
  "neighbour-advertisement": 136,
  "neighbor-advertisement": 136,
  "nd-redirect": 137,
};

/** Ports by the names that `iptables -L` and nft without `-n` print most; files with others name them by number. */
export const PORTS: Readonly<Record<string, number>> = {
  ssh: 22,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  http: 80,
  https: 443,
  ntp: 123,
  mdns: 5353,
};

/** Priorities by name (nft(8), "Standard priority names"). */
export const PRIORITIES: Readonly<Record<string, number>> = { raw: -300, mangle: -150, dstnat: -100, filter: 0, security: 50, srcnat: 100 };
