#!/bin/bash
# Captures what ip, tc and bpftool print of eBPF programs, verbatim, in a namespace of its own: programs of two instructions at a device's clsact and XDP
# hooks and by TCX, and at the cgroup that this shell is in (it lets every connect pass, and goes with its process). Needs root, python3, clang and bpftool.
# Usage: test/captured/ebpf/capture.sh    rewrites the files beside it
set -eu
cd "$(dirname "$0")"
if [ "${1-}" != inside ]; then exec setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child --mount-proc "$BASH" "$PWD/capture.sh" inside; fi
export PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C
mount --make-rprivate / && mount -t tmpfs tmpfs /run && mkdir /run/bpf && mount -t bpf bpf /run/bpf
ip link add eth0 type veth peer name cable; ip link add lxc1 type veth peer name pod1; ip link set eth0 up; ip link set lxc1 up
cgroup=/sys/fs/cgroup/unified; [ -d "$cgroup" ] || cgroup=/sys/fs/cgroup
program=$(cat <<'P'
import ctypes, os, struct, sys, platform, socket
bpf = ctypes.CDLL(None, use_errno=True).syscall
NUMBER = {"x86_64": 321, "aarch64": 280}[platform.machine()]
LOAD, PIN, LINK = 5, 6, 28
def call(command, attributes):
    data = ctypes.create_string_buffer(attributes.ljust(128, b"\0"), 128)
    result = bpf(NUMBER, command, ctypes.byref(data), 128)
    if result < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), f"bpf({command})")
    return result
keep = []
def load(kind, value, name, expected=0):
    code = ctypes.create_string_buffer(struct.pack("<BBhi", 0xb7, 0, 0, value) + struct.pack("<BBhi", 0x95, 0, 0, 0), 16)
    licence = ctypes.create_string_buffer(b"GPL"); keep.extend([code, licence])
    return call(LOAD, struct.pack("<IIQQIIQII16sII", kind, 2, ctypes.addressof(code), ctypes.addressof(licence), 0, 0, 0, 0, 0, name.encode()[:15], 0, expected))
def pin(program, path):
    text = ctypes.create_string_buffer(path.encode()); keep.append(text)
    call(PIN, struct.pack("<QI", ctypes.addressof(text), program))
def link(program, target, attach): return call(LINK, struct.pack("<IIII", program, target, attach, 0))
SCHED_CLS, XDP, SOCK_ADDR = 3, 6, 18
pin(load(SCHED_CLS, -1, "cil_from_netdev"), "/run/bpf/from_netdev")
pin(load(SCHED_CLS, -1, "cil_to_netdev"), "/run/bpf/to_netdev")
pin(load(XDP, 2, "cil_xdp_entry"), "/run/bpf/xdp")
link(load(SCHED_CLS, -1, "cil_from_contai"), socket.if_nametoindex("lxc1"), 46)
link(load(SOCK_ADDR, 1, "cil_sock4_connect", 10), os.open(sys.argv[1], os.O_RDONLY), 10)
print("ready", flush=True); sys.stdin.read()
P
)
coproc holder { exec python3 -c "$program" "$cgroup"; }
pid=$holder_PID
read -r _ <&"${holder[0]}"
tc qdisc add dev eth0 clsact
tc filter add dev eth0 ingress bpf da pinned /run/bpf/from_netdev
tc filter add dev eth0 egress bpf da pinned /run/bpf/to_netdev
ip link set dev eth0 xdpgeneric pinned /run/bpf/xdp
# Constants as Cilium declares them (bpf/lib/static_data.h): in a section of their own, read by the program that they are loaded with.
clang -g -O2 -target bpf -c -o /run/constants.o -x c - <<'C'
#define SECTION(name) __attribute__((section(name), used))
volatile const _Bool __config_enable_bpf_host_routing SECTION(".rodata.config") = 1;
volatile const unsigned int __config_cluster_id SECTION(".rodata.config") = 0;
SECTION("tc") int constants(void *context) { return __config_enable_bpf_host_routing ? (int)__config_cluster_id : -1; }
char licence[] SECTION("license") = "GPL";
C
bpftool prog load /run/constants.o /run/bpf/constants
keep() { "${@:2}" >"$1.json"; }
keep constants bpftool --json map dump name .rodata.config
keep links ip -json -details -statistics link
keep filters-ingress tc -json filter show dev eth0 ingress
keep filters-egress tc -json filter show dev eth0 egress
keep filters-none tc -json filter show dev lxc1 ingress
keep net bpftool --json net show
keep link bpftool --json link show
keep prog bpftool --json prog show
keep map bpftool --json map show
keep cgroup bpftool --json cgroup tree
kill "$pid"
