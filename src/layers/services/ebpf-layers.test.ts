/** What socket-lb, host-shim and tc-nodeport change of a wiring. */
import { describe, expect, test } from "vitest";
import type { LoadStep, Wiring } from "../../model/wiring.js";
import { MODES } from "../../modes/index.js";
import { resolveVariant, whyNotOn } from "../../variants/variant.js";
import { LAYERS } from "../index.js";

const TOPOLOGY = { nodes: 2, mtu: 1500 } as const;
const wiringOf = (name: string): Wiring => resolveVariant(name).wire(TOPOLOGY);
const loadsOf = (name: string): readonly LoadStep[] => wiringOf(name).steps.filter((step) => step.kind === "load");
const textOf = (load: LoadStep | undefined): string => [...(load?.inputs ?? [])].join("");
const modesFor = (name: string): readonly string[] => {
  const layer = LAYERS.find((one) => one.name === name);
  return layer === undefined ? [] : MODES.filter((mode) => whyNotOn(mode, layer) === undefined).map((mode) => mode.name);
};

describe("socket-lb", () => {
  test("stands on every mode whose pods other nodes reach by their own addresses", () => {
    const without = new Set(["host", "docker-nat", "docker-nat-28"]);
    expect(modesFor("socket-lb")).toEqual(MODES.map(({ name }) => name).filter((name) => !without.has(name)));
  });

  test("is loaded once a variant, for all its nodes and pods, and changes nothing else", () => {
    const [load, ...more] = loadsOf("macvlan+socket-lb:20");
    expect(more).toEqual([]);
    expect(load).toMatchObject({ in: "node-a", tracks: false, argv: ["podwire-ebpf", "apply", "/run/podwire-ebpf.socket", "node-a"] });
    const clients = textOf(load).match(/^client .*$/gm);
    expect(clients).toEqual(["client node-a node-a", "client node-b node-b", "client pod-a node-a", "client pod-b node-b"]);
    expect(textOf(load).match(/^frontend tcp 198\.18\.128\.12 80$/gm)).toHaveLength(1);
    expect(wiringOf("macvlan+socket-lb:20").steps.filter((step) => step.kind !== "load")).toEqual(wiringOf("macvlan").steps);
  });

  test("may stand beside a kube-proxy", () => {
    expect(loadsOf("gce+kube-proxy-nftables:20+socket-lb:20").map(({ layer }) => layer)).toEqual([
      "kube-proxy-nftables",
      "kube-proxy-nftables",
      "socket-lb",
    ]);
  });
});

describe("host-shim", () => {
  test("is for pods that are children of the card", () => {
    expect(modesFor("host-shim")).toEqual(["macvlan", "ipvlan-l2"]);
  });

  test.each(["macvlan", "ipvlan-l2"])(
    "%s: gives the node a child of its card, and a route to each of its pods; an address only where the card does not look for it among its children",
    (mode) => {
      const plain = wiringOf(mode).steps;
      const added = wiringOf(`${mode}+host-shim`).steps.slice(plain.length);
      expect(wiringOf(`${mode}+host-shim`).steps.slice(0, plain.length)).toEqual(plain);
      expect(added.filter((step) => step.kind === "link").map(({ in: node, common }) => [node, common?.slice(0, 2)])).toEqual([
        ["node-a", ["link", "eth0"]],
        ["node-b", ["link", "eth0"]],
      ]);
      expect(added.flatMap((step) => (step.kind === "address" ? [step.address] : []))).toEqual(
        mode === "macvlan" ? ["198.18.0.11/32", "198.18.0.12/32"] : [],
      );
      expect(added.flatMap((step) => (step.kind === "route" ? [step.to] : []))).toEqual(["198.18.0.33/32", "198.18.0.49/32"]);
    },
  );
});

describe("tc-nodeport", () => {
  test("stands where cards see untagged packets of pods that other nodes reach", () => {
    const without = new Set(["host", "docker-nat", "docker-nat-28", "vlan"]);
    expect(modesFor("tc-nodeport")).toEqual(MODES.map(({ name }) => name).filter((name) => !without.has(name)));
  });

  test.each([
    ["macvlan", "nodeport node-a eth0 eth0 eth0 198.18.0.11"],
    ["l2-bridge", "nodeport node-a eth0 br0 br0 198.18.0.11"],
    ["flannel-vxlan", "nodeport node-a eth0 eth0 flannel.1 198.18.0.11"],
    ["flannel-host-gw", "nodeport node-a eth0 eth0 eth0 198.18.0.11"],
    ["ebpf-routed", "nodeport node-a eth0 eth0 eth0 198.18.0.11"],
    ["ebpf-vxlan", "nodeport node-a eth0 eth0 cilium_host 198.18.0.11"],
  ])("%s: knows the card, the device of the node's address and the one to other nodes' pods", (mode, header) => {
    const load = loadsOf(`${mode}+tc-nodeport:100`).find(({ layer }) => layer === "tc-nodeport");
    expect(textOf(load).split("\n")[0]).toBe(header);
  });

  test("gives pods on the bridge over the card MAC addresses that the plan knows, and changes no other link", () => {
    const macs = (name: string): (string | undefined)[] =>
      wiringOf(name).steps.flatMap((step) =>
        step.kind === "link" && step.peer?.in.startsWith("pod-") === true ? [step.peer.common?.join(" ")] : [],
      );
    expect(macs("l2-bridge+tc-nodeport").every((words) => /address 02:/.test(words ?? ""))).toBe(true);
    expect(macs("flannel-host-gw+tc-nodeport")).toEqual(macs("flannel-host-gw"));
  });
});
