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
} from "./parts/docker.js";
import { KNOWN_ON_ONE_NODE } from "./parts/expectations.js";
import { ruleTable } from "./parts/ruleset.js";

const RAW = ruleTable("raw", ["PREROUTING ACCEPT", "OUTPUT ACCEPT"], [`-A PREROUTING -d ${CONTAINER_ADDRESS}/32 ! -i docker0 -j DROP`]);

const FILTER = ruleTable(
  "filter",
  [
    ...["INPUT ACCEPT", "FORWARD DROP", "OUTPUT ACCEPT"],
    ...["DOCKER", "DOCKER-BRIDGE", "DOCKER-CT", "DOCKER-FORWARD", "DOCKER-INTERNAL", "DOCKER-USER"],
  ],
  [
    "-A FORWARD -j DOCKER-USER",
    "-A FORWARD -j DOCKER-FORWARD",
    // Engine 28 inserts each at the chain's head, before the DROP that closes it, so the last port comes first.
    ...[...PUBLICATIONS].reverse().map(acceptRule),
    "-A DOCKER ! -i docker0 -o docker0 -j DROP",
    "-A DOCKER-BRIDGE -o docker0 -j DOCKER",
    "-A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A DOCKER-FORWARD -j DOCKER-CT",
    "-A DOCKER-FORWARD -j DOCKER-INTERNAL",
    "-A DOCKER-FORWARD -j DOCKER-BRIDGE",
    "-A DOCKER-FORWARD -i docker0 -j ACCEPT",
  ],
);

const NAT = ruleTable("nat", NAT_CHAINS, [...NAT_PREAMBLE, ...PUBLICATIONS.map(dnatRule)]);

const rules = (node: NamespaceName): RulesetStep => ({
  kind: "ruleset",
  id: "rules",
  in: node,
  tool: "iptables",
  tables: [RAW, FILTER, NAT],
  reason: "dockerd's rules for docker0 and for each published port, in the chains of engine 28",
});

/** Engines since 27.3 load br_netfilter only for `icc=false` or `userland-proxy=false` (moby PR 48492, 48511, 48676). */
const NOT_SHOWN = { on: false, reason: "a plain engine 28 host has no br_netfilter: bridged frames meet no rules" };

/** Docker's default bridge with published ports, as engine 28 makes it. */
export const dockerNat28: Mode = {
  name: "docker-nat-28",
  title: "Docker bridge with published ports (engine 28)",
  summary:
    "The path of docker-nat by the chains of engine 28: established packets are accepted first (DOCKER-CT), " +
    "and the raw table drops what is sent to a container's own address from outside.",
  ...DOCKER_FACTS,
  kernel: ["veth", "bridge", "iptables"],
  knownAs: [{ product: "Docker", setting: "engine 28, default bridge, -p HOSTPORT:PORT" }],
  sources: [
    "moby libnetwork/drivers/bridge/internal/iptabler (iptabler.go, network.go, endpoint.go, port.go and its golden files), before the move to daemon/libnetwork",
    "moby PR 48492, 48511 and 48676: br_netfilter is loaded only for icc=false or userland-proxy=false",
  ],
  deviations: [
    ...DOCKER_DEVIATIONS,
    "no engine 28 runs here to compare with: the rules are taken from its source and golden files",
    "net.bridge.bridge-nf-call-iptables is set to 0 where the kernel has it, as if br_netfilter were not loaded: it is on where Kubernetes or an older engine loaded the module, and then each frame walks PREROUTING once more",
    "28.0 and 28.1 have DOCKER-ISOLATION-STAGE-1 and -2 in place of DOCKER-INTERNAL and begin nat DOCKER with `-i docker0 -j RETURN`; later ones are wired as here",
  ],
  conformance: KNOWN_ON_ONE_NODE,
  ...docker({ rules, bridgeNetfilter: NOT_SHOWN }),
};
