import type { NamespaceName, RulesetStep } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import {
  acceptRule,
  CONTAINER_ADDRESS,
  DOCKER_DEVIATIONS,
  DOCKER_FACTS,
  dnatRule,
  docker,
  NAT_CHAINS,
  NAT_PREAMBLE,
  PUBLICATIONS,
  type Publication,
  portMatch,
} from "./parts/docker.js";
import { KNOWN_ON_ONE_NODE } from "./parts/expectations.js";
import { ruleTable } from "./parts/ruleset.js";

const FILTER = ruleTable(
  "filter",
  ["INPUT ACCEPT", "FORWARD DROP", "OUTPUT ACCEPT", "DOCKER", "DOCKER-ISOLATION-STAGE-1", "DOCKER-ISOLATION-STAGE-2", "DOCKER-USER"],
  [
    "-A FORWARD -j DOCKER-USER",
    "-A FORWARD -j DOCKER-ISOLATION-STAGE-1",
    "-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A FORWARD -o docker0 -j DOCKER",
    "-A FORWARD -i docker0 ! -o docker0 -j ACCEPT",
    "-A FORWARD -i docker0 -o docker0 -j ACCEPT",
    ...PUBLICATIONS.map(acceptRule),
    "-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2",
    "-A DOCKER-ISOLATION-STAGE-1 -j RETURN",
    "-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP",
    "-A DOCKER-ISOLATION-STAGE-2 -j RETURN",
    "-A DOCKER-USER -j RETURN",
  ],
);

/** A container that calls its own published port would answer itself past the bridge without this. */
const hairpinRule = ({ protocol, listening }: Publication): string =>
  `-A POSTROUTING -s ${CONTAINER_ADDRESS}/32 -d ${CONTAINER_ADDRESS}/32 ${portMatch(protocol, listening)} -j MASQUERADE`;

const NAT = ruleTable("nat", NAT_CHAINS, [
  ...NAT_PREAMBLE,
  ...PUBLICATIONS.map(hairpinRule),
  "-A DOCKER -i docker0 -j RETURN",
  ...PUBLICATIONS.map(dnatRule),
]);

const rules = (node: NamespaceName): RulesetStep => ({
  kind: "ruleset",
  id: "rules",
  in: node,
  tool: "iptables",
  tables: [FILTER, NAT],
  reason: "dockerd's rules for docker0 and for each published port; FORWARD is DROP since dockerd turned forwarding on itself",
});

/** Engines up to 27.2 load br_netfilter whenever they manage iptables. */
const SHOWN = { on: true, reason: "dockerd loads br_netfilter for its rules between containers, and 1 is the kernel's default then" };

/** Docker's default bridge with published ports, as engine 20.10 makes it. */
export const dockerNat: Mode = {
  name: "docker-nat",
  title: "Docker bridge with published ports (engine 20.10)",
  summary:
    "A container's packet leaves docker0 with its node's address (MASQUERADE) for a published port of the other node, " +
    "where DNAT leads it to the container. Both nodes track and translate every connection.",
  ...DOCKER_FACTS,
  kernel: ["veth", "bridge", "br_netfilter", "iptables"],
  knownAs: [
    { product: "Docker", setting: "default bridge, -p HOSTPORT:PORT" },
    { product: "CNI", setting: "bridge + portmap" },
  ],
  sources: ["dockerd 20.10.24 (Debian docker.io), observed: test/oracles/docker.test.ts"],
  deviations: [
    ...DOCKER_DEVIATIONS,
    "net.bridge.bridge-nf-call-iptables is set to 1; dockerd loads br_netfilter and leaves the kernel's own default, which is 1 then",
  ],
  conformance: KNOWN_ON_ONE_NODE,
  ...docker({ rules, bridgeNetfilter: SHOWN }),
};
