/*
 * tc-nodeport: node ports and external addresses from outside, on the node's card, without netfilter.
 *
 * A packet for a Service is given an endpoint where it enters the card. An endpoint on this node gets it as it is (its source is kept) and answers by
 * the same card, where the answer is given the Service's address on its way out. An endpoint on another node gets it from this node's address, so
 * that it answers to this node, which passes the answer on. What belongs together stands in maps of its own; nothing is tracked by the kernel.
 *
 * Other packets go to the next program on the card, where there is one (pod-routing), and to the kernel's stack.
 *
 * IPv4; TCP and UDP. Fragments, IP options' meaning and ICMP errors are left to the kernel's stack.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <stddef.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "ipv4.h"
#include "services.h"

enum {
	/*
	 * Ports that a node dials other nodes' endpoints from in a client's place. They lie below net.ipv4.ip_local_port_range, from which its own
	 * connections have theirs, and below the range of node ports.
	 */
	FIRST_SOURCE_PORT = 10240,
	SOURCE_PORTS = 16384,
	/* Tries to find a free one. */
	TRIES = 16,
};

/* A source port is free again when its connection was closed or has been silent for so long. */
#define TCP_SILENCE (7200ull * 1000000000)
#define UDP_SILENCE (120ull * 1000000000)

enum { FROM_CLIENT = 1, FROM_ENDPOINT = 2, BOTH = 3 };
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };
enum { MORE_FRAGMENTS = 0x2000, FRAGMENT_OFFSET = 0x1fff };

/* A packet by its addresses; a key of both maps, so that it has no padding. */
struct flow {
	__u32 from, to;
	__u16 from_port, to_port;
	__u32 protocol;
};

/* Where the packets of a client go. */
struct forward {
	struct endpoint endpoint;
	/* The node's port in place of the client's; 0 where the source is kept. */
	__u16 source_port;
	__u16 reserved;
	__u32 slot;
};

/* What an answer becomes: by the flow of the answer. */
struct backward {
	__u64 last;
	__u32 client, service;
	__u16 client_port, service_port;
	/* FROM_CLIENT, FROM_ENDPOINT: who has closed the connection. */
	__u32 closed;
};

struct affinity_key {
	__u32 client;
	__u32 service;
};

struct affinity {
	__u64 last;
	__u32 slot;
	__u32 address;
	__u16 port;
	__u16 reserved[3];
};

/* A packet as it was met. */
struct packet {
	struct flow flow;
	/* Offset of the TCP or UDP header, bytes. */
	__u32 transport;
	__u32 tcp_flags;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct node);
} nodes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct frontend_key);
	__type(value, struct frontend);
} frontends SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, block);
} blocks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct endpoint);
} endpoints SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_REMEMBERED);
	__type(key, struct affinity_key);
	__type(value, struct affinity);
} affinities SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_REMEMBERED);
	__type(key, struct flow);
	__type(value, struct forward);
} forwards SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_REMEMBERED);
	__type(key, struct flow);
	__type(value, struct backward);
} backwards SEC(".maps");

/* Addresses of frontends, and the node's own. Packets to any other address are not ours, and most are such. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u8);
} addresses SEC(".maps");

/* Reads addresses where they lie; 0 where the packet is none of ours to judge. */
static __always_inline int read_packet(struct __sk_buff *skb, struct packet *packet)
{
	const struct iphdr *ip = ipv4_header(skb);
	if (!ip || ip->ihl < 5)
		return 0;
	if ((ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP) || ip->frag_off & bpf_htons(MORE_FRAGMENTS | FRAGMENT_OFFSET))
		return 0;
	packet->flow = (struct flow){.from = ip->saddr, .to = ip->daddr, .protocol = ip->protocol};
	packet->transport = ETH_HLEN + ip->ihl * 4;
	packet->tcp_flags = 0;
	return 1;
}

/* Reads ports and flags, which most packets are not asked for. */
static __always_inline int read_transport(struct __sk_buff *skb, struct packet *packet)
{
	__u16 ports[2];
	__u8 flags;
	if (bpf_skb_load_bytes(skb, packet->transport, ports, sizeof ports))
		return 0;
	packet->flow.from_port = ports[0];
	packet->flow.to_port = ports[1];
	if (packet->flow.protocol != IPPROTO_TCP)
		return 1;
	if (bpf_skb_load_bytes(skb, packet->transport + 13, &flags, 1))
		return 0;
	packet->tcp_flags = flags;
	return 1;
}

