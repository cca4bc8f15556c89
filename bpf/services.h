/*
 * What podwire-ebpf writes into the maps and the programs read from them. Addresses and ports are in network byte order; an IPv4 address is the
 * first word of four.
 */
#ifndef PODWIRE_SERVICES_H
#define PODWIRE_SERVICES_H

#include <linux/types.h>

enum {
	/* Variants of one lab. */
	MAX_VARIANTS = 256,
	/* Namespaces whose sockets see Services, in all variants of one lab. */
	MAX_CLIENTS = 4096,
	/* Endpoints of one Service. */
	MAX_ENDPOINTS = 1024,
	/* Entries of each map that forgets what was not used for longest. */
	MAX_REMEMBERED = 65536,
	/* Ways back of TCP and connected UDP that need no memory of their own; a power of two. */
	PLACES = 16384,
};

/* Flags of a frontend. */
enum {
	/* Only endpoints on the client's own node: the frontend stands once more under that node. */
	OF_CLIENTS_NODE = 1,
	/* Says nothing where it has no endpoint (externalTrafficPolicy: Local), in place of a refusal. */
	SILENT = 2,
};

/* A namespace whose sockets see the Services of a variant. */
struct client {
	__u32 variant;
	__u32 reserved;
	/* Cookie of its node's namespace; a node is its own. */
	__u64 node;
};

/* Where a Service is dialled. */
struct frontend_key {
	/* Cookie of a node's namespace; 0 where the endpoints are the same for all nodes. */
	__u64 node;
	__u32 address[4];
	__u16 port;
	__u8 protocol;
	/* 4 or 6 */
	__u8 family;
	__u32 reserved;
};

struct frontend {
	/* Index of its Service in `blocks`. */
	__u32 service;
	__u32 flags;
	/* How long a client keeps its endpoint after its last connection; 0: it does not. */
	__u32 affinity_seconds;
};

/*
 * A Service's endpoints: COUNT << 32 | BASE, its place in `endpoints`. One write of it puts new endpoints in the place of old ones; who reads sees
 * either, and never the count of one with the base of the other.
 */
typedef __u64 block;

/* 32 bytes: values of an array lie eight bytes apart, or a multiple of that, and the loader writes them where they lie. */
struct endpoint {
	__u32 address[4];
	__u16 port;
	/* Of this node; used by tc-nodeport only. */
	__u8 local;
	/* Its frames have to be addressed to `mac`: a child of the node's card, or a port of the bridge over it. */
	__u8 on_segment;
	__u8 mac[6];
	__u16 reserved[3];
};

_Static_assert(sizeof(struct endpoint) % 8 == 0, "endpoints lie side by side");

/* An address of either family. A v4-mapped one (::ffff:a.b.c.d, what a dual-stack socket dials) is the IPv4 address that it means. */
struct peer {
	__u32 address[4];
	__u16 port;
	__u8 family;
	__u8 mapped;
};

/* What a socket believes to talk to, by what it really talks to. */
struct way_back {
	struct peer endpoint;
	struct peer service;
};

/* A place for the way back of a connected socket: one cache line, which the kernel gives tables that can be mapped. */
struct place {
	/* Cookie of the socket, which no later one has again; 0: free; TAKEN: someone writes it. */
	__u64 owner;
	struct way_back way;
	__u64 reserved[2];
};

_Static_assert(sizeof(struct place) == 64, "a place is one cache line");

/* What tc-nodeport knows of its node. */
struct node {
	__u32 address;
	/* Devices: the one that holds the node's address, and the one by which pods of other nodes are reached. */
	__u32 node_device;
	__u32 pods_device;
};

#endif
