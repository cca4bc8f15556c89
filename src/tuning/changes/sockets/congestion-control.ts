import type { Change } from "../../contract.js";
import { proposalOf, sysctlStep } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

const NAME = "net.ipv4.tcp_congestion_control";

/** The first of them that may be set is. */
const GOOD = ["cubic", "bbr"];

/** Outside of the first network namespace the kernel lets no one set what is not marked as allowed (net/ipv4/tcp_cong.c, tcp_set_default_congestion_control). */
const usableIn = ({ firstNamespace, sysctls }: NodeFacts): readonly string[] =>
  (sysctls[`net.ipv4.tcp_${firstNamespace ? "available" : "allowed"}_congestion_control`] ?? "").split(" ");

/** How TCP fills a link. */
export const congestionControl: Change = {
  name: "congestion-control",
  sets: `${NAME} cubic, or bbr where that may not be set, where it is neither`,
  why: "Older ways of congestion control take minutes to fill a long fast link again after a loss.",
  scope: "namespace",
  risk: "low",
  breaks: "Connections share a link with others in another proportion.",
  acts: "new connections",
  bulkOnly: true,
  side: "either",
  readBack: "the sysctl: a name",
  sideEffects: "none. A route with a congestion control of its own (`congctl`) overrules it.",
  writers: [
    { owner: "tuned", instead: "the [sysctl] section of its profile" },
    { owner: "cilium", instead: "bandwidthManager.bbr of its values" },
  ],
  sources: ["RFC 9438", "Linux Documentation/networking/ip-sysctl.rst, tcp_congestion_control"],
  propose: (node) => {
    const now = node.sysctls[NAME];
    if (now === undefined) return { kind: "not here", because: `the kernel has no ${NAME}` };
    if (GOOD.includes(now)) return { kind: "so" };
    const usable = usableIn(node);
    const wanted = GOOD.find((name) => usable.includes(name));
    if (wanted === undefined) return { kind: "not here", because: `of ${GOOD.join(" and ")} none may be set here` };
    // What could not be set again could not be undone.
    if (!usable.includes(now)) return { kind: "not here", because: `${now} could not be set again here` };
    return proposalOf(sysctlStep(node, NAME, wanted), { weight: "some", says: `it is ${now}` });
  },
};
