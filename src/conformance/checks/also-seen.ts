import { allAnswered, askAt, type Check } from "../check.js";
import { GROUP } from "../responders.js";
import { UNUSED_PORT } from "../services.js";
import { exchangeWith, refused } from "./services.js";

/** What no need asks for. */
export const ALSO_SEEN_CHECKS: readonly Check[] = [
  {
    name: "multicast",
    set: "also-seen",
    title: "multicast from pod to pod across nodes",
    protocols: ["udp-unconnected"],
    tries: (ground, protocol) => [askAt(ground, "pod-a", "pod-b", { protocol, address: GROUP })],
    judge: allAnswered,
  },
  {
    name: "nodeport-localhost",
    set: "also-seen",
    title: "node to a node port on its loopback address",
    protocols: ["tcp"],
    tries: ({ external: { nodePort } }, protocol) => [
      { kind: "ask", from: "node-a", to: "pod-b", exchange: exchangeWith("127.0.0.1", nodePort, protocol) },
    ],
    judge: allAnswered,
  },
  {
    name: "clusterip-unused-port",
    set: "also-seen",
    title: "a port that a Service does not have is refused at once",
    protocols: ["tcp"],
    tries: (ground, protocol) => [
      { kind: "ask", from: "pod-a", to: "pod-b", exchange: exchangeWith(ground.clusterAddress("across"), UNUSED_PORT, protocol) },
    ],
    judge: refused,
  },
];