static __always_inline void rewrite(struct __sk_buff *skb, const struct packet *packet, __u32 was, __u32 address, __u16 was_port, __u16 port,
				    __u32 address_at, __u32 port_at)
{
	int udp = packet->flow.protocol == IPPROTO_UDP;
	__u32 check = packet->transport + (udp ? 6 : 16);
	/* A UDP checksum of 0 says that there is none. */
	__u64 mangled = udp ? BPF_F_MARK_MANGLED_0 : 0;
	bpf_l4_csum_replace(skb, check, was, address, BPF_F_PSEUDO_HDR | mangled | sizeof address);
	bpf_l4_csum_replace(skb, check, was_port, port, mangled | sizeof port);
	bpf_l3_csum_replace(skb, ETH_HLEN + offsetof(struct iphdr, check), was, address, sizeof address);
	bpf_skb_store_bytes(skb, address_at, &address, sizeof address, 0);
	bpf_skb_store_bytes(skb, port_at, &port, sizeof port, 0);
}

static __always_inline void set_source(struct __sk_buff *skb, const struct packet *packet, __u32 address, __u16 port)
{
	rewrite(skb, packet, packet->flow.from, address, packet->flow.from_port, port, ETH_HLEN + offsetof(struct iphdr, saddr),
		packet->transport);
}

static __always_inline void set_destination(struct __sk_buff *skb, const struct packet *packet, __u32 address, __u16 port)
{
	rewrite(skb, packet, packet->flow.to, address, packet->flow.to_port, port, ETH_HLEN + offsetof(struct iphdr, daddr),
		packet->transport + sizeof(__u16));
}

static __always_inline __u32 closing(const struct packet *packet, __u32 side)
{
	if (packet->tcp_flags & TCP_RST)
		return BOTH;
	return packet->tcp_flags & TCP_FIN ? side : 0;
}

