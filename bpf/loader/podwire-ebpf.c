/*
 * podwire-ebpf: loads podwire's eBPF programs and holds them for as long as it lives.
 *
 *     podwire-ebpf check NAME...           whether this kernel takes the programs of these objects (socket-lb, tc-nodeport, pod-routing); leaves nothing
 *     podwire-ebpf try-device DEVICE       whether this kernel puts programs on a device of the namespace it runs in
 *     podwire-ebpf try-peer NAMESPACE DEVICE ADDRESS   sends 16 datagrams by `lo` of the namespace it runs in, for pod-routing to put behind a veth
 *     podwire-ebpf hold SOCKET             says "ready", and serves `apply` until it is killed; with it all goes that it holds
 *     podwire-ebpf apply SOCKET NAMESPACE  passes standard input on to it, and prints what was loaded
 *     podwire-ebpf show SOCKET NODE        prints what pod-routing's programs of a node know: its card and tunnel, pods and their devices, ranges
 *     podwire-ebpf tcx                     prints the programs at devices of the namespace it runs in, one a line: DEVICE ingress|egress NAME. tc does not list them
 *
 * `apply` and `show` run in a namespace under /run/netns whose name ends with NAMESPACE; what stands before that in the name is put before each name in the text of `apply`:
 *
 *     socket-lb                                            Services that follow are those of sockets
 *     client NAMESPACE NODE                                a namespace whose sockets see them, and the node it is on
 *     nodeport NODE CARD NODE_DEVICE PODS_DEVICE ADDRESS   Services that follow are those of this node's card (tc-nodeport)
 *     service AFFINITY_SECONDS                             a port of a Service; its frontends and endpoints follow
 *     frontend tcp|udp ADDRESS PORT                        where it is dialled
 *     frontend ... by-node                                 by sockets of each node in its own way: a Service for each node follows
 *     frontend ... of NODE                                 by sockets of this node only
 *     frontend ... silent                                  by packets, which are dropped where there is no endpoint
 *     endpoint ADDRESS PORT [here [MAC]]                   here: on the card's node; MAC: by which it is told apart on the card
 *     clsact                                               devices that follow get their programs by clsact, which they have else where the kernel has no TCX
 *     pods NODE CARD HOST_DEVICE [TUNNEL ID]               pods that follow are this node's (pod-routing); HOST_DEVICE: where its own routes to pods lead
 *     pod ADDRESS DEVICE MAC NODE_MAC                      a pod behind the node's device; MAC addresses of the pod's end and of the node's
 *     range ADDRESS/LENGTH NODE_ADDRESS                    what lies behind another node
 *
 * A Service that is there already gets the endpoints that are given now. Exit code 1 and a line on standard error when something fails.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "loader.h"

static int give_up(void)
{
	fprintf(stderr, "podwire-ebpf: %s\n", failure());
	return 1;
}

static struct sockaddr_un socket_address(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strncpy(address.sun_path, path, sizeof address.sun_path - 1);
	return address;
}

/* All that comes until the other side has finished. */
static char *read_all(int from)
{
	size_t length = 0, room = 1 << 20;
	char *text = must(malloc(room));
	for (;;) {
		ssize_t count = read(from, text + length, room - length - 1);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			break;
		length += (size_t)count;
		if (room - length < 2)
			text = must(realloc(text, room *= 2));
	}
	text[length] = '\0';
	return text;
}

static bool write_all(int to, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t count = write(to, text, length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return failed("the other side has gone: %s", strerror(errno));
		text += count;
		length -= (size_t)count;
	}
	return true;
}

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* One `apply` or `show`: the prefix, a line break and the text come in, what came of it goes out. */
static void serve(int client)
{
	char line[2048];
	char *text = read_all(client);
	char *lines = text;
	char *prefix = strsep(&lines, "\n");
	struct loaded loaded = {0};
	double start = seconds();
	const char *answer = line;
	if (lines == NULL || !carry_out(lines, prefix, &loaded))
		snprintf(line, sizeof line, "failed: %s\n", failure());
	else if (loaded.shown != NULL)
		answer = loaded.shown;
	else
		snprintf(line, sizeof line, "loaded %u Services, %u frontends, %u endpoints, %u pods in %.3f s\n", loaded.services,
			 loaded.frontends, loaded.endpoints, loaded.pods, seconds() - start);
	forget_failure();
	write_all(client, answer, strlen(answer));
	free(loaded.shown);
	free(text);
	close(client);
}

