import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Inspection } from "../../model/inspection.js";
import { anonymizeInspection, inspectionMask } from "../anonymize.js";
import { inspectionSection } from "./html.js";
import { renderInspectionJson } from "./json.js";
import { renderInspectionMarkdown } from "./markdown.js";
import { renderInspectionTerminal } from "./terminal.js";
import { inspectionFacts, inspectionHeadline } from "./words.js";

const FLANNEL: Inspection = {
  cni: "flannel",
  setting: "backend vxlan",
  mode: "flannel-vxlan",
  kubeProxy: "iptables",
  mtu: { pod: 1450, host: 1500, overhead: 50, explainedBy: "VXLAN over IPv4 takes 50 bytes" },
  podRoutes: { by: "tunnel", via: "flannel.1" },
  podCidrs: { pools: ["10.244.0.0/16"], nodes: 5000, examples: [{ node: "worker-7", cidrs: ["10.244.7.0/24"] }] },
  ipFamilies: ["IPv4"],
  networkPolicies: 0,
  services: 1,
  endpointSlices: 2,
  kubernetes: "v1.34.4",
  nodes: [
    {
      count: 5000,
      examples: ["worker-7"],
      kernel: "6.8.0",
      runtime: "containerd://1.7",
      kubelet: "v1.34.4",
      architecture: "amd64",
      os: "Debian 12",
    },
  ],
  evidence: [
    { claim: "podRoutes", value: "via 192.0.2.8, the pod's own node", from: "`ip -json route get 10.244.7.2` in host-a on worker-7" },
  ],
  unknown: [],
  deep: [
    {
      node: "worker-7",
      facts: [
        { topic: "drops", name: "eth0 rx dropped", value: "3", after: "9", from: "ip" },
        { topic: "drops", name: "eth0 tx dropped", value: "0", after: "0", from: "ip" },
        { topic: "ruleset", name: "nft ip nat", value: "12 rules in 3 chains", from: "nft" },
      ],
      problems: [],
    },
  ],
};

const NOTHING: Inspection = {
  cni: "unknown",
  mode: "unknown",
  kubeProxy: "unknown",
  mtu: {},
  podRoutes: { by: "unknown" },
  podCidrs: { pools: [], nodes: 0, examples: [] },
  ipFamilies: [],
  nodes: [],
  evidence: [],
  unknown: [{ claim: "cni", why: "DaemonSets could not be read (forbidden)" }],
};

describe("an inspection in words", () => {
  it("says what the network is in one line", () => {
    expect(inspectionHeadline(FLANNEL)).toBe("flannel (backend vxlan), wired like podwire's flannel-vxlan");
    expect(inspectionHeadline(NOTHING)).toBe("a network that could not be determined, podwire's mode for it: unknown");
  });

  it("counts in the grammar of numbers, and names a few of many", () => {
    const facts = Object.fromEntries(inspectionFacts(FLANNEL).map(({ label, text }) => [label, text]));
    expect(facts["objects"]).toBe("1 Service, 2 EndpointSlices, 0 NetworkPolicies");
    expect(facts["MTU"]).toBe("pods 1450, hosts 1500 (50 less): VXLAN over IPv4 takes 50 bytes");
    expect(facts["nodes"]).toMatch(/worker-7 and 4\s999 more/);
    expect(facts["pod addresses"]).toMatch(/worker-7 10\.244\.7\.0\/24 and 4\s999 more/);
  });

  it("leaves out what could not be determined, and says it apart with its reason", () => {
    expect(inspectionFacts(NOTHING).map(({ label }) => label)).toEqual(["network", "mode", "Services"]);
    expect(renderInspectionTerminal(NOTHING, { width: 100, colour: false, cluster: "c" })).toContain(
      "cni: DaemonSets could not be read (forbidden)",
    );
  });
});

describe("each report", () => {
  it("shows counters that grow with both readings, and counts those that rest", () => {
    const text = renderInspectionTerminal(FLANNEL, { width: 100, colour: false, cluster: "c" });
    expect(text).toContain("drops eth0 rx dropped: 3, then 9");
    expect(text).toContain("1 other counters stand at 0");
    expect(text).not.toContain("tx dropped");
  });

  it("keeps to the terminal's width and has no control characters, whatever the texts are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 40, max: 200 }), (text, width) => {
        const inspection = {
          ...FLANNEL,
          setting: text,
          evidence: [{ claim: text, value: text, from: text }],
          unknown: [{ claim: text, why: text }],
        };
        const lines = renderInspectionTerminal(inspection, { width, colour: false, cluster: text }).split("\n");
        for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      }),
    );
  });

  it("lets no text become markup", () => {
    const hostile = {
      ...FLANNEL,
      setting: "<script>alert(1)</script>",
      evidence: [{ claim: "a", value: "[x](javascript:1)", from: "<b>" }],
    };
    expect(inspectionSection(hostile).text).not.toMatch(/<script|<b>a<\/b>: \[x\].*<b></);
    expect(renderInspectionMarkdown(hostile)).not.toMatch(/<script|\[x\]\(/);
  });

  it("is nothing in HTML where there is no inspection", () => {
    expect(inspectionSection(undefined).text).toBe("");
  });

  it("is whole in JSON", () => {
    expect(JSON.parse(renderInspectionJson(FLANNEL, "0.1.0"))).toEqual({
      schema: "podwire/inspection@1",
      podwire: "0.1.0",
      venue: "cluster",
      inspection: FLANNEL,
    });
  });
});

