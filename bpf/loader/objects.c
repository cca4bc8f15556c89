#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "loader.h"

struct bpf_object *open_object(const char *name)
{
	char *folders = must(strdup(getenv("PATH") == NULL ? "" : getenv("PATH")));
	char path[4096];
	struct bpf_object *object = NULL;
	char *rest = folders;
	for (char *folder = strsep(&rest, ":"); object == NULL && folder != NULL; folder = strsep(&rest, ":")) {
		snprintf(path, sizeof path, "%s/%s.bpf.o", folder, name);
		if (access(path, R_OK) != 0)
			continue;
		object = bpf_object__open_file(path, NULL);
		if (object == NULL) {
			failed("%s cannot be read: %s", path, strerror(errno));
			break;
		}
	}
	free(folders);
	if (object == NULL)
		failed("there is no %s.bpf.o in the folders of PATH", name);
	return object;
}

bool load_object(struct bpf_object *object, const char *name)
{
	int result = bpf_object__load(object);
	if (result == 0)
		return true;
	if (result == -EPERM)
		return failed("the kernel lets this user load no programs: it takes CAP_BPF and CAP_NET_ADMIN of the machine, not of a user namespace");
	return failed("the kernel refuses %s: %s", name, strerror(-result));
}

/* The line of /proc/self/cgroup that begins with 0:: is that of version 2 (cgroups(7)). */
static bool own_path(char path[4096])
{
	FILE *lines = fopen("/proc/self/cgroup", "re");
	bool found = false;
	if (lines == NULL)
		return failed("/proc/self/cgroup: %s", strerror(errno));
	while (!found && fgets(path, 4096, lines) != NULL) {
		if (strncmp(path, "0::/", 4) != 0)
			continue;
		path[strcspn(path, "\n")] = '\0';
		memmove(path, path + 4, strlen(path + 4) + 1);
		found = true;
	}
	fclose(lines);
	return found || failed("this kernel has no cgroups of version 2 (needs CONFIG_CGROUPS and CONFIG_CGROUP_BPF)");
}

/*
 * By a mount of our own that is attached nowhere: whether and where the machine has one does not matter, and no one sees this one.
 */
int own_cgroup(void)
{
	char path[4096];
	if (!own_path(path))
		return -1;
	int context = (int)syscall(SYS_fsopen, "cgroup2", FSOPEN_CLOEXEC);
	int mount = -1, cgroup = -1;
	if (context >= 0 && syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mount = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
	if (mount >= 0)
		cgroup = openat(mount, path[0] == '\0' ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (cgroup < 0)
		failed("the cgroup /%s cannot be opened: %s", path, strerror(errno));
	if (mount >= 0)
		close(mount);
	if (context >= 0)
		close(context);
	return cgroup;
}
