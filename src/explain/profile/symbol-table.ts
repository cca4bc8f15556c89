/**
 * Which part of the network a function of the kernel belongs to.
 *
 * Rows in order, the first match wins; `*` stands for any characters. Names are those of Linux 5.10 to 6.18.
 * @packageDocumentation
 */
import type { LayerName } from "../layer-names.js";

/** Where CPU time goes that no layer of a pod's way owns: every network has it, a bare host too. */
export const SHARED_LAYERS = [
  ["program", "the programs themselves"],
  ["other-programs", "other programs"],
  ["tcp-udp", "TCP and UDP"],
  ["sockets", "sockets"],
  ["copy", "copying"],
  ["ip", "IP input and output"],
  ["receive", "receiving, device to stack"],
  ["transmit", "sending, stack to device"],
  ["softirq", "softirq and NAPI"],
  ["packet-memory", "memory of packets"],
  ["bpf", "eBPF and tc"],
  ["driver", "drivers"],
  ["scheduler", "scheduler and wake-ups"],
  ["locks", "locks"],
  ["system-calls", "system calls"],
  ["other-kernel", "the rest of the kernel"],
  ["unresolved", "not resolved"],
  ["idle", "idle"],
] as const;

/** A part that every network has. */
export type SharedLayer = (typeof SHARED_LAYERS)[number][0];

/** Rules of all owners: a function does not say whose rule it evaluates. */
export const RULES = "ruleset";

/** A layer of a profile: one of the waterfall's, `ruleset` for all rules, or a part that every network has. */
export type ProfileLayer = Exclude<LayerName, `ruleset:${string}`> | typeof RULES | SharedLayer;

/** One row: its title, the layer that it counts for, its symbols. */
export interface SymbolRow {
  readonly row: string;
  readonly layer: ProfileLayer;
  readonly symbols: readonly string[];
  /** Done on behalf of whoever calls: it counts for the nearest caller that is named by another row, and for its own layer where there is none. */
  readonly generic?: true;
}

