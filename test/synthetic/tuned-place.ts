/** A node of a lab with given facts, of which no value can be read: what is proposed for it follows from its facts alone. */
import type { NodeFacts } from "../../src/tuning/facts.js";
import { TunedNode } from "../../src/tuning/node.js";
import type { Place } from "../../src/use-cases/closed-loop/candidates.js";
import { healthyNode } from "./node-facts.js";

const unreachable = async (): Promise<never> => Promise.reject(new Error("something was run"));

export const tunedPlace = (differs: Parameters<typeof healthyNode>[0]): Place => {
  const facts: NodeFacts = healthyNode(differs);
  const files = {
    readText: unreachable,
    writeText: unreachable,
    whyNotWritable: unreachable,
    makePrivateFolder: unreachable,
    exists: unreachable,
    isRegular: unreachable,
  };
  const ports = { commands: { run: unreachable, locate: unreachable }, files };
  return { at: { id: "mode/open/node-a", kind: "host" }, facts, node: new TunedNode(ports, facts), shared: false };
};
