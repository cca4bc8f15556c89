import type { NodeFacts } from "../../facts.js";
import { advised } from "./advised.js";

const SOCKETS = "/proc/net/packet";
/** ETH_P_ALL as the file has it. */
const EVERY = "0003";

/** Who is given a copy of every packet. */
export const captures = advised({
  name: "captures",
  sets: "sockets that capture every packet",
  why: "Each packet is copied for the socket, or at least goes through its filter, on the CPU that carries it.",
  scope: "namespace",
  sources: ["packet(7), ETH_P_ALL", "net/packet/af_packet.c, packet_seq_show"],
  look: ({ files, devices }) => {
    const text = files[SOCKETS];
    if (text === undefined) return { because: `${SOCKETS} is not there, or cannot be read` };
    const sockets = capturing(text);
    if (sockets.length === 0) return undefined;
    const places = [...new Set(sockets.map((ifindex) => deviceCalled(devices, ifindex)))];
    return {
      evidence: {
        weight: "some",
        says: `${sockets.length === 1 ? "a socket captures" : `${String(sockets.length)} sockets capture`} every packet of ${places.join(", ")}`,
      },
      says: "`ss -0 -p` names the program (a capture that was forgotten, an agent, a DHCP client): only who started it may end it",
    };
  },
});

/** Indexes of the devices of those that are at work; 0 is all. Columns: sk RefCnt Type Proto Iface R Rmem User Inode. */
const capturing = (text: string): readonly number[] =>
  text.split("\n").flatMap((line) => {
    const [, , , protocol, ifindex, running] = line.trim().split(/\s+/);
    return protocol === EVERY && running === "1" ? [Number(ifindex)] : [];
  });

const deviceCalled = (devices: NodeFacts["devices"], index: number): string =>
  index === 0 ? "every device" : (devices.find(({ ifindex }) => ifindex === index)?.name ?? `device ${String(index)}`);
