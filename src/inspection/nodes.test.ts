import { describe, expect, it } from "vitest";
import { podCidrFindings } from "./nodes.js";
import { nodeView } from "./sift.js";

const node = (name: string, podCIDR: string | undefined, ready: "True" | "False" | "Unknown", message = "") =>
  nodeView({
    metadata: { name },
    spec: podCIDR === undefined ? {} : { podCIDR },
    status: { conditions: [{ type: "Ready", status: ready, message }] },
  });

/** As the API server has it of a kubelet 1.2.4 (test/systems/unattended-node.test.ts). */
const TICKET = "ConfigureCBR0 requested, but PodCIDR not set. Will not configure CBR0 right now";

describe("nodes without a PodCIDR", () => {
  it("are found by their kubelet's words, with the two flags that mend it", () => {
    expect(podCidrFindings([node("old-1", undefined, "False", TICKET)])).toEqual([
      {
        claim: "podCidrs",
        text: `old-1 is not ready and has no PodCIDR (${TICKET}): kube-controller-manager gives nodes one with --allocate-node-cidrs and --cluster-cidr, both of them, as long as that range has room`,
        from: "the Ready condition of node old-1",
      },
    ]);
  });

  it("are found beside nodes that have one, and counted", () => {
    const late = ["a", "b", "c", "d", "e"].map((name) => node(name, undefined, "False", "cni plugin not initialized"));
    const [found, ...more] = podCidrFindings([node("first", "10.0.0.0/24", "True"), ...late]);
    expect(found?.text).toContain("a, b, c and 2 more are not ready and have no PodCIDR (cni plugin not initialized)");
    expect(more).toEqual([]);
  });

  it("are none where a node is ready, has one, or no node of the network has any", () => {
    expect(podCidrFindings([node("a", "10.0.0.0/24", "True"), node("b", undefined, "True")])).toEqual([]);
    expect(podCidrFindings([node("a", "10.0.0.0/24", "False", "cni plugin not initialized")])).toEqual([]);
    expect(podCidrFindings([node("a", undefined, "False", "cni plugin not initialized"), node("b", undefined, "Unknown")])).toEqual([]);
  });
});
