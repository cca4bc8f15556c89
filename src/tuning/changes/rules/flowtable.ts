import type { Change } from "../../contract.js";
import { carrying, isCard, proposalOf } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";
import { pieceIn } from "../../knobs/own-rules.js";

const PIECE = "flowtable";

/** The flowtable over these devices and the chain that fills it, as nft prints them in one line. */
export const flowtableRules = (devices: readonly string[]): string =>
  [
    `flowtable ${PIECE}_fast { hook ingress priority filter; devices = { ${devices.join(", ")} }; }`,
    `chain ${PIECE}_forward { type filter hook forward priority filter; policy accept; meta l4proto { tcp, udp } flow add @${PIECE}_fast; }`,
  ].join(" ");

/** Established connections leave the slow way. */
export const flowtable: Change = {
  name: "flowtable",
  sets: "a flowtable of podwire's own over the cards and tunnels: forwarded connections leave the rules after their first packets",
  why: "Packets of an established connection are forwarded at the device's ingress, past routes and rules.",
  scope: "namespace",
  risk: "high",
  breaks:
    "Rules that count, limit or refuse packets of connections under way do not see them any more: network policies that change, traffic accounting, bandwidth limits.",
  acts: "new connections",
  side: "node",
  readBack: "`nft list table inet podwire`: the flowtable and its chain",
  sideEffects: "none",
  writers: [],
  sources: ["Linux Documentation/networking/nf_flowtable.rst"],
  propose,
};

function propose(node: NodeFacts): ReturnType<Change["propose"]> {
  if (node.kernelHas.flowtable !== true)
    return {
      kind: "not here",
      because: node.kernelHas.flowtable === false ? "this kernel has no flowtable" : "it is not known whether this kernel has flowtables",
    };
  if (node.ownRules === undefined)
    return { kind: "not here", because: node.tools["nft"] === true ? "nft may not be asked: it takes root" : "nft is not installed" };
  if (!node.hasPods) return { kind: "not here", because: "the node forwards for no pods" };
  const devices = carrying(node)
    .filter((device) => isCard(device) || device.kind === "vxlan" || device.kind === "bridge")
    .map(({ name }) => name)
    .sort();
  return proposalOf([{ knob: { kind: "own-rules", piece: PIECE }, now: pieceIn(node.ownRules, PIECE), wanted: flowtableRules(devices) }], {
    weight: "none",
    says: "every forwarded packet passes all rules",
  });
}
