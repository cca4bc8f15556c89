/*
 * connect-cost ADDRESS PORT COUNT: connects one UDP socket so many times, and prints nanoseconds of CPU time a call, which other processes change
 * least. Nothing is sent: what is timed is the call, with the programs that hang on it.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

int main(int count, char **words)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct timespec from, to;
	if (count != 4 || inet_pton(AF_INET, words[1], &address.sin_addr) != 1)
		return 2;
	address.sin_port = htons((unsigned short)atoi(words[2]));
	long calls = atol(words[3]);
	int udp = socket(AF_INET, SOCK_DGRAM, 0);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (long i = 0; i < calls; i++) {
		if (connect(udp, (struct sockaddr *)&address, sizeof address) != 0) {
			perror("connect");
			return 1;
		}
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	printf("%.1f\n", ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / (double)calls);
	return 0;
}
