import type { Change } from "../../contract.js";
import { counted, heavier, numberOf, proposalOf, sysctlStep } from "../../evidence.js";

const NAME = "net.core.somaxconn";
/** The kernel's own value since 5.4. */
const USUAL = 4_096;

/** How many connections wait for a server. */
export const somaxconn: Change = {
  name: "somaxconn",
  sets: `${NAME} ${String(USUAL)}, where it is less`,
  why: "A server that is slow for a moment loses connections beyond this queue; their clients try again after a second.",
  scope: "namespace",
  risk: "low",
  breaks: "Clients of an overloaded server wait longer before they are refused.",
  acts: "reopened listeners",
  side: "either",
  readBack: "the sysctl: a whole number",
  sideEffects: "none",
  writers: [
    { owner: "tuned", instead: "the [sysctl] section of its profile" },
    { owner: "node tuning operator", instead: "the Tuned object" },
  ],
  sources: ["Linux Documentation/networking/ip-sysctl.rst, somaxconn"],
  propose: (node) => {
    const now = numberOf(node.sysctls[NAME]);
    if (Number.isNaN(now)) return { kind: "not here", because: `the kernel has no ${NAME}` };
    const small = { weight: "some", says: `the kernel's own value is ${String(USUAL)}` } as const;
    const overflows = counted(node, "TcpExt.ListenOverflows", "a server's queue was full");
    return proposalOf(sysctlStep(node, NAME, String(Math.max(now, USUAL))), heavier(overflows, small));
  },
};
