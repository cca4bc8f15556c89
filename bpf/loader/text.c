/* Carries out the lines that podwire-ebpf is given; podwire-ebpf.c says which there are. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "loader.h"

/* Most words of a line. */
enum { MAX_WORDS = 8 };

/* A text on its way. */
struct reading {
	const char *prefix;
	struct demand demand;
	struct loaded *loaded;
	/* Where Services go now. */
	struct table *table;
	bool for_sockets;
	/* How programs are put on devices from here on. */
	bool by_clsact;
	/* Where pods go now. */
	struct routing_node *node;
	/* The Service whose lines are being read. */
	bool in_service;
	struct service service;
	uint32_t frontend_room, endpoint_room;
};

static bool full_name(const struct reading *reading, const char *name, char full[MAX_NAME])
{
	int length = snprintf(full, MAX_NAME, "%s%s", reading->prefix, name);
	return (length > 0 && length < MAX_NAME) || failed("the name %s is too long", name);
}

static bool address_in(const char *text, uint32_t address[4], uint8_t *family)
{
	memset(address, 0, 4 * sizeof *address);
	*family = strchr(text, ':') == NULL ? 4 : 6;
	return inet_pton(*family == 4 ? AF_INET : AF_INET6, text, address) == 1 || failed("%s is no address", text);
}

static bool number_in(const char *text, unsigned long most, unsigned long *number)
{
	char *end;
	*number = strtoul(text, &end, 10);
	return (*text >= '0' && *text <= '9' && *end == '\0' && *number <= most) || failed("%s is no number up to %lu", text, most);
}

static bool port_in(const char *text, uint16_t *port)
{
	unsigned long number;
	if (!number_in(text, 65535, &number))
		return false;
	*port = htons((uint16_t)number);
	return true;
}

/* Connected UDP sockets of endpoints that the Service has no longer. */
static bool destroy_gone(const struct reading *reading, const struct endpoint *old, uint32_t old_count)
{
	const struct service *service = &reading->service;
	struct endpoint *gone = must(calloc(old_count + 1, sizeof *gone));
	uint32_t count = 0;
	bool destroyed = true;
	for (uint32_t i = 0; i < old_count; i++) {
		bool stays = false;
		for (uint32_t j = 0; !stays && j < service->endpoint_count; j++)
			stays = old[i].port == service->endpoints[j].port &&
				memcmp(old[i].address, service->endpoints[j].address, sizeof old[i].address) == 0;
		if (!stays)
			gone[count++] = old[i];
	}
	if (count > 0 && service->frontends[0].protocol == IPPROTO_UDP)
		destroyed = destroy_udp(reading->prefix, gone, count);
	free(gone);
	return destroyed;
}

static bool finish_service(struct reading *reading)
{
	const struct service *service = &reading->service;
	const struct endpoint *now;
	struct endpoint *old = NULL;
	uint32_t count = 0;
	if (!reading->in_service)
		return true;
	reading->in_service = false;
	if (service->frontend_count == 0)
		return failed("a Service has no frontend");
	reading->loaded->services++;
	reading->loaded->frontends += service->frontend_count;
	reading->loaded->endpoints += service->endpoint_count;
	if (reading->for_sockets && endpoints_at(reading->table, &service->frontends[0], &now, &count)) {
		old = must(calloc(count + 1, sizeof *old));
		memcpy(old, now, count * sizeof *old);
	}
	bool done = put_service(reading->table, service) && (count == 0 || destroy_gone(reading, old, count));
	free(old);
	return done;
}

static bool finish_section(struct reading *reading)
{
	return finish_service(reading) && (reading->table == NULL || flush_table(reading->table));
}

static bool read_sockets(struct reading *reading)
{
	reading->for_sockets = true;
	reading->table = variant_table(reading->prefix, reading->demand);
	return reading->table != NULL;
}

static bool read_client(struct reading *reading, char **words)
{
	char name[MAX_NAME], node[MAX_NAME];
	return full_name(reading, words[1], name) && full_name(reading, words[2], node) && add_client(reading->prefix, name, node);
}

