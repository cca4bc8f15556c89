#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "loader.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
#define FOLDER "/run/netns"

static int own_namespace = -1;

bool enter_namespace(const char *name)
{
	char path[MAX_NAME + sizeof FOLDER];
	if (own_namespace < 0)
		own_namespace = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof path, "%s/%s", FOLDER, name);
	int there = open(path, O_RDONLY | O_CLOEXEC);
	bool entered = own_namespace >= 0 && there >= 0 && setns(there, CLONE_NEWNET) == 0;
	int error = errno;
	if (there >= 0)
		close(there);
	return entered || failed("the namespace %s cannot be entered: %s", name, strerror(error));
}

void leave_namespace(void)
{
	if (setns(own_namespace, CLONE_NEWNET) == 0)
		return;
	/* Whatever came next would be done to the wrong one. */
	fprintf(stderr, "podwire-ebpf: its own namespace cannot be entered: %s\n", strerror(errno));
	exit(1);
}

bool cookie_of(const char *name, __u64 *cookie)
{
	if (!enter_namespace(name))
		return false;
	socklen_t size = sizeof *cookie;
	int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool read = any >= 0 && getsockopt(any, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &size) == 0;
	if (!read)
		failed("the cookie of %s cannot be read: %s", name, strerror(errno));
	if (any >= 0)
		close(any);
	leave_namespace();
	return read;
}

bool prefix_of(const char *own, char prefix[MAX_NAME])
{
	struct stat here, there;
	size_t length = strlen(own);
	DIR *folder = opendir(FOLDER);
	bool found = false;
	if (folder == NULL || stat("/proc/self/ns/net", &here) != 0)
		return failed("%s: %s", FOLDER, strerror(errno));
	for (struct dirent *entry = readdir(folder); !found && entry != NULL; entry = readdir(folder)) {
		size_t whole = strlen(entry->d_name);
		if (whole < length || whole >= MAX_NAME || strcmp(entry->d_name + whole - length, own) != 0 ||
		    fstatat(dirfd(folder), entry->d_name, &there, 0) != 0 || here.st_ino != there.st_ino || here.st_dev != there.st_dev)
			continue;
		memcpy(prefix, entry->d_name, whole - length);
		prefix[whole - length] = '\0';
		found = true;
	}
	closedir(folder);
	return found || failed("this process is in no namespace of %s whose name ends with %s", FOLDER, own);
}
