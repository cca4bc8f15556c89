/** Services at the socket, with real sockets in real namespaces: every hook, affinity, changes, and who is not affected. Needs root. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Service } from "../../src/model/service.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { bpftool, hasBpftool, heldBy } from "./bpftool.js";
import { copyBuilt, isRoot, machineOf } from "./built-lab.js";
import { family } from "./bystander.js";
import { locate } from "./program.js";
import { apply, type Client, change, entering, service, startClient, startServer, withSocketServices } from "./service-lab.js";

const MODE = "macvlan+host-shim";
const OTHER = "l2-bridge";
/** Pods of macvlan and l2-bridge. */
const POD_A = "198.18.0.33";
const POD_B = "198.18.0.49";
const NODE_A = "198.18.0.11";
const NODE_B = "198.18.0.12";
/** Servers of pod-b, by port. */
const SERVERS = { 8001: "one", 8002: "two", 8003: "three" } as const;
const IPV6 = "fd00:198:18::1";
const mapped = (address: string): string => `::ffff:${address}`;

const one: Service = service("198.18.200.1", { targetPort: 8001, nodePort: 30_080 }, [POD_B], { externalAddresses: ["198.18.100.1"] });
const oneUdp = service("198.18.200.1", { protocol: "udp", targetPort: 8001 }, [POD_B]);
const hairpin = service("198.18.200.2", { targetPort: 8009 }, [POD_A]);
const empty = service("198.18.200.3", {}, []);
const emptyUdp = service("198.18.200.3", { protocol: "udp" }, []);
const local = service("198.18.200.4", { targetPort: 8001 }, [POD_B], { internalPolicy: "Local" });
const moving = service("198.18.200.5", { targetPort: 8001 }, [POD_B]);
const movingUdp = service("198.18.200.5", { protocol: "udp", targetPort: 8001 }, [POD_B]);
const ofIpv6 = `service 0
frontend tcp fd00:198:18:1::1 80
endpoint ${IPV6} 8001
service 0
frontend udp fd00:198:18:1::1 80
endpoint ${IPV6} 8001
`;
/** Two endpoints of one pod, told apart by their ports: more pods than one a node the lab does not have. */
const twoPorts = (seconds: number, ports: readonly number[], protocol = "tcp", address = "198.18.200.6"): string =>
  [`service ${String(seconds)}`, `frontend ${protocol} ${address} 80`, ...ports.map((port) => `endpoint ${POD_B} ${String(port)}`)].join(
    "\n",
  );

const built = copyBuilt();
afterAll(built.remove);

