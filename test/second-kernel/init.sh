#!/bin/sh
# First process of the second kernel: builds each mode from its plan, runs the mode's checks, says how it went, and powers off.
# From the kernel's command line: SECOND_KERNEL, the folder with one script a mode (what they print goes to the console), and
# WITHOUT_MODULES, modules that are not to be loaded, between commas.
export PATH=/run/bin:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
export TMPDIR=/run
here=${0%/*}
# From here on /proc and /run are the second kernel's; should that fail, nothing may run. Not the usual mount, which is setuid: started
# in a user namespace this kernel sees root's files as nobody's.
set -e
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t tmpfs tmpfs /run
set +e
mkdir /run/netns /run/bin
# For modprobe.sh, which the kernel starts without this variable.
echo "$WITHOUT_MODULES" > /run/without-modules
# Debian's user-mode-linux has nf_tables without any family: the rules go in by the older interface.
for tool in iptables iptables-restore iptables-save; do ln -s "$(command -v xtables-legacy-multi)" /run/bin/$tool; done
echo "$here/modprobe.sh" > /proc/sys/kernel/modprobe
"$here/modprobe.sh" br_netfilter
ip link set lo up

for script in "$SECOND_KERNEL"/*.sh; do
  mode=$(basename "$script" .sh)
  # What it writes to 3 is shown whether it went well or not.
  if bash -e "$script" 3>&1 > /run/log 2>&1; then echo "RESULT $mode ok"; else
    echo "RESULT $mode failed"
    sed "s/^/LOG $mode /" /run/log
  fi
  for namespace in $(ls /run/netns); do ip netns delete "$namespace"; done
done
echo "RESULT end $(uname -r)"
echo o > /proc/sysrq-trigger
# The kernel panics when its first process ends before the power is off.
while :; do sleep 1; done
