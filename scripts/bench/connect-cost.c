/*
 * connect-cost ADDRESS PORT COUNT [new]: connects one UDP socket COUNT times, or with `new` a new one each time, which is closed again, and prints
 * nanoseconds of CPU time a turn, which other processes change least. Nothing is sent: what is timed are the calls, with the programs that hang on them.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **words)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct timespec from, to;
	if ((count != 4 && count != 5) || inet_pton(AF_INET, words[1], &address.sin_addr) != 1)
		return 2;
	address.sin_port = htons((unsigned short)atoi(words[2]));
	long calls = atol(words[3]);
	int anew = count == 5 && strcmp(words[4], "new") == 0;
	int udp = socket(AF_INET, SOCK_DGRAM, 0);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (long i = 0; i < calls; i++) {
		if (anew) {
			close(udp);
			udp = socket(AF_INET, SOCK_DGRAM, 0);
		}
		if (connect(udp, (struct sockaddr *)&address, sizeof address) != 0) {
			perror("connect");
			return 1;
		}
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	printf("%.1f\n", ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / (double)calls);
	return 0;
}
