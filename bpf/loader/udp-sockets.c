/*
 * Connected UDP sockets whose endpoint has gone. A datagram socket does not learn of it and would go on sending to no one. They are destroyed as `ss -K`
 * destroys them (sock_diag(7), SOCK_DESTROY; needs CONFIG_INET_DIAG_DESTROY), and their next call ends with an error. The kernel lists what our
 * programs keep of a socket for TCP only (net/ipv4/inet_diag.c), so that sockets are known by whom they talk to: one that dialled the endpoint by its
 * own address, or by another Service, is destroyed too and has to dial again.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "loader.h"

/* What sock_diag calls a connected UDP socket. */
enum { ESTABLISHED = 1 };

struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 wanted;
};

/* Whether a socket talks to one of the endpoints; those of dual-stack sockets are listed as ::ffff:a.b.c.d. */
static bool talks_to(const struct inet_diag_msg *one, const struct endpoint *gone, uint32_t count)
{
	const uint32_t *address = one->id.idiag_dst;
	bool mapped = one->idiag_family == AF_INET6 && address[0] == 0 && address[1] == 0 && address[2] == htonl(0xffff);
	for (uint32_t i = 0; i < count; i++) {
		const uint32_t *wanted = gone[i].address;
		bool same = mapped ? wanted[0] == address[3] && wanted[1] == 0 && wanted[2] == 0 && wanted[3] == 0 :
				     memcmp(address, wanted, (one->idiag_family == AF_INET ? 1 : 4) * sizeof *address) == 0;
		if (same && gone[i].port == one->id.idiag_dport)
			return true;
	}
	return false;
}

static bool destroy(const struct inet_diag_msg *one)
{
	struct request order = {
		.header = {.nlmsg_len = sizeof order, .nlmsg_type = SOCK_DESTROY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
		.wanted = {.sdiag_family = one->idiag_family, .sdiag_protocol = IPPROTO_UDP, .id = one->id},
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr result;
		char more[512];
	} answer;
	int diag = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	bool answered = diag >= 0 && send(diag, &order, sizeof order, 0) == (ssize_t)sizeof order &&
			recv(diag, &answer, sizeof answer, 0) >= (ssize_t)(sizeof answer.header + sizeof answer.result.error);
	int error = answered ? -answer.result.error : errno;
	if (diag >= 0)
		close(diag);
	/* It may have been closed meanwhile. */
	return error == 0 || error == ENOENT || failed("a UDP socket cannot be destroyed: %s", strerror(error));
}

static bool destroy_all(int diag, const struct endpoint *gone, uint32_t count)
{
	static char buffer[65536] __attribute__((aligned(8)));
	for (;;) {
		ssize_t length = recv(diag, buffer, sizeof buffer, 0);
		if (length < 0)
			return failed("UDP sockets cannot be listed: %s", strerror(errno));
		for (struct nlmsghdr *header = (struct nlmsghdr *)buffer; NLMSG_OK(header, length); header = NLMSG_NEXT(header, length)) {
			if (header->nlmsg_type == NLMSG_DONE)
				return true;
			if (header->nlmsg_type == NLMSG_ERROR)
				return failed("UDP sockets cannot be listed: %s", strerror(-((struct nlmsgerr *)NLMSG_DATA(header))->error));
			if (talks_to(NLMSG_DATA(header), gone, count) && !destroy(NLMSG_DATA(header)))
				return false;
		}
	}
}

static bool destroy_of_family(uint8_t family, const struct endpoint *gone, uint32_t count)
{
	struct request request = {
		.header = {.nlmsg_len = sizeof request, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.wanted = {.sdiag_family = family, .sdiag_protocol = IPPROTO_UDP, .idiag_states = 1 << ESTABLISHED},
	};
	int diag = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	bool asked = diag >= 0 && send(diag, &request, sizeof request, 0) == (ssize_t)sizeof request;
	if (!asked)
		failed("UDP sockets cannot be asked for: %s", strerror(errno));
	bool destroyed = asked && destroy_all(diag, gone, count);
	if (diag >= 0)
		close(diag);
	return destroyed;
}

bool destroy_udp_sockets(const struct endpoint *gone, uint32_t count)
{
	bool four = destroy_of_family(AF_INET, gone, count);
	return destroy_of_family(AF_INET6, gone, count) && four;
}
