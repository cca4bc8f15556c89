import { describe, expect, test } from "vitest";
import { cpuMask } from "../changes/receive/cpu-mask.js";
import { flowtableRules } from "../changes/rules/flowtable.js";
import { notrackRules } from "../changes/rules/notrack-tunnel.js";
import { coalescingIn, offloadsIn, ringsIn } from "./ethtool.js";
import { ofDevice, plainMask, sysctlPath } from "./files.js";
import { callLine } from "./form.js";
import { satisfies, valueIn, writingOf } from "./knobs.js";
import { ABSENT, listingOf, pieceIn } from "./own-rules.js";

/** ethtool 6.1 on a virtio card, shortened. */
const RINGS = `Ring parameters for eth0:
Pre-set maximums:
RX:\t\t256
RX Mini:\tn/a
TX:\t\t512
Current hardware settings:
RX:\t\t128
RX Mini:\tn/a
TX:\t\t256
`;
const COALESCING = `Coalesce parameters for eth0:
Adaptive RX: off  TX: n/a
stats-block-usecs: n/a

rx-usecs: 0
rx-frames: 1
rx-usecs-irq: n/a
`;
const OFFLOADS = `Features for eth0:
rx-checksumming: on [fixed]
tx-checksumming: on
\ttx-checksum-ip-generic: on
tcp-segmentation-offload: off
\ttx-tcp-segmentation: off
`;
/** nft 1.0.6. */
const TABLE = `table inet podwire {
\tchain notrack_tunnel_prerouting {
\t\ttype filter hook prerouting priority raw; policy accept;
\t\tudp dport 8472 notrack
\t}

\tchain notrack_tunnel_output {
\t\ttype filter hook output priority raw; policy accept;
\t\tudp dport 8472 notrack
\t}
}
`;

describe("what ethtool prints", () => {
  test("rings: what is set, and what is possible", () => {
    expect(ringsIn(RINGS)).toEqual({ rx: { now: 128, most: 256 }, tx: { now: 256, most: 512 } });
    expect(ringsIn("netlink error: Operation not supported\n")).toBeUndefined();
  });
  test("coalescing, without what the driver lacks", () => {
    expect(coalescingIn(COALESCING)).toEqual({ "adaptive-rx": "off", "rx-usecs": "0", "rx-frames": "1" });
    expect(coalescingIn("")).toBeUndefined();
  });
  test("offloads, with those that cannot be set", () => {
    expect(offloadsIn(OFFLOADS)["rx-checksumming"]).toEqual({ on: true, fixed: true });
    expect(valueIn({ kind: "offload", device: "eth0", feature: "tx-tcp-segmentation" }, OFFLOADS)).toBe("off");
    expect(valueIn({ kind: "offload", device: "eth0", feature: "none-such" }, OFFLOADS)).toBeUndefined();
  });
});

describe("files", () => {
  test("dots and slashes of sysctls are swapped, since a device may have dots", () => {
    expect(sysctlPath("net.core.somaxconn")).toBe("/proc/sys/net/core/somaxconn");
    expect(sysctlPath(ofDevice("net.ipv6.conf", "eth0.5", "mtu"))).toBe("/proc/sys/net/ipv6/conf/eth0.5/mtu");
  });
  test("masks lose the zeros that the kernel prints", () => {
    expect(["00000000,00000003", "0", "00", "ff", "00000001,00000000"].map(plainMask)).toEqual(["3", "0", "0", "ff", "1,00000000"]);
    expect([[], [0, 1], [32], [0, 63]].map(cpuMask)).toEqual(["0", "3", "1,00000000", "80000000,00000001"]);
  });
});

describe("the root qdisc", () => {
  const knob = { kind: "qdisc", device: "eth0" } as const;
  test("is the kernel's own by its handle", () => {
    expect(valueIn(knob, "qdisc pfifo_fast 0: root refcnt 2 bands 3 priomap 1 2 2 2\n")).toBe("default");
    expect(valueIn(knob, "qdisc noqueue 0: root refcnt 2 \n")).toBe("default");
    const tbf = valueIn(knob, "qdisc tbf 8001: root refcnt 2 rate 500Mbit burst 64Kb lat 50ms \n");
    expect(tbf).toBe("tbf rate 500Mbit burst 64Kb lat 50ms");
    expect(satisfies(knob, tbf ?? "", "tbf")).toBe(true);
    expect(satisfies(knob, tbf ?? "", "fq")).toBe(false);
  });
});

describe("podwire's own table", () => {
  const knob = { kind: "own-rules", piece: "notrack_tunnel" } as const;
  test("has a piece as it was asked for", () => {
    expect(pieceIn(TABLE, "notrack_tunnel")).toBe(notrackRules([8_472]));
    expect(pieceIn(TABLE, "flowtable")).toBe(ABSENT);
  });
  test("goes as one with its last piece, and else by its chains", () => {
    expect(writingOf(knob, ABSENT, TABLE).stdin).toBe("delete table inet podwire\n");
    const both = `${TABLE}${listingOf(flowtableRules(["eth0"]))}`;
    expect(writingOf(knob, ABSENT, both).stdin?.split("\n")).toEqual([
      "flush chain inet podwire notrack_tunnel_prerouting",
      "flush chain inet podwire notrack_tunnel_output",
      "delete chain inet podwire notrack_tunnel_prerouting",
      "delete chain inet podwire notrack_tunnel_output",
      "",
    ]);
    const fast = writingOf({ kind: "own-rules", piece: "flowtable" }, ABSENT, both).stdin;
    expect(fast).toBe(
      "flush chain inet podwire flowtable_forward\ndelete chain inet podwire flowtable_forward\ndelete flowtable inet podwire flowtable_fast\n",
    );
  });
});

test("a command's line can be pasted", () => {
  expect(callLine({ argv: ["sysctl", "-q", "-w", "net.ipv4.tcp_rmem=4096 1 2"] })).toBe("sysctl -q -w 'net.ipv4.tcp_rmem=4096 1 2'");
  expect(callLine({ argv: ["tee", "/sys/class/net/e/queues/rx-0/rps_cpus"], stdin: "3" })).toBe(
    "tee /sys/class/net/e/queues/rx-0/rps_cpus <<< 3",
  );
});
