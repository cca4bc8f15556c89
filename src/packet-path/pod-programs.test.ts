/** What podwire's programs do with a packet, by what `podwire-ebpf show` says that they know. */
import { describe, expect, test } from "vitest";
import type { FilterProgram, Link, NamespaceFacts, NetworkFacts } from "./facts.js";
import { podProgramOf, throughPodProgram } from "./pod-programs.js";
import { type NamespaceTexts, namesPodRouting, readNamespace } from "./read.js";
import { packetFrom } from "./travelling.js";

const SHOWN = ["card eth0", "pod 198.19.1.2 lxc1", "range 198.19.0.0/16 198.18.0.13", "range 198.19.2.0/24 198.18.0.12", ""];
const TUNNELLED = ["card eth0", "tunnel cilium_vxlan 2", ...SHOWN.slice(1)];

const veth = (index: number, name: string, below: number, belowIn: string): Link => ({
  index,
  name,
  kind: "veth",
  flags: ["UP"],
  mtu: 1500,
  below: { index: below },
  belowIn,
  addresses: [],
  settings: {},
});

const empty: NamespaceTexts = {
  links: "",
  neighbours: "",
  fdb: "",
  queueing: "",
  filters: [],
  rules: { legacy: [], compat: [], nft: "" },
  peers: "",
  settings: "",
};

function networkOf(shown: readonly string[]): { readonly network: NetworkFacts; readonly node: NamespaceFacts } {
  const node = {
    ...readNamespace("node-a", { ...empty, podRouting: shown.join("\n") }, () => undefined),
    links: [veth(2, "lxc1", 3, "pod-a")],
  };
  const pod = { ...readNamespace("pod-a", empty, () => undefined), links: [veth(3, "eth0", 2, "node-a")] };
  const namespaces = new Map([node, pod].map((one) => [one.name, one]));
  return { network: { namespaces, counts: { devices: new Map(), queues: new Map(), rules: new Map() } }, node };
}

const at = (name: string, direction: FilterProgram["direction"] = "ingress"): FilterProgram => ({ device: "any", direction, name });
const to = (address: string) => packetFrom("tcp", { address: "198.19.1.9", port: 40_000 }, { address, port: 80 });

describe("a packet", () => {
  const place = (shown: readonly string[], program: string, address: string) => {
    const { network, node } = networkOf(shown);
    return throughPodProgram(network, node, at(program), to(address))?.moved?.place;
  };

  test.each(["from_pod", "from_card", "from_tunnel"])("for a pod of the node is put straight into it by %s", (program) => {
    expect(place(SHOWN, program, "198.19.1.2")).toEqual({ at: "received", in: "pod-a", device: "eth0" });
  });

  test("of the node itself for its pod goes by the pod's link", () => {
    expect(place(SHOWN, "from_node", "198.19.1.2")).toEqual({ at: "sending", in: "node-a", device: "lxc1" });
  });

  test("for another node's pod asks the node's routes, or names the node and goes into the tunnel", () => {
    expect(place(SHOWN, "from_pod", "198.19.2.2")).toEqual({ at: "next-hop", in: "node-a" });
    expect(place(TUNNELLED, "from_pod", "198.19.2.2")).toEqual({ at: "sending", in: "node-a", device: "cilium_vxlan" });
  });

  test.each([
    ["198.19.2.2", "198.18.0.12"],
    ["198.19.7.7", "198.18.0.13"],
  ])("for %s is for the node of the longest range, %s", (address, remote) => {
    const { network, node } = networkOf(TUNNELLED);
    expect(throughPodProgram(network, node, at("from_pod"), to(address))?.moved?.packet.told).toEqual({ remote, id: 2 });
  });

  test("for no one that is known is the stack's, and the node's own is dropped", () => {
    expect(place(SHOWN, "from_pod", "192.0.2.1")).toBeUndefined();
    expect(place(TUNNELLED, "from_card", "198.19.2.2")).toBeUndefined();
    expect(place(SHOWN, "from_node", "192.0.2.1")).toEqual({ at: "end", in: "node-a" });
  });

  test("is nothing that is known to other programs", () => {
    const { network, node } = networkOf(SHOWN);
    expect(throughPodProgram(network, node, at("nodeport_in:[7]"), to("198.19.1.2"))).toBeUndefined();
  });
});

test("programs are known as libbpf names filters", () => {
  expect([podProgramOf("from_pod:[17]"), podProgramOf("from_card"), podProgramOf("cil_from_container")]).toEqual([
    "from_pod",
    "from_card",
    undefined,
  ]);
  const text = JSON.stringify([{ kind: "bpf" }, { kind: "bpf", options: { bpf_name: "from_card:[9]" } }]);
  expect(namesPodRouting({ filters: [{ device: "eth0", direction: "ingress", text }] })).toBe(true);
  expect(namesPodRouting({ filters: [], tcx: "eth0 ingress from_card\n" })).toBe(true);
  expect(namesPodRouting({ filters: [], tcx: "eth0 ingress nodeport_in\n" })).toBe(false);
  expect(namesPodRouting({ filters: [] })).toBe(false);
});

test("programs of TCX come before filters of tc, each in its order", () => {
  const text = JSON.stringify([{ kind: "bpf" }, { kind: "bpf", options: { bpf_name: "taker" } }]);
  const tcx = "eth0 ingress nodeport_in\neth0 ingress from_card\neth0 egress nodeport_out\n";
  const { programs } = readNamespace(
    "node-a",
    { ...empty, filters: [{ device: "eth0", direction: "ingress", text }], tcx },
    () => undefined,
  );
  expect(programs.map(({ device, direction, name }) => `${device} ${direction} ${name}`)).toEqual([
    "eth0 ingress nodeport_in",
    "eth0 ingress from_card",
    "eth0 egress nodeport_out",
    "eth0 ingress taker",
  ]);
});
