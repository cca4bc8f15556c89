/*
 * many-sockets ADDRESS PORT COUNT OTHER_ADDRESS OTHER_PORT: connects COUNT datagram sockets and keeps them. Prints how many are shown that address and port as
 * their peer, reads a line, connects all of them to the other address and port, and prints how many are shown that one; at the end of its input it ends.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>

static struct sockaddr_in address_of(const char *address, const char *port)
{
	struct sockaddr_in made = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
	if (inet_pton(AF_INET, address, &made.sin_addr) != 1)
		exit(2);
	return made;
}

static void connect_all(const int *sockets, long count, struct sockaddr_in to)
{
	long shown = 0;
	for (long i = 0; i < count; i++) {
		if (connect(sockets[i], (struct sockaddr *)&to, sizeof to) != 0) {
			perror("connect");
			exit(1);
		}
	}
	for (long i = 0; i < count; i++) {
		struct sockaddr_in peer;
		socklen_t length = sizeof peer;
		shown += getpeername(sockets[i], (struct sockaddr *)&peer, &length) == 0 && peer.sin_port == to.sin_port &&
			 peer.sin_addr.s_addr == to.sin_addr.s_addr;
	}
	printf("%ld\n", shown);
	fflush(stdout);
}

int main(int words, char **word)
{
	if (words != 6)
		return 2;
	long count = atol(word[3]);
	struct rlimit files;
	int *sockets = calloc((size_t)count, sizeof *sockets);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = (rlim_t)count + 16;
	if (sockets == NULL || setrlimit(RLIMIT_NOFILE, &files) != 0) {
		perror("room for the sockets");
		return 1;
	}
	for (long i = 0; i < count; i++) {
		sockets[i] = socket(AF_INET, SOCK_DGRAM, 0);
		if (sockets[i] < 0) {
			perror("socket");
			return 1;
		}
	}
	connect_all(sockets, count, address_of(word[1], word[2]));
	if (getchar() == '\n')
		connect_all(sockets, count, address_of(word[4], word[5]));
	while (getchar() != EOF)
		;
	return 0;
}
