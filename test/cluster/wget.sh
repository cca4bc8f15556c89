#!/bin/sh
# wget [-q] [-T SECONDS] [-O FILE] http://ADDRESS[:PORT][/PATH]
#
# By nc: the wget of Debian's static busybox crashes (exit code 139) when the time limit of -T passes.
limit=10
to=-
while getopts qT:O: flag; do
  case $flag in
    T) limit=$OPTARG ;;
    O) to=$OPTARG ;;
    q) ;;
    *) exit 2 ;;
  esac
done
shift $((OPTIND - 1))
rest=${1#http://}
host=${rest%%/*}
path=${rest#"$host"}
case $host in
  \[*\]:*) port=${host##*:} address=${host#\[} address=${address%\]*} ;;
  \[*\]) port=80 address=${host#\[} address=${address%\]} ;;
  *:*) port=${host##*:} address=${host%:*} ;;
  *) port=80 address=$host ;;
esac
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "${path:-/}" "$host" | nc -w "$limit" "$address" "$port" >"$answer" 2>/dev/null
status=$(head -n 1 "$answer")
case $status in
  'HTTP/'*' 200'*) ;;
  '') echo "wget: no answer from $address:$port" >&2; exit 1 ;;
  *) echo "wget: $address:$port: $(echo "$status" | tr -d '\r')" >&2; exit 1 ;;
esac
# What follows the first empty line.
if [ "$to" = - ]; then sed '1,/^\r*$/d' "$answer"; else sed '1,/^\r*$/d' "$answer" >"$to"; fi