static int hold(const char *path)
{
	struct sockaddr_un address = socket_address(path);
	/* A client that was killed must not end it. */
	signal(SIGPIPE, SIG_IGN);
	int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listening < 0 || bind(listening, (struct sockaddr *)&address, sizeof address) != 0 || listen(listening, 64) != 0) {
		failed("%s: %s", path, strerror(errno));
		return give_up();
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		int client = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
		if (client >= 0)
			serve(client);
		else if (errno != EINTR && errno != ECONNABORTED) {
			failed("%s: %s", path, strerror(errno));
			return give_up();
		}
	}
}

/* Gives the holder a text for the variant whose namespace OWN this process is in, and prints its answer. */
static int ask(const char *path, const char *own, const char *text)
{
	struct sockaddr_un address = socket_address(path);
	char prefix[MAX_NAME + 1];
	if (!prefix_of(own, prefix))
		return give_up();
	int holder = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (holder < 0 || connect(holder, (struct sockaddr *)&address, sizeof address) != 0) {
		failed("%s: %s (is `podwire-ebpf hold` running?)", path, strerror(errno));
		return give_up();
	}
	strcat(prefix, "\n");
	if (!write_all(holder, prefix, strlen(prefix)) || !write_all(holder, text, strlen(text)))
		return give_up();
	shutdown(holder, SHUT_WR);
	char *answer = read_all(holder);
	bool done = *answer != '\0' && strncmp(answer, "failed: ", 8) != 0;
	fputs(*answer == '\0' ? "podwire-ebpf: the holder has ended\n" : answer, done ? stdout : stderr);
	return done ? 0 : 1;
}

static int show(const char *path, const char *own)
{
	char text[MAX_NAME + sizeof "show "];
	snprintf(text, sizeof text, "show %s", own);
	return ask(path, own, text);
}

static int try_device(const char *name)
{
	const struct device_hook at = {.device = (int)if_nametoindex(name), .point = BPF_TC_INGRESS};
	struct bpf_object *object = open_object("tc-nodeport");
	if (object == NULL || !load_object(object, "tc-nodeport") || !attach_to_device(object, at, "nodeport_in"))
		return give_up();
	return 0;
}

static int check(char **names)
{
	for (; *names != NULL; names++) {
		struct bpf_object *object = open_object(*names);
		if (object == NULL || !load_object(object, *names))
			return give_up();
		bpf_object__close(object);
	}
	return 0;
}

/* Libbpf's own words are kept for those who look for a fault. */
static int say(enum libbpf_print_level level, const char *format, va_list words)
{
	if (getenv("PODWIRE_EBPF_DEBUG") == NULL || level == LIBBPF_DEBUG)
		return 0;
	return vfprintf(stderr, format, words);
}

int main(int count, char **words)
{
	libbpf_set_print(say);
	if (count > 2 && strcmp(words[1], "check") == 0)
		return check(words + 2);
	if (count == 3 && strcmp(words[1], "try-device") == 0)
		return try_device(words[2]);
	if (count == 5 && strcmp(words[1], "try-peer") == 0)
		return try_peer(words[2], words[3], words[4]) ? 0 : give_up();
	if (count == 3 && strcmp(words[1], "hold") == 0)
		return hold(words[2]);
	if (count == 4 && strcmp(words[1], "apply") == 0)
		return ask(words[2], words[3], read_all(STDIN_FILENO));
	if (count == 4 && strcmp(words[1], "show") == 0)
		return show(words[2], words[3]);
	if (count == 2 && strcmp(words[1], "tcx") == 0)
		return print_tcx() ? 0 : give_up();
	fputs("usage: podwire-ebpf check NAME... | try-device DEVICE | try-peer NAMESPACE DEVICE ADDRESS | hold SOCKET | apply SOCKET NAMESPACE | show SOCKET NAMESPACE | tcx\n", stderr);
	return 2;
}
