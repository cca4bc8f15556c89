import type { Change } from "../../contract.js";
import { proposalOf } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";
import { ABSENT, pieceIn } from "../../knobs/own-rules.js";

const PIECE = "notrack_tunnel";
const HOOKS = ["prerouting", "output"] as const;

/** The chains that leave packets to these UDP ports untracked, each as nft prints it in one line. */
export const notrackRules = (ports: readonly number[]): string =>
  HOOKS.map(
    (hook) =>
      `chain ${PIECE}_${hook} { type filter hook ${hook} priority raw; policy accept; ${ports.map((port) => `udp dport ${String(port)} notrack;`).join(" ")} }`,
  ).join(" ");

/** The tunnel's packets are not tracked. */
export const notrackTunnel: Change = {
  name: "notrack-tunnel",
  sets: "a rule of podwire's own that leaves the tunnel's UDP port untracked",
  why: "What a tunnel carries is tracked inside already; tracking the packets around it as well finds, makes and times out entries that nothing uses.",
  scope: "namespace",
  risk: "medium",
  breaks: "A firewall that lets the tunnel in by `ct state` alone drops it: untracked packets are neither new nor established.",
  acts: "at once",
  side: "node",
  readBack: "`nft list table inet podwire`: the rules",
  sideEffects: "none",
  writers: [{ owner: "cilium", instead: "installNoConntrackIptablesRules of its values" }],
  sources: ["nft(8), notrack"],
  propose,
};

function propose(node: NodeFacts): ReturnType<Change["propose"]> {
  const ports = [...new Set(node.devices.flatMap(({ vxlanPort, up }) => (up && vxlanPort !== undefined ? [vxlanPort] : [])))].sort(
    (a, b) => a - b,
  );
  if (ports.length === 0) return { kind: "not here", because: "there is no tunnel over UDP" };
  if (node.ownRules === undefined)
    return { kind: "not here", because: node.tools["nft"] === true ? "nft may not be asked: it takes root" : "nft is not installed" };
  if (!node.tracks) return { kind: "not here", because: "nothing in this namespace tracks connections" };
  const now = pieceIn(node.ownRules, PIECE);
  // What stands there already is podwire's own; another port is a change of it.
  return proposalOf([{ knob: { kind: "own-rules", piece: PIECE }, now, wanted: notrackRules(ports) }], {
    weight: "some",
    says: `packets to UDP port ${ports.join(", ")} are tracked${now === ABSENT ? "" : ", as the rule is for another port"}`,
  });
}
