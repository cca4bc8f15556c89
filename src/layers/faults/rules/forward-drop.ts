import type { RulesetStep, Step } from "../../../model/wiring.js";
import { ruleTable } from "../../../modes/parts/ruleset.js";
import { isLacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { nodesOf, routedPods, withRulesFirst } from "../places.js";

/** flannel's own chain of accepting rules, which `--iptables-forward-rules=false` leaves out. */
const ACCEPTING = "FLANNEL-FWD";

/** Docker's policy on a node where no rule accepts the pods. */
export const forwardDrop = faultLayer({
  name: "forward-drop",
  row: "B8",
  effect: "broken",
  sentence: "The policy of the nodes' FORWARD chain is DROP, and no rule accepts the pods.",
  why: "Docker sets that policy when it starts. What is for a pod meets no rule and falls to it.",
  kernel: ["iptables"],
  programs: ["iptables-restore"],
  shownBy: "The packet counter of the policy grows: `iptables -nvxL FORWARD`.",
  sources: ["kubernetes/kubernetes 108718", "docs.docker.com/engine/network/packet-filtering-firewalls"],
  deviations: ["flannel's own accepting rules are left out, as its `--iptables-forward-rules=false` leaves them out."],
  sign: (wiring) => ({ kind: "rule", in: wiring.paths["host-host"]?.from ?? "", tool: "iptables", table: "filter", chain: "FORWARD" }),
  onto: (wiring) => {
    const pods = routedPods(wiring);
    if (isLacking(pods)) return pods;
    const steps = wiring.steps.map(withoutAccepting);
    if (steps.some(decidesForwarding)) return { lacks: "has rules of its own that say what is forwarded" };
    return withRulesFirst(
      { ...wiring, steps },
      nodesOf(wiring).map((node) => ({
        in: node,
        tables: [ruleTable("filter", ["FORWARD DROP"], [])],
        reason: "planted: what no rule accepts is not forwarded",
      })),
    );
  },
});

const isAccepting = (chain: string, rule: string): boolean =>
  chain === ACCEPTING || (chain === "FORWARD" && rule.includes(`-j ${ACCEPTING}`));

function withoutAccepting(step: Step): Step {
  if (step.kind !== "ruleset") return step;
  const tables = step.tables
    .map((table) => ({
      ...table,
      chains: table.chains
        .map((chain) => ({ ...chain, rules: chain.rules.filter((rule) => !isAccepting(chain.name, rule)) }))
        .filter(({ name, rules, policy }) => name !== ACCEPTING && (rules.length > 0 || policy !== undefined)),
    }))
    .filter(({ chains }) => chains.length > 0);
  return { ...step, tables };
}

const decidesForwarding = (step: Step): step is RulesetStep =>
  step.kind === "ruleset" && step.tables.some(({ name, chains }) => name === "filter" && chains.some((chain) => chain.name === "FORWARD"));
