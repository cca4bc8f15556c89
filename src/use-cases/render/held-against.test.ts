import { describe, expect, test } from "vitest";
import { type Asked, renderedWhole, targetOf } from "../../../test/synthetic/rendered.js";
import type { KubernetesObject } from "../../machine/kubernetes/port.js";
import { RunError } from "../errors.js";
import { againstCluster } from "./held-against.js";

describe("PodCIDRs of Nodes that are in the cluster and not in nodes.yaml", () => {
  const node = (name: string, ...podCIDRs: readonly string[]): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name },
    spec: { podCIDR: podCIDRs[0], podCIDRs },
  });
  /** The API server of a cluster that has these Nodes and nothing else. */
  const clusterOf = (...nodes: readonly KubernetesObject[]): Parameters<typeof againstCluster>[2] => ({
    context: "test",
    get: ({ kind, name }) => Promise.resolve(kind === "Node" ? nodes.find(({ metadata }) => metadata.name === name) : undefined),
    list: ({ kind }) => ReadableStream.from(kind === "Node" ? nodes : []),
  });
  const NEW = "[{name: worker-7, address: 198.18.0.77}]";
  const diff = (asked: Asked, ...nodes: readonly KubernetesObject[]) =>
    againstCluster(targetOf("nodes"), renderedWhole("gce", "nodes", asked), clusterOf(...nodes));

  test("are not given out again: both sides are named", async () => {
    const taken = diff({ nodes: NEW }, node("worker-2", "198.19.1.0/24"), node("worker-1", "198.19.0.0/24"));
    await expect(taken).rejects.toThrow(RunError);
    await expect(taken).rejects.toThrow(
      "The PodCIDR 198.19.0.0/24 of worker-7 overlaps 198.19.0.0/24 of worker-1, a Node of the cluster that nodes.yaml does not name.",
    );
  });

  test("are not given out in part either", async () => {
    await expect(diff({ nodes: NEW }, node("worker-1", "198.19.0.0/20"))).rejects.toThrow(
      "198.19.0.0/24 of worker-7 overlaps 198.19.0.0/20 of worker-1",
    );
    const wide = { nodes: NEW, cluster: "podCIDRs: [198.19.0.0/16]\nnodeMask: 20\n" };
    await expect(diff(wide, node("worker-1", "198.19.3.0/24"))).rejects.toThrow(
      "198.19.0.0/20 of worker-7 overlaps 198.19.3.0/24 of worker-1",
    );
  });

  test("do not matter where they are others, or where the Node is named", async () => {
    const free = await diff({ nodes: NEW }, node("worker-1", "198.19.1.0/24"), node("bare"));
    expect(free.documents).toMatchObject([{ what: "Node/worker-7", change: "new" }]);
    const known = await diff({ nodes: NEW }, node("worker-7", "198.19.0.0/24"));
    expect(known.documents).toMatchObject([{ what: "Node/worker-7", change: "same" }]);
  });
});
