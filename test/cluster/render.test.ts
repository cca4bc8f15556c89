/**
 * Rendered documents and who reads them in a cluster of Kubernetes 1.34: the API server and the controllers take Node objects, pods are wired by CNI plugins and
 * flanneld as the lab wires them, flanneld comes up from net-conf in each backend, kubelet, kube-proxy and kube-controller-manager start from theirs, kubeadm
 * reads its own. `podwire render --diff` is asked beside what the cluster has. The cluster has no pod network of its own.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePrefix } from "../../src/units/address.js";
import { checkedDocument, documentText } from "../render/checked-documents.js";
import { testChecker } from "../render/complaints.js";
import { LAB_CLUSTER, rendered, textOf } from "../synthetic/rendered.js";
import { FABRIC_PLACE } from "./description.mjs";
import type { OwnCluster } from "./fixture.js";
import { commandsOf, diffOf } from "./render/diff.js";
import { startFlanneld } from "./render/flanneld.mjs";
import { kubeProxyWith, LENIENT, takeOverKubeProxy } from "./render/kube-proxy.js";
import { testKubeadmFile } from "./render/kubeadm-file.js";
import { testNetworks } from "./render/networks.js";
import { NODE, type OwnRenderCluster, startRenderCluster } from "./render/own-cluster.js";
import type { RenderCluster } from "./render/render-cluster.mjs";
import { CLUSTER_START_MS } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";

const unavailable = await clusterUnavailable();

describe.skipIf(unavailable !== undefined)(`rendered documents (${unavailable ?? "in a real cluster"})`, () => {
  let whole: OwnRenderCluster;
  let own: RenderCluster;
  let cluster: OwnCluster;

  beforeAll(async () => {
    whole = await startRenderCluster();
    ({ own, cluster } = whole);
  }, CLUSTER_START_MS);
  afterAll(() => whole.stop());

  const documentOf = (variant: string, target: string, path: string): string =>
    textOf(rendered(variant, target, { nodes: own.nodes, cluster: LAB_CLUSTER }), path);

  describe("pod networks", () => {
    testNetworks(() => own);
  });

  describe("Node objects", () => {
    const document = checkedDocument("nodes", "nodes.yaml");

    testChecker(document, (text) =>
      cluster.kubectl(["create", "--dry-run=server", "--validate=strict", "-f", "-"], text).then(
        () => [],
        (error: unknown) => [String(error)],
      ),
    );

    test("keep the PodCIDRs that they were made with, whoever registers first", async () => {
      await cluster.kubectl(["create", "-f", "-"], documentText(document));
      // A Node without one is given a block by the controller, which has then seen the others too.
      await cluster.kubectl(["create", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "Node", metadata: { name: "worker-9" } }));
      await cluster.kubectl(["wait", "--for=jsonpath={.spec.podCIDR}", "node/worker-9", "--timeout=60s"]);
      const printed = await cluster.kubectl(["get", "nodes", "worker-7", "worker-8", "-o", "jsonpath={.items[*].spec.podCIDRs[*]}"]);
      expect(printed).toBe("198.19.77.0/24 198.19.78.0/24");
      await cluster.kubectl(["delete", "node", "worker-7", "worker-8", "worker-9"]);
    });
  });

  describe("Calico's objects, by its own CRDs", () => {
    beforeAll(async () => {
      for (const name of ["ippools", "felixconfigurations", "bgpconfigurations", "installations"]) {
        await cluster.kubectl(["create", "-f", "-"], readFileSync(new URL(`../captured/calico/${name}.json`, import.meta.url), "utf8"));
      }
      await cluster.kubectl(["wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"]);
    });

    /** An Installation's CRD takes any text as a pool's range. */
    const ranges = (text: string): readonly string[] =>
      [...text.matchAll(/cidr: (\S+)/g)].flatMap(([, range = ""]) => (parsePrefix(range) === undefined ? [range] : []));
    const complaints = (text: string): Promise<readonly string[]> =>
      cluster.kubectl(["create", "--dry-run=server", "--validate=strict", "-f", "-"], text).then(
        () => ranges(text),
        (error: unknown) => [String(error)],
      );

    testChecker(checkedDocument("calico", "an IPPool"), complaints);
    testChecker(checkedDocument("calico", "an Installation"), complaints);
    testChecker(checkedDocument("calico", "a FelixConfiguration"), complaints);
    testChecker(checkedDocument("calico", "a BGPConfiguration"), complaints);

    test("render --diff finds nothing to change in them, and then the one field that does", async () => {
      const asked = { variant: "calico-vxlan", target: "calico" };
      const files = ["installation", "ippools", "felix"];
      for (const name of files)
        await cluster.kubectl(["create", "-f", "-"], documentOf("calico-vxlan", "calico", `cluster/calico-${name}.yaml`));
      expect(await diffOf(own, asked)).toMatchObject({ before: "calico-vxlan", order: [] });
      const other = JSON.stringify({ spec: { ipipMode: "Always", vxlanMode: "Never" } });
      await cluster.kubectl(["patch", "ippool", "podwire", "--type=merge", "--patch", other]);
      const diff = await diffOf(own, asked);
      expect(diff.before).toBe("calico-ipip");
      expect(diff.documents.find(({ change }) => change === "changed")).toMatchObject({
        what: "IPPool/podwire",
        lines: ["- spec.ipipMode: Always", "+ spec.ipipMode: Never", "- spec.vxlanMode: Never", "+ spec.vxlanMode: Always"],
      });
      expect(commandsOf(diff, "ip")).toEqual(["ip route flush root 198.19.0.0/16 dev tunl0"]);
      await cluster.kubectl(["delete", "ippool", "podwire"]);
    });
  });

  describe("flannel's net-conf", () => {
    const netConf = (variant: string): string => documentOf(variant, "flannel", "cluster/net-conf.json");

    /** flanneld of one node with a net-conf: the backend and MTU that came up, or its last words. */
    async function flanneld(text: string): Promise<{ readonly backend: string; readonly mtu: string; readonly network: string } | string> {
      const { started, subnet } = await startFlanneld(own, NODE, text);
      try {
        if (subnet === undefined) return started.log.slice(-3).join("\n");
        const value = (key: string): string => new RegExp(`^FLANNEL_${key}=(.*)$`, "m").exec(subnet)?.[1] ?? "";
        const annotation = await cluster.kubectl([
          "get",
          "node",
          NODE,
          "-o",
          "jsonpath={.metadata.annotations.flannel\\.alpha\\.coreos\\.com/backend-type}",
        ]);
        return { backend: annotation === "" ? "udp" : annotation, mtu: value("MTU"), network: value("NETWORK") };
      } finally {
        await started.stop();
        for (const link of ["flannel.1", "flannel0", "flannel-wg"])
          await cluster.runIn(NODE, ["ip", "link", "del", link]).catch(() => undefined);
      }
    }

    test.each([
      ["flannel-vxlan", "vxlan", "1450"],
      ["flannel-host-gw", "host-gw", "1500"],
      ["flannel-udp", "udp", "1472"],
    ])("of %s brings up %s with the computed MTU", async (variant, backend, mtu) => {
      expect(await flanneld(netConf(variant))).toEqual({ backend, mtu, network: "198.19.0.0/16" });
    });

    testChecker(
      checkedDocument("flannel", "net-conf.json"),
      async (text) => {
        const came = await flanneld(text);
        if (typeof came === "string") return [came];
        // A misspelt key brings up udp.
        return came.backend === "host-gw" && came.network === "198.19.0.0/16" ? [] : [JSON.stringify(came)];
      },
      () => netConf("flannel-host-gw"),
    );

    testChecker(
      checkedDocument("flannel", "net-conf.json of wireguard"),
      async (text) => {
        const came = await flanneld(text);
        // This kernel may have no WireGuard: what flanneld read made it ask for that device, and nothing else.
        if (typeof came === "string") return /could not create wireguard interface/.test(came) ? [] : [came];
        return came.backend === "wireguard" && came.mtu === "1420" && came.network === "198.19.0.0/16" ? [] : [JSON.stringify(came)];
      },
      () => netConf("wireguard"),
    );
  });

  describe("kube-proxy's file", () => {
    const right = (): string => documentOf("gce+kube-proxy-nftables", "kube-proxy", "cluster/kube-proxy.yaml");

    beforeAll(() => takeOverKubeProxy(own));

    test("starts it in the mode of the layer", async () => {
      expect(await kubeProxyWith(own, right())).toEqual({ mode: "nftables", complaints: [] });
    });
    testChecker(checkedDocument("kube-proxy", "kube-proxy.yaml"), async (text) => (await kubeProxyWith(own, text)).complaints, right);
  });

  describe("kubeadm's file", () => {
    testKubeadmFile(() => own);
  });

  describe("kubelet's file", () => {
    const right = (): string => documentOf("gce", "kubelet", `${NODE}/etc/kubernetes/kubelet-podwire.yaml`);

    beforeAll(async () => {
      await cluster.kill("kubelet", NODE);
      await cluster.runIn(NODE, ["mkdir", "-p", "/run/kubelet.d"]);
      // What a kubelet in a namespace needs otherwise lies over the rendered file.
      const fixture = JSON.parse(readFileSync(join(cluster.description.state, NODE, "kubelet.json"), "utf8")) as Record<string, unknown>;
      const more = Object.entries(fixture).filter(([key]) => !["containerRuntimeEndpoint", "clusterDomain", "clusterDNS"].includes(key));
      await own.put(NODE, "/run/kubelet.d/10-fixture.conf", JSON.stringify(Object.fromEntries(more)));
    });
    afterAll(async () => {
      await cluster.restart("kubelet", NODE);
    });

    async function kubelet(
      text: string,
    ): Promise<{ readonly config: Readonly<Record<string, unknown>>; readonly complaints: readonly string[] }> {
      await own.put(NODE, "/run/kubelet.yaml", text);
      const flags = [
        "--config=/run/kubelet.yaml",
        "--config-dir=/run/kubelet.d",
        `--kubeconfig=${own.identity(NODE)}`,
        `--hostname-override=${NODE}`,
      ];
      const started = own.begin(NODE, [own.component("kube"), "kubelet", ...flags]);
      try {
        await started.until(/Started kubelet|Starting to listen/);
        const configz = await cluster.kubectl(["get", "--raw", `/api/v1/nodes/${NODE}/proxy/configz`]).catch(() => "");
        const config = configz === "" ? {} : (JSON.parse(configz) as { kubeletconfig: Record<string, unknown> }).kubeletconfig;
        return {
          config,
          complaints: [...started.log.filter((line) => LENIENT.test(line)), ...(configz === "" ? started.log.slice(-3) : [])],
        };
      } finally {
        await started.stop();
      }
    }

    test("starts it with what it says", async () => {
      const { config, complaints } = await kubelet(right());
      expect(complaints).toEqual([]);
      expect(config).toMatchObject({ clusterDNS: ["198.18.128.10"], clusterDomain: "cluster.local", maxPods: 110 });
    });
    testChecker(
      checkedDocument("kubelet", "kubelet-podwire.yaml"),
      async (text) => {
        const { config, complaints } = await kubelet(text);
        return [
          ...complaints,
          ...(config["containerRuntimeEndpoint"] === "unix:///run/containerd/containerd.sock" ? [] : ["another endpoint"]),
        ];
      },
      right,
    );
  });

  describe("kube-controller-manager's flags", () => {
    const right = (): string => documentOf("gce", "controller-manager", "cluster/kube-controller-manager.flags");

    beforeAll(() => cluster.kill("kube-controller-manager"));
    afterAll(() => cluster.restart("kube-controller-manager"));

    async function controllers(text: string): Promise<readonly string[]> {
      const flags = text.split("\n").filter((line) => line.startsWith("--"));
      const file = own.identity("controller-manager");
      const more = [
        `--kubeconfig=${file}`,
        `--authentication-kubeconfig=${file}`,
        `--authorization-kubeconfig=${file}`,
        "--leader-elect=false",
        "--use-service-account-credentials",
      ];
      const started = own.begin(FABRIC_PLACE, [own.component("kube"), "kube-controller-manager", ...more, ...flags]);
      try {
        await started.until(/Starting cidr allocator|Caches are synced.*(?:node|cidr)|Started controller.*node-ipam/i);
        const begun =
          started.log.some((line) => /Starting cidr allocator|node-ipam/i.test(line)) &&
          !started.log.some((line) => /^(?:Error|unknown flag)|must be|invalid/i.test(line));
        return begun ? [] : started.log.slice(-3);
      } finally {
        await started.stop();
      }
    }

    testChecker(checkedDocument("controller-manager", "kube-controller-manager.flags"), controllers, right);
  });
});
