import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wiredDevices } from "../../test/synthetic/wired-devices.js";
import type { LinkStep, RouteStep, Step, Topology, Wiring } from "../model/wiring.js";
import { bitsPerSecond } from "../units/quantity.js";
import { resolveVariant } from "../variants/variant.js";
import { MODES } from "./index.js";
import { LAB_DEVIATIONS } from "./lab-deviations.js";
import { letter } from "./parts/addresses.js";

const ORDER =
  "host docker-nat docker-nat-28 flannel-udp flannel-vxlan flannel-ipip flannel-host-gw gce l2-bridge macvlan host-device calico-routed calico-ipip calico-vxlan ipvlan-l2 ipvlan-l3s vlan kindnet ebpf-routed ebpf-vxlan wireguard";

const topologies = fc.record(
  {
    nodes: fc.integer({ min: 2, max: 8 }),
    mtu: fc.integer({ min: 1280, max: 9000 }),
    pods: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
    outside: fc.record({ mtu: fc.integer({ min: 1280, max: 9000 }) }),
  },
  { requiredKeys: ["nodes", "mtu"] },
);
/** Shapes that random ones seldom are: two nodes whose pods are more than two, and a host outside. */
const SHAPES = [
  { nodes: 2, mtu: 1280, pods: [2] },
  { nodes: 2, mtu: 1500, pods: [2, 2], outside: { mtu: 1500 } },
  { nodes: 3, mtu: 1500, pods: [] },
];
const RATE = bitsPerSecond(1e9);

const ofKind = <Kind extends Step["kind"]>(wiring: Wiring, kind: Kind): Extract<Step, { kind: Kind }>[] =>
  wiring.steps.filter((step): step is Extract<Step, { kind: Kind }> => step.kind === kind);

const wordAfter = (words: readonly string[], key: string): string | undefined =>
  words.includes(key) ? words[words.indexOf(key) + 1] : undefined;
const mtuOf = (link: LinkStep, end: "here" | "there"): number =>
  Number(wordAfter((end === "here" ? link.common : link.peer?.common) ?? [], "mtu"));

function forEachWiring(name: string, check: (wiring: Wiring, topology: Topology) => void): void {
  const mode = resolveVariant(name);
  fc.assert(
    fc.property(topologies, (topology) => {
      check(mode.wire(topology), topology);
    }),
    { numRuns: 25, examples: SHAPES.map((shape): [typeof shape] => [shape]) },
  );
}

describe("the list of modes", () => {
  test("has every mode in the order of the tables", () => {
    expect(MODES.map((mode) => mode.name).join(" ")).toBe(ORDER);
  });
});

