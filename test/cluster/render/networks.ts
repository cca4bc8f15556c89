/**
 * Pod networks made from rendered documents on one cluster, one after the other: each is held against the lab's wiring, and each switch goes by the order that
 * `podwire render --diff` says.
 * @packageDocumentation
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { conformanceSchema, contradictions } from "../../../src/model/conformance.js";
import type { RenderDiff } from "../../../src/model/render-diff.js";
import { flannelHostGw } from "../../../src/modes/flannel-host-gw.js";
import { flannelVxlan } from "../../../src/modes/flannel-vxlan.js";
import { gce } from "../../../src/modes/gce.js";
import { privateMachine } from "../../oracles/private-machine.js";
import { FABRIC_PLACE } from "../description.mjs";
import { Kubeconfigs } from "../kubeconfigs.js";
import { type Ended, endOf } from "../podwire.js";
import { API_SERVER } from "../variants.mjs";
import { testWiring } from "../wiring/compared.js";
import { byCluster, byLab, type Wired } from "../wiring/wired.js";
import { changedIn, commandsOf, diffOf, diffText } from "./diff.js";
import type { Flanneld } from "./flanneld.mjs";
import { type Documents, layNetwork, runScript, writtenDocuments } from "./laid.mjs";
import { NODE } from "./own-cluster.js";
import type { RenderCluster } from "./render-cluster.mjs";

const PODWIRE = fileURLToPath(new URL("../../../bin/podwire", import.meta.url));
/** Half a minute on a machine at rest. */
const CONFORMANCE_MS = 5 * 60_000;
const FLANNEL_CONFIG = "ConfigMap/kube-flannel/kube-flannel-cfg";

