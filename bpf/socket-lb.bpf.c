/*
 * socket-lb: Services at the socket. A process that dials a Service is given one of its endpoints instead, so that no packet is ever translated, and
 * is shown the Service as its peer.
 *
 * The programs hang on a cgroup and so see each socket call of its processes. Only those of a namespace that stands in `clients` are touched. What
 * the kernel does around the hooks: net/ipv4/af_inet.c, udp.c, tcp_ipv4.c and their counterparts in net/ipv6, kernel/bpf/cgroup.c.
 */
#include <linux/bpf.h>
#include <linux/in.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "services.h"

enum { ECONNREFUSED = 111 };
enum { NANOSECONDS = 1000000000 };

/* What a hook tells the kernel. */
enum { FORBID = 0, ALLOW = 1 };

/* What became of an address. */
enum outcome { UNCHANGED, REFUSED, CHANGED };

/* Owners of a place that are no socket's cookie: the kernel counts cookies up from 1, and some down from the greatest number. */
#define FREE 0ULL
#define TAKEN (1ULL << 63)

struct affinity_key {
	/* Of the client's namespace. */
	__u64 cookie;
	__u32 variant;
	__u32 service;
};

struct affinity {
	__u64 last;
	/* Where the endpoint stood when it was used: looked at first. */
	__u32 slot;
	__u32 address[4];
	__u16 port;
	__u16 reserved;
};

struct datagram_key {
	/* Of the socket. */
	__u64 cookie;
	struct peer endpoint;
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CLIENTS);
	__type(key, __u64);
	__type(value, struct client);
} clients SEC(".maps");

/* A variant's own tables, by its number. They are made when the variant is loaded, as large as it needs them. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MAX_VARIANTS);
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__uint(max_entries, 1);
		/* Sizes: clang 14 does not describe types that only a table in a table has. */
		__uint(key_size, sizeof(struct frontend_key));
		__uint(value_size, sizeof(struct frontend));
	});
} frontends SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MAX_VARIANTS);
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
		__uint(max_entries, 1);
		__uint(key_size, sizeof(__u32));
		__uint(value_size, sizeof(block));
	});
} blocks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MAX_VARIANTS);
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
		__uint(max_entries, 1);
		__uint(key_size, sizeof(__u32));
		__uint(value_size, sizeof(struct endpoint));
	});
} endpoints SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_REMEMBERED);
	__type(key, struct affinity_key);
	__type(value, struct affinity);
} affinities SEC(".maps");

