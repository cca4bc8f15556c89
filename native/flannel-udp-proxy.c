/*
 * podwire-udp-proxy: flannel's udp backend in small, for the lab's mode flannel-udp.
 *
 *     podwire-udp-proxy DEVICE ADDRESS:PORT PREFIX/LENGTH=ADDRESS:PORT...
 *
 * Copies packets between a TUN device and a UDP socket as flannel's own proxy does (flannel-io/flannel pkg/backend/udp, read at 1ba5635):
 * one thread and one packet at a time; a packet from the device is sent to the node whose prefix holds its destination; both directions lower
 * the TTL; poll is asked only once neither side has anything to read. So a packet takes a read and a write, and that is what the mode costs.
 *
 * It ends when it is killed, or with exit code 1 and a line on standard error.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_ROUTES = 64, MAX_PACKET = 65536 };

struct route {
	in_addr_t prefix;
	in_addr_t mask;
	struct sockaddr_in peer;
};

static struct route routes[MAX_ROUTES];
static size_t route_count;

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "podwire-udp-proxy: %s: %s\n", what, why);
	exit(1);
}

/* ADDRESS:PORT; the text is changed. */
static struct sockaddr_in parse_peer(char *text)
{
	struct sockaddr_in peer = {.sin_family = AF_INET};
	char *colon = strchr(text, ':');
	if (colon == NULL)
		fail(text, "is not ADDRESS:PORT");
	*colon = '\0';
	if (inet_pton(AF_INET, text, &peer.sin_addr) != 1)
		fail(text, "is not an IPv4 address");
	peer.sin_port = htons((uint16_t)atoi(colon + 1));
	return peer;
}

/* PREFIX/LENGTH=ADDRESS:PORT; the text is changed. */
static struct route parse_route(char *text)
{
	struct route route;
	char *equals = strchr(text, '=');
	char *slash = strchr(text, '/');
	if (equals == NULL || slash == NULL || slash > equals)
		fail(text, "is not PREFIX/LENGTH=ADDRESS:PORT");
	*slash = '\0';
	*equals = '\0';
	int length = atoi(slash + 1);
	if (length < 1 || length > 32)
		fail(slash + 1, "is not a prefix length from 1 to 32");
	if (inet_pton(AF_INET, text, &route.prefix) != 1)
		fail(text, "is not an IPv4 prefix");
	route.mask = htonl(~(uint32_t)0 << (32 - length));
	route.prefix &= route.mask;
	route.peer = parse_peer(equals + 1);
	return route;
}

static int open_device(const char *name)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (device < 0)
		fail("/dev/net/tun", strerror(errno));
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(device, TUNSETIFF, &request) < 0)
		fail(name, strerror(errno));
	return device;
}

static int open_socket(char *own)
{
	struct sockaddr_in address = parse_peer(own);
	int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (udp < 0 || bind(udp, (struct sockaddr *)&address, sizeof address) < 0)
		fail(own, strerror(errno));
	return udp;
}

/* The route of a destination moves to the front: packets for one peer come in bursts. */
static const struct sockaddr_in *peer_of(in_addr_t destination)
{
	for (size_t i = 0; i < route_count; i++) {
		if ((destination & routes[i].mask) != routes[i].prefix)
			continue;
		struct route found = routes[i];
		routes[i] = routes[0];
		routes[0] = found;
		return &routes[0].peer;
	}
	return NULL;
}

/* Lowers the TTL and adjusts the header's checksum (RFC 1624); 0 when the packet's life is over. */
static int lower_ttl(struct iphdr *header)
{
	if (--header->ttl == 0)
		return 0;
	uint32_t sum = (uint32_t)header->check + htons(0x0100);
	header->check = (uint16_t)(sum + (sum >= 0xffff));
	return 1;
}

/* One packet from the device to a peer. A packet for which no peer is known is dropped; flannel answers it with an ICMP error. */
static int device_to_peer(int device, int udp, char *packet)
{
	ssize_t length = read(device, packet, MAX_PACKET);
	if (length < (ssize_t)sizeof(struct iphdr))
		return 0;
	struct iphdr *header = (struct iphdr *)packet;
	const struct sockaddr_in *peer = peer_of(header->daddr);
	if (peer != NULL && lower_ttl(header))
		sendto(udp, packet, (size_t)length, 0, (const struct sockaddr *)peer, sizeof *peer);
	return 1;
}

/* One packet from a peer to the device. */
static int peer_to_device(int udp, int device, char *packet)
{
	ssize_t length = recv(udp, packet, MAX_PACKET, MSG_DONTWAIT);
	if (length < (ssize_t)sizeof(struct iphdr))
		return 0;
	if (lower_ttl((struct iphdr *)packet)) {
		while (write(device, packet, (size_t)length) < 0 && errno == EAGAIN)
			;
	}
	return 1;
}

int main(int argc, char **argv)
{
	static char packet[MAX_PACKET] __attribute__((aligned(8)));
	if (argc < 4 || argc - 3 > MAX_ROUTES)
		fail("usage", "podwire-udp-proxy DEVICE ADDRESS:PORT PREFIX/LENGTH=ADDRESS:PORT...");
	for (int i = 3; i < argc; i++)
		routes[route_count++] = parse_route(argv[i]);
	int udp = open_socket(argv[2]);
	int device = open_device(argv[1]);
	struct pollfd sides[] = {{.fd = device, .events = POLLIN}, {.fd = udp, .events = POLLIN}};
	for (;;) {
		if (poll(sides, 2, -1) < 0 && errno != EINTR)
			fail("poll", strerror(errno));
		if (sides[0].revents & (POLLERR | POLLHUP | POLLNVAL))
			fail(argv[1], "the device is gone");
		int moved;
		do {
			moved = device_to_peer(device, udp, packet);
			moved += peer_to_device(udp, device, packet);
		} while (moved > 0);
	}
}
