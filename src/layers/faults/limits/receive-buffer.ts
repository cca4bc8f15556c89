import { faultLayer } from "../fault-layer.js";
import { withPodSysctl } from "./pods-sysctl.js";

/** Bytes. */
const WINDOW = 8_192;

/** A receive window that cannot grow. */
export const receiveBuffer = faultLayer({
  name: "receive-buffer",
  effect: "slow",
  sentence: "The pods' receive buffers hold 8 KiB at most.",
  why: "The window that a receiver offers is a few packets: its sender stops for an answer after each of them.",
  shownBy: "A bulk transfer arrives in packets of a few kB although all offloads are on; `net.ipv4.tcp_rmem` ends with 8192.",
  sources: ["Linux Documentation/networking/ip-sysctl.rst tcp_rmem"],
  sign: (wiring) => ({ kind: "small-packets", in: wiring.paths["pod-pod"]?.to ?? "", device: "eth0", atMost: WINDOW }),
  onto: (wiring) => withPodSysctl(wiring, "net.ipv4.tcp_rmem", `4096 ${String(WINDOW)} ${String(WINDOW)}`),
});
