/**
 * A node's WireGuard device by wireguard-go, which serves a TUN device from user space where the kernel has no WireGuard.
 * Sources: git.zx2c4.com/wireguard-go main.go (it returns once its socket listens, and stays in the background), tun/tun_linux.go, ipc/uapi_unix.go; wg(8).
 * @packageDocumentation
 */
import type { DaemonStep } from "../../model/wiring.js";
import { milliseconds } from "../../units/quantity.js";

/** Programs that {@link wireguardGo} runs, beyond those that every lab has. */
export const WIREGUARD_PROGRAMS = ["wireguard-go", "wg"] as const;

/** Another node, as a device knows it. */
export interface WireguardPeer {
  /** Its namespace in the wiring. */
  readonly node: string;
  /** Where its device listens, `ADDRESS:PORT`. */
  readonly endpoint: string;
  /** What is sent to it, and taken from it alone. */
  readonly allowed: string;
}

/** A device that is served. */
export interface WireguardDevice {
  readonly node: string;
  readonly device: string;
  readonly port: number;
  readonly peers: readonly WireguardPeer[];
}

/**
 * Its words are the device, its port, and three for each peer. No wiring holds a key: each node makes its own when it starts, on a tmpfs that only its program
 * sees, and hands the public half to each peer by a pipe, as flannel does by an annotation; a pipe waits for both ends. wireguard-go's socket has one place for
 * all devices of a mount namespace, so that each has one of its own. The device is there before it, with its addresses and routes; it gives each 1420 bytes, and
 * what the device had is put back. With LOG_LEVEL it keeps its output, the pipe to cat, as long as it lives, and so its end is this program's.
 */
const SCRIPT = `set -eu
device=$1 port=$2
shift 2
me=$(ip netns identify $$)
[ /var/run -ef /run ] || { echo "/var/run is not /run, which the lab has to itself" >&2; exit 1; }
pipes=/run/podwire-wireguard/\${me%.*}/$device
own=/var/run/wireguard
mkdir -p "$pipes" $own
mount -t tmpfs -o mode=0700 podwire $own
umask 077
wg genkey >$own/key
wg pubkey <$own/key >$own/public
mtu=$(ip -o link show dev "$device" | sed 's/.* mtu \\([0-9]*\\) .*/\\1/')
configure() {
  set -- "$@" end
  while [ "$1" != end ]; do
    mkfifo "$pipes/\${me##*.}-$1" 2>/dev/null || true
    mkfifo "$pipes/$1-\${me##*.}" 2>/dev/null || true
    cat $own/public >"$pipes/\${me##*.}-$1" &
    set -- "$@" peer "$(cat "$pipes/$1-\${me##*.}")" endpoint "$2" allowed-ips "$3"
    shift 3
  done
  shift
  wg set "$device" listen-port "$port" private-key $own/key "$@" &&
    ip link set dev "$device" mtu "$mtu"
}
{ LOG_LEVEL=error wireguard-go "$device" 2>/dev/null && (configure "$@") && echo "every peer is known" || rm -f "$own/$device.sock"; } | cat`;

/** The program of one device. */
export const wireguardGo = ({ node, device, port, peers }: WireguardDevice): DaemonStep => ({
  kind: "daemon",
  in: node,
  argv: [
    ...(["unshare", "--mount", "sh", "-c", SCRIPT, "wireguard"] as const),
    ...[device, String(port)],
    ...peers.flatMap(({ node: peer, endpoint, allowed }) => [peer, endpoint, allowed]),
  ],
  ready: { line: "every peer is known" },
  // Each node waits for the slowest of its peers.
  timeout: milliseconds(15_000),
  reason: `encrypts what is sent into ${device}, and knows each other node by its key and its pods' addresses`,
});