/* A connection's first packet: nothing of what was before with the same ports holds any more. */
static __always_inline int opens(const struct packet *packet)
{
	return (packet->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

static __always_inline int is_free(const struct backward *backward, __u32 protocol, __u64 time)
{
	return backward->closed == BOTH || time - backward->last > (protocol == IPPROTO_TCP ? TCP_SILENCE : UDP_SILENCE);
}

/* Takes a source port for a client's packets to an endpoint of another node; 0 when none is free. */
static __always_inline __u16 take_source_port(const struct node *node, const struct packet *packet, const struct endpoint *endpoint,
						const struct backward *fresh)
{
	struct flow answer = {
		.from = endpoint->address[0], .to = node->address, .from_port = endpoint->port, .protocol = packet->flow.protocol};
	__u32 start = bpf_get_prandom_u32();
	for (__u32 tried = 0; tried < TRIES; tried++) {
		answer.to_port = bpf_htons(FIRST_SOURCE_PORT + (start + tried * 1021) % SOURCE_PORTS);
		struct backward *taken = bpf_map_lookup_elem(&backwards, &answer);
		if (taken) {
			if (!is_free(taken, packet->flow.protocol, fresh->last))
				continue;
			struct flow old = {.from = taken->client,
					   .to = taken->service,
					   .from_port = taken->client_port,
					   .to_port = taken->service_port,
					   .protocol = packet->flow.protocol};
			/* Only one of two processors that want it gets it. */
			if (bpf_map_delete_elem(&backwards, &answer))
				continue;
			bpf_map_delete_elem(&forwards, &old);
		}
		if (bpf_map_update_elem(&backwards, &answer, fresh, BPF_NOEXIST) == 0)
			return answer.to_port;
	}
	return 0;
}

/* A search for an endpoint among those of a Service. */
struct search {
	block now;
	/* Where it begins. */
	__u32 hint;
	/* Where it ended; COUNT when it found nothing. */
	__u32 found;
	__u32 address;
	__u16 port;
};

static long look_at(__u32 tried, struct search *search)
{
	__u32 base = (__u32)search->now, count = search->now >> 32;
	__u32 slot = (search->hint + tried) % count;
	__u32 place = base + slot;
	struct endpoint *endpoint = bpf_map_lookup_elem(&endpoints, &place);
	if (!endpoint || endpoint->address[0] != search->address || endpoint->port != search->port)
		return 0;
	search->found = slot;
	return 1;
}

/* The slot of an endpoint in a Service; COUNT where it no longer belongs to it. */
static __always_inline __u32 slot_of(block now, __u32 hint, __u32 address, __u16 port)
{
	__u32 count = now >> 32;
	struct search search = {.now = now, .hint = hint, .found = count, .address = address, .port = port};
	bpf_loop(count, look_at, &search, 0);
	return search.found;
}

/* An endpoint for a client that has none; 0 where there is none. */
static __always_inline int choose(const struct packet *packet, const struct frontend *frontend, block now, __u64 time, struct forward *forward)
{
	__u32 base = (__u32)now, count = now >> 32;
	if (count == 0)
		return 0;
	__u32 slot = bpf_get_prandom_u32() % count;
	struct affinity_key key = {.client = packet->flow.from, .service = frontend->service};
	if (frontend->affinity_seconds != 0) {
		struct affinity *kept = bpf_map_lookup_elem(&affinities, &key);
		if (kept && time - kept->last < (__u64)frontend->affinity_seconds * 1000000000) {
			__u32 there = slot_of(now, kept->slot, kept->address, kept->port);
			if (there < count)
				slot = there;
		}
	}
	__u32 place = base + slot;
	struct endpoint *endpoint = bpf_map_lookup_elem(&endpoints, &place);
	if (!endpoint)
		return 0;
	forward->endpoint = *endpoint;
	forward->source_port = 0;
	forward->slot = slot;
	if (frontend->affinity_seconds != 0) {
		struct affinity fresh = {.last = time, .slot = slot, .address = endpoint->address[0], .port = endpoint->port};
		bpf_map_update_elem(&affinities, &key, &fresh, BPF_ANY);
	}
	return 1;
}

static __always_inline struct flow answer_of(const struct node *node, const struct packet *packet, const struct forward *forward)
{
	struct flow answer = {.from = forward->endpoint.address[0],
			      .from_port = forward->endpoint.port,
			      .to = packet->flow.from,
			      .to_port = packet->flow.from_port,
			      .protocol = packet->flow.protocol};
	if (!forward->endpoint.local) {
		answer.to = node->address;
		answer.to_port = forward->source_port;
	}
	return answer;
}

/* Notes the way back of a client's new flow, and takes a source port for it where it needs one; 0 when none is free. */
static __always_inline int open_way_back(const struct node *node, const struct packet *packet, struct forward *forward, __u64 time)
{
	struct backward fresh = {.last = time,
				 .client = packet->flow.from,
				 .service = packet->flow.to,
				 .client_port = packet->flow.from_port,
				 .service_port = packet->flow.to_port};
	if (forward->endpoint.local) {
		struct flow answer = answer_of(node, packet, forward);
		return bpf_map_update_elem(&backwards, &answer, &fresh, BPF_ANY) == 0;
	}
	forward->source_port = take_source_port(node, packet, &forward->endpoint, &fresh);
	return forward->source_port != 0;
}

static __always_inline int send_to_endpoint(struct __sk_buff *skb, const struct node *node, const struct packet *packet,
					    const struct forward *forward)
{
	set_destination(skb, packet, forward->endpoint.address[0], forward->endpoint.port);
	if (!forward->endpoint.local) {
		set_source(skb, packet, node->address, forward->source_port);
		return bpf_redirect_neigh(node->pods_device, 0, 0, 0);
	}
	/* The card's own children and ports are told apart by their MAC addresses; to all others the node routes. */
	if (forward->endpoint.on_segment) {
		__u8 mac[ETH_ALEN];
		__builtin_memcpy(mac, forward->endpoint.mac, ETH_ALEN);
		bpf_skb_store_bytes(skb, offsetof(struct ethhdr, h_dest), mac, ETH_ALEN, 0);
	}
	return TC_ACT_UNSPEC;
}

enum { NOT_OURS = -2 };

static __always_inline int from_client(struct __sk_buff *skb, const struct node *node, const struct packet *packet)
{
	struct frontend_key key = {.port = packet->flow.to_port, .protocol = (__u8)packet->flow.protocol, .family = 4};
	key.address[0] = packet->flow.to;
	struct frontend *frontend = bpf_map_lookup_elem(&frontends, &key);
	if (!frontend)
		return NOT_OURS;
	__u32 service = frontend->service;
	block *stored = bpf_map_lookup_elem(&blocks, &service);
	if (!stored)
		return NOT_OURS;
	block now = *(volatile block *)stored;
	__u32 count = now >> 32;
	__u64 time = bpf_ktime_get_ns();
	struct forward *known = bpf_map_lookup_elem(&forwards, &packet->flow);
	/* A connection stays with its endpoint. A new one, and each datagram, goes only to one that still belongs to the Service. */
	if (known && (packet->flow.protocol == IPPROTO_UDP || opens(packet))) {
		__u32 there = slot_of(now, known->slot, known->endpoint.address[0], known->endpoint.port);
		if (there >= count) {
			struct forward gone = *known;
			struct flow answer = answer_of(node, packet, &gone);
			bpf_map_delete_elem(&backwards, &answer);
			known = 0;
		}
	}
	if (known) {
		struct flow answer = answer_of(node, packet, known);
		struct backward *backward = bpf_map_lookup_elem(&backwards, &answer);
		if (backward && backward->client == packet->flow.from && backward->client_port == packet->flow.from_port &&
		    backward->service == packet->flow.to && backward->service_port == packet->flow.to_port) {
			backward->last = time;
			backward->closed = opens(packet) ? 0 : backward->closed | closing(packet, FROM_CLIENT);
			return send_to_endpoint(skb, node, packet, known);
		}
	}
	/* In the middle of a connection that no one remembers: no endpoint knows it either. */
	if (packet->flow.protocol == IPPROTO_TCP && !opens(packet) && !known)
		return TC_ACT_UNSPEC;
	struct forward fresh = {};
	if (known)
		fresh = *known;
	else if (!choose(packet, frontend, now, time, &fresh))
		/* The node's own stack refuses what no one listens to. */
		return frontend->flags & SILENT ? TC_ACT_SHOT : TC_ACT_UNSPEC;
	if (!open_way_back(node, packet, &fresh, time))
		return TC_ACT_SHOT;
	bpf_map_update_elem(&forwards, &packet->flow, &fresh, BPF_ANY);
	return send_to_endpoint(skb, node, packet, &fresh);
}

/* An answer to what this node asked in a client's place. */
static __always_inline int from_other_node(struct __sk_buff *skb, const struct node *node, const struct packet *packet)
{
	if (packet->flow.to != node->address)
		return NOT_OURS;
	struct backward *backward = bpf_map_lookup_elem(&backwards, &packet->flow);
	if (!backward)
		return NOT_OURS;
	backward->last = bpf_ktime_get_ns();
	backward->closed |= closing(packet, FROM_ENDPOINT);
	__u32 client = backward->client, service = backward->service;
	__u16 client_port = backward->client_port, service_port = backward->service_port;
	set_source(skb, packet, service, service_port);
	set_destination(skb, packet, client, client_port);
	return bpf_redirect_neigh(node->node_device, 0, 0, 0);
}

SEC("tc")
int nodeport_in(struct __sk_buff *skb)
{
	struct packet packet;
	__u32 only = 0;
	if (!read_packet(skb, &packet) || !bpf_map_lookup_elem(&addresses, &packet.flow.to) || !read_transport(skb, &packet))
		return TC_ACT_UNSPEC;
	struct node *node = bpf_map_lookup_elem(&nodes, &only);
	if (!node)
		return TC_ACT_UNSPEC;
	int verdict = from_client(skb, node, &packet);
	if (verdict == NOT_OURS)
		verdict = from_other_node(skb, node, &packet);
	return verdict == NOT_OURS ? TC_ACT_UNSPEC : verdict;
}

/* Answers of endpoints of this node. */
SEC("tc")
int nodeport_out(struct __sk_buff *skb)
{
	struct packet packet;
	if (!read_packet(skb, &packet) || !read_transport(skb, &packet))
		return TC_ACT_UNSPEC;
	struct backward *backward = bpf_map_lookup_elem(&backwards, &packet.flow);
	if (!backward)
		return TC_ACT_UNSPEC;
	backward->last = bpf_ktime_get_ns();
	backward->closed |= closing(&packet, FROM_ENDPOINT);
	__u32 service = backward->service;
	__u16 service_port = backward->service_port;
	set_source(skb, &packet, service, service_port);
	return TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "Apache-2.0";