/*
 * TCP and connected UDP: as long as the socket lives. Each socket has one place here, by its cookie; while a living one with the same place has it, the
 * way back is in the storage of the socket. Storage alone would do, and costs two pieces of memory for each connection, which are given back after it
 * (docs/decisions/0020).
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, PLACES);
	__type(key, __u32);
	__type(value, struct place);
} places SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct way_back);
} peers SEC(".maps");

/* Unconnected UDP: one socket talks to many, and no one says when it is done. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_REMEMBERED);
	__type(key, struct datagram_key);
	__type(value, struct peer);
} datagram_peers SEC(".maps");

static __always_inline int same_peer(const struct peer *a, const struct peer *b)
{
	return a->address[0] == b->address[0] && a->address[1] == b->address[1] && a->address[2] == b->address[2] &&
	       a->address[3] == b->address[3] && a->port == b->port && a->family == b->family;
}

static __always_inline void copy_address(__u32 *to, const __u32 *from)
{
	to[0] = from[0];
	to[1] = from[1];
	to[2] = from[2];
	to[3] = from[3];
}

static __always_inline struct peer read4(struct bpf_sock_addr *ctx)
{
	struct peer peer = {.family = 4};
	peer.address[0] = ctx->user_ip4;
	peer.port = (__u16)ctx->user_port;
	return peer;
}

static __always_inline struct peer read6(struct bpf_sock_addr *ctx)
{
	struct peer peer = {.family = 6};
	__u32 first = ctx->user_ip6[0], second = ctx->user_ip6[1], third = ctx->user_ip6[2], fourth = ctx->user_ip6[3];
	peer.port = (__u16)ctx->user_port;
	if (first == 0 && second == 0 && third == bpf_htonl(0xffff)) {
		peer.family = 4;
		peer.mapped = 1;
		peer.address[0] = fourth;
		return peer;
	}
	peer.address[0] = first;
	peer.address[1] = second;
	peer.address[2] = third;
	peer.address[3] = fourth;
	return peer;
}

static __always_inline void write4(struct bpf_sock_addr *ctx, const struct peer *peer)
{
	ctx->user_ip4 = peer->address[0];
	ctx->user_port = peer->port;
}

static __always_inline void write6(struct bpf_sock_addr *ctx, const struct peer *peer)
{
	if (peer->mapped) {
		ctx->user_ip6[3] = peer->address[0];
	} else {
		ctx->user_ip6[0] = peer->address[0];
		ctx->user_ip6[1] = peer->address[1];
		ctx->user_ip6[2] = peer->address[2];
		ctx->user_ip6[3] = peer->address[3];
	}
	ctx->user_port = peer->port;
}

static __always_inline struct frontend *frontend_of(const struct client *client, const struct peer *peer, __u32 protocol)
{
	void *table = bpf_map_lookup_elem(&frontends, &client->variant);
	if (!table)
		return 0;
	struct frontend_key key = {.port = peer->port, .protocol = (__u8)protocol, .family = peer->family};
	copy_address(key.address, peer->address);
	struct frontend *found = bpf_map_lookup_elem(table, &key);
	if (!found || !(found->flags & OF_CLIENTS_NODE))
		return found;
	key.node = client->node;
	return bpf_map_lookup_elem(table, &key);
}

/* A search for an endpoint among those of a Service. */
struct search {
	void *table;
	block now;
	/* Where it begins. */
	__u32 hint;
	/* Where it ended; COUNT when it found nothing. */
	__u32 found;
	__u32 address[4];
	__u16 port;
};

static long look_at(__u32 tried, struct search *search)
{
	__u32 base = (__u32)search->now, count = search->now >> 32;
	__u32 slot = (search->hint + tried) % count;
	__u32 place = base + slot;
	struct endpoint *endpoint = bpf_map_lookup_elem(search->table, &place);
	if (!endpoint || endpoint->port != search->port || endpoint->address[0] != search->address[0] ||
	    endpoint->address[1] != search->address[1] || endpoint->address[2] != search->address[2] || endpoint->address[3] != search->address[3])
		return 0;
	search->found = slot;
	return 1;
}

/* The endpoint that the client used last, where it still belongs to the Service and is not due to be forgotten; else the one in `slot`. */
static __always_inline struct endpoint *kept_endpoint(void *table, block now, const struct affinity_key *key, __u32 seconds, __u32 slot)
{
	__u32 base = (__u32)now, count = now >> 32;
	__u64 time = bpf_ktime_get_ns();
	struct affinity fresh = {.last = time};
	struct affinity *kept = bpf_map_lookup_elem(&affinities, key);
	if (kept && time - kept->last < (__u64)seconds * NANOSECONDS) {
		struct search search = {.table = table, .now = now, .hint = kept->slot, .found = count, .port = kept->port};
		copy_address(search.address, kept->address);
		bpf_loop(count, look_at, &search, 0);
		if (search.found < count)
			slot = search.found;
	}
	__u32 place = base + slot;
	struct endpoint *endpoint = bpf_map_lookup_elem(table, &place);
	if (!endpoint)
		return 0;
	fresh.slot = slot;
	fresh.port = endpoint->port;
	copy_address(fresh.address, endpoint->address);
	bpf_map_update_elem(&affinities, key, &fresh, BPF_ANY);
	return endpoint;
}

static __always_inline struct place *place_of(__u64 cookie)
{
	__u32 index = cookie % PLACES;
	return bpf_map_lookup_elem(&places, &index);
}

/* Read once: another socket may take or leave it meanwhile. */
static __always_inline __u64 owner_of(const struct place *place)
{
	return *(const volatile __u64 *)&place->owner;
}