/** The table. */
export const SYMBOL_ROWS: readonly SymbolRow[] = [
  { row: "netfilter core", layer: RULES, symbols: ["nf_hook_slow*", "nf_queue*", "nf_reinject*"] },
  {
    row: "iptables",
    layer: RULES,
    symbols: [
      "ipt_do_table",
      "ip6t_do_table",
      "conntrack_mt*",
      "comment_mt",
      "addrtype_mt*",
      "mark_mt",
      "tcp_mt",
      "udp_mt",
      "ip_set_test",
      "hash_net*",
      "set_match*",
    ],
  },
  { row: "nftables", layer: RULES, symbols: ["nft_do_chain*", "nft_*_eval", "nft_*lookup*", "nft_nat_do_chain"] },
  {
    row: "conntrack",
    layer: "conntrack",
    symbols: ["nf_conntrack_*", "__nf_conntrack_*", "nf_ct_*", "nf_confirm", "init_conntrack", "resolve_normal_ct", "ipv4_conntrack_*"],
  },
  { row: "NAT", layer: "masquerade", symbols: ["nf_nat_*", "l4proto_manip_pkt"] },
  { row: "flowtable", layer: RULES, symbols: ["nf_flow_*"] },
  { row: "IPVS", layer: "service-nat", symbols: ["ip_vs_*"] },
  { row: "ebtables", layer: RULES, symbols: ["ebt_do_table"] },
  { row: "bridge-nf", layer: "br-netfilter", symbols: ["br_nf_*"] },
  { row: "bridge", layer: "bridge", symbols: ["br_*", "__br_forward"] },
  {
    row: "VXLAN, UDP tunnels",
    layer: "encapsulation",
    symbols: ["vxlan_*", "udp_tunnel_*", "iptunnel_*", "__iptunnel_*", "gro_cell*"],
  },
  { row: "Geneve, IP-in-IP", layer: "encapsulation", symbols: ["geneve_*", "ipip_*", "ip_tunnel_*"] },
  { row: "WireGuard", layer: "crypto", symbols: ["wg_*", "chacha20*", "poly1305*"] },
  { row: "Open vSwitch", layer: "bridge", symbols: ["ovs_*"] },
  { row: "veth", layer: "namespace-veth", symbols: ["veth_*", "dev_forward_skb*", "__dev_forward_skb*"] },
  {
    row: "macvlan, ipvlan, vlan, netkit, tun",
    layer: "namespace-veth",
    symbols: ["macvlan_*", "ipvlan_*", "vlan_*", "netkit_*", "tun_*"],
  },
  {
    row: "receiving",
    layer: "receive",
    symbols: ["__netif_receive_skb*", "netif_receive_skb*", "netif_rx*", "enqueue_to_backlog", "process_backlog"],
  },
  { row: "RPS", layer: "receive", symbols: ["get_rps_cpu", "rps_trigger_softirq", "net_rps_send_ipi"] },
  {
    row: "sending, qdiscs",
    layer: "transmit",
    symbols: [
      "__dev_queue_xmit",
      "dev_hard_start_xmit",
      "validate_xmit_skb*",
      "sch_direct_xmit",
      "__qdisc_run",
      "pfifo_fast_*",
      "fq_*",
      "tbf_*",
    ],
  },
  {
    row: "softirq, NAPI",
    layer: "softirq",
    symbols: [
      "net_rx_action",
      "net_tx_action",
      "__napi_poll",
      "napi_*",
      "handle_softirqs",
      "__do_softirq",
      "__local_bh_enable_ip",
      "do_softirq*",
      "run_ksoftirqd",
      "irq_exit_rcu",
    ],
  },
  {
    row: "socket look-up",
    layer: "sockets",
    symbols: ["__inet_lookup_*", "inet_csk_*", "*inet_hash_connect", "sock_poll", "sk_filter*", "packet_rcv", "icmp_rcv", "eth_type_trans"],
  },
  { row: "IP forwarding", layer: "routing", symbols: ["ip_forward*"] },
  {
    row: "IP input, output",
    layer: "ip",
    symbols: [
      "ip_rcv*",
      "ip_list_rcv",
      "ip_sublist_rcv",
      "ip_local_deliver*",
      "ip_output",
      "ip_finish_output*",
      "ip_local_out",
      "__ip_queue_xmit",
    ],
  },
  { row: "FIB, neighbours", layer: "routing", symbols: ["fib_*", "ip_route_*", "__mkroute_*", "neigh_*", "arp_*"] },
  { row: "GRO, GSO", layer: "offload", symbols: ["dev_gro_receive", "inet_gro_*", "*_gro_receive", "skb_segment*", "*_gso_segment"] },
  {
    row: "TCP, UDP",
    layer: "tcp-udp",
    symbols: ["tcp_*", "tcp4_*", "__tcp_*", "inet_sendmsg", "inet_recvmsg", "udp_*", "__udp4_*"],
  },
  // The allocator itself serves everyone.
  { row: "slab", layer: "packet-memory", symbols: ["kmem_cache_*"], generic: true },
  {
    row: "packets' memory",
    layer: "packet-memory",
    symbols: [
      "__alloc_skb",
      "__build_skb*",
      "skb_release_*",
      "kfree_skb*",
      "consume_skb",
      "skb_clone",
      "skb_copy",
      "pskb_expand_head",
      "page_frag_*",
    ],
  },
  {
    row: "copying",
    layer: "copy",
    symbols: ["_copy_to_iter", "_copy_from_iter", "rep_movs_alternative", "skb_copy_datagram*"],
  },
  { row: "checksums", layer: "offload", symbols: ["csum_partial*", "skb_checksum*"] },
  { row: "flow hash", layer: "receive", symbols: ["__skb_flow_dissect", "__skb_get_hash*"] },
  {
    row: "eBPF, tc, XDP",
    layer: "bpf",
    symbols: [
      "bpf_prog_*",
      "bpf_*",
      "__bpf_*",
      "skb_do_redirect",
      "cls_bpf_*",
      "tcf_*",
      "tc_run",
      "tcx_run",
      "xdp_*",
      "dev_map_*",
      "trie_lookup_elem",
    ],
  },
  { row: "drivers", layer: "driver", symbols: ["virtnet_*", "receive_buf", "start_xmit", "mlx5e_*", "ice_*", "i40e_*", "ena_*"] },
  {
    row: "scheduler, wake-ups",
    layer: "scheduler",
    symbols: [
      "__schedule",
      "schedule*",
      "try_to_wake_up",
      "ttwu_*",
      "finish_task_switch",
      "sock_def_readable",
      "__wake_up*",
      "ep_*",
      "do_epoll_wait",
    ],
  },
  { row: "locks", layer: "locks", symbols: ["_raw_spin_*", "native_queued_spin_lock_slowpath"], generic: true },
  { row: "system calls", layer: "system-calls", symbols: ["entry_SYSCALL_64", "do_syscall_64", "__x64_sys_*", "security_*"] },
  { row: "idle", layer: "idle", symbols: ["*idle*", "pv_native_safe_halt"] },
];

/** The row of a kernel function; undefined where none names it. The result is remembered: a profile has few functions and many samples. */
export function rowOf(symbol: string): SymbolRow | undefined {
  const known = REMEMBERED.get(symbol);
  if (known !== undefined) return known.row;
  const row = MATCHERS.find(({ matches }) => matches(symbol))?.row;
  REMEMBERED.set(symbol, { row });
  return row;
}

const SHARED: ReadonlySet<string> = new Set(SHARED_LAYERS.map(([name]) => name));

/** Whether it is a layer of a pod's way, and no part that every network has. */
export const isOfTheWay = (layer: string): boolean => !SHARED.has(layer);

/** A layer as reports call it. */
export const sharedTitle = (layer: string): string | undefined =>
  layer === RULES ? "rules" : SHARED_LAYERS.find(([name]) => name === layer)?.[1];

const REMEMBERED = new Map<string, { readonly row: SymbolRow | undefined }>();

const MATCHERS = SYMBOL_ROWS.map((row) => {
  const pattern = new RegExp(`^(?:${row.symbols.map(expression).join("|")})$`);
  return { row, matches: (symbol: string) => pattern.test(symbol) };
});

/** Names hold word characters and dots only. */
function expression(name: string): string {
  return name.replaceAll(".", "\\.").replaceAll("*", ".*");
}
