#!/bin/bash
# Captures what the measuring tools print, verbatim, in two namespaces of its own that are joined by a cable.
# Usage: test/captured/capture.sh          rewrites the files beside it
#        test/captured/capture.sh FOLDER   rewrites FOLDER alone, e.g. iperf3-3.18 or sockperf-3.10, with what the tool of that name prints that is found
#                                          first in PATH
set -u
cd "$(dirname "$0")"
if [ "${1-}" != inside ]; then
  exec setpriv --pdeathsig KILL unshare --user --map-root-user --net --mount --pid --fork --kill-child --mount-proc "$BASH" "$PWD/capture.sh" inside "$@"
fi
only=${2-}
# wanted TOOL: whether its output is wanted; `folder` is where it goes
wanted() { case "$only" in "") folder=$1;; "$1"-*) folder=$only;; *) return 1;; esac; }
export PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C
mount --make-rprivate / && mount -t tmpfs tmpfs /run && mkdir /run/netns
for end in a b; do ip netns add $end; ip -n $end link set lo up; done
ip -n a link add eth0 address 02:70:77:00:00:01 type veth peer name eth0 netns b address 02:70:77:00:00:02
ip -n a address add 198.18.0.11/24 dev eth0; ip -n b address add 198.18.0.12/24 dev eth0
ip -n a link set eth0 up; ip -n b link set eth0 up
at() { nsenter --net="/run/netns/$1" "${@:2}"; }
# keep TOOL NAME COMMAND...: runs the command in `a`, keeps its output and exit code
keep() {
  mkdir -p "$1"; at a "${@:3}" >"$1/$2.stdout" 2>"$1/$2.stderr"; echo $? >"$1/$2.exit"
}
# serve COMMAND...: runs the command in `b`, in the background; `server` is its process
serve() { (exec nsenter --net=/run/netns/b "$@" >/dev/null 2>&1) & server=$!; disown; }
listening() { until at b ss -Hlntu | grep -q ":$1 "; do sleep 0.05; done; }
# A rule in `b` that loses packets while a command runs
losing() { at b iptables -I INPUT "$@" -j DROP; }
nothing_lost() { at b iptables -F INPUT; }

if wanted iperf3; then
iperf_() { keep "$folder" "$1" iperf3 --client "${@:2}" --json --connect-timeout 500; }
# ended NAME SECONDS OPTION...: sends until it is asked to end, as a trial is
ended() { keep "$folder" "$1" timeout --preserve-status --signal INT "$2" iperf3 --client 198.18.0.12 --port 5201 --time 60 --json --connect-timeout 500 "${@:3}"; }
serve iperf3 --server --port 5201; listening 5201
ended one-stream 0.4 --parallel 1; listening 5201
ended eight-streams 0.4 --parallel 8; listening 5201
at a iperf3 --client 198.18.0.12 --time 2 >/dev/null & other=$!; until at a ss -Htn state established | grep -q :5201; do sleep 0.05; done
iperf_ busy 198.18.0.12 --port 5201 --time 60; wait $other
iperf_ refused 198.18.0.12 --port 5299 --time 60
iperf_ timed-out 198.18.0.99 --port 5201 --time 60
(until at a ss -Htn state established | grep -q :5201; do sleep 0.05; done; sleep 0.3; kill -KILL $server) &
iperf_ server-died 198.18.0.12 --port 5201 --time 2
fi

if wanted ping; then
ping_() { keep ping "$1" ping -n -c 41 -i 0.002 -W 1 "${@:2}"; }
ping_ replies 198.18.0.12
losing -p icmp -m statistic --mode nth --every 10 --packet 4; ping_ some-lost 198.18.0.12; nothing_lost
losing -p icmp; ping_ all-lost 198.18.0.12; nothing_lost
keep ping host-unreachable ping -n -c 41 -i 0.2 -W 1 198.18.0.99
ping_ network-unreachable 203.0.113.1
fi

