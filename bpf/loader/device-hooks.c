/*
 * Programs at the ingress and egress of devices, in the namespace that this process is in: by a link of TCX where the kernel has it (since 6.6), elsewhere
 * by the classic hook of tc (clsact), which costs each packet more. A link lives as long as this process; what hangs by clsact goes with its device.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "loader.h"

/* Most programs that are listed of one hook; the kernel takes no more of TCX (kernel/bpf/mprog.c, BPF_MPROG_MAX). */
enum { MOST_PROGRAMS = 64 };
/* As linux/bpf.h has them since 6.6: distributions with an older one can run a newer kernel. */
enum { TCX_INGRESS = 46, TCX_EGRESS = 47, BEFORE_ALL = 1 << 3 };

static enum bpf_attach_type tcx_hook(enum bpf_tc_attach_point point)
{
	return (enum bpf_attach_type)(point == BPF_TC_INGRESS ? TCX_INGRESS : TCX_EGRESS);
}

/*
 * Puts it before those that hang there, as clsact does. 0, or an error below it; -EINVAL where the kernel has no TCX. The link is the kernel's to give back
 * when this process ends; where its device goes before, it holds nothing but its program.
 */
static int attach_by_tcx(int program, struct device_hook at)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = BEFORE_ALL);
	int link = bpf_link_create(program, at.device, tcx_hook(at.point), &options);
	return link < 0 ? link : 0;
}

static bool attach_by_clsact(int program, struct device_hook at, const char *name)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = at.device, .attach_point = at.point);
	LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = program);
	int made = bpf_tc_hook_create(&hook);
	if (made != 0 && made != -EEXIST)
		return failed("the device takes no programs: %s (needs CONFIG_NET_SCH_INGRESS and CONFIG_NET_CLS_BPF)", strerror(-made));
	int attached = bpf_tc_attach(&hook, &options);
	return attached == 0 || failed("%s cannot be attached: %s", name, strerror(-attached));
}

bool attach_to_device(struct bpf_object *object, struct device_hook at, const char *name)
{
	int program = bpf_program__fd(bpf_object__find_program_by_name(object, name));
	int attached = at.by_clsact ? -EINVAL : attach_by_tcx(program, at);
	if (attached == -EINVAL)
		return attach_by_clsact(program, at, name);
	return attached == 0 || failed("%s cannot be attached: %s", name, strerror(-attached));
}

static bool print_program(const char *device, const char *direction, uint32_t id)
{
	struct bpf_prog_info info = {0};
	uint32_t size = sizeof info;
	int program = bpf_prog_get_fd_by_id(id);
	/* It may have gone since it was listed. */
	if (program == -ENOENT)
		return true;
	if (program < 0)
		return failed("program %u of %s cannot be read: %s", id, device, strerror(-program));
	int read = bpf_obj_get_info_by_fd(program, &info, &size);
	close(program);
	if (read != 0)
		return failed("program %u of %s cannot be read: %s", id, device, strerror(-read));
	printf("%s %s %s\n", device, direction, info.name);
	return true;
}

static bool print_hook(const struct if_nameindex *device, enum bpf_tc_attach_point point)
{
	uint32_t ids[MOST_PROGRAMS], count = MOST_PROGRAMS, flags;
	int result = bpf_prog_query((int)device->if_index, tcx_hook(point), 0, &flags, ids, &count);
	/* No such hook in this kernel, or no such device any more. */
	if (result == -EINVAL || result == -ENODEV)
		return true;
	if (result != 0)
		return failed("programs of %s cannot be listed: %s", device->if_name, strerror(-result));
	for (uint32_t i = 0; i < count; i++) {
		if (!print_program(device->if_name, point == BPF_TC_INGRESS ? "ingress" : "egress", ids[i]))
			return false;
	}
	return true;
}

bool print_tcx(void)
{
	struct if_nameindex *devices = if_nameindex();
	bool printed = devices != NULL || failed("the devices cannot be listed: %s", strerror(errno));
	for (const struct if_nameindex *device = devices; printed && device->if_index != 0; device++)
		printed = print_hook(device, BPF_TC_INGRESS) && print_hook(device, BPF_TC_EGRESS);
	if (devices != NULL)
		if_freenameindex(devices);
	return printed;
}
