import { describe, expect, test } from "vitest";
import type { Service } from "../../../model/service.js";
import type { ServiceNode } from "../ground.js";
import { cardText, type NodeCard, socketChangeText, socketText } from "./lines.js";

const node = (letter: string, place: number): ServiceNode => ({
  name: `node-${letter}`,
  address: `198.18.0.${String(10 + place)}`,
  podAddress: (host) => `198.19.${String(place)}.${String(host)}`,
});
const NODES = [node("a", 1), node("b", 2)];
const PORT = { name: "http", protocol: "tcp", port: 80, targetPort: 8080 } as const;
const BOTH = [
  { address: "198.19.1.2", node: "node-a" },
  { address: "198.19.2.2", node: "node-b" },
];
const service = (more: Partial<Service>): Service => ({
  namespace: "lab",
  name: "one",
  address: "198.18.128.2",
  ports: [PORT],
  endpoints: BOTH,
  ...more,
});
const linesOf = (text: string): string[] => text.trimEnd().split("\n");

describe("Services at the socket", () => {
  test("name the variant's namespaces, each port's addresses and its endpoints", () => {
    const full = service({ ports: [{ ...PORT, nodePort: 30_080 }], externalAddresses: ["198.18.64.1"], affinitySeconds: 10_800 });
    expect(linesOf(socketText([full], NODES, [{ name: "pod-a", node: "node-a" }]))).toEqual([
      "socket-lb",
      "client pod-a node-a",
      "service 10800",
      "frontend tcp 198.18.128.2 80",
      "frontend tcp 198.18.0.11 30080",
      "frontend tcp 198.18.0.12 30080",
      "frontend tcp 198.18.64.1 80",
      "endpoint 198.19.1.2 8080",
      "endpoint 198.19.2.2 8080",
    ]);
  });

  test("stand once more for each node under internalTrafficPolicy Local", () => {
    expect(linesOf(socketChangeText([service({ internalPolicy: "Local" })], NODES))).toEqual([
      "socket-lb",
      "service 0",
      "frontend tcp 198.18.128.2 80 by-node",
      "service 0",
      "frontend tcp 198.18.128.2 80 of node-a",
      "endpoint 198.19.1.2 8080",
      "service 0",
      "frontend tcp 198.18.128.2 80 of node-b",
      "endpoint 198.19.2.2 8080",
    ]);
  });

  test("have the terminating endpoints where none is ready, and no others", () => {
    const endpoints = [
      { address: "198.19.1.2", node: "node-a", state: "terminating" },
      { address: "198.19.2.2", node: "node-b", state: "not-ready" },
    ] as const;
    expect(linesOf(socketChangeText([service({ endpoints })], NODES)).filter((line) => line.startsWith("endpoint"))).toEqual([
      "endpoint 198.19.1.2 8080",
    ]);
  });
});

describe("Services on a node's card", () => {
  const [first] = NODES;
  const card: NodeCard = {
    node: first ?? node("a", 1),
    card: "eth0",
    nodeDevice: "br0",
    podsDevice: "flannel.1",
    macs: new Map([["198.19.1.2", "02:70:77:00:30:00"]]),
  };

  test("are those with a node port or an external address, with what is told of its own pods", () => {
    const full = service({ ports: [{ ...PORT, nodePort: 30_080 }], externalAddresses: ["198.18.64.1"] });
    expect(linesOf(cardText([service({}), full], card))).toEqual([
      "nodeport node-a eth0 br0 flannel.1 198.18.0.11",
      "service 0",
      "frontend tcp 198.18.0.11 30080",
      "frontend tcp 198.18.64.1 80",
      "endpoint 198.19.1.2 8080 here 02:70:77:00:30:00",
      "endpoint 198.19.2.2 8080",
    ]);
  });

  test("keep to the node under externalTrafficPolicy Local, and say nothing where it has no endpoint", () => {
    const local = service({ ports: [{ ...PORT, nodePort: 30_080 }], externalPolicy: "Local", endpoints: BOTH.slice(1) });
    expect(linesOf(cardText([local], card)).slice(1)).toEqual(["service 0", "frontend tcp 198.18.0.11 30080 silent"]);
  });
});