describe.each(MODES.map((mode) => mode.name))("%s", (name) => {
  test("says in brief what it needs, where it needs something", () => {
    const { requires, requiresInBrief } = resolveVariant(name);
    expect(requiresInBrief === "").toBe(requires.length === 0);
    expect(requiresInBrief.length).toBeLessThanOrEqual(120);
    expect(requiresInBrief).not.toMatch(/\.$/);
  });

  test("is the same for the same topology", () => {
    const mode = resolveVariant(name);
    expect(mode.wire({ nodes: 3, mtu: 1500, rate: RATE })).toEqual(mode.wire({ nodes: 3, mtu: 1500, rate: RATE }));
  });

  test("names only namespaces and devices that it has", () => {
    forEachWiring(name, (wiring) => {
      const known = new Map(wiring.namespaces.map((namespace) => [namespace.name, wiredDevices(wiring, namespace.name)]));
      for (const step of wiring.steps) {
        const here = known.get(step.in);
        expect(here, `${step.in} of ${JSON.stringify(step)}`).toBeDefined();
        if ("device" in step) expect(here).toContain(step.device);
        if (step.kind === "link-set") expect(here).toContain(step.name);
        if (step.kind === "route" && !step.to.startsWith("blackhole")) expect(here).toContain(wordAfter(step.options, "dev"));
      }
      for (const path of Object.values(wiring.paths)) {
        expect(known.get(path.from)).toContain(path.device);
        expect(known.get(path.to)).toContain(path.toDevice);
      }
    });
  });

  test("gives every device a name that the kernel takes", () => {
    forEachWiring(name, (wiring) => {
      for (const link of ofKind(wiring, "link")) {
        expect(link.name.length).toBeLessThan(16);
        expect(link.peer?.name.length ?? 0).toBeLessThan(16);
      }
    });
  });

  test("has as many pods on each node as are asked for, one where nothing is said, if it has pods", () => {
    forEachWiring(name, (wiring, { nodes, pods: asked = [] }) => {
      const pods = wiring.namespaces.filter((namespace) => namespace.kind === "pod").map((namespace) => namespace.name);
      const ofNode = (index: number) =>
        Array.from({ length: asked[index] ?? 1 }, (_, slot) => `pod-${letter(index)}${slot === 0 ? "" : String(slot + 1)}`);
      expect([[], Array.from({ length: nodes }, (_, index) => ofNode(index)).flat()]).toContainEqual(pods);
    });
  });

  test("has a host outside only where one is asked for", () => {
    forEachWiring(name, (wiring, { outside }) => {
      expect(wiring.namespaces.some((namespace) => namespace.name === "outside")).toBe(outside !== undefined);
    });
  });

  test("puts one congestion control on every route that carries traffic", () => {
    forEachWiring(name, (wiring) => {
      const carries = (route: RouteStep): boolean => !route.to.startsWith("blackhole");
      for (const route of ofKind(wiring, "route").filter(carries)) expect(wordAfter(route.options, "congctl")).toBe("cubic");
    });
  });

  test("keeps to the lab's addresses", () => {
    forEachWiring(name, (wiring) => {
      for (const { address } of ofKind(wiring, "address")) expect(address).toMatch(/^198\.1[89]\./);
      for (const path of Object.values(wiring.paths)) expect(path.address).toMatch(/^198\.1[89]\./);
    });
  });

  test("says in every namespace whether it forwards, and on every veth end that it filters and redirects nothing", () => {
    forEachWiring(name, (wiring) => {
      const settings = new Set(ofKind(wiring, "sysctl").map((step) => `${step.in} ${step.name}`));
      for (const namespace of wiring.namespaces) expect(settings).toContain(`${namespace.name} net.ipv4.ip_forward`);
      for (const link of ofKind(wiring, "link").filter((step) => step.type === "veth")) {
        const ends = [`${link.in} net.ipv4.conf.${link.name}`, `${link.peer?.in ?? ""} net.ipv4.conf.${link.peer?.name ?? ""}`];
        // The switch only bridges: no packet reaches its IP stack.
        for (const end of ends.filter((it) => !it.startsWith("switch"))) {
          expect(settings).toContain(`${end}.rp_filter`);
          expect(settings).toContain(`${end}.send_redirects`);
        }
      }
    });
  });

  test("says on every node with a bridge whether bridged frames meet iptables", () => {
    forEachWiring(name, (wiring) => {
      const bridges = ofKind(wiring, "link").filter((step) => step.type === "bridge" && step.in !== "switch");
      const settings = new Set(ofKind(wiring, "sysctl").map((step) => `${step.in} ${step.name}`));
      for (const bridge of bridges) expect(settings).toContain(`${bridge.in} net.bridge.bridge-nf-call-iptables`);
    });
  });

  test("names the kernel feature of every step that needs one", () => {
    const { kernel, ...mode } = resolveVariant(name);
    const wiring = mode.wire({ nodes: 2, mtu: 1500 });
    for (const link of ofKind(wiring, "link")) expect(kernel).toContain(link.type);
    if (ofKind(wiring, "load").length > 0) expect(kernel).toContain("redirect-peer");
    if (ofKind(wiring, "tun").length > 0) expect(kernel).toContain("tun");
    if (ofKind(wiring, "ruleset").length > 0) expect(kernel).toContain("iptables");
    if (ofKind(wiring, "sysctl").some((step) => step.name.startsWith("net.bridge.") && step.mayBeUnknown !== true))
      expect(kernel).toContain("br_netfilter");
  });

  test("limits each node's link once, and only when asked", () => {
    const mode = resolveVariant(name);
    const limited = (topology: Topology): string[] => ofKind(mode.wire(topology), "qdisc").map((step) => `${step.in} ${step.device}`);
    expect(limited({ nodes: 3, mtu: 1500 })).toEqual([]);
    // Where pods own cards, those are limited as the nodes' are.
    const owners = ofKind(mode.wire({ nodes: 3, mtu: 1500 }), "link").flatMap((link) => (link.id === "cable" ? [link.in] : []));
    expect(owners).toEqual(expect.arrayContaining(["node-a", "node-b", "node-c"]));
    expect(limited({ nodes: 3, mtu: 1500, rate: RATE }).sort()).toEqual(owners.map((owner) => `${owner} eth0`).sort());
  });

  test("names no two steps of a namespace alike, and its cable always", () => {
    forEachWiring(name, (wiring) => {
      const ids = wiring.steps.flatMap((step) => (step.id === undefined ? [] : [`${step.in} ${step.id}`]));
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toContain("node-a cable");
    });
  });

  test("says of each path which MTU its ends are meant to have", () => {
    forEachWiring(name, (wiring, { mtu }) => {
      const overhead = resolveVariant(name).overhead;
      expect(wiring.paths["host-host"]?.mtu).toBe(mtu);
      if (wiring.paths["pod-pod"] !== undefined) expect(wiring.paths["pod-pod"].mtu).toBe(mtu - overhead);
    });
  });

  test("leaves the tunnel's overhead out of the pods' MTU: of both ends of their links, or of every route by which they send", () => {
    const mode = resolveVariant(name);
    forEachWiring(name, (wiring, { mtu }) => {
      for (const link of ofKind(wiring, "link")) {
        const pod = link.peer?.in;
        if (pod?.startsWith("pod-") !== true) continue;
        const byRoute = ofKind(wiring, "route").filter((route) => route.in === pod && route.options.includes("via"));
        const room = (width: number): number =>
          Math.min(width, ...byRoute.map(({ options }) => Number(wordAfter(options, "mtu") ?? width)));
        expect(room(mtuOf(link, "there"))).toBe(mtu - mode.overhead);
        expect(mtuOf(link, "here")).toBe(mtuOf(link, "there"));
      }
    });
  });
});

test("what every mode has in the lab is said once, and by no mode of its own", () => {
  const common = LAB_DEVIATIONS.join("\n");
  for (const said of ["packets of up to 64 kB", "No interrupt", "(BQL)", "rp_filter=2", "IPv6", "no kubelet", "legacy or nf_tables"])
    expect(common).toContain(said);
  for (const mode of MODES)
    expect(mode.deviations.join(" ")).not.toMatch(/everywhere in the lab|rp_filter|reverse path filter|IPv6 is off/);
});

test.each(MODES.map(({ name }) => name))("%s: settings of IPv6 may be absent, as they are on a host with ipv6.disable=1", (name) => {
  forEachWiring(name, (wiring) => {
    const ipv6 = ofKind(wiring, "sysctl").filter((step) => step.name.startsWith("net.ipv6."));
    expect(ipv6.length).toBeGreaterThan(0);
    for (const step of ipv6) expect(step.mayBeUnknown, step.name).toBe(true);
  });
});
