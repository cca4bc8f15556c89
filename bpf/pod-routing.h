/* What podwire-ebpf writes into the maps of pod-routing. Addresses are in network byte order. */
#ifndef PODWIRE_POD_ROUTING_H
#define PODWIRE_POD_ROUTING_H

#include <linux/types.h>

enum {
	/* Pods of one node. */
	MAX_PODS = 1024,
	/* Ranges of other nodes. */
	MAX_RANGES = 1024,
};

/* The node's own devices. */
struct own_devices {
	__u32 card;
	/* 0 where packets travel between nodes as they are. */
	__u32 tunnel;
	__u32 tunnel_id;
};

/* A pod of this node. */
struct pod {
	/* The node's end of its link. */
	__u32 device;
	/* MAC addresses of the pod's end and of the node's, as a frame for the pod begins with them. */
	__u8 macs[12];
};

/* A range of addresses: key of a trie. */
struct range {
	__u32 length;
	__u32 address;
};

#endif
