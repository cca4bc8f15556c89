/* The programs of tc-nodeport on nodes' cards. They go with this process, and with their card. */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>
#include "loader.h"

struct held_card {
	char node[MAX_NAME];
	struct bpf_object *object;
	struct table table;
	struct held_card *next;
};

static struct held_card *cards;

static bool size_map(struct bpf_object *object, const char *name, uint32_t entries)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, name);
	return (map != NULL && bpf_map__set_max_entries(map, entries) == 0) || failed("tc-nodeport has no map %s of %u entries", name, entries);
}

/* In the node's namespace. */
static bool put_on_card(const struct held_card *held, const struct card *card)
{
	uint32_t only = 0;
	struct node node = {.address = card->address,
			    .node_device = if_nametoindex(card->node_device),
			    .pods_device = if_nametoindex(card->pods_device)};
	int device = (int)if_nametoindex(card->card);
	if (device == 0 || node.node_device == 0 || node.pods_device == 0)
		return failed("%s has no device %s, %s or %s", card->node, card->card, card->node_device, card->pods_device);
	if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(held->object, "nodes"), &only, &node, BPF_ANY) != 0)
		return failed("the node cannot be written: %s", strerror(errno));
	/* Answers of other nodes' endpoints come to it. */
	const uint8_t known = 1;
	if (bpf_map_update_elem(held->table.addresses, &card->address, &known, BPF_ANY) != 0)
		return failed("the node's address cannot be written: %s", strerror(errno));
	const struct device_hook out = {.device = device, .point = BPF_TC_EGRESS, .by_clsact = card->by_clsact};
	const struct device_hook in = {.device = device, .point = BPF_TC_INGRESS, .by_clsact = card->by_clsact};
	return attach_to_device(held->object, out, "nodeport_out") && attach_to_device(held->object, in, "nodeport_in");
}

static bool load_card(struct held_card *held, struct demand room)
{
	held->object = open_object("tc-nodeport");
	if (held->object == NULL || !size_map(held->object, "frontends", room.frontends) || !size_map(held->object, "blocks", room.services) ||
	    !size_map(held->object, "endpoints", room.endpoints) || !size_map(held->object, "addresses", room.frontends + 1) || !load_object(held->object, "tc-nodeport"))
		return false;
	held->table.frontends = bpf_object__find_map_fd_by_name(held->object, "frontends");
	held->table.blocks = bpf_object__find_map_fd_by_name(held->object, "blocks");
	held->table.endpoints = bpf_object__find_map_fd_by_name(held->object, "endpoints");
	held->table.addresses = bpf_object__find_map_fd_by_name(held->object, "addresses");
	return open_table(&held->table, room);
}

struct table *card_table(const struct card *card, struct demand demand)
{
	for (struct held_card *held = cards; held != NULL; held = held->next) {
		if (strcmp(held->node, card->node) == 0)
			return &held->table;
	}
	struct held_card *held = must(calloc(1, sizeof *held));
	strncpy(held->node, card->node, MAX_NAME - 1);
	bool there = load_card(held, with_room(demand)) && enter_namespace(card->node);
	if (there) {
		there = put_on_card(held, card);
		leave_namespace();
	}
	if (!there) {
		if (held->object != NULL)
			bpf_object__close(held->object);
		free(held);
		return NULL;
	}
	held->next = cards;
	cards = held;
	return &held->table;
}
