import type { Change } from "../../contract.js";
import { counted, numberOf, proposalOf, sysctlStep } from "../../evidence.js";

/** How much a program may ask for. */
export const socketCeilings: Change = {
  name: "socket-ceilings",
  sets: "net.core.rmem_max and wmem_max 4 MiB, where they are less",
  why: "A program that asks for more (QUIC, DNS, sockets of tunnels) gets this much, and what does not fit is dropped.",
  scope: "machine",
  risk: "low",
  breaks: "A program may take more of the kernel's memory.",
  acts: "reopened listeners",
  side: "node",
  readBack: "the sysctls: bytes",
  sideEffects: "none",
  writers: [
    { owner: "tuned", instead: "the [sysctl] section of its profile" },
    { owner: "node tuning operator", instead: "the Tuned object" },
    { owner: "cilium", instead: "the pod's spec (sysctls), which this change of a node does not reach" },
  ],
  sources: ["Linux Documentation/admin-guide/sysctl/net.rst, rmem_max"],
  propose: (node) => {
    const evidence = counted(node, "Udp.RcvbufErrors", "a UDP socket's buffer was full");
    const steps = ["net.core.rmem_max", "net.core.wmem_max"].flatMap((name) =>
      numberOf(node.sysctls[name]) < 4_194_304 ? sysctlStep(node, name, "4194304") : [],
    );
    if (evidence.weight === "none" && steps.length > 0)
      return { kind: "not here", because: "Udp.RcvbufErrors stands at 0: nothing would be gained" };
    return proposalOf(steps, evidence);
  },
};