describe("a network with a datapath of its own", () => {
  const cilium: Inspection = {
    ...FLANNEL,
    ...{ cni: "cilium", setting: "vxlan tunnel", mode: "unknown", kubeProxy: "none", servicesBy: "Cilium" },
    nearest: { mode: "calico-vxlan", differs: ["Services are translated by eBPF"] },
    traits: [
      { trait: "version", configured: "1.20.2" },
      { trait: "routing", seen: "vxlan tunnel", configured: "vxlan tunnel" },
      { trait: "hostRouting", seen: "the kernel's stack", configured: "eBPF" },
      { trait: "masquerade", configured: "eBPF" },
      { trait: "encryption", seen: "none" },
    ],
    mtu: { pod: 1500, podRoute: 1450, podPath: 1450, host: 1500, overhead: 50, explainedBy: "VXLAN over IPv4 takes 50 bytes" },
    podRoutes: { by: "peers", via: "198.18.0.12", protocol: "bird" },
    policiesInForce: { policies: [{ kind: "NetworkPolicy", namespace: "acme", name: "acme-deny" }], enforcedBy: "Cilium" },
    findings: [{ claim: "hostRouting", text: "host routing: the nodes show the kernel's stack", from: "bpftool" }],
  };
  const facts = Object.fromEntries(inspectionFacts(cilium).map(({ label, text }) => [label, text]));

  it("is named with its version and the nearest mode, and what differs", () => {
    expect(inspectionHeadline(cilium)).toBe("cilium 1.20.2 (vxlan tunnel), nearest to podwire's calico-vxlan");
    expect(facts["mode"]).toBe("none of podwire's; nearest is calico-vxlan; what differs: Services are translated by eBPF");
    const { nearest, ...like } = cilium;
    const named = { ...like, mode: "ebpf-vxlan", differs: nearest?.differs ?? [] };
    expect(inspectionHeadline(named)).toBe("cilium 1.20.2 (vxlan tunnel), wired like podwire's ebpf-vxlan");
    expect(inspectionFacts(named).find(({ label }) => label === "mode")?.text).toBe(
      "ebpf-vxlan; what differs: Services are translated by eBPF",
    );
  });

  it("has each trait with its witnesses, what was seen first", () => {
    expect(facts).toMatchObject({
      routing: "vxlan tunnel (seen and configured)",
      "host routing": "the kernel's stack (as seen; configured: eBPF)",
      masquerade: "eBPF (as configured)",
      encryption: "none (as seen)",
    });
  });

  it("has the MTU of link and route, who wrote routes, and policies with who enforces them", () => {
    expect(facts["MTU"]).toBe("pods 1450 (interface 1500, route 1450), hosts 1500 (50 less): VXLAN over IPv4 takes 50 bytes");
    expect(facts["between nodes"]).toContain("via 198.18.0.12 (routes of proto bird)");
    expect(facts["policies"]).toBe("in force on the pods that were asked: NetworkPolicy acme/acme-deny; Cilium enforces them");
    const [onNodes, undecided] = [
      [{ kind: "CiliumClusterwideNetworkPolicy", name: "acme-walls" }],
      [{ kind: "GlobalNetworkPolicy", name: "acme-may" }],
    ];
    const textOf = (policiesInForce: Inspection["policiesInForce"]) =>
      inspectionFacts({ ...cilium, policiesInForce }).find(({ label }) => label === "policies")?.text;
    expect(textOf({ policies: [], onNodes, undecided, enforcedBy: "Cilium" })).toBe(
      "in force on the nodes that were asked: CiliumClusterwideNetworkPolicy acme-walls; podwire does not evaluate what GlobalNetworkPolicy acme-may selects; Cilium enforces them",
    );
  });

  it("has its findings in each report, and no policy's name once it is masked", () => {
    const finding = "host routing: the nodes show the kernel's stack";
    expect(renderInspectionTerminal(cilium, { width: 100, colour: false, cluster: "c" })).toContain(`Findings\n  ${finding}`);
    expect(renderInspectionMarkdown(cilium)).toContain("Findings:");
    expect(inspectionSection(cilium).text).toContain("<h3>Findings</h3>");
    expect(JSON.stringify(anonymizeInspection(cilium, inspectionMask(cilium)))).not.toContain("acme");
    const [onNodes, undecided] = [
      [{ kind: "CiliumClusterwideNetworkPolicy", name: "acme-walls" }],
      [{ kind: "GlobalNetworkPolicy", name: "acme-may" }],
    ];
    const more = { ...cilium, policiesInForce: { policies: [], onNodes, undecided, enforcedBy: "Cilium" } };
    expect(JSON.stringify(anonymizeInspection(more, inspectionMask(more)))).not.toContain("acme");
  });
});

it("names no node and no address once it is masked, and stays the same otherwise", () => {
  const masked = anonymizeInspection(FLANNEL, inspectionMask(FLANNEL));
  const text = JSON.stringify(masked);
  expect(text).not.toMatch(/worker-7|10\.244\.7|192\.0\.2/);
  expect(masked).toMatchObject({ cni: "flannel", mode: "flannel-vxlan", mtu: FLANNEL.mtu, podRoutes: { by: "tunnel", via: "flannel.1" } });
  expect(masked.nodes[0]?.count).toBe(5000);
});
