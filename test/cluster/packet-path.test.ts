/** `podwire cluster path` as it is called: the way from pod to pod and to a Service, what breaks it on purpose, and what it leaves: nothing. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PacketPath, type PacketWay, packetPathSchema } from "../../src/model/packet-path.js";
import { agentImageUnavailable, ensureAgentImage } from "./agent-image.mjs";
import type { Cluster } from "./fixture.js";
import { type Ended, podwire } from "./podwire.js";
import { CLUSTER_START_MS, sharedCluster } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";

const unavailable = (await clusterUnavailable()) ?? agentImageUnavailable();

describe.skipIf(unavailable !== undefined)(`podwire cluster path${unavailable === undefined ? "" : ` (${unavailable})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "podwire-cluster-path-"));
  let cluster: Cluster;

  beforeAll(async () => {
    const tar = await ensureAgentImage();
    cluster = await sharedCluster({ network: "flannel-vxlan" });
    await cluster.importImage(tar);
  }, CLUSTER_START_MS);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const path = async (...flags: readonly string[]): Promise<Ended> => podwire({ folder, kubeconfig: cluster.kubeconfig }, "path", ...flags);
  const read = ({ stdout }: Ended): PacketPath => packetPathSchema.parse(JSON.parse(stdout));
  const own = async (): Promise<string> =>
    cluster.kubectl(["get", "namespaces,pods,services", "-A", "-l", "app.kubernetes.io/managed-by=podwire", "-o", "name"]);
  const devices = (way: PacketWay | undefined): readonly string[] =>
    (way?.hops ?? [])
      .filter(({ kind }) => kind === "device" || kind === "network")
      .map((hop) => `${hop.in} ${hop.name}`.replace(/ veth\w+$/, " veth"));

  const THERE = [
    "pod-a on node-1 eth0",
    "node-1 veth",
    "node-1 cni0",
    "node-1 flannel.1",
    "node-1 eth0",
    "between the nodes network",
    "node-2 eth0",
    "node-2 flannel.1",
    "node-2 cni0",
    "node-2 veth",
    "pod-b on node-2 eth0",
  ];

  test("from pod to pod: every device, the tunnel, the rules of both nodes and the burst's counters; nothing is left", async () => {
    const before = await own();
    const ended = await path("--json", "--html", "way.html");
    expect(ended.code, ended.stderr).toBe(0);
    const found = read(ended);
    expect(found).toMatchObject({
      variant: "flannel-vxlan",
      path: "pod-pod",
      burst: { connections: 20, answered: 20 },
      request: { ends: "delivered" },
      reply: { ends: "delivered" },
      unread: [expect.stringMatching(/^Rules inside of pods are not read/)],
    });
    expect(found.says).toMatch(/^Nothing is lost on the way/);
    expect(devices(found.request)).toEqual(THERE);
    expect(devices(found.reply)).toEqual([...THERE].reverse());
    const { hops } = found.request;
    expect(hops.find(({ kind }) => kind === "encapsulation")).toMatchObject({ in: "node-1", name: "flannel.1" });
    for (const { counter } of hops) if (counter !== undefined) expect(counter.packets).toBeGreaterThanOrEqual(60);
    const forward = hops.find(({ in: name, kind, name: hook }) => name === "node-1" && kind === "hook" && hook === "forward");
    expect(forward?.rules?.map(({ chain }) => chain)).toContain("FLANNEL-FWD");
    expect(readFileSync(join(folder, "way.html"), "utf8")).toContain("wired like flannel-vxlan");
    expect(await own()).toBe(before);
  });

  test("to a Service: kube-proxy's chains, each counted once a connection, and the answer translated back", async () => {
    const ended = await path("--path", "pod-service", "--connections", "7", "--json");
    expect(ended.code, ended.stderr).toBe(0);
    const { request, reply } = read(ended);
    const counted = request.hops.flatMap(({ rules = [] }) => rules).filter(({ table, packets }) => table === "nat" && packets === 7);
    expect(counted.map(({ chain }) => chain.replace(/-[A-Z0-9]{16}$/, ""))).toEqual(
      expect.arrayContaining(["KUBE-SERVICES", "KUBE-SVC", "KUBE-SEP"]),
    );
    expect(reply?.hops.some(({ kind }) => kind === "connection")).toBe(true);
    expect([request.ends, reply?.ends]).toEqual(["delivered", "delivered"]);
  });

  test("--anonymize tells neither a node, a namespace nor an address of the cluster, in JSON and on the page", async () => {
    const ended = await path("--path", "pod-service", "--connections", "3", "--anonymize", "--json", "--html", "masked.html");
    expect(ended.code, ended.stderr).toBe(0);
    const namespace = /namespace (podwire-\S+) is deleted/.exec(ended.stderr)?.[1] ?? "no namespace";
    const found = read(ended);
    expect(found.request.ends).toBe("delivered");
    expect(found.request.hops[0]?.in).toMatch(/^pod-a on name-\d+$/);
    for (const text of [ended.stdout, readFileSync(join(folder, "masked.html"), "utf8")]) {
      for (const word of ["node-1", "node-2", namespace]) expect(text).not.toContain(word);
      // podwire's own range is the same everywhere: test clusters' nodes are in it.
      expect(
        text.match(/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g)?.filter((address) => !/^(?:198\.1[89]|127|0)\./.test(address)) ?? [],
      ).toEqual([]);
    }
  });

  test("a rule that drops on the far node is named, with what it counted", async () => {
    const rule = ["PREROUTING", "-p", "tcp", "--dport", "20000", "-j", "DROP"];
    await cluster.runIn("node-2", ["iptables", "-t", "mangle", "-A", ...rule]);
    try {
      const ended = await path("--connections", "5");
      expect(ended.code).toBe(1);
      expect(ended.stdout.replaceAll(/\s+/g, " ")).toMatch(
        /^Packets are lost on the way there, at prerouting in node-2: dropped by `-p tcp -m tcp --dport 20000 -j DROP` in mangle PREROUTING, \d+ counted; 0 of 5 connections were answered\./,
      );
      expect(ended.stdout).toMatch(/^between the nodes$/m);
    } finally {
      await cluster.runIn("node-2", ["iptables", "-t", "mangle", "-D", ...rule]);
    }
  });

  test.each([
    [["--path", "pod-pot"], "--path: pod-pot cannot be followed. Did you mean pod-pod?"],
    [["--connections", "0"], "--connections: 0 is not a whole number from 1 to 500"],
    [["--html", "/proc/x.html"], "cannot be written"],
  ])("%j is a usage error, before anything is asked", async (words, complaint) => {
    const ended = await path(...words);
    expect([ended.code, ended.stdout]).toEqual([2, ""]);
    expect(ended.stderr).toContain(complaint);
  });
});
