/**
 * What an inspection tells of routes that no mode of the lab has: Cilium's links and routes, made by hand without its programs, and routes that lead
 * nowhere. Runs as root only.
 */
import { describe, expect, test } from "vitest";
import type { ApiFacts } from "../../src/inspection/api-facts.js";
import { inspect } from "../../src/inspection/inspect.js";
import type { Inspection } from "../../src/model/inspection.js";
import { privateMachine } from "../oracles/private-machine.js";
import { looksAt } from "./inspected-nodes.js";

const isRoot = process.getuid?.() === 0;

/** An API that says nothing. */
const SILENT: ApiFacts = {
  nodes: { objects: [] },
  daemonSets: { objects: [] },
  configMaps: { objects: [] },
  custom: { objects: [] },
  networkPolicies: { objects: [] },
  productPolicies: { objects: [] },
  services: { count: 0 },
  endpointSlices: { count: 0 },
};

/** Two nodes on one segment and a pod on each, as Cilium wires them: a veth, a gateway on no link, and a pair of links at whose one end the node's routes lead. */
const NODES = `
for end in node-a node-b pod-a pod-b; do ip netns add x.$end; ip -n x.$end link set lo up; done
ip -n x.node-a link add eth0 type veth peer name eth0 netns x.node-b
one() { # LETTER NODE-NUMBER
  ip -n x.node-$1 address add 198.18.0.1$2/24 dev eth0; ip -n x.node-$1 link set eth0 up
  ip -n x.node-$1 link add lxc$1 type veth peer name eth0 netns x.pod-$1
  ip -n x.node-$1 link set lxc$1 up
  ip -n x.pod-$1 address add 198.19.$2.2/32 dev eth0; ip -n x.pod-$1 link set eth0 up
  ip -n x.pod-$1 route add 198.19.$2.1 dev eth0 scope link
  ip -n x.node-$1 link add cilium_host type veth peer name cilium_net
  ip -n x.node-$1 link set cilium_net up; ip -n x.node-$1 link set cilium_host up
  ip -n x.node-$1 address add 198.19.$2.1/32 dev cilium_host scope link
  ip -n x.node-$1 route add 198.19.$2.0/24 via 198.19.$2.1 dev cilium_host proto kernel src 198.19.$2.1
}
one a 1; one b 2`;

const TUNNEL = `
two() { # LETTER OWN OTHER
  ip -n x.node-$1 link add cilium_vxlan type vxlan external dstport 8472; ip -n x.node-$1 link set cilium_vxlan up
  ip -n x.node-$1 route add 198.19.$3.0/24 via 198.19.$2.1 dev cilium_host proto kernel src 198.19.$2.1 mtu 1450
  ip -n x.pod-$1 route add default via 198.19.$2.1 dev eth0 mtu 1450
}
two a 1 2; two b 2 1`;

const NATIVE = `
two() { # LETTER OWN OTHER
  ip -n x.node-$1 route add 198.19.$3.0/24 via 198.18.0.1$3 dev eth0 proto kernel mtu 1500
  ip -n x.pod-$1 route add default via 198.19.$2.1 dev eth0 mtu 1500
}
two a 1 2; two b 2 1`;

/** What an inspection says of two such nodes, in namespaces of their own. */
async function told(...scripts: readonly string[]): Promise<Inspection> {
  const machine = await privateMachine();
  try {
    await machine.run(["bash", "-e"], { stdin: [NODES, ...scripts].join("\n") });
    return inspect(SILENT, await looksAt(machine));
  } finally {
    await machine.close();
  }
}

const MTU_1450 = { pod: 1500, podRoute: 1450, podPath: 1450, host: 1500, overhead: 50, explainedBy: "VXLAN over IPv4 takes 50 bytes" };
const MTU_1500 = { pod: 1500, podRoute: 1500, podPath: 1500, host: 1500, overhead: 0, explainedBy: "nothing is wrapped" };

describe.runIf(isRoot)("an inspection", () => {
  test("places Cilium's pair of links and its tunnel, and judges the MTU of the pods' route", async () => {
    const { cni, podRoutes, mtu, evidence, findings } = await told(TUNNEL);
    expect({ cni, podRoutes, mtu }).toEqual({ cni: "cilium", podRoutes: { by: "tunnel", via: "cilium_vxlan" }, mtu: MTU_1450 });
    expect(evidence.map(({ value }) => value)).toEqual(
      expect.arrayContaining([
        "default via 198.19.1.1 mtu 1450, 198.19.1.1 on the link",
        "by cilium_host, whose eBPF programs hand packets to cilium_vxlan, a vxlan device, mtu 1450",
      ]),
    );
    expect(findings).toEqual([]);
  });

  test("cannot place that pair of links where no tunnel is there that takes packets from programs, or two are", async () => {
    const second = "ip -n x.node-a link add geneve0 type vxlan external dstport 8473; ip -n x.node-a link set geneve0 up";
    const without = "for end in a b; do ip -n x.node-$end link set cilium_vxlan down; done";
    for (const script of [second, without]) {
      const { podRoutes, unknown } = await told(TUNNEL, script);
      expect(podRoutes).toEqual({ by: "unknown" });
      expect(unknown.find(({ claim }) => claim === "podRoutes")?.why).toContain("by cilium_host, a veth that podwire cannot place");
    }
  });

  test("sees a route to each node where there is no tunnel", async () => {
    const { cni, podRoutes, mtu } = await told(NATIVE);
    expect({ cni, podRoutes, mtu }).toEqual({ cni: "cilium", podRoutes: { by: "peers", via: "198.18.0.11" }, mtu: MTU_1500 });
  });

  test("finds a route that asks for more than its link takes", async () => {
    const { mtu, findings } = await told(NATIVE, "ip -n x.pod-a route replace default via 198.19.1.1 dev eth0 mtu 9000");
    expect(mtu).toMatchObject({ pod: 1500, podRoute: 9000, podPath: 1500 });
    expect(findings?.map(({ text }) => text)).toEqual([
      "pod-a has a route with an MTU of 9000 bytes over a link of 1500: its kernel sends what the link drops",
    ]);
  });

  test.each(["unreachable", "blackhole", "prohibit"])("tells a route of type %s as the kernel's answer", async (type) => {
    const replace = `ip -n x.node-a route del 198.19.2.0/24; ip -n x.node-a route add ${type} 198.19.2.0/24 proto bird`;
    const { podRoutes, findings, unknown } = await told(NATIVE, replace);
    const sentence = `node-a sends nothing to pod-b (198.19.2.2): its route there is \`${type} 198.19.2.0/24 proto bird\``;
    expect(podRoutes.by).toBe("unknown");
    expect(findings?.map(({ text }) => text)).toEqual([sentence]);
    expect(unknown.find(({ claim }) => claim === "podRoutes")?.why).toBe(sentence);
  });

  test.each(["bird", "17", "zebra", "bgp"])("names the routing daemon that wrote the routes, protocol %s", async (protocol) => {
    const replace = `
ip -n x.node-a route del 198.19.2.0/24; ip -n x.node-a route add 198.19.2.0/24 via 198.18.0.12 dev eth0 proto ${protocol}
ip -n x.node-b route del 198.19.1.0/24; ip -n x.node-b route add 198.19.1.0/24 via 198.18.0.11 dev eth0 proto ${protocol}`;
    expect((await told(NATIVE, replace)).podRoutes).toMatchObject({ by: "peers", protocol });
  });
});
