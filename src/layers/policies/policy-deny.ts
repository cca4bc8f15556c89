import type { RuleChain, RulesetStep, RuleTable, Step, Wiring } from "../../model/wiring.js";
import { CALICO_MARKS } from "../../modes/parts/calico-rules.js";
import type { Lacking, PlainLayer } from "../contract.js";

/** telnet's, which nothing of a lab's uses. */
export const DENIED_PORT = 23;
const POLICY = "default.podwire";
const CHAIN = `cali-pi-${POLICY}`;
/** Chains of what is sent to a pod: one for each of its node's pods. */
const TO_POD = /^cali-tw-/;
const FIRST_PROFILE = "-j cali-pri-";

/** One policy of Calico's for every pod. */
export const policyDeny: PlainLayer = {
  name: "policy-deny",
  family: "policies",
  sentence: `A policy for every pod in felix's chains: TCP to port ${String(DENIED_PORT)} is denied, everything else allowed.`,
  why:
    "The first packet of each connection to a pod walks the policy's chain, and the namespace's profile is no longer asked. Later packets are accepted as an established " +
    "connection's before they reach it, so that a policy costs only new connections.",
  needs: { kernel: ["iptables"], programs: ["iptables-restore"] },
  sources: ["projectcalico/calico felix/rules/{endpoints,policy}.go (endpointIptablesChain, ProtoRulesToIptablesRules)"],
  deviations: [
    "A GlobalNetworkPolicy of the tier default with types: [Ingress], a rule Deny and a rule Allow, as felix writes it in iptables mode up to 3.29; since 3.30 it marks a denied packet first and drops it by a second rule.",
    "The chain's name holds the policy's; felix takes a hash of it where the name would be longer than 28 characters.",
  ],
  excludes: { "no-netfilter": "it has no rule that could enforce a policy" },
  onto: withPolicy,
};

function withPolicy(wiring: Wiring): Wiring | Lacking {
  const steps = wiring.steps.map((step) => (step.kind === "ruleset" ? withChains(step) : step));
  if (steps.every((step: Step, index) => step === wiring.steps[index])) return { lacks: "has no felix whose chains could hold a policy" };
  return { ...wiring, steps };
}

function withChains(step: RulesetStep): RulesetStep {
  const isFelix = ({ name, chains }: RuleTable): boolean => name === "filter" && chains.some((chain) => TO_POD.test(chain.name));
  if (!step.tables.some(isFelix)) return step;
  return {
    ...step,
    tables: step.tables.map((table) => (isFelix(table) ? { ...table, chains: [...table.chains.map(ofTier), POLICY_CHAIN] } : table)),
    reason: "felix's rules for pods under one policy: a connection's first packet walks its chain",
  };
}

const { allowed, passed } = CALICO_MARKS;
const because = (comment: string): string => `-m comment --comment "${comment}"`;

/** The tier's part of an endpoint's chain stands before its profiles. */
function ofTier(chain: RuleChain): RuleChain {
  const place = chain.rules.findIndex((rule) => rule.startsWith(FIRST_PROFILE));
  if (!TO_POD.test(chain.name) || place < 0) return chain;
  const tier = [
    `${because("Start of tier default")} -j MARK --set-xmark 0x0/${passed}`,
    `-m mark --mark 0x0/${passed} -j ${CHAIN}`,
    `${because("Return if policy accepted")} -m mark --mark ${allowed}/${allowed} -j RETURN`,
    `${because("Drop if no policies passed packet")} -m mark --mark 0x0/${passed} -j DROP`,
  ];
  return { ...chain, rules: [...chain.rules.slice(0, place), ...tier, ...chain.rules.slice(place)] };
}

const POLICY_CHAIN: RuleChain = {
  name: CHAIN,
  rules: [
    `-p tcp ${because(`Policy ${POLICY} ingress`)} -m multiport --dports ${String(DENIED_PORT)} -j DROP`,
    `-j MARK --set-xmark ${allowed}/${allowed}`,
  ],
};
