import type { Tried } from "../../model/exchange.js";
import { allAnswered, askAt, type Check, describe, type Judgement } from "../check.js";
import type { Ground } from "../ground.js";

/** The outside host answered, and saw the pod's node in place of the pod. */
function masqueraded(tried: readonly Tried[], ground: Ground): Judgement {
  const judgement = allAnswered(tried);
  const [first] = tried;
  if (!judgement.works || first?.outcome.result !== "answered") return judgement;
  const works = first.outcome.source.startsWith(`${ground.addressOf("node-a")}:`);
  return { works, evidence: works ? judgement.evidence : `${describe(first)}, which is not its node` };
}

/** What leaves the cluster. */
export const EGRESS_CHECKS: readonly Check[] = [
  {
    name: "masquerade",
    set: "egress",
    title: "pod to a host that has no route to pods",
    protocols: ["tcp", "udp"],
    tries: (ground, protocol) => [askAt(ground, "pod-a", "outside", { protocol })],
    judge: masqueraded,
  },
];