static bool read_card(struct reading *reading, char **words)
{
	char node[MAX_NAME];
	uint32_t address[4];
	uint8_t family;
	if (!full_name(reading, words[1], node) || !address_in(words[5], address, &family))
		return false;
	struct card card = {.node = node,
			    .card = words[2],
			    .node_device = words[3],
			    .pods_device = words[4],
			    .address = address[0],
			    .by_clsact = reading->by_clsact};
	reading->for_sockets = false;
	reading->table = card_table(&card, reading->demand);
	return reading->table != NULL;
}

static bool read_pods(struct reading *reading, char **words, int count)
{
	char node[MAX_NAME];
	unsigned long id = 0;
	struct routing_devices devices = {.card = words[2], .host = words[3], .tunnel = count > 4 ? words[4] : NULL, .by_clsact = reading->by_clsact};
	if (!full_name(reading, words[1], node) || (count > 5 && !number_in(words[5], (1 << 24) - 1, &id)))
		return false;
	devices.tunnel_id = (uint32_t)id;
	reading->table = NULL;
	reading->node = routing_node(node, &devices);
	return reading->node != NULL;
}

static bool mac_in(const char *text, unsigned char mac[6])
{
	return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5) == 6 ||
	       failed("%s is no MAC address", text);
}

static bool ipv4_in(const char *text, uint32_t *address)
{
	return inet_pton(AF_INET, text, address) == 1 || failed("%s is no IPv4 address", text);
}

static bool read_pod(struct reading *reading, char **words)
{
	uint32_t address;
	unsigned char macs[12];
	if (reading->node == NULL)
		return failed("a pod stands before the line that says which node it is on");
	if (!ipv4_in(words[1], &address) || !mac_in(words[3], macs) || !mac_in(words[4], macs + 6))
		return false;
	reading->loaded->pods++;
	return add_pod(reading->node, address, words[2], macs);
}

static bool read_range(const struct reading *reading, char **words)
{
	char *length = words[1];
	const char *address = strsep(&length, "/");
	struct range range;
	uint32_t behind;
	unsigned long bits;
	if (reading->node == NULL)
		return failed("a range stands before the line that says which node knows it");
	if (length == NULL)
		return failed("%s has no length", address);
	if (!ipv4_in(address, &range.address) || !number_in(length, 32, &bits) || !ipv4_in(words[2], &behind))
		return false;
	range.length = (uint32_t)bits;
	return add_range(reading->node, &range, behind);
}

static bool read_show(const struct reading *reading, char **words)
{
	char node[MAX_NAME];
	free(reading->loaded->shown);
	reading->loaded->shown = NULL;
	return full_name(reading, words[1], node) && show_node(node, &reading->loaded->shown);
}

static bool read_service(struct reading *reading, char **words)
{
	unsigned long seconds;
	if (reading->table == NULL)
		return failed("a Service stands before the line that says whose it is");
	if (!finish_service(reading) || !number_in(words[1], 86400, &seconds))
		return false;
	reading->in_service = true;
	reading->service.frontend_count = 0;
	reading->service.endpoint_count = 0;
	reading->service.affinity_seconds = (uint32_t)seconds;
	return true;
}

/* What follows a frontend's port. */
static bool read_scope(const struct reading *reading, char **words, int count, struct frontend_key *key, uint32_t *flags)
{
	char node[MAX_NAME];
	*flags = 0;
	if (count == 4)
		return true;
	if (count == 6 && strcmp(words[4], "of") == 0)
		return full_name(reading, words[5], node) && cookie_of(node, &key->node);
	if (count == 5 && strcmp(words[4], "by-node") == 0)
		*flags = OF_CLIENTS_NODE;
	else if (count == 5 && strcmp(words[4], "silent") == 0)
		*flags = SILENT;
	else
		return failed("%s is neither by-node, nor silent, nor of a node", words[4]);
	return true;
}

static bool read_frontend(struct reading *reading, char **words, int count)
{
	struct service *service = &reading->service;
	struct frontend_key key = {0};
	uint32_t flags;
	if (!reading->in_service)
		return failed("a frontend stands outside of a Service");
	if (strcmp(words[1], "tcp") != 0 && strcmp(words[1], "udp") != 0)
		return failed("%s is neither tcp nor udp", words[1]);
	if (!address_in(words[2], key.address, &key.family) || !port_in(words[3], &key.port) || !read_scope(reading, words, count, &key, &flags))
		return false;
	key.protocol = strcmp(words[1], "tcp") == 0 ? IPPROTO_TCP : IPPROTO_UDP;
	if (service->frontend_count == reading->frontend_room) {
		reading->frontend_room = 2 * reading->frontend_room + 8;
		service->frontends = must(realloc(service->frontends, reading->frontend_room * sizeof *service->frontends));
		service->flags = must(realloc(service->flags, reading->frontend_room * sizeof *service->flags));
	}
	service->flags[service->frontend_count] = flags;
	service->frontends[service->frontend_count++] = key;
	return true;
}

