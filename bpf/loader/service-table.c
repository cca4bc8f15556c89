/*
 * The tables of Services as they are written. Endpoints of a Service lie side by side in a block. A change writes them into a free block, makes them
 * visible by one write, and gives the old block back; it is used again only once no program can be reading it any more.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <bpf/bpf.h>
#include "loader.h"

/* Blocks have a power of two of places, so that any of a size fits all of that size. */
enum { SIZES = 11 };

struct blocks {
	uint32_t *bases;
	uint32_t count, room;
};

/* Free blocks by size, and those that a program may still be reading. */
struct pool {
	struct blocks free[SIZES], given_back[SIZES];
};

/* Frontends that are to be written in one system call. */
struct pending {
	struct frontend_key *keys;
	struct frontend *values;
	uint32_t count, room;
};

struct demand with_room(struct demand demand)
{
	return (struct demand){
		.frontends = demand.frontends + 1024,
		.services = demand.services + 1024,
		/* Blocks are up to twice as large as what is in them. */
		.endpoints = 2 * demand.endpoints + 4 * MAX_ENDPOINTS,
	};
}

static void *map_memory(int map, size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
}

bool open_table(struct table *table, struct demand room)
{
	table->max_services = room.services;
	table->max_endpoints = room.endpoints;
	table->mapped_blocks = map_memory(table->blocks, room.services * sizeof(block));
	table->mapped_endpoints = map_memory(table->endpoints, room.endpoints * sizeof(struct endpoint));
	table->pool = must(calloc(1, sizeof *table->pool));
	table->pending = must(calloc(1, sizeof *table->pending));
	if (table->mapped_blocks == MAP_FAILED || table->mapped_endpoints == MAP_FAILED)
		return failed("the tables cannot be mapped: %s", strerror(errno));
	return true;
}

static uint32_t size_of(uint32_t count)
{
	uint32_t size = 0;
	while ((1u << size) < count)
		size++;
	return size;
}

static void keep(struct blocks *blocks, uint32_t base)
{
	if (blocks->count == blocks->room) {
		blocks->room = 2 * blocks->room + 16;
		blocks->bases = must(realloc(blocks->bases, blocks->room * sizeof *blocks->bases));
	}
	blocks->bases[blocks->count++] = base;
}

/*
 * Waits until no program reads what it looked up before. The kernel does so whenever a table in a table is written (maybe_wait_bpf_programs in
 * kernel/bpf/syscall.c), so one is kept that no program uses.
 */
static bool wait_for_readers(const struct table *table)
{
	static int barrier = -1;
	uint32_t only = 0;
	if (barrier < 0) {
		LIBBPF_OPTS(bpf_map_create_opts, options, .inner_map_fd = (uint32_t)table->frontends);
		barrier = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "barrier", sizeof only, sizeof only, 1, &options);
	}
	if (barrier >= 0 && bpf_map_update_elem(barrier, &only, &table->frontends, BPF_ANY) == 0)
		return true;
	return failed("running programs cannot be waited for: %s", strerror(errno));
}

static bool take_block(struct table *table, uint32_t size, uint32_t *base)
{
	struct blocks *free = &table->pool->free[size], *given_back = &table->pool->given_back[size];
	if (free->count == 0 && table->max_endpoints - table->used < (1u << size)) {
		if (given_back->count == 0)
			return failed("there is no room for more endpoints");
		if (!wait_for_readers(table))
			return false;
		while (given_back->count > 0)
			keep(free, given_back->bases[--given_back->count]);
	}
	if (free->count > 0) {
		*base = free->bases[--free->count];
		return true;
	}
	*base = table->used;
	table->used += 1u << size;
	return true;
}

static bool put_endpoints(struct table *table, uint32_t index, const struct endpoint *endpoints, uint32_t count)
{
	block *place = &table->mapped_blocks[index];
	block old = *place;
	uint32_t base = 0;
	if (count > MAX_ENDPOINTS)
		return failed("a Service has more than %d endpoints", MAX_ENDPOINTS);
	if (count > 0) {
		if (!take_block(table, size_of(count), &base))
			return false;
		memcpy(&table->mapped_endpoints[base], endpoints, count * sizeof *endpoints);
	}
	__atomic_store_n(place, (block)count << 32 | base, __ATOMIC_RELEASE);
	if (old >> 32 != 0)
		keep(&table->pool->given_back[size_of(old >> 32)], (uint32_t)old);
	return true;
}

static void put_frontend(struct pending *pending, const struct frontend_key *key, struct frontend value)
{
	if (pending->count == pending->room) {
		pending->room = 2 * pending->room + 64;
		pending->keys = must(realloc(pending->keys, pending->room * sizeof *pending->keys));
		pending->values = must(realloc(pending->values, pending->room * sizeof *pending->values));
	}
	pending->keys[pending->count] = *key;
	pending->values[pending->count++] = value;
}

bool put_service(struct table *table, const struct service *service)
{
	struct frontend known;
	bool is_known = false;
	for (uint32_t i = 0; !is_known && i < service->frontend_count; i++)
		is_known = bpf_map_lookup_elem(table->frontends, &service->frontends[i], &known) == 0;
	uint32_t index = is_known ? known.service : table->services;
	if (!is_known && table->services == table->max_services)
		return failed("there is no room for more Services");
	if (!put_endpoints(table, index, service->endpoints, service->endpoint_count))
		return false;
	if (!is_known)
		table->services++;
	for (uint32_t i = 0; i < service->frontend_count; i++) {
		struct frontend wanted = {.service = index, .flags = service->flags[i], .affinity_seconds = service->affinity_seconds};
		bool same = is_known && bpf_map_lookup_elem(table->frontends, &service->frontends[i], &known) == 0 &&
			    memcmp(&known, &wanted, sizeof wanted) == 0;
		if (!same)
			put_frontend(table->pending, &service->frontends[i], wanted);
	}
	return true;
}

/* Before the frontends themselves, so that none is passed by. */
static bool put_addresses(const struct table *table, const struct pending *pending)
{
	const uint8_t known = 1;
	for (uint32_t i = 0; table->addresses != 0 && i < pending->count; i++) {
		if (bpf_map_update_elem(table->addresses, &pending->keys[i].address[0], &known, BPF_ANY) != 0)
			return failed("an address cannot be written: %s", strerror(errno));
	}
	return true;
}

bool flush_table(struct table *table)
{
	struct pending *pending = table->pending;
	uint32_t written = 0;
	if (!put_addresses(table, pending))
		return false;
	while (written < pending->count) {
		uint32_t count = pending->count - written;
		LIBBPF_OPTS(bpf_map_batch_opts, options);
		/* A batch that fails says how far it came. */
		int result = bpf_map_update_batch(table->frontends, pending->keys + written, pending->values + written, &count, &options);
		written += count;
		if (result != 0)
			return failed("frontends cannot be written after %u of %u: %s", written, pending->count, strerror(-result));
	}
	free(pending->keys);
	free(pending->values);
	*pending = (struct pending){0};
	return true;
}

bool endpoints_at(const struct table *table, const struct frontend_key *at, const struct endpoint **endpoints, uint32_t *count)
{
	struct frontend found;
	if (bpf_map_lookup_elem(table->frontends, at, &found) != 0)
		return false;
	block now = table->mapped_blocks[found.service];
	*endpoints = &table->mapped_endpoints[(uint32_t)now];
	*count = now >> 32;
	return true;
}