/** Tests of all of them. They leave the nodes without links and routes of any. */
export function testNetworks(ownCluster: () => RenderCluster): void {
  const flannelds: Flanneld[] = [];
  /** What the diff said before a network was laid. */
  let before: RenderDiff;

  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "podwire-render-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const written = (mode: string): Promise<Documents> => writtenDocuments(ownCluster(), mode, join(folder, mode));
  const names = (): readonly string[] => ownCluster().cluster.nodes.map(({ name }) => name);
  const onEachNode = async (...argv: readonly string[]): Promise<void> => {
    for (const node of names()) await ownCluster().cluster.runIn(node, argv);
  };

  const lay = async (mode: string): Promise<void> => {
    flannelds.push(...(await layNetwork(ownCluster(), mode, await written(mode))));
  };

  /** What has to be gone before the next one starts: its pods, its daemons, then what the diff's order names. */
  async function leave(order: RenderDiff | undefined, namespace: string): Promise<void> {
    await ownCluster().cluster.kubectl(["delete", "pods", "--all", "--namespace", namespace, "--wait"]);
    for (const { started } of flannelds.splice(0)) await started.stop();
    for (const command of order === undefined ? [] : commandsOf(order, "ip")) await onEachNode(...command.split(" "));
  }

  /** `podwire cluster ...` beside the nodes, which reach it there as they reach any host outside of the cluster. */
  async function besideNodes(...args: readonly string[]): Promise<Ended> {
    const { cluster } = ownCluster();
    const kubeconfigs = new Kubeconfigs(cluster);
    try {
      const env = { ...process.env, KUBECONFIG: kubeconfigs.write({ cluster: { server: API_SERVER } }), NO_COLOR: "1" };
      const [program = "", ...words] = cluster.enter(FABRIC_PLACE, [process.execPath, PODWIRE, "cluster", ...args]);
      return await endOf(spawn(program, words, { env, cwd: folder }));
    } finally {
      kubeconfigs.remove();
    }
  }

  function testAgainstLab(example: Parameters<typeof testWiring>[0]): void {
    let wired: { readonly real: Wired; readonly lab: Wired };
    beforeAll(async () => {
      const machine = await privateMachine();
      try {
        wired = { real: await byCluster(ownCluster().cluster, example.mode.name), lab: await byLab(machine, example.mode) };
      } finally {
        await machine.close();
      }
    });
    testWiring(example, () => wired);

    test(
      "passes the conformance, under the name of the mode, by which a lab's run is held beside it",
      async () => {
        const { code, stdout, stderr } = await besideNodes("conformance", "--checks", "pods,services", "--json");
        expect(stdout, stderr).not.toBe("");
        const [found] = conformanceSchema.parse(JSON.parse(stdout)).variants;
        expect(found?.variant).toBe(`${example.mode.name}+kube-proxy-iptables`);
        expect(found === undefined ? undefined : contradictions(found)).toEqual([]);
        expect(code, stderr).toBe(0);
      },
      CONFORMANCE_MS,
    );
  }

  // With it the cluster would say that it has flannel.
  afterAll(() =>
    ownCluster().cluster.kubectl(["delete", "configmap", "kube-flannel-cfg", "--namespace=kube-flannel", "--ignore-not-found"]),
  );

  describe("gce by the CNI plugins and routes of the router", () => {
    beforeAll(() => lay("gce"));
    afterAll(async () => {
      await leave(undefined, "gce");
      await runScript(ownCluster(), FABRIC_PLACE, (await written("gce"))("iproute2", "router/podwire-routes-back.sh"));
      await onEachNode("ip", "link", "del", "cbr0");
    });

    testAgainstLab({ network: "gce", mode: gce });

    test("render --diff of the Nodes' PodCIDRs finds nothing to change", async () => {
      const diff = await diffOf(ownCluster(), { variant: "gce", target: "nodes" });
      expect(diff).toMatchObject({ against: { kind: "cluster", name: "podwire-test" }, order: [] });
      expect(diff.documents.map(({ what, change }) => [what, change])).toEqual(names().map((name) => [`Node/${name}`, "same"]));
    });

    test("another PodCIDR of a Node, which the API server refuses, is named with what has to be done for it", async () => {
      const own = ownCluster();
      const moved = own.nodes.replaceAll("198.19.1.0/24", "198.19.77.0/24");
      const diff = await diffOf(own, { variant: "gce", target: "nodes", nodes: moved });
      const what = changedIn(diff)[0]?.[0] ?? "";
      const name = what.replace("Node/", "");
      expect(diff.documents.find((one) => one.what === what)).toMatchObject({
        lines: expect.arrayContaining(["- spec.podCIDR: 198.19.1.0/24", "+ spec.podCIDR: 198.19.77.0/24"]) as string[],
        note: "a Node's PodCIDR can be set once: delete and make the Node anew",
      });
      expect(diff.order.map(({ step }) => step.split(" ").slice(0, 3).join(" "))).toEqual([
        "drain the nodes,",
        "find out what",
        "delete the Node",
        "make the product",
        "let pods come",
        "check the result",
      ]);
      expect(commandsOf(diff, "kubectl")).toContain(`kubectl delete node ${name}`);
      const patch = JSON.stringify({ spec: { podCIDR: "198.19.77.0/24", podCIDRs: ["198.19.77.0/24"] } });
      await expect(own.cluster.kubectl(["patch", "node", name, "--patch", patch])).rejects.toThrow(/Forbidden|forbidden|Invalid/);
    });

    test("documents that take other PodCIDRs for granted name the Node, and a Node that is not there yet is new", async () => {
      const own = ownCluster();
      const swapped = own.nodes.replaceAll("198.19.1.0/24", "198.19.77.0/24");
      expect(changedIn(await diffOf(own, { variant: "gce", target: "cni", nodes: swapped }))).toHaveLength(1);
      const more = "[{name: worker-7, address: 198.18.0.77, podCIDRs: [198.19.77.0/24]}]";
      const diff = await diffOf(own, { variant: "gce", target: "nodes", nodes: more });
      expect(changedIn(diff)).toEqual([["Node/worker-7", "new"]]);
      expect(commandsOf(diff, "kubectl")).toContain("kubectl create -f FILE");
      const taken = more.replace("198.19.77.0/24", "198.19.1.0/24");
      await expect(diffOf(own, { variant: "gce", target: "nodes", nodes: taken })).rejects.toThrow(
        /198\.19\.1\.0\/24 of worker-7 overlaps 198\.19\.1\.0\/24 of \S+, a Node of the cluster that nodes\.yaml does not name/,
      );
    });
  });

  describe("flannel-host-gw by flannel's net-conf and the CNI plugins", () => {
    beforeAll(async () => {
      before = await diffOf(ownCluster(), { variant: "flannel-host-gw", target: "flannel" });
      await lay("flannel-host-gw");
    });

    test("was new to the cluster, which said nothing of what made its links", () => {
      expect(before.before).toBeUndefined();
      expect(changedIn(before)).toEqual([[FLANNEL_CONFIG, "new"]]);
      expect(before.order.map(({ step }) => step)).toContainEqual(expect.stringMatching(/^find out what made the links/));
    });

    testAgainstLab({ network: "flannel-host-gw", mode: flannelHostGw });

    test("render --diff finds nothing to change", async () => {
      const diff = await diffOf(ownCluster(), { variant: "flannel-host-gw", target: "flannel" });
      expect(diff).toMatchObject({ before: "flannel-host-gw", order: [] });
      expect(changedIn(diff)).toEqual([]);
      expect(await diffText(ownCluster(), { variant: "flannel-host-gw", target: "flannel" })).toMatch(/^Nothing would change\.\n/);
    });
  });

  describe("flannel-vxlan in its place, by the order that render --diff says", () => {
    beforeAll(async () => {
      before = await diffOf(ownCluster(), { variant: "flannel-vxlan", target: "flannel" });
      await leave(before, "flannel-host-gw");
      await lay("flannel-vxlan");
    });
    afterAll(async () => {
      await leave(await diffOf(ownCluster(), { variant: "flannel-host-gw", target: "flannel" }), "flannel-vxlan");
    });

    test("was named by the one field that differs, with what has to go first", () => {
      expect(before.before).toBe("flannel-host-gw");
      expect(before.documents.find(({ change }) => change === "changed")).toEqual({
        what: FLANNEL_CONFIG,
        change: "changed",
        lines: ["- data.net-conf.json.Backend.Type: host-gw", "+ data.net-conf.json.Backend.Type: vxlan"],
      });
      expect(before.order.flatMap(({ commands }) => commands)).toEqual([
        `kubectl drain ${names().join(" ")} --ignore-daemonsets --delete-emptydir-data`,
        "ip route flush root 198.19.0.0/16 dev eth0",
        "ip link del cni0",
        "kubectl apply -f FILE",
        "`kubectl -n kube-flannel rollout restart daemonset kube-flannel-ds`",
        `kubectl uncordon ${names().join(" ")}`,
        "kubectl rollout restart daemonset NAME (each that is not on the host's network)",
        "podwire cluster inspect --pods",
        "kubectl exec POD -- ping -c 1 ADDRESS (of a pod on another node)",
      ]);
    });

    testAgainstLab({ network: "flannel-vxlan", mode: flannelVxlan });

    test("and back again would name the tunnel's routes and links", async () => {
      const back = await diffOf(ownCluster(), { variant: "flannel-host-gw", target: "flannel" });
      expect(commandsOf(back, "ip")).toEqual([
        "ip route flush root 198.19.0.0/16 dev flannel.1",
        "ip link del flannel.1",
        "ip link del cni0",
      ]);
      expect(await ownCluster().cluster.runIn(NODE, ["ip", "route"])).toContain("dev flannel.1");
    });
  });
}
