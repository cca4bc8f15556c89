import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApiFacts, PolicyView } from "./api-facts.js";
import { KUBE_ROUTER_HEALTH, type Look, written } from "./pods/look.js";
import { matches, policiesOf } from "./policies.js";
import { policyView } from "./sift.js";
import { servicesUncarried, toldBesides, toldInRun, toldOfPolicies } from "./told-in-run.js";

const POD: Look = {
  ...{ id: "pod-a", node: "node-1", network: "pod", address: "198.19.0.2", hostAddress: "198.18.0.11", answers: {} },
  selectable: { namespace: "bench", labels: { "app.kubernetes.io/managed-by": "podwire", "podwire.dev/pod": "pod-a" } },
};
const HOST: Look = { ...POD, id: "host-a", network: "host", selectable: { namespace: "bench", labels: {} } };

const NODE = { ...{ podCidrs: [], notReady: "", annotations: {}, providerId: "", addresses: [] }, name: "node-1" };
const nodeWith = (labels: Readonly<Record<string, string>>) => ({
  ...{ ...NODE, labels },
  ...{ kernel: "", runtime: "", kubelet: "", architecture: "", os: "" },
});

function api(policies: readonly PolicyView[], refused?: string): ApiFacts {
  const none = { objects: [] };
  return {
    ...{ nodes: none, daemonSets: none, configMaps: none, custom: none, services: { count: 0 }, endpointSlices: { count: 0 } },
    networkPolicies: {
      objects: policies.filter(({ product }) => product === "kubernetes"),
      ...(refused === undefined ? {} : { refused }),
    },
    productPolicies: { objects: policies.filter(({ product }) => product !== "kubernetes") },
  };
}