static bool read_endpoint(struct reading *reading, char **words, int count)
{
	struct service *service = &reading->service;
	struct endpoint endpoint = {0};
	uint8_t family;
	if (!reading->in_service)
		return failed("an endpoint stands outside of a Service");
	if (!address_in(words[1], endpoint.address, &family) || !port_in(words[2], &endpoint.port))
		return false;
	if (count > 3 && strcmp(words[3], "here") != 0)
		return failed("%s is not here", words[3]);
	endpoint.local = count > 3;
	endpoint.on_segment = count > 4;
	if (count > 4 && !mac_in(words[4], endpoint.mac))
		return false;
	if (service->endpoint_count == reading->endpoint_room) {
		reading->endpoint_room = 2 * reading->endpoint_room + 8;
		service->endpoints = must(realloc(service->endpoints, reading->endpoint_room * sizeof *service->endpoints));
	}
	service->endpoints[service->endpoint_count++] = endpoint;
	return true;
}

static bool read_line(struct reading *reading, char *line)
{
	char *words[MAX_WORDS];
	int count = 0;
	for (char *word = strsep(&line, " "); word != NULL && count < MAX_WORDS; word = strsep(&line, " ")) {
		if (*word != '\0')
			words[count++] = word;
	}
	if (count == 0 || words[0][0] == '#')
		return true;
	if (strcmp(words[0], "service") == 0 && count == 2)
		return read_service(reading, words);
	if (strcmp(words[0], "frontend") == 0 && count >= 4 && count <= 6)
		return read_frontend(reading, words, count);
	if (strcmp(words[0], "endpoint") == 0 && count >= 3 && count <= 5)
		return read_endpoint(reading, words, count);
	if (!finish_section(reading))
		return false;
	if (strcmp(words[0], "socket-lb") == 0 && count == 1)
		return read_sockets(reading);
	if (strcmp(words[0], "client") == 0 && count == 3)
		return read_client(reading, words);
	if (strcmp(words[0], "nodeport") == 0 && count == 6)
		return read_card(reading, words);
	if (strcmp(words[0], "pods") == 0 && (count == 4 || count == 6))
		return read_pods(reading, words, count);
	if (strcmp(words[0], "pod") == 0 && count == 5)
		return read_pod(reading, words);
	if (strcmp(words[0], "range") == 0 && count == 3)
		return read_range(reading, words);
	if (strcmp(words[0], "clsact") == 0 && count == 1)
		return reading->by_clsact = true;
	if (strcmp(words[0], "show") == 0 && count == 2)
		return read_show(reading, words);
	return failed("it begins with %s and has %d words", words[0], count);
}

static uint32_t lines_with(const char *text, const char *first_word)
{
	size_t length = strlen(first_word);
	uint32_t count = strncmp(text, first_word, length) == 0;
	for (const char *line = strchr(text, '\n'); line != NULL; line = strchr(line + 1, '\n'))
		count += strncmp(line + 1, first_word, length) == 0;
	return count;
}

bool carry_out(char *text, const char *prefix, struct loaded *loaded)
{
	struct reading reading = {
		.prefix = prefix,
		/* Tables are made once, as large as they have to be. */
		.demand = {.frontends = lines_with(text, "frontend "), .services = lines_with(text, "service "), .endpoints = lines_with(text, "endpoint ")},
		.loaded = loaded,
	};
	bool done = true;
	int number = 0;
	for (char *line = strsep(&text, "\n"); done && line != NULL; line = strsep(&text, "\n")) {
		number++;
		done = read_line(&reading, line);
	}
	done = done && finish_section(&reading);
	free(reading.service.frontends);
	free(reading.service.flags);
	free(reading.service.endpoints);
	if (!done) {
		char why[512];
		snprintf(why, sizeof why, "%s", failure());
		forget_failure();
		failed("line %d: %s", number, why);
	}
	return done;
}
