/* What the parts of podwire-ebpf share. */
#ifndef PODWIRE_LOADER_H
#define PODWIRE_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bpf/libbpf.h>
#include "../pod-routing.h"
#include "../services.h"

/* Longest name of a namespace under /run/netns, its end included. */
enum { MAX_NAME = 256 };

/* ---- failure.c ---- */

/* Notes why something failed, and gives false. Only the first reason since the last forget_failure is kept: what follows comes of it. */
bool failed(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *failure(void);
void forget_failure(void);
/* The machine's memory is used up: there is nothing left to do. */
void *must(void *memory);

/* ---- namespaces.c ---- */

/* The cookie of a namespace under /run/netns (SO_NETNS_COOKIE). */
bool cookie_of(const char *name, __u64 *cookie);
/* Enters a namespace under /run/netns; leave_namespace returns to this process's own. */
bool enter_namespace(const char *name);
void leave_namespace(void);
/* What stands before OWN in the name of the namespace that this process is in: `macvlan.open.` for `node-a` in `macvlan.open.node-a`. */
bool prefix_of(const char *own, char prefix[MAX_NAME]);

/* ---- service-table.c ---- */

/* The tables of one variant, or of one node's card. */
struct table {
	int frontends;
	int blocks;
	int endpoints;
	/* Of a card: the addresses that it looks at; 0 for sockets. */
	int addresses;
	block *mapped_blocks;
	struct endpoint *mapped_endpoints;
	uint32_t services, max_services;
	uint32_t used, max_endpoints;
	struct pool *pool;
	struct pending *pending;
};

/* How much a table has to hold. */
struct demand {
	uint32_t frontends, services, endpoints;
};

/* A Service as a line of text gives it. */
struct service {
	struct frontend_key *frontends;
	uint32_t *flags;
	uint32_t frontend_count;
	struct endpoint *endpoints;
	uint32_t endpoint_count;
	uint32_t affinity_seconds;
};

/* Room for what is asked, and for changes later on. */
struct demand with_room(struct demand demand);
/* Maps blocks and endpoints of tables that are made. */
bool open_table(struct table *table, struct demand room);
/* Writes a Service, or puts its new endpoints in the place of the old ones. Frontends that are new are seen after flush_table. */
bool put_service(struct table *table, const struct service *service);
bool flush_table(struct table *table);
/* The endpoints of the Service that is dialled at a frontend; false when there is none. */
bool endpoints_at(const struct table *table, const struct frontend_key *at, const struct endpoint **endpoints, uint32_t *count);

/* ---- objects.c ---- */

/* Opens an object of podwire's, which lies in one of the folders of PATH. */
struct bpf_object *open_object(const char *name);
/* Loads it; where the kernel refuses, the failure says what it lacks. */
bool load_object(struct bpf_object *object, const char *name);
/* The cgroup (version 2) that this process is in, as a file descriptor; -1 on failure. */
int own_cgroup(void);

/* ---- device-hooks.c ---- */

/* A place for a program at a device of the namespace that this process is in. */
struct device_hook {
	int device;
	enum bpf_tc_attach_point point;
	/* Not by TCX, though the kernel has it. */
	bool by_clsact;
};
/* Hangs a program there, before those that hang there already. */
bool attach_to_device(struct bpf_object *object, struct device_hook at, const char *name);
/* Prints the programs that hang on its devices by TCX, each hook's in the order in which packets meet them. */
bool print_tcx(void);

/* ---- socket-lb.c, tc-nodeport.c ---- */

/* The tables of the variant with this prefix of names. Attaches the programs for the first variant, and makes tables for each on first sight. */
struct table *variant_table(const char *prefix, struct demand demand);
bool add_client(const char *prefix, const char *name, const char *node);
/* Destroys the connected UDP sockets of the variant's clients that talk to endpoints that have gone. */
bool destroy_udp(const char *prefix, const struct endpoint *gone, uint32_t count);

/* A node's card. */
struct card {
	/* The node's namespace and the device in it by which packets come from outside. */
	const char *node, *card;
	/* The device that holds the node's address, and the one by which pods of other nodes are reached. */
	const char *node_device, *pods_device;
	uint32_t address;
	/* As of struct device_hook. */
	bool by_clsact;
};
/* The tables of a node's card; puts the programs on it on first sight. */
struct table *card_table(const struct card *card, struct demand demand);

/* ---- pod-routing.c ---- */

struct routing_node;
/* A node's devices: its card, the one that its own routes to pods lead to, and the tunnel; NULL where there is none. */
struct routing_devices {
	const char *card, *host, *tunnel;
	uint32_t tunnel_id;
	/* As of struct device_hook; of its pods' links too. */
	bool by_clsact;
};
/* Puts the programs on the devices of a node; pods and ranges follow. */
struct routing_node *routing_node(const char *name, const struct routing_devices *wanted);
/* A pod of the node, behind the node's end of its link. MACS are the pod's and the node's. */
bool add_pod(const struct routing_node *node, uint32_t address, const char *device, const unsigned char macs[12]);
/* A range that lies behind another node, by that one's address. */
bool add_range(const struct routing_node *node, const struct range *range, uint32_t behind);
/* What the programs of a node know, as text that the caller frees. */
bool show_node(const char *name, char **shown);

/* ---- peer-trial.c ---- */

/* In that namespace: sends a few datagrams by its loopback device, which a program there puts straight behind a veth. The address has a route by `lo`. */
bool try_peer(const char *namespace, const char *device, const char *address);

/* ---- udp-sockets.c ---- */

/* In the namespace that this process is in. */
bool destroy_udp_sockets(const struct endpoint *gone, uint32_t count);

/* ---- text.c ---- */

/* What a text loaded. */
struct loaded {
	uint32_t services, frontends, endpoints, pods;
	/* What the text asked to be shown; NULL where it asked for nothing. */
	char *shown;
};
/* Carries out a text (podwire-ebpf.c says which lines there are); the text is changed. Names of namespaces in it get the prefix. */
bool carry_out(char *text, const char *prefix, struct loaded *loaded);

#endif