if wanted ab; then
pages=$(mktemp -d); (cd "$pages" && mkdir www && head -c 612 /dev/zero | tr '\0' x >www/index.html)
cat >"$pages/nginx.conf" <<'C'
daemon off; user root; pid nginx.pid; error_log stderr crit; events { worker_connections 512; }
http { access_log off; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server { listen 80; root www; location = /missing { return 404; } location = /broken { return 444; } } }
C
serve nginx -e stderr -p "$pages/" -c nginx.conf; listening 80
ab_() { rm -f ab/"$1".csv; keep ab "$1" ab -q -r -s 1 "${@:2}"; }
mkdir -p ab
ab_ connections -n 500 -c 50 -e ab/connections.csv http://198.18.0.12:80/
ab_ keepalive -n 500 -c 50 -k -e ab/keepalive.csv http://198.18.0.12:80/
ab_ not-found -n 200 -c 50 -e ab/not-found.csv http://198.18.0.12:80/missing
ab_ broken -n 200 -c 50 -e ab/broken.csv http://198.18.0.12:80/broken
ab_ refused -n 200 -c 50 -e ab/refused.csv http://198.18.0.12:81/
losing -p tcp --dport 80; ab_ timed-out -n 200 -c 50 -e ab/timed-out.csv http://198.18.0.12:80/; nothing_lost
kill $server; rm -r "$pages"
fi

if wanted sockperf; then
serve sockperf server; serve sockperf server --tcp; listening 11111
mkdir -p "$folder"; lifetime=3
sockperf_() { rm -f "$folder/$1".csv; keep "$folder" "$1" sockperf ping-pong --mps 300 --no-rdtsc --time "$lifetime" --full-log "$folder/$1.csv" "${@:2}"; }
sockperf_ tcp --ip 198.18.0.12 --tcp
sockperf_ refused --ip 198.18.0.12 --port 11112 --tcp
sockperf_ silent --ip 198.18.0.12 --port 11112
# Two seconds after the start: up to 3.8 the asked pace is divided by the CPU's GHz.
case "$(sockperf --version)" in *"version 3."[0-8][-.]*) lost=250;; *) lost=600;; esac
losing -p udp --dport 11111 -m statistic --mode nth --every 100000 --packet $lost; sockperf_ datagram-lost --ip 198.18.0.12; nothing_lost
# Suspended and resumed three times for 50 ms, with 0.1 s between; the windows by CLOCK_MONOTONIC are kept in ns.
lifetime=20; sockperf_ bursts --ip 198.18.0.12 & sleep 4.4
client=$(pgrep -f 'sockperf ping-pong' | tail -1)
python3 - "$client" >"$folder/bursts.windows" <<'P'
import os, signal, sys, time
client = int(sys.argv[1])
os.kill(client, signal.SIGSTOP)
for _ in range(3):
    time.sleep(0.1)
    os.kill(client, signal.SIGCONT); start = time.monotonic_ns(); time.sleep(0.05); end = time.monotonic_ns(); os.kill(client, signal.SIGSTOP)
    print(start, end)
time.sleep(0.1)
os.kill(client, signal.SIGCONT); time.sleep(0.4); os.kill(client, signal.SIGINT)
P
wait %% 2>/dev/null; sleep 1
fi

wanted trafgen || exit 0
frame='{ 0x02, 0x70, 0x77, 0x00, 0x00, 0x02, 0x02, 0x70, 0x77, 0x00, 0x00, 0x01, 0x08, 0x00, fill(0, 46) }'
trafgen_() { keep trafgen "$1" trafgen "${@:2}"; }
flood="--cpus 1 --no-sock-mem --notouch-irq"; file=$(mktemp); echo "$frame" >"$file"
trafgen_ flood --conf "$file" --dev eth0 --num 20000 $flood
trafgen_ no-device --conf "$file" --dev eth9 --num 20000 $flood
echo '{ 0x02, nonsense }' >"$file"; trafgen_ bad-packet --conf "$file" --dev eth0 --num 20000 $flood
echo "$frame" >"$file"; keep trafgen not-permitted setpriv --inh-caps=-all --bounding-set=-all trafgen --conf "$file" --dev eth0 --num 10 $flood
rm "$file"
