/** Node ports and external addresses from outside, by a program on each node's card, in real namespaces. Needs root. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cardText } from "../../src/layers/services/ebpf/lines.js";
import { cardOf } from "../../src/layers/services/tc-nodeport.js";
import { LISTING_TCX } from "../../src/model/ebpf.js";
import type { Service } from "../../src/model/service.js";
import type { Mode } from "../../src/modes/contract.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, isRoot, machineOf } from "./built-lab.js";
import {
  type Attachment,
  apply,
  attached,
  type Client,
  entering,
  groundOf,
  hasTcx,
  startClient,
  startServer,
  type To,
} from "./service-lab.js";

/** Three nodes: the third one, on which nothing of the first two's Services is known, dials from outside. */
const TOPOLOGY = { nodes: 3, mtu: 1500 } as const;
/** Pods as children of the card, on the bridge over it, routed to, behind a tunnel, and behind programs of their own on the same card. */
const MODES = ["macvlan", "l2-bridge", "flannel-host-gw", "flannel-vxlan", "ebpf-routed"];
const ATTACHED: readonly (readonly [mode: string, attachment: Attachment])[] = [
  ...MODES.map((mode) => [mode, "as the kernel has it"] as const),
  ["macvlan", "by clsact"],
  ["ebpf-routed", "by clsact"],
];
const OUTSIDE = "198.18.0.13";
const NODES = { a: "198.18.0.11", b: "198.18.0.12" } as const;
const EXTERNAL = "198.18.100.1";
const PORT = 30_080;

interface Placed {
  readonly address: string;
  readonly node: string;
}

/** The first pods of the first two nodes. */
function podsOf(mode: string): { readonly a: Placed; readonly b: Placed } {
  const { steps } = resolveVariant(mode).wire(TOPOLOGY);
  const address = (pod: string): string => {
    const found = steps.find((step) => step.kind === "address" && step.in === pod);
    return found?.kind === "address" ? (found.address.split("/")[0] ?? "") : "";
  };
  return { a: { address: address("pod-a"), node: "node-a" }, b: { address: address("pod-b"), node: "node-b" } };
}

function servicesOf(mode: string, changed: Partial<Record<"moving", readonly Placed[]>> = {}): readonly Service[] {
  const { a, b } = podsOf(mode);
  const both = (nodePort: number): Service["ports"] =>
    (["tcp", "udp"] as const).map((protocol) => ({ name: protocol, protocol, port: 80, targetPort: 8000, nodePort }));
  const named = (name: string, place: number): Pick<Service, "namespace" | "name" | "address"> => ({
    namespace: "test",
    name,
    address: `198.18.200.${String(place)}`,
  });
  return [
    { ...named("on-a", 1), ports: both(PORT), endpoints: [a], externalAddresses: [EXTERNAL] },
    { ...named("on-b", 2), ports: both(PORT + 1), endpoints: [b] },
    { ...named("local", 3), ports: both(PORT + 2), endpoints: [b], externalPolicy: "Local" },
    { ...named("empty", 4), ports: both(PORT + 3), endpoints: [] },
    { ...named("affine", 5), ports: both(PORT + 4), endpoints: [a, b], affinitySeconds: 10_800 },
    { ...named("moving", 6), ports: both(PORT + 5), endpoints: changed.moving ?? [b] },
  ];
}

const cardTextOf = (mode: string, node: string, services: readonly Service[]): string => {
  const wiring = resolveVariant(`${mode}+tc-nodeport:1`).wire(TOPOLOGY);
  const ground = groundOf(wiring);
  const found = ground.nodes.find(({ name }) => name === node);
  if (found === undefined) throw new Error(node);
  return cardText(services, cardOf(wiring, ground, found));
};

/** The variant with the test's own Services on its cards. */
function withServices(mode: string): Mode {
  const variant = resolveVariant(`${mode}+tc-nodeport:1`);
  return {
    ...variant,
    wire: (topology) => {
      const wiring = variant.wire(topology);
      const steps = wiring.steps.map((step) =>
        step.kind === "load" && step.layer === "tc-nodeport" ? { ...step, inputs: [cardTextOf(mode, step.in, servicesOf(mode))] } : step,
      );
      return { ...wiring, steps };
    },
  };
}

const built = copyBuilt();
afterAll(built.remove);

