import { faultLayer } from "../fault-layer.js";
import { withPodSysctl } from "./pods-sysctl.js";

const NAME = "net.ipv4.tcp_wmem";
const VALUE = "4096 4096 4096";

/** A send buffer that cannot grow. */
export const sendBuffer = faultLayer({
  name: "send-buffer",
  effect: "slow",
  sentence: "The pods' send buffers hold 4 KiB at most.",
  why: "A socket has one packet under way and waits for its acknowledgement before it takes more from the program.",
  shownBy:
    "`net.ipv4.tcp_wmem` ends with 4096; no counter of the kernel tells, but `ss -ti` has `sndbuf_limited` of a connection that sends.",
  sources: ["Linux Documentation/networking/ip-sysctl.rst tcp_wmem"],
  sign: (wiring) => ({ kind: "setting", in: wiring.paths["pod-pod"]?.from ?? "", name: NAME, value: VALUE }),
  onto: (wiring) => withPodSysctl(wiring, NAME, VALUE),
});
