/*
 * Preloaded beside podwire-udp-proxy in its test: counts the calls that move a packet, in a file of 64-bit numbers that the test reads while the proxy
 * runs. Nothing is traced, so that nothing can hang.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In this order in the file. */
enum { READS, EMPTY_READS, RECEIVES, EMPTY_RECEIVES, SENDS, WRITES, POLLS, COUNTERS };

static volatile int64_t *counts;

__attribute__((constructor)) static void begin(void)
{
	int file = open(getenv("CALLS"), O_RDWR | O_CLOEXEC);
	counts = mmap(NULL, COUNTERS * sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (counts == MAP_FAILED)
		abort();
}

static ssize_t counted(ssize_t moved, int full, int empty)
{
	int error = errno;
	counts[moved < 0 ? empty : full]++;
	errno = error;
	return moved;
}

ssize_t read(int file, void *buffer, size_t length)
{
	return counted(syscall(SYS_read, file, buffer, length), READS, EMPTY_READS);
}

ssize_t recvfrom(int file, void *buffer, size_t length, int flags, struct sockaddr *from, socklen_t *size)
{
	return counted(syscall(SYS_recvfrom, file, buffer, length, flags, from, size), RECEIVES, EMPTY_RECEIVES);
}

ssize_t recv(int file, void *buffer, size_t length, int flags)
{
	return recvfrom(file, buffer, length, flags, NULL, NULL);
}

ssize_t sendto(int file, const void *buffer, size_t length, int flags, const struct sockaddr *to, socklen_t size)
{
	return counted(syscall(SYS_sendto, file, buffer, length, flags, to, size), SENDS, SENDS);
}

ssize_t write(int file, const void *buffer, size_t length)
{
	return counted(syscall(SYS_write, file, buffer, length), WRITES, WRITES);
}

int poll(struct pollfd *files, nfds_t number, int timeout)
{
	struct timespec limit = {timeout / 1000, (timeout % 1000) * 1000000L};
	counts[POLLS]++;
	return (int)syscall(SYS_ppoll, files, number, timeout < 0 ? NULL : &limit, NULL, 0);
}

/* What a compiler that checks lengths calls instead (Ubuntu's does by default). */
ssize_t __read_chk(int file, void *buffer, size_t length, size_t room)
{
	return length > room ? (abort(), -1) : read(file, buffer, length);
}

ssize_t __recv_chk(int file, void *buffer, size_t length, size_t room, int flags)
{
	return length > room ? (abort(), -1) : recv(file, buffer, length, flags);
}

int __poll_chk(struct pollfd *files, nfds_t number, int timeout, size_t room)
{
	return number > room / sizeof *files ? (abort(), -1) : poll(files, number, timeout);
}