/** More than there are places (PLACES in bpf/services.h), so that some sockets have to do without. */
const MANY = 17_000;
const PLACES = 16_384;
/** Places of this test's lab that a socket has. */
function takenPlaces(): number {
  const holder = family(process.pid).find(({ command }) => command.includes("podwire-ebpf hold"));
  const held = heldBy(holder);
  const maps = JSON.parse(bpftool("--json", "map", "list")) as readonly { readonly id: number; readonly name?: string }[];
  const places = maps.find(({ id, name }) => name === "places" && held.includes(`map ${String(id)}`));
  if (places === undefined) throw new Error("the lab's holder has no table of places");
  const owners = [...bpftool("--json", "map", "dump", "id", String(places.id)).matchAll(/"owner":\s*"?(\d+)/g)];
  expect(owners).toHaveLength(PLACES);
  return owners.filter(([, owner]) => owner !== "0").length;
}

describe.runIf(isRoot)("services at the socket", () => {
  let lab: LabSession;
  let pod: Client;
  const clients: Client[] = [];
  const clientIn = async (mode: string, namespace: string): Promise<Client> => {
    const client = await startClient(entering(lab, mode, namespace));
    clients.push(client);
    return client;
  };
  const load = async (...services: string[]): Promise<string> => apply(lab, MODE, ["socket-lb", ...services].join("\n"));

  beforeAll(async () => {
    const first = withSocketServices(MODE, [one, oneUdp, hairpin, empty, emptyUdp, local, moving, movingUdp]);
    // The same address and port as in the first variant, and another endpoint.
    const second = withSocketServices(OTHER, [service("198.18.200.1", { targetPort: 8002 }, [POD_B])]);
    const modes = [first, second, resolveVariant("host")];
    lab = await openLab(machineOf("root", built), { modes, links: ["open"], mtu: 1500, nodes: 2 });
    expect(lab.failures).toEqual({});
    for (const mode of [MODE, OTHER])
      for (const [port, name] of Object.entries(SERVERS)) await startServer(entering(lab, mode, "pod-b"), ["0.0.0.0", Number(port)], name);
    await startServer(entering(lab, MODE, "pod-a"), ["0.0.0.0", 8009], "own");
    pod = await clientIn(MODE, "pod-a");
  });
  afterAll(async () => {
    for (const client of clients) client.end();
    await lab.close();
  });

  describe("TCP", () => {
    test.each<[what: string, namespace: string, address: string, port: number]>([
      ["a pod dials a Service", "pod-a", "198.18.200.1", 80],
      ["a node dials a Service", "node-a", "198.18.200.1", 80],
      ["a pod dials a node port on its own node", "pod-a", NODE_A, 30_080],
      ["a pod dials a node port on another node", "pod-a", NODE_B, 30_080],
      ["a node dials its own node port", "node-a", NODE_A, 30_080],
      ["a pod dials an external address", "pod-a", "198.18.100.1", 80],
    ])("%s, gets an endpoint and is shown the Service as its peer", async (_, namespace, address, port) => {
      const client = namespace === "pod-a" ? pod : await clientIn(MODE, namespace);
      expect(await client.tcp([address, port])).toMatchObject({ server: "one", peer: [address, port] });
    });

    test("a v4-mapped socket is carried too", async () => {
      expect(await pod.tcp([mapped("198.18.200.1"), 80])).toMatchObject({ server: "one", peer: [mapped("198.18.200.1"), 80] });
    });

    test("a pod reaches itself through a Service", async () => {
      expect(await pod.tcp(["198.18.200.2", 80])).toMatchObject({ server: "own", client: { address: POD_A } });
    });

    test("what is no Service is dialled as it is", async () => {
      expect(await pod.tcp([POD_B, 8003])).toMatchObject({ server: "three", peer: [POD_B, 8003] });
    });

    test("a Service without endpoints refuses", async () => {
      expect(await pod.tcp(["198.18.200.3", 80])).toEqual({ error: "ECONNREFUSED" });
      expect(await pod.tcp([mapped("198.18.200.3"), 80])).toEqual({ error: "ECONNREFUSED" });
    });

    test("internalTrafficPolicy Local keeps to the client's node, and refuses where that has none", async () => {
      const other = await clientIn(MODE, "pod-b");
      expect(await other.tcp(["198.18.200.4", 80])).toMatchObject({ server: "one" });
      expect(await pod.tcp(["198.18.200.4", 80])).toEqual({ error: "ECONNREFUSED" });
    });
  });

  describe("connected UDP", () => {
    test.each(["udp4", "udp6"] as const)("%s: is shown the Service as its peer and as the source", async (type) => {
      const address = type === "udp4" ? "198.18.200.1" : mapped("198.18.200.1");
      const name = `connected-${type}`;
      expect(await pod.order({ open: name, type, to: [address, 80] })).toEqual({ peer: [address, 80] });
      expect(await pod.order({ ask: name })).toMatchObject({ server: "one", from: [address, 80] });
    });

    test("a socket that is disconnected shows what it talks to then", async () => {
      await pod.order({ open: "again", type: "udp4", to: ["198.18.200.1", 80] });
      await pod.order({ disconnect: "again" });
      expect(await pod.order({ ask: "again", to: [POD_B, 8003] })).toMatchObject({ server: "three", from: [POD_B, 8003] });
    });

    test("a socket that is connected to the endpoint itself afterwards shows the endpoint", async () => {
      await pod.order({ open: "anew", type: "udp4", to: ["198.18.200.1", 80] });
      await pod.order({ disconnect: "anew" });
      expect(await pod.order({ connect: "anew", to: [POD_B, 8001] })).toEqual({ peer: [POD_B, 8001] });
      expect(await pod.order({ ask: "anew" })).toMatchObject({ server: "one", from: [POD_B, 8001] });
    });

    test("more sockets than there are places are each shown what they dialled, and leave no place taken", async () => {
      const program = join(built.folder, "many-sockets");
      const source = new URL("socket-lb/many-sockets.c", import.meta.url).pathname;
      execFileSync(locate("cc"), ["-O2", "-o", program, source], { timeout: 60_000 });
      const taken = hasBpftool ? takenPlaces : undefined;
      const before = taken?.();
      const [enter, ...words] = entering(lab, MODE, "pod-a")([program, "198.18.200.1", "80", String(MANY), POD_B, "8001"]);
      const many = spawn(enter, words, { stdio: ["pipe", "pipe", "inherit"] });
      const ended = once(many, "close");
      const lines = createInterface({ input: many.stdout });
      const shown = async (): Promise<number> => Number((await Promise.race([once(lines, "line"), ended]))[0]);
      expect(await shown()).toBe(MANY);
      // Not all of them: cookies that went to other sockets of the machine leave places free.
      if (taken !== undefined) expect(taken()).toBeGreaterThan(PLACES / 2);
      const redialled = async (): Promise<number> => {
        const again = shown();
        many.stdin.write("\n");
        return again;
      };
      // Half of them dial the endpoint, and then the Service again.
      expect(await redialled()).toBe(MANY);
      expect(await redialled()).toBe(MANY);
      many.stdin.end();
      expect((await ended)[0]).toBe(0);
      expect(taken?.()).toBe(before);
    });

    test("a Service without endpoints refuses", async () => {
      expect(await pod.order({ open: "none", type: "udp4", to: ["198.18.200.3", 80] })).toEqual({ error: "ECONNREFUSED" });
    });
  });

  describe("unconnected UDP", () => {
    test.each(["udp4", "udp6"] as const)("%s: each answer comes from whom was asked, a Service or a pod", async (type) => {
      const at = (address: string): string => (type === "udp4" ? address : mapped(address));
      await pod.order({ open: type, type });
      expect(await pod.order({ ask: type, to: [at("198.18.200.1"), 80] })).toMatchObject({ server: "one", from: [at("198.18.200.1"), 80] });
      expect(await pod.order({ ask: type, to: [at(POD_B), 8003] })).toMatchObject({ server: "three", from: [at(POD_B), 8003] });
    });

    test("datagrams of one socket go to one endpoint", async () => {
      await load(twoPorts(0, [8001, 8002], "udp"));
      await pod.order({ open: "flow", type: "udp4" });
      const servers = new Set<string | undefined>();
      for (let count = 0; count < 12; count++) servers.add((await pod.order({ ask: "flow", to: ["198.18.200.6", 80] })).server);
      expect([...servers]).toHaveLength(1);
    });

    test("a Service without endpoints refuses", async () => {
      await pod.order({ open: "refused", type: "udp4" });
      expect(await pod.order({ ask: "refused", to: ["198.18.200.3", 80] })).toEqual({ error: "ECONNREFUSED" });
    });
  });

  test("IPv6 has all of it: TCP, connected and unconnected datagrams", async () => {
    const run = async (...argv: [string, ...string[]]): Promise<string> =>
      (await lab.agent.order<"run">({ kind: "run", argv, namespace: `${MODE}.open.pod-a`, timeout: 10_000 })).stdout;
    await run("sysctl", "-w", "net.ipv6.conf.all.disable_ipv6=0");
    await run("ip", "address", "add", `${IPV6}/128`, "dev", "lo", "nodad");
    // The kernel makes the address's route in its own time (addrconf_dad_work), also without duplicate address detection.
    await expect.poll(async () => run("ip", "-6", "route", "show", "table", "local")).toContain(IPV6);
    await startServer(entering(lab, MODE, "pod-a"), [IPV6, 8001], "six");
    await load(ofIpv6);
    const to = ["fd00:198:18:1::1", 80] as const;
    expect(await pod.tcp(to)).toMatchObject({ server: "six", peer: to });
    expect(await pod.order({ open: "connected-six", type: "udp6", to })).toEqual({ peer: to });
    expect(await pod.order({ ask: "connected-six" })).toMatchObject({ server: "six", from: to });
    await pod.order({ open: "six", type: "udp6" });
    expect(await pod.order({ ask: "six", to })).toMatchObject({ server: "six", from: to });
  });

  describe("several endpoints", () => {
    const asked = async (client: Client, times: number, address = "198.18.200.6"): Promise<ReadonlySet<string | undefined>> => {
      const servers = new Set<string | undefined>();
      for (let count = 0; count < times; count++) servers.add((await client.tcp([address, 80])).server);
      return servers;
    };

    test("are all used", async () => {
      await load(twoPorts(0, [8001, 8002]));
      await vi.waitFor(
        async () => {
          expect(await asked(pod, 20)).toEqual(new Set(["one", "two"]));
        },
        { timeout: 30_000 },
      );
    });

    test("a client keeps its endpoint under ClientIP affinity, wherever that stands in the list, and gets another when it goes", async () => {
      const at = "198.18.200.7";
      await load(twoPorts(10_800, [8001, 8002, 8003], "tcp", at));
      const [kept = ""] = await asked(pod, 12, at);
      expect(await asked(pod, 12, at)).toEqual(new Set([kept]));
      const ports = { one: [8003, 8001], two: [8001, 8002], three: [8001, 8003] }[kept] ?? [];
      await load(twoPorts(10_800, [...ports].reverse(), "tcp", at));
      expect(await asked(pod, 12, at)).toEqual(new Set([kept]));
      const [gone] = Object.entries(SERVERS).find(([, name]) => name === kept) ?? [];
      await load(
        twoPorts(
          10_800,
          Object.keys(SERVERS)
            .filter((port) => port !== gone)
            .map(Number),
          "tcp",
          at,
        ),
      );
      const after = await asked(pod, 12, at);
      expect(after.size).toBe(1);
      expect(after).not.toContain(kept);
    });

    test("affinity ends with its timeout", async () => {
      const at = "198.18.200.8";
      await load(twoPorts(1, [8001, 8002], "tcp", at));
      const [kept] = await asked(pod, 1, at);
      await vi.waitFor(
        async () => {
          // Longer than the timeout, since each connection begins it anew.
          await new Promise((resolve) => setTimeout(resolve, 1_100));
          expect(await asked(pod, 1, at)).not.toEqual(new Set([kept]));
        },
        { timeout: 60_000 },
      );
    });

    test("a change has no gap: every connection meanwhile is answered by an old endpoint or a new one", async () => {
      const at = "198.18.200.9";
      await load(twoPorts(0, [8001], "tcp", at));
      const changes = { going: true };
      const done = (async () => {
        for (let count = 0; count < 60; count++) await load(twoPorts(0, count % 2 === 0 ? [8002, 8003] : [8001], "tcp", at));
        changes.going = false;
      })();
      const answers: (string | undefined)[] = [];
      while (changes.going) answers.push((await pod.tcp([at, 80])).server);
      await done;
      expect(answers.length).toBeGreaterThan(10);
      expect(answers.filter((server) => !["one", "two", "three"].includes(server ?? ""))).toEqual([]);
    });
  });

  describe("an endpoint that goes", () => {
    const gone = [{ address: POD_B, node: "node-b" }];

    test("TCP connections to it go on, new ones go to the others", async () => {
      await pod.order({ open: "stays", type: "tcp", to: ["198.18.200.5", 80] });
      await change(lab, MODE, [{ ...moving, ports: [{ name: "port", protocol: "tcp", port: 80, targetPort: 8002 }], endpoints: gone }]);
      expect(await pod.order({ ask: "stays" })).toMatchObject({ server: "one", peer: ["198.18.200.5", 80] });
      expect(await pod.tcp(["198.18.200.5", 80])).toMatchObject({ server: "two" });
    });

    test.each(["udp4", "udp6"] as const)(
      "%s sockets that are connected to it are told by an error, and to another one they are not",
      async (type) => {
        const at = type === "udp4" ? "198.18.200.5" : mapped("198.18.200.5");
        await change(lab, MODE, [movingUdp]);
        await pod.order({ open: `old-${type}`, type, to: [at, 80] });
        await pod.order({ open: `other-${type}`, type, to: [type === "udp4" ? POD_B : mapped(POD_B), 8003] });
        expect(await pod.order({ ask: `old-${type}` })).toMatchObject({ server: "one" });
        await change(lab, MODE, [
          { ...movingUdp, ports: [{ name: "port", protocol: "udp", port: 80, targetPort: 8002 }], endpoints: gone },
        ]);
        expect((await pod.order({ ask: `old-${type}` })).error).toMatch(/^ECONN|^EBADF|^EDESTADDRREQ/);
        expect(await pod.order({ ask: `other-${type}` })).toMatchObject({ server: "three" });
        await pod.order({ open: `new-${type}`, type, to: [at, 80] });
        expect(await pod.order({ ask: `new-${type}` })).toMatchObject({ server: "two" });
      },
    );

    test("an unconnected socket reaches a living one with its next datagram", async () => {
      await change(lab, MODE, [movingUdp]);
      await pod.order({ open: "next", type: "udp4" });
      expect(await pod.order({ ask: "next", to: ["198.18.200.5", 80] })).toMatchObject({ server: "one" });
      await change(lab, MODE, [{ ...movingUdp, ports: [{ name: "port", protocol: "udp", port: 80, targetPort: 8003 }], endpoints: gone }]);
      expect(await pod.order({ ask: "next", to: ["198.18.200.5", 80] })).toMatchObject({ server: "three", from: ["198.18.200.5", 80] });
    });
  });

  test("host-shim: a node and its own pod reach each other, and other nodes still meet the node's card", async () => {
    await startServer(entering(lab, MODE, "node-a"), ["0.0.0.0", 8008], "node");
    const node = await clientIn(MODE, "node-a");
    expect(await node.tcp([POD_A, 8009])).toMatchObject({ server: "own", client: { address: NODE_A } });
    expect(await pod.tcp([NODE_A, 8008])).toMatchObject({ server: "node", client: { address: POD_A } });
    const other = await clientIn(MODE, "node-b");
    expect(await other.tcp([NODE_A, 8008])).toMatchObject({ server: "node" });
    const told = async (namespace: string, ...argv: [string, ...string[]]): Promise<string> =>
      (await lab.agent.order<"run">({ kind: "run", argv, namespace: `${MODE}.open.${namespace}`, timeout: 10_000 })).stdout;
    const card = /link\/ether (\S+)/.exec(await told("node-a", "ip", "link", "show", "dev", "eth0"))?.[1];
    expect(await told("node-b", "ip", "neighbour", "show", NODE_A)).toContain(`lladdr ${card ?? "none"} `);
  });

  test("variants do not see each other's Services", async () => {
    const other = await clientIn(OTHER, "pod-a");
    expect(await other.tcp(["198.18.200.1", 80])).toMatchObject({ server: "two" });
    expect(await pod.tcp(["198.18.200.1", 80])).toMatchObject({ server: "one" });
  });

  test("processes of other namespaces are not affected", async () => {
    const bare = await clientIn("host", "node-a");
    // No route leads there: what is dialled is the address itself.
    expect((await bare.tcp(["198.18.200.1", 80])).error).toBe("ENETUNREACH");
    expect((await bare.tcp(["198.18.200.3", 80])).error).toBe("ENETUNREACH");
  });

  test("a text that makes no sense is refused with its line", async () => {
    await expect(load("service 0", "frontend tcp 198.18.300.1 80")).rejects.toThrow("line 3: 198.18.300.1 is no address");
    await expect(load("nonsense")).rejects.toThrow("line 2: it begins with nonsense and has 1 words");
  });
});
