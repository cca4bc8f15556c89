/*
 * many-sockets ADDRESS PORT COUNT OTHER_ADDRESS OTHER_PORT: connects COUNT datagram sockets, the second half of them to the other address and port with each
 * odd line that it reads, and back with each even one. Before the first line and after each it prints how many are shown what they dialled as their peer.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>

static long count;
static int *sockets;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static struct sockaddr_in address_of(const char *address, const char *port)
{
	struct sockaddr_in made = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
	if (inet_pton(AF_INET, address, &made.sin_addr) != 1)
		exit(2);
	return made;
}

static void connect_from(long first, const struct sockaddr_in *to)
{
	for (long i = first; i < count; i++) {
		if (connect(sockets[i], (const struct sockaddr *)to, sizeof *to) != 0)
			fail("connect");
	}
}

static long shown(long first, long end, const struct sockaddr_in *peer)
{
	long right = 0;
	for (long i = first; i < end; i++) {
		struct sockaddr_in seen;
		socklen_t length = sizeof seen;
		if (getpeername(sockets[i], (struct sockaddr *)&seen, &length) != 0)
			fail("getpeername");
		right += seen.sin_port == peer->sin_port && seen.sin_addr.s_addr == peer->sin_addr.s_addr;
	}
	return right;
}

int main(int words, char **word)
{
	struct rlimit files;
	if (words != 6)
		return 2;
	count = atol(word[3]);
	struct sockaddr_in to[] = {address_of(word[1], word[2]), address_of(word[4], word[5])};
	sockets = calloc((size_t)count, sizeof *sockets);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = (rlim_t)count + 16;
	if (sockets == NULL || setrlimit(RLIMIT_NOFILE, &files) != 0)
		fail("room for the sockets");
	for (long i = 0; i < count; i++) {
		sockets[i] = socket(AF_INET, SOCK_DGRAM, 0);
		if (sockets[i] < 0)
			fail("socket");
	}
	connect_from(0, &to[0]);
	int now = 0;
	do {
		printf("%ld\n", shown(0, count / 2, &to[0]) + shown(count / 2, count, &to[now]));
		fflush(stdout);
		now = !now;
		if (getchar() == EOF)
			return 0;
		connect_from(count / 2, &to[now]);
	} while (1);
}