const KUBERNETES = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" };
const CILIUM = { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy" };
const policy = (type: object, namespace: string | undefined, spec: unknown): PolicyView =>
  policyView({ ...type, metadata: { ...(namespace === undefined ? {} : { namespace }), name: "deny" }, spec });

const namesIn = (policies: readonly PolicyView[], looks: readonly Look[] = [POD]) =>
  policiesOf(api(policies), looks, undefined).inForce?.policies.map(({ name }) => name);

describe("a policy is in force on the pods that are asked", () => {
  it.each([
    ["an empty selector, in their namespace", policy(KUBERNETES, "bench", { podSelector: {} }), true],
    ["an empty selector, in another namespace", policy(KUBERNETES, "other", { podSelector: {} }), false],
    ["their label", policy(KUBERNETES, "bench", { podSelector: { matchLabels: { "podwire.dev/pod": "pod-a" } } }), true],
    ["another label", policy(KUBERNETES, "bench", { podSelector: { matchLabels: { app: "web" } } }), false],
    ["an expression", policy(KUBERNETES, "bench", { podSelector: { matchExpressions: [{ key: "app", operator: "DoesNotExist" }] } }), true],
    ["Cilium's prefix", policy(CILIUM, "bench", { endpointSelector: { matchLabels: { "any:podwire.dev/pod": "pod-a" } } }), true],
    [
      "Cilium's namespace label, for the whole cluster",
      policy({ ...CILIUM, kind: "CiliumClusterwideNetworkPolicy" }, undefined, {
        endpointSelector: { matchLabels: { "k8s:io.kubernetes.pod.namespace": "bench" } },
      }),
      true,
    ],
    ["Cilium's nodes, which are no pods", policy(CILIUM, undefined, { nodeSelector: {} }), false],
    [
      "all of Calico's",
      policy({ apiVersion: "crd.projectcalico.org/v1", kind: "GlobalNetworkPolicy" }, undefined, { selector: "all()" }),
      true,
    ],
  ])("by %s: %#", (_, one, selects) => {
    expect(namesIn([one])).toEqual(selects ? ["deny"] : []);
  });

  it("not on pods that have their node's network, nor where none was asked", () => {
    const all = policy(KUBERNETES, "bench", { podSelector: {} });
    expect(namesIn([all], [HOST])).toBeUndefined();
    expect(namesIn([all], [])).toBeUndefined();
  });

  it("and it is said what could not be evaluated, and what could not be read", () => {
    const text = policy({ apiVersion: "crd.projectcalico.org/v1", kind: "GlobalNetworkPolicy" }, undefined, { selector: "app == 'web'" });
    const told = policiesOf(api([text]), [POD], undefined);
    expect(told.inForce).toMatchObject({ policies: [], undecided: [{ kind: "GlobalNetworkPolicy", name: "deny" }] });
    expect(toldInRun({ policiesInForce: told.inForce } as never)).toEqual([
      "network policies may be in force whose selectors podwire does not evaluate (GlobalNetworkPolicy deny); what they cost is then part of the figures",
    ]);
    expect(told.unknown.map(({ why }) => why).join()).toContain("GlobalNetworkPolicy deny selects by an expression");
    expect(policiesOf(api([], "forbidden"), [POD], undefined).inForce).toBeUndefined();
  });
});

describe("a policy of nodes is in force on the nodes that are asked", () => {
  const ofNodes = (nodeSelector: object, more: object = {}) =>
    policyView({
      ...{ apiVersion: "cilium.io/v2", kind: "CiliumClusterwideNetworkPolicy", metadata: { name: "walls" } },
      spec: { nodeSelector },
      ...more,
    });
  const settings = (firewall: string) => ({
    objects: [{ namespace: "kube-system", name: "cilium-config", data: { "enable-host-firewall": firewall } }],
  });
  const labels = { "node-role.kubernetes.io/worker": "", zone: "a" };
  const facts = (policies: readonly PolicyView[], firewall = "true"): ApiFacts => ({
    ...api(policies),
    nodes: { objects: [nodeWith(labels)] },
    configMaps: settings(firewall),
  });
  const inForce = (told: ApiFacts, looks: readonly Look[] = [POD, HOST]) => policiesOf(told, looks, undefined).inForce;
  const names = [{ kind: "CiliumClusterwideNetworkPolicy", name: "walls" }];

  it.each([
    ["all nodes", {}, true],
    ["their label", { matchLabels: { zone: "a" } }, true],
    ["their label, with its source", { matchExpressions: [{ key: "k8s:zone", operator: "In", values: ["a"] }] }, true],
    ["another label", { matchLabels: { zone: "b" } }, false],
  ])("by %s", (_, selector, selects) => {
    expect(inForce(facts([ofNodes(selector)]))).toEqual({ policies: [], ...(selects ? { onNodes: names } : {}), enforcedBy: "unknown" });
  });

  it("where the host firewall is on, and where the nodes' own network was asked", () => {
    expect(inForce(facts([ofNodes({})], "false"))).not.toHaveProperty("onNodes");
    expect(inForce(facts([ofNodes({})]), [POD])).not.toHaveProperty("onNodes");
  });

  it("beside its other parts, which select pods", () => {
    const both = ofNodes({}, { specs: [{ endpointSelector: {} }] });
    expect(inForce(facts([both]))).toEqual({ policies: names, onNodes: names, enforcedBy: "unknown" });
  });

  it("or may be, where neither the firewall's setting nor the node's labels could be read", () => {
    const undecided = { policies: [], undecided: names, enforcedBy: "unknown" };
    expect(inForce({ ...facts([ofNodes({})]), configMaps: { objects: [] } })).toEqual(undecided);
    expect(inForce({ ...facts([ofNodes({ matchLabels: { zone: "a" } })]), nodes: { objects: [] } })).toEqual(undecided);
  });

  it("and is said in a run", () => {
    const policiesInForce = inForce({ ...facts([ofNodes({}), policy(KUBERNETES, "bench", { podSelector: {} })]) });
    expect(toldInRun({ policiesInForce } as never)).toEqual([
      "network policies select the measured pods (NetworkPolicy bench/deny) and the measured nodes (CiliumClusterwideNetworkPolicy walls); who enforces them is not known, and what that costs is part of the figures",
    ]);
  });
});

describe("who enforces policies", () => {
  const all = [policy(KUBERNETES, "bench", { podSelector: {} })];
  const enforcer = (facts: ApiFacts, looks: readonly Look[] = [POD]) => policiesOf(facts, looks, undefined).inForce?.enforcedBy;
  const daemonSet = (name: string, argv: readonly string[] = []) => ({
    ...{ namespace: "kube-system", name, desired: 2, labels: {} },
    containers: [{ name, image: "", argv, env: {} }],
  });
  const running = (...sets: readonly ReturnType<typeof daemonSet>[]): ApiFacts => ({ ...api(all), daemonSets: { objects: sets } });

  it("is a product that runs beside the network", () => {
    expect(enforcer(running(daemonSet("calico-node")))).toBe("Calico");
    expect(enforcer(running(daemonSet("kube-router", ["--run-router=false", "--run-firewall=true"])))).toBe("kube-router");
    expect(enforcer(running(daemonSet("kube-router", ["--run-firewall=false"])))).toBe("unknown");
  });

  it("is kube-router where it answers on a node, which no object may say", () => {
    const answering: Look = { ...HOST, answers: { [written(KUBE_ROUTER_HEALTH)]: { printed: "200 OK\n" } } };
    const silent: Look = { ...HOST, answers: { [written(KUBE_ROUTER_HEALTH)]: { printed: "none ECONNREFUSED\n" } } };
    expect(enforcer(api(all), [POD, answering])).toBe("kube-router");
    expect(enforcer(api(all), [POD, silent])).toBe("unknown");
  });

  it("is said in a run with the policies' names, or that it is not known", () => {
    const { inForce } = policiesOf(running(daemonSet("calico-node")), [POD], undefined);
    expect(toldInRun({ policiesInForce: inForce } as never)).toEqual([
      "network policies select the measured pods (NetworkPolicy bench/deny); Calico enforces them, and what that costs is part of the figures",
    ]);
    expect(toldOfPolicies({ policiesInForce: { policies: [], enforcedBy: "Calico" } } as never)).toEqual([]);
  });
});

it("Services lead nowhere where nothing was found that carries them", () => {
  const uncarried = (kubeProxy: string, servicesBy?: string) => servicesUncarried({ kubeProxy, servicesBy } as never);
  expect(uncarried("none")).toContain("nothing else was found that carries Services");
  expect(uncarried("unknown")).toBeDefined();
  expect([uncarried("iptables"), uncarried("none", "Cilium")]).toEqual([undefined, undefined]);
  expect(servicesUncarried({ mode: "macvlan", kubeProxy: "nftables" } as never)).toContain("does not pass their node (macvlan)");
});

it("what nodes showed with rights over them is said besides, and nothing twice", () => {
  const policies = [{ kind: "NetworkPolicy", namespace: "bench", name: "deny" }];
  const finding = { claim: "podRoutes", text: "node-1 sends nothing to pod-b" };
  const before = { findings: [finding], policiesInForce: { policies, enforcedBy: "unknown" } };
  const contradiction = {
    claim: "hostRouting",
    text: "host routing: the nodes show the kernel's stack, and the configuration amounts to eBPF",
  };
  const after = { findings: [finding, contradiction], policiesInForce: { policies, enforcedBy: "kube-router" } };
  expect(toldBesides(before as never, after as never)).toEqual([
    contradiction.text,
    "network policies select the measured pods (NetworkPolicy bench/deny); kube-router enforces them, and what that costs is part of the figures",
  ]);
  expect(toldBesides(before as never, before as never)).toEqual([]);
  const nearest = { mode: "calico-vxlan", differs: [] };
  const wired = [
    { mode: "unknown", nearest },
    { mode: "ebpf-vxlan", nearest: undefined },
  ].map((one) => ({ ...before, ...one }));
  const by = "by what its nodes' programs show, the network is wired like";
  expect([toldBesides(wired[0] as never, wired[1] as never), toldBesides(wired[1] as never, wired[0] as never)]).toEqual([
    [`${by} ebpf-vxlan (unknown before they were read)`],
    [`${by} none of podwire's modes, the nearest is calico-vxlan (ebpf-vxlan before they were read)`],
  ]);
});

it("a selector never throws, and one without conditions selects everything", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.string()), (selector, labels) => {
      expect([true, false, undefined]).toContain(matches(selector, labels));
    }),
  );
  expect(matches({}, {})).toBe(true);
  expect(matches(undefined, {})).toBe(true);
});
