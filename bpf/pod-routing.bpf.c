/*
 * pod-routing: pods' packets by tc programs, past the node's IP stack and its rules. The way of packets is that of Cilium's host routing by eBPF
 * (bpf/bpf_lxc.c, bpf_host.c, bpf_overlay.c) and of Calico's eBPF dataplane.
 *
 * What a pod sends meets a program where it leaves the pod's link. For a pod of the same node it goes straight into that pod; for one of another node it
 * leaves by the card, its next hop asked of the node's routes, or by the tunnel. Where it arrives a program puts it straight into the pod. The node's
 * own packets for pods meet a program on a device that its routes lead to. What is for no pod is left to the node's stack.
 *
 * IPv4. Nothing is tracked, filtered or translated.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <stddef.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "ipv4.h"
#include "pod-routing.h"

enum {
	TUNNEL_TTL = 64,
	/* Before the tunnel's own address, which Linux knows since 6.0: an older one takes no longer key, and each newer one takes this. */
	TUNNEL_KEY_SIZE = offsetof(struct bpf_tunnel_key, local_ipv6),
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct own_devices);
} devices SEC(".maps");

/* By address. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_PODS);
	__type(key, __u32);
	__type(value, struct pod);
} pods SEC(".maps");

/* The node behind which a range of addresses lies. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, MAX_RANGES);
	__type(key, struct range);
	__type(value, __u32);
} ranges SEC(".maps");

/* What the programs read of a packet. */
struct header {
	__u32 to;
	__u8 ttl;
};

/* Reads the IP header where it lies; 0 where the packet is none that is routed here. */
static __always_inline int read_header(struct __sk_buff *skb, struct header *header)
{
	const struct iphdr *ip = ipv4_header(skb);
	if (!ip)
		return 0;
	*header = (struct header){.to = ip->daddr, .ttl = ip->ttl};
	return 1;
}

/* Decrements the TTL, as a router does. 0 where it has run out: the stack then sends the ICMP error. */
static __always_inline int pass_on(struct __sk_buff *skb, const struct header *header)
{
	__u8 ttl = header->ttl - 1;
	if (header->ttl <= 1)
		return 0;
	/* The checksum is over 16-bit words, in which the TTL is the first byte in network order. */
	bpf_l3_csum_replace(skb, ETH_HLEN + offsetof(struct iphdr, check), bpf_htons(header->ttl << 8), bpf_htons(ttl << 8), 2);
	bpf_skb_store_bytes(skb, ETH_HLEN + offsetof(struct iphdr, ttl), &ttl, sizeof ttl, 0);
	return 1;
}

static __always_inline int address_to(struct __sk_buff *skb, const struct header *header, const struct pod *pod)
{
	__u8 macs[sizeof pod->macs];
	if (!pass_on(skb, header))
		return 0;
	__builtin_memcpy(macs, pod->macs, sizeof macs);
	bpf_skb_store_bytes(skb, 0, macs, sizeof macs, 0);
	return 1;
}

/* Straight into the pod, past its link. */
static __always_inline int into(struct __sk_buff *skb, const struct header *header, const struct pod *pod)
{
	return address_to(skb, header, pod) ? bpf_redirect_peer(pod->device, 0) : TC_ACT_UNSPEC;
}

static __always_inline const struct own_devices *own_devices(void)
{
	__u32 only = 0;
	return bpf_map_lookup_elem(&devices, &only);
}

static __always_inline const __u32 *node_behind(__u32 address)
{
	struct range range = {.length = 32, .address = address};
	return bpf_map_lookup_elem(&ranges, &range);
}

static __always_inline int through_tunnel(struct __sk_buff *skb, const struct own_devices *own, __u32 node)
{
	struct bpf_tunnel_key key = {.tunnel_id = own->tunnel_id, .remote_ipv4 = bpf_ntohl(node), .tunnel_ttl = TUNNEL_TTL};
	if (bpf_skb_set_tunnel_key(skb, &key, TUNNEL_KEY_SIZE, BPF_F_ZERO_CSUM_TX))
		return TC_ACT_SHOT;
	return bpf_redirect(own->tunnel, 0);
}

/* Ingress of the node's end of a pod's link. */
SEC("tc")
int from_pod(struct __sk_buff *skb)
{
	struct header header;
	if (!read_header(skb, &header))
		return TC_ACT_UNSPEC;
	const struct pod *pod = bpf_map_lookup_elem(&pods, &header.to);
	if (pod)
		return into(skb, &header, pod);
	const __u32 *node = node_behind(header.to);
	const struct own_devices *own = own_devices();
	if (!node || !own)
		return TC_ACT_UNSPEC;
	if (own->tunnel)
		return through_tunnel(skb, own, *node);
	return pass_on(skb, &header) ? bpf_redirect_neigh(own->card, 0, 0, 0) : TC_ACT_UNSPEC;
}

/* Ingress of the node's card. */
SEC("tc")
int from_card(struct __sk_buff *skb)
{
	struct header header;
	if (!read_header(skb, &header))
		return TC_ACT_UNSPEC;
	const struct pod *pod = bpf_map_lookup_elem(&pods, &header.to);
	return pod ? into(skb, &header, pod) : TC_ACT_UNSPEC;
}

/* Ingress of the tunnel. Frames in it are addressed to no one in particular. */
SEC("tc")
int from_tunnel(struct __sk_buff *skb)
{
	struct header header;
	bpf_skb_change_type(skb, PACKET_HOST);
	if (!read_header(skb, &header))
		return TC_ACT_UNSPEC;
	const struct pod *pod = bpf_map_lookup_elem(&pods, &header.to);
	return pod ? into(skb, &header, pod) : TC_ACT_UNSPEC;
}

/* Egress of the device that the node's routes to pods lead to. Packets for unknown pods are dropped. */
SEC("tc")
int from_node(struct __sk_buff *skb)
{
	struct header header;
	if (!read_header(skb, &header))
		return TC_ACT_SHOT;
	const struct pod *pod = bpf_map_lookup_elem(&pods, &header.to);
	if (pod)
		return address_to(skb, &header, pod) ? bpf_redirect(pod->device, 0) : TC_ACT_SHOT;
	const __u32 *node = node_behind(header.to);
	const struct own_devices *own = own_devices();
	return node && own && own->tunnel ? through_tunnel(skb, own, *node) : TC_ACT_SHOT;
}

char _license[] SEC("license") = "Apache-2.0";
