import type { AskTry, ExchangeProtocol, Tried } from "../../model/exchange.js";
import type { NamespaceName } from "../../model/wiring.js";
import { allAnswered, type Check, describe, type Judgement } from "../check.js";
import type { Ground } from "../ground.js";
import { exchangeWith } from "./services.js";

const BOTH = ["tcp", "udp"] as const;

/** A question to a node's port; the pod behind each is on the second node. */
const askNode = (ground: Ground, from: NamespaceName, node: NamespaceName, port: number, protocol: ExchangeProtocol): AskTry => ({
  kind: "ask",
  from,
  to: "pod-b",
  exchange: exchangeWith(ground.addressOf(node), port, protocol),
});

/** The node with the endpoint answers, and the other one says nothing. */
function onlyWhereItIs(tried: readonly Tried[]): Judgement {
  const [here, there] = tried;
  if (here === undefined || there === undefined) return { works: false, evidence: "nothing was tried" };
  const answered = allAnswered([here]);
  if (!answered.works) return answered;
  const silent = there.outcome.result === "silence";
  return { works: silent, evidence: `${describe(here)}; of the node without an endpoint: ${describe(there)}` };
}

/** The endpoint saw the client's own address. */
function sourceKept(tried: readonly Tried[], ground: Ground): Judgement {
  const answered = allAnswered(tried);
  const [first] = tried;
  if (!answered.works || first?.outcome.result !== "answered") return answered;
  return { works: first.outcome.source.startsWith(`${ground.addressOf("outside")}:`), evidence: describe(first) };
}

/** Checks of what comes from outside, and of node ports. */
export const EXTERNAL_CHECKS: readonly Check[] = [
  {
    name: "nodeport-outside",
    set: "external",
    title: "outside to a node's port, at the node with the endpoint and at the one without",
    protocols: BOTH,
    tries: (ground, protocol) => ["node-b", "node-a"].map((node) => askNode(ground, "outside", node, ground.external.nodePort, protocol)),
    judge: allAnswered,
  },
  {
    name: "nodeport-from-node",
    set: "external",
    title: "node to its own port and to another node's",
    protocols: BOTH,
    tries: (ground, protocol) => ["node-a", "node-b"].map((node) => askNode(ground, "node-a", node, ground.external.nodePort, protocol)),
    judge: allAnswered,
  },
  {
    name: "nodeport-local-policy",
    set: "external",
    title: "externalTrafficPolicy: Local: the node with an endpoint answers, the other one is silent",
    protocols: BOTH,
    tries: (ground, protocol) =>
      ["node-b", "node-a"].map((node) => askNode(ground, "outside", node, ground.external.localNodePort, protocol)),
    judge: onlyWhereItIs,
  },
  {
    name: "source-kept",
    set: "external",
    title: "externalTrafficPolicy: Local: the pod sees who asks",
    protocols: BOTH,
    tries: (ground, protocol) => [askNode(ground, "outside", "node-b", ground.external.localNodePort, protocol)],
    judge: sourceKept,
  },
  {
    name: "external-ip",
    set: "external",
    title: "outside to a Service's external address",
    protocols: BOTH,
    tries: ({ external: { address, port } }, protocol) => [
      { kind: "ask", from: "outside", to: "pod-b", exchange: exchangeWith(address, port, protocol) },
    ],
    judge: allAnswered,
  },
];