describe.runIf(isRoot).each(ATTACHED)("node ports from outside on %s, attached %s", (mode, attachment) => {
  let lab: LabSession;
  let outside: Client;
  const name = resolveVariant(`${mode}+tc-nodeport:1`).name;
  const run = async (namespace: string, ...argv: [string, ...string[]]): Promise<string> =>
    (await lab.agent.order<"run">({ kind: "run", argv, namespace: `${name}.open.${namespace}`, timeout: 10_000 })).stdout;

  beforeAll(async () => {
    lab = await openLab(machineOf("root", built), { modes: [attached(withServices(mode), attachment)], links: ["open"], ...TOPOLOGY });
    expect(lab.failures).toEqual({});
    for (const pod of ["pod-a", "pod-b"]) await startServer(entering(lab, name, pod), ["0.0.0.0", 8000], pod);
    await run("node-c", "ip", "route", "add", `${EXTERNAL}/32`, "via", NODES.a);
    // Their gateway is a router that the lab has not: the outside host is reached as a neighbour, or by the node.
    outside = await startClient(entering(lab, name, "node-c"));
  });
  afterAll(async () => {
    outside.end();
    await lab.close();
  });

  test("the card has each program once, before those of other programs, by TCX unless the kernel has none or is not asked", async () => {
    const byTcx = (await run("node-a", ...LISTING_TCX)).split("\n").filter((line) => line.startsWith("eth0 "));
    const filters = (["ingress", "egress"] as const).map(async (direction) => {
      const text = await run("node-a", "tc", "filter", "show", "dev", "eth0", direction);
      return [...text.matchAll(/\b(?:nodeport|from)_\w+(?=:\[)/g)].map(([name]) => `eth0 ${direction} ${name}`);
    });
    const others = mode === "ebpf-routed" ? ["eth0 ingress from_card"] : [];
    const expected = ["eth0 ingress nodeport_in", ...others, "eth0 egress nodeport_out"];
    const isByTcx = hasTcx && attachment !== "by clsact";
    expect([byTcx, (await Promise.all(filters)).flat()]).toEqual(isByTcx ? [expected, []] : [[], expected]);
  });

  let sockets = 0;
  const udp = async (to: To): Promise<ReturnType<Client["order"]>> => {
    const socket = `udp-${String(++sockets)}`;
    await outside.order({ open: socket, type: "udp4", to });
    return outside.order({ ask: socket });
  };
  const ways = [
    ["TCP", (to: To) => outside.tcp(to)],
    ["UDP", udp],
  ] as const;

  describe.each(ways)("%s", (_, dial) => {
    test("an endpoint on the node that is dialled sees the client's own address", async () => {
      expect(await dial([NODES.a, PORT])).toMatchObject({ server: "pod-a", client: { address: OUTSIDE } });
    });

    test("an endpoint on another node sees the address of the node that was dialled", async () => {
      expect(await dial([NODES.a, PORT + 1])).toMatchObject({ server: "pod-b", client: { address: NODES.a } });
      expect(await dial([NODES.b, PORT])).toMatchObject({ server: "pod-a", client: { address: NODES.b } });
    });

    test("an external address is answered", async () => {
      expect(await dial([EXTERNAL, 80])).toMatchObject({ server: "pod-a", client: { address: OUTSIDE } });
    });

    test("a client keeps its endpoint under ClientIP affinity", async () => {
      const servers = new Set<string | undefined>();
      for (let count = 0; count < 10; count++) servers.add((await dial([NODES.a, PORT + 4])).server);
      expect([...servers]).toHaveLength(1);
    });

    test("externalTrafficPolicy Local keeps to the node, whose endpoint sees the client's own address", async () => {
      expect(await dial([NODES.b, PORT + 2])).toMatchObject({ server: "pod-b", client: { address: OUTSIDE } });
    });

    test("a Service without endpoints refuses", async () => {
      expect((await dial([NODES.a, PORT + 3])).error).toBe("ECONNREFUSED");
    });
  });

  test("under Local a node without an endpoint says nothing", async () => {
    expect(await udp([NODES.a, PORT + 2])).toEqual({ error: "silence" });
  });

  test("connections beyond the number of source ports' first tries find one", async () => {
    for (let count = 0; count < 100; count++) expect((await outside.tcp([NODES.a, PORT + 1])).server).toBe("pod-b");
  });

  test("when an endpoint goes, datagrams of the same socket reach another one, and a connection stays where it is", async () => {
    const to: To = [NODES.a, PORT + 5];
    await outside.order({ open: "flow", type: "udp4", to });
    await outside.order({ open: "stream", type: "tcp", to });
    expect(await outside.order({ ask: "flow" })).toMatchObject({ server: "pod-b" });
    await apply(lab, name, cardTextOf(mode, "node-a", servicesOf(mode, { moving: [podsOf(mode).a] })));
    expect(await outside.order({ ask: "flow" })).toMatchObject({ server: "pod-a" });
    expect(await outside.order({ ask: "stream" })).toMatchObject({ server: "pod-b" });
    expect(await outside.tcp(to)).toMatchObject({ server: "pod-a", client: { address: OUTSIDE } });
  });

  test.runIf(["macvlan", "l2-bridge"].includes(mode))("the kernel has tracked nothing", async () => {
    expect((await run("node-a", "conntrack", "-C")).trim()).toBe("0");
  });
});
