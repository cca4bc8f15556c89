import type { NamespaceName, RulesetStep } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import {
  acceptRule,
  CONTAINER_ADDRESS,
  DOCKER_DEVIATIONS,
  DOCKER_FACTS,
  dnatRule,
  dockerWiring,
  NAT_PREAMBLE,
  PUBLICATIONS,
  type Publication,
  portMatch,
} from "./parts/docker.js";

const FILTER: readonly string[] = [
  "*filter",
  ":INPUT ACCEPT [0:0]",
  ":FORWARD DROP [0:0]",
  ":OUTPUT ACCEPT [0:0]",
  ":DOCKER - [0:0]",
  ":DOCKER-ISOLATION-STAGE-1 - [0:0]",
  ":DOCKER-ISOLATION-STAGE-2 - [0:0]",
  ":DOCKER-USER - [0:0]",
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
  "COMMIT",
];

/** A container that calls its own published port would answer itself past the bridge without this. */
const hairpinRule = ({ protocol, listening }: Publication): string =>
  `-A POSTROUTING -s ${CONTAINER_ADDRESS}/32 -d ${CONTAINER_ADDRESS}/32 ${portMatch(protocol, listening)} -j MASQUERADE`;

const NAT: readonly string[] = [
  ...NAT_PREAMBLE,
  ...PUBLICATIONS.map(hairpinRule),
  "-A DOCKER -i docker0 -j RETURN",
  ...PUBLICATIONS.map(dnatRule),
  "COMMIT",
];

const rules = (node: NamespaceName): RulesetStep => ({
  kind: "ruleset",
  in: node,
  tool: "iptables",
  text: [...FILTER, ...NAT].join("\n"),
  reason: "dockerd's rules for docker0 and for each published port; FORWARD is DROP since dockerd turned forwarding on itself",
});

/** Docker's default bridge with published ports, as engine 20.10 makes it. */
export const dockerNat: Mode = {
  name: "docker-nat",
  title: "Docker bridge with published ports (engine 20.10)",
  summary:
    "A container's packet leaves docker0 with its node's address (MASQUERADE) for a published port of the other node, " +
    "where DNAT leads it to the container. Both nodes track and translate every connection.",
  ...DOCKER_FACTS,
  knownAs: [
    { product: "Docker", setting: "default bridge, -p HOSTPORT:PORT" },
    { product: "CNI", setting: "bridge + portmap" },
  ],
  sources: ["dockerd 20.10.24 (Debian docker.io), observed: test/oracles/docker.test.ts"],
  deviations: DOCKER_DEVIATIONS,
  wire: (topology) => dockerWiring(topology, rules),
};
