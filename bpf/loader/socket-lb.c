/* The programs of socket-lb and their tables. The links live as long as this process: with it, all is gone. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "loader.h"

struct variant {
	char prefix[MAX_NAME];
	struct table table;
};

/* A namespace of a variant. */
struct member {
	uint32_t variant;
	char name[MAX_NAME];
};

static struct bpf_object *object;
static struct variant variants[MAX_VARIANTS];
static uint32_t variant_count;
static struct member members[MAX_CLIENTS];
static uint32_t member_count;

static int map_of(const char *name)
{
	return bpf_object__find_map_fd_by_name(object, name);
}

enum { HOOKS = 9 };

/* All links or none. They are given back by the kernel when this process ends. */
static bool attach_all(struct bpf_object *to_attach, int cgroup)
{
	struct bpf_link *links[HOOKS];
	struct bpf_program *program;
	int made = 0;
	bpf_object__for_each_program(program, to_attach) {
		struct bpf_link *link = made == HOOKS ? NULL : bpf_program__attach_cgroup(program, cgroup);
		if (link != NULL) {
			links[made++] = link;
			continue;
		}
		failed("%s cannot be attached to the cgroup: %s", bpf_program__name(program), strerror(errno));
		while (made > 0)
			bpf_link__destroy(links[--made]);
		return false;
	}
	return true;
}

static bool attached(void)
{
	if (object != NULL)
		return true;
	struct bpf_object *loaded = open_object("socket-lb");
	if (loaded == NULL || !load_object(loaded, "socket-lb"))
		return false;
	int cgroup = own_cgroup();
	bool all = cgroup >= 0 && attach_all(loaded, cgroup);
	if (cgroup >= 0)
		close(cgroup);
	if (all)
		object = loaded;
	else
		bpf_object__close(loaded);
	return all;
}

static bool make_tables(struct table *table, struct demand room)
{
	LIBBPF_OPTS(bpf_map_create_opts, array, .map_flags = BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	table->frontends = bpf_map_create(BPF_MAP_TYPE_HASH, "frontends", sizeof(struct frontend_key), sizeof(struct frontend), room.frontends, NULL);
	table->blocks = bpf_map_create(BPF_MAP_TYPE_ARRAY, "blocks", sizeof(uint32_t), sizeof(block), room.services, &array);
	table->endpoints = bpf_map_create(BPF_MAP_TYPE_ARRAY, "endpoints", sizeof(uint32_t), sizeof(struct endpoint), room.endpoints, &array);
	if (table->frontends < 0 || table->blocks < 0 || table->endpoints < 0)
		return failed("tables for %u Services cannot be made: %s", room.services, strerror(errno));
	return open_table(table, room);
}

static bool show_tables(const struct table *table, uint32_t number)
{
	return (bpf_map_update_elem(map_of("frontends"), &number, &table->frontends, BPF_ANY) == 0 &&
		bpf_map_update_elem(map_of("blocks"), &number, &table->blocks, BPF_ANY) == 0 &&
		bpf_map_update_elem(map_of("endpoints"), &number, &table->endpoints, BPF_ANY) == 0) ||
	       failed("a variant's tables cannot be put in their places: %s", strerror(errno));
}

static struct variant *variant_of(const char *prefix)
{
	for (uint32_t i = 0; i < variant_count; i++) {
		if (strcmp(variants[i].prefix, prefix) == 0)
			return &variants[i];
	}
	return NULL;
}

struct table *variant_table(const char *prefix, struct demand demand)
{
	struct variant *variant = variant_of(prefix);
	if (variant != NULL)
		return &variant->table;
	if (variant_count == MAX_VARIANTS) {
		failed("there is no room for more variants");
		return NULL;
	}
	if (!attached())
		return NULL;
	variant = &variants[variant_count];
	strncpy(variant->prefix, prefix, MAX_NAME - 1);
	variant->table = (struct table){0};
	if (!make_tables(&variant->table, with_room(demand)) || !show_tables(&variant->table, variant_count))
		return NULL;
	variant_count++;
	return &variant->table;
}

bool add_client(const char *prefix, const char *name, const char *node)
{
	struct variant *variant = variant_of(prefix);
	__u64 cookie;
	if (variant == NULL)
		return failed("a client stands before its variant's Services");
	struct client client = {.variant = (uint32_t)(variant - variants)};
	if (member_count == MAX_CLIENTS)
		return failed("there is no room for more namespaces");
	if (!cookie_of(name, &cookie) || !cookie_of(node, &client.node))
		return false;
	if (bpf_map_update_elem(map_of("clients"), &cookie, &client, BPF_ANY) != 0)
		return failed("%s cannot be made a client: %s", name, strerror(errno));
	struct member *member = &members[member_count++];
	member->variant = client.variant;
	strncpy(member->name, name, MAX_NAME - 1);
	return true;
}

bool destroy_udp(const char *prefix, const struct endpoint *gone, uint32_t count)
{
	struct variant *variant = variant_of(prefix);
	bool destroyed = true;
	for (uint32_t i = 0; variant != NULL && i < member_count; i++) {
		if (members[i].variant != variant - variants)
			continue;
		if (!enter_namespace(members[i].name))
			return false;
		destroyed = destroy_udp_sockets(gone, count) && destroyed;
		leave_namespace();
	}
	return destroyed;
}
