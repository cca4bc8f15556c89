import { addressText, prefixText } from "../../addressing/prefix.js";
import type { PlacedNode, RenderInput, Target } from "../../contract.js";
import { jsonText } from "../../yaml-text.js";

/** dockerd's configuration file. */
export const docker: Target = {
  name: "docker",
  title: "dockerd's daemon.json: its own bridge with published ports, or the nodes' segment",
  modes: ["docker-nat", "docker-nat-28", "l2-bridge"],
  layers: [],
  checker: "dockerd 20.10 started with it in a namespace; what its bridge and rules are then",
  checked: "run",
  activation: { restart: "`systemctl restart docker` on each node", pods: "made anew" },
  needs: (mode) => (mode === "l2-bridge" ? ["nodes", "segment"] : ["nodes"]),
  render: (input) =>
    input.nodes.map((node) => ({
      path: `${node.name}/etc/docker/daemon.json`,
      text: jsonText(input.variant.mode.name === "l2-bridge" ? onSegment(input, node) : withNat(node)),
      hasMtu: true,
      about: {
        needs: [
          "the keys put into the node's own daemon.json; dockerd does not start when a key is given as a flag too",
          ...(input.variant.mode.name === "l2-bridge"
            ? ["the bridge br0 over the card first: `--for iproute2` or `--for networkd` of the same variant"]
            : []),
          ...(input.variant.mode.name === "docker-nat-28"
            ? ["engine 28; the file was checked with 20.10, whose rules are those of docker-nat"]
            : []),
        ],
        ...(input.variant.mode.name === "l2-bridge"
          ? { givesUp: ["published ports (-p): containers have addresses of the segment, and no rule translates them"] }
          : {}),
        check: [
          "`docker network inspect bridge` shows subnet, gateway and MTU",
          "one packet from a container: `docker run --rm IMAGE ping -c 1 ADDRESS`",
        ],
        back: ["the old daemon.json, and dockerd started anew; containers are started anew with it unless live-restore is on"],
      },
    })),
};

/** dockerd takes 1500 whatever the card has, so that the MTU is said. */
const withNat = ({ mtu }: PlacedNode): object => ({ mtu, iptables: true, "ip-masq": true });

const onSegment = ({ cluster }: RenderInput, { podCIDRs, mtu }: PlacedNode): object => ({
  bridge: "br0",
  "fixed-cidr": podCIDRs.map(prefixText).join(),
  "default-gateway": cluster.segment === undefined ? "" : addressText(cluster.segment.gateway),
  mtu,
  iptables: false,
  "ip-masq": false,
});
