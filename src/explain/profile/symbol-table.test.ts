import { expect, test } from "vitest";
import { rowOf, SYMBOL_ROWS } from "./symbol-table.js";

test.each([
  ["veth_xmit", "namespace-veth"],
  ["br_handle_frame", "bridge"],
  ["nf_hook_slow", "ruleset"],
  ["ipt_do_table", "ruleset"],
  ["nft_do_chain_ipv4", "ruleset"],
  ["nft_meta_get_eval", "ruleset"],
  ["nf_conntrack_in", "conntrack"],
  ["ipv4_conntrack_in", "conntrack"],
  ["nf_nat_packet", "masquerade"],
  ["vxlan_xmit", "encapsulation"],
  ["ip_tunnel_xmit", "encapsulation"],
  ["wg_packet_encrypt_worker", "crypto"],
  ["ip_forward", "routing"],
  ["fib_table_lookup", "routing"],
  ["tcp_v4_rcv", "tcp-udp"],
  ["net_rx_action", "softirq"],
  ["pv_native_safe_halt", "idle"],
  ["cpuidle_enter_state", "idle"],
])("%s belongs to %s", (symbol, layer) => {
  expect(rowOf(symbol)?.layer).toBe(layer);
});

test.each([
  // Each of these matches a later row too.
  ["br_nf_pre_routing", "br-netfilter"],
  ["tcp_mt", "ruleset"],
  ["udp_tunnel_xmit_skb", "encapsulation"],
  ["vxlan_gro_receive", "encapsulation"],
  ["napi_gro_receive", "softirq"],
  ["tcp4_gro_receive", "offload"],
  ["inet_csk_accept", "sockets"],
  ["tcp_gso_segment", "offload"],
  ["ip_vs_in_hook", "service-nat"],
])("%s belongs to %s, whose row stands first", (symbol, layer) => {
  expect(rowOf(symbol)?.layer).toBe(layer);
});

test.each(["memcpy", "__kmalloc", "skb_push", "veth", "xtcp_v4_rcv"])("%s has no row: it counts for its caller", (symbol) => {
  expect(rowOf(symbol)).toBeUndefined();
});

test("each row has a symbol that no row before it takes", () => {
  for (const row of SYMBOL_ROWS) {
    const examples = row.symbols.map((symbol) => symbol.replaceAll("*", "q"));
    expect(
      examples.map((symbol) => rowOf(symbol)?.row),
      row.row,
    ).toContain(row.row);
  }
});
