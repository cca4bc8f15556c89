/* The programs of pod-routing on a node's devices. They go with this process, and with their devices. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>
#include "loader.h"

struct routing_node {
	char name[MAX_NAME];
	bool by_clsact;
	struct bpf_object *object;
	struct routing_node *next;
};

static struct routing_node *nodes;

static int map_of(const struct routing_node *node, const char *name)
{
	return bpf_object__find_map_fd_by_name(node->object, name);
}

/* In the node's namespace. */
static bool on_device(const struct routing_node *node, const char *device, enum bpf_tc_attach_point point, const char *program)
{
	const struct device_hook at = {.device = (int)if_nametoindex(device), .point = point, .by_clsact = node->by_clsact};
	if (at.device == 0)
		return failed("%s has no device %s", node->name, device);
	return attach_to_device(node->object, at, program);
}

/* In the node's namespace. */
static bool on_own_devices(const struct routing_node *node, const struct routing_devices *wanted)
{
	uint32_t only = 0;
	struct own_devices own = {.card = if_nametoindex(wanted->card), .tunnel_id = wanted->tunnel_id};
	if (wanted->tunnel != NULL)
		own.tunnel = if_nametoindex(wanted->tunnel);
	if (bpf_map_update_elem(map_of(node, "devices"), &only, &own, BPF_ANY) != 0)
		return failed("the devices of %s cannot be written: %s", node->name, strerror(errno));
	return on_device(node, wanted->card, BPF_TC_INGRESS, "from_card") && on_device(node, wanted->host, BPF_TC_EGRESS, "from_node") &&
	       (wanted->tunnel == NULL || on_device(node, wanted->tunnel, BPF_TC_INGRESS, "from_tunnel"));
}

struct routing_node *routing_node(const char *name, const struct routing_devices *wanted)
{
	struct routing_node *node = must(calloc(1, sizeof *node));
	strncpy(node->name, name, MAX_NAME - 1);
	node->by_clsact = wanted->by_clsact;
	node->object = open_object("pod-routing");
	bool there = node->object != NULL && load_object(node->object, "pod-routing") && enter_namespace(name);
	if (there) {
		there = on_own_devices(node, wanted);
		leave_namespace();
	}
	if (!there) {
		if (node->object != NULL)
			bpf_object__close(node->object);
		free(node);
		return NULL;
	}
	node->next = nodes;
	nodes = node;
	return node;
}

bool add_pod(const struct routing_node *node, uint32_t address, const char *device, const unsigned char macs[12])
{
	struct pod pod = {0};
	if (!enter_namespace(node->name))
		return false;
	pod.device = if_nametoindex(device);
	memcpy(pod.macs, macs, sizeof pod.macs);
	bool added = bpf_map_update_elem(map_of(node, "pods"), &address, &pod, BPF_ANY) == 0 ||
		     failed("a pod of %s cannot be written: %s", node->name, strerror(errno));
	added = added && on_device(node, device, BPF_TC_INGRESS, "from_pod");
	leave_namespace();
	return added;
}

bool add_range(const struct routing_node *node, const struct range *range, uint32_t behind)
{
	return bpf_map_update_elem(map_of(node, "ranges"), range, &behind, BPF_ANY) == 0 ||
	       failed("a range of %s cannot be written: %s", node->name, strerror(errno));
}

/* A device's name in the namespace that this process is in. */
static const char *name_of(uint32_t index, char name[IF_NAMESIZE])
{
	return if_indextoname(index, name) == NULL ? "gone" : name;
}

static const char *address_text(uint32_t address, char text[INET_ADDRSTRLEN])
{
	return inet_ntop(AF_INET, &address, text, INET_ADDRSTRLEN);
}

/* In the node's namespace. What the maps hold now, and not what was asked for once. */
static void print_maps(const struct routing_node *node, FILE *lines)
{
	char device[IF_NAMESIZE], first[INET_ADDRSTRLEN], second[INET_ADDRSTRLEN];
	uint32_t only = 0, address, behind, *previous = NULL;
	struct own_devices own;
	struct pod pod;
	struct range range, *before = NULL;
	int pods = map_of(node, "pods"), ranges = map_of(node, "ranges");
	if (bpf_map_lookup_elem(map_of(node, "devices"), &only, &own) == 0) {
		fprintf(lines, "card %s\n", name_of(own.card, device));
		if (own.tunnel != 0)
			fprintf(lines, "tunnel %s %u\n", name_of(own.tunnel, device), own.tunnel_id);
	}
	for (; bpf_map_get_next_key(pods, previous, &address) == 0; previous = &address) {
		if (bpf_map_lookup_elem(pods, &address, &pod) == 0)
			fprintf(lines, "pod %s %s\n", address_text(address, first), name_of(pod.device, device));
	}
	for (; bpf_map_get_next_key(ranges, before, &range) == 0; before = &range) {
		if (bpf_map_lookup_elem(ranges, &range, &behind) == 0)
			fprintf(lines, "range %s/%u %s\n", address_text(range.address, first), range.length, address_text(behind, second));
	}
}

bool show_node(const char *name, char **shown)
{
	size_t size;
	const struct routing_node *node = nodes;
	while (node != NULL && strcmp(node->name, name) != 0)
		node = node->next;
	if (node == NULL)
		return failed("no programs of %s pass on pods' packets", name);
	if (!enter_namespace(name))
		return false;
	FILE *lines = must(open_memstream(shown, &size));
	print_maps(node, lines);
	fclose(lines);
	leave_namespace();
	return true;
}
