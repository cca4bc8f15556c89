#!/bin/sh
# modprobe [OPTIONS] NAME, for the second kernel: its modules lie where no modprobe looks for them, and a machine may have no modprobe.
for name; do :; done
folder=/usr/lib/uml/modules/$(uname -r)
module=$(awk -v name="$name" '$1 == "alias" && $2 == name { print $3; exit }' "$folder/modules.alias")
# A module's file may have either of `-` and `_` where its name has the other.
file=$(printf '%s' "${module:-$name}" | sed 's/[-_]/[-_]/g')
line=$(grep -m 1 "/$file\.ko:" "$folder/modules.dep") || exit 1
# modules.dep names the file and then what it depends on, the nearest first; what is loaded already is refused, which does no harm.
for path in $(printf '%s' "$line" | tr -d : | awk '{ for (i = NF; i > 0; i--) print $i }'); do
  own=$(basename "$path" .ko)
  if grep -qF ",$own," /run/without-modules; then continue; fi
  # Its parameters stand on the kernel's command line as MODULE.NAME=VALUE, where modprobe looks for them too.
  /bin/busybox insmod "$folder/$path" $(tr ' ' '\n' < /proc/cmdline | sed -n "s/^$own\.//p") 2>/dev/null
done
exit 0