static __always_inline void leave_place(__u64 cookie)
{
	struct place *place = place_of(cookie);
	if (place && owner_of(place) == cookie)
		*(volatile __u64 *)&place->owner = FREE;
}

/* Whether the socket has the place now: it had it before, or no living socket has it. */
static __always_inline int take_place(__u64 cookie, const struct way_back *way)
{
	struct place *place = place_of(cookie);
	if (!place)
		return 0;
	if (owner_of(place) == cookie) {
		place->way = *way;
		return 1;
	}
	if (__sync_val_compare_and_swap(&place->owner, FREE, TAKEN) != FREE)
		return 0;
	place->way = *way;
	/* Seen after what it says. */
	__sync_lock_test_and_set(&place->owner, cookie);
	return 1;
}

/* A socket that is connected anew no longer talks to what it talked to before. */
static __always_inline void forget_peer(struct bpf_sock_addr *ctx)
{
	leave_place(bpf_get_socket_cookie(ctx));
	struct bpf_sock *sk = ctx->sk;
	if (sk)
		bpf_sk_storage_delete(&peers, sk);
}

static __always_inline int remember(struct bpf_sock_addr *ctx, const struct way_back *way, int connecting)
{
	__u64 cookie = bpf_get_socket_cookie(ctx);
	if (connecting) {
		struct bpf_sock *sk = ctx->sk;
		if (!sk)
			return 0;
		if (take_place(cookie, way)) {
			/* Its place may have been another's when it was connected before. */
			bpf_sk_storage_delete(&peers, sk);
			return 1;
		}
		struct way_back *stored = bpf_sk_storage_get(&peers, sk, (void *)way, BPF_SK_STORAGE_GET_F_CREATE);
		if (!stored)
			return 0;
		*stored = *way;
		return 1;
	}
	struct datagram_key key = {.cookie = cookie, .endpoint = way->endpoint};
	key.endpoint.mapped = 0;
	struct peer *known = bpf_map_lookup_elem(&datagram_peers, &key);
	/* Nothing is written for most datagrams: they go where the one before went. */
	if (known && same_peer(known, &way->service))
		return 1;
	return bpf_map_update_elem(&datagram_peers, &key, &way->service, BPF_ANY) == 0;
}

static __always_inline enum outcome refuse(void)
{
	/* Without it the caller would be told EPERM. */
	bpf_set_retval(-ECONNREFUSED);
	return REFUSED;
}

/* Puts an endpoint in the place of a Service that the client's variant has. */
static __always_inline enum outcome replace_service(struct bpf_sock_addr *ctx, const struct client *client, __u64 cookie, struct peer *peer, int connecting)
{
	__u32 protocol = ctx->protocol;
	struct frontend *frontend = frontend_of(client, peer, protocol);
	if (!frontend)
		return UNCHANGED;
	__u32 service = frontend->service;
	void *own_blocks = bpf_map_lookup_elem(&blocks, &client->variant);
	void *own_endpoints = bpf_map_lookup_elem(&endpoints, &client->variant);
	if (!own_blocks || !own_endpoints)
		return UNCHANGED;
	block *stored = bpf_map_lookup_elem(own_blocks, &service);
	if (!stored)
		return UNCHANGED;
	/* Read once: it may be written meanwhile. */
	block now = *(volatile block *)stored;
	__u32 count = now >> 32;
	if (count == 0)
		return refuse();
	/* All datagrams of a socket belong together (QUIC, TFTP), so they go to one endpoint as long as the Service stays as it is. */
	__u32 slot = (protocol == IPPROTO_TCP ? bpf_get_prandom_u32() : (__u32)bpf_get_socket_cookie(ctx)) % count;
	struct endpoint *endpoint;
	if (frontend->affinity_seconds != 0) {
		struct affinity_key key = {.cookie = cookie, .variant = client->variant, .service = service};
		endpoint = kept_endpoint(own_endpoints, now, &key, frontend->affinity_seconds, slot);
	} else {
		__u32 place = (__u32)now + slot;
		endpoint = bpf_map_lookup_elem(own_endpoints, &place);
	}
	if (!endpoint)
		return UNCHANGED;
	struct way_back way = {.endpoint = {.port = endpoint->port, .family = peer->family, .mapped = peer->mapped}, .service = *peer};
	copy_address(way.endpoint.address, endpoint->address);
	/* Whoever could not be shown the Service as its peer later is better refused now. */
	if (!remember(ctx, &way, connecting))
		return refuse();
	*peer = way.endpoint;
	return CHANGED;
}

static __always_inline enum outcome dial(struct bpf_sock_addr *ctx, struct peer *peer, int connecting)
{
	__u64 cookie = bpf_get_netns_cookie(ctx);
	struct client *client = bpf_map_lookup_elem(&clients, &cookie);
	if (!client || (ctx->protocol != IPPROTO_TCP && ctx->protocol != IPPROTO_UDP))
		return UNCHANGED;
	enum outcome outcome = replace_service(ctx, client, cookie, peer, connecting);
	/* A new Service's way back is written over the old one; where a connect() is refused, the socket stays with what it had. */
	if (connecting && outcome == UNCHANGED)
		forget_peer(ctx);
	return outcome;
}

static __always_inline struct way_back *way_back_of(struct bpf_sock *sk, __u64 cookie)
{
	struct place *place = place_of(cookie);
	if (place && owner_of(place) == cookie)
		return &place->way;
	return sk ? bpf_sk_storage_get(&peers, sk, 0, 0) : 0;
}

/* Puts the Service in the place of an endpoint. */
static __always_inline enum outcome show(struct bpf_sock_addr *ctx, struct peer *peer, int datagrams)
{
	__u64 namespace = bpf_get_netns_cookie(ctx);
	if (!bpf_map_lookup_elem(&clients, &namespace))
		return UNCHANGED;
	__u8 mapped = peer->mapped;
	__u64 cookie = bpf_get_socket_cookie(ctx);
	struct way_back *way = way_back_of(ctx->sk, cookie);
	if (way && same_peer(&way->endpoint, peer)) {
		*peer = way->service;
	} else {
		if (!datagrams)
			return UNCHANGED;
		struct datagram_key key = {.cookie = cookie, .endpoint = *peer};
		key.endpoint.mapped = 0;
		struct peer *service = bpf_map_lookup_elem(&datagram_peers, &key);
		if (!service)
			return UNCHANGED;
		*peer = *service;
	}
	/* A dual-stack socket sends to ::ffff:a.b.c.d by sendmsg4 and receives from it by recvmsg6. */
	peer->mapped = mapped;
	return CHANGED;
}

#define HOOK(name, read, write, act, how)                         \
	int name(struct bpf_sock_addr *ctx)                       \
	{                                                         \
		struct peer peer = read(ctx);                     \
		enum outcome outcome = act(ctx, &peer, how);      \
		if (outcome == CHANGED)                           \
			write(ctx, &peer);                        \
		return outcome == REFUSED ? FORBID : ALLOW;       \
	}

SEC("cgroup/connect4") HOOK(connect4, read4, write4, dial, 1)
SEC("cgroup/connect6") HOOK(connect6, read6, write6, dial, 1)
SEC("cgroup/sendmsg4") HOOK(sendmsg4, read4, write4, dial, 0)
SEC("cgroup/sendmsg6") HOOK(sendmsg6, read6, write6, dial, 0)
SEC("cgroup/recvmsg4") HOOK(recvmsg4, read4, write4, show, 1)
SEC("cgroup/recvmsg6") HOOK(recvmsg6, read6, write6, show, 1)
SEC("cgroup/getpeername4") HOOK(getpeername4, read4, write4, show, 0)
SEC("cgroup/getpeername6") HOOK(getpeername6, read6, write6, show, 0)

/*
 * The last process that had the socket closes it. Sockets of the kernel's own (NFS, SMC) do not come here: their places stay taken as long as the table
 * lives, and cost others no more than storage.
 */
SEC("cgroup/sock_release") int release(struct bpf_sock *sk)
{
	leave_place(bpf_get_socket_cookie(sk));
	return ALLOW;
}

char _license[] SEC("license") = "Apache-2.0";
