/**
 * Rendered documents and who reads them in a cluster of Kubernetes 1.34: the API server and the controllers take Node objects, flanneld comes up from net-conf in
 * each backend, kubelet, kube-proxy and kube-controller-manager start from theirs. The cluster has no pod network of its own.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePrefix } from "../../src/units/address.js";
import { checkedDocument, documentText } from "../render/checked-documents.js";
import { testChecker } from "../render/complaints.js";
import { LAB_CLUSTER, rendered, textOf } from "../synthetic/rendered.js";
import { FABRIC_PLACE } from "./description.mjs";
import { type OwnCluster, startCluster } from "./fixture.js";
import { FLANNEL_RIGHTS, flanneldFlags, SUBNET_FILE } from "./render/flanneld.js";
import { type Started, startIn } from "./render/started.js";
import { CLUSTER_START_MS, roomForClusters } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";

const unavailable = await clusterUnavailable();
const NODE = "node-1";

describe.skipIf(unavailable !== undefined)(`rendered documents (${unavailable ?? "in a real cluster"})`, () => {
  let cluster: OwnCluster;
  /** The nodes as `kubectl get nodes -o json` prints them. */
  let nodes: string;
  const running: Started[] = [];

  beforeAll(async () => {
    await roomForClusters(2);
    cluster = await startCluster({ network: "none", nodes: 2 });
    nodes = await untilAllHavePodCidrs();
    await cluster.kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: FLANNEL_RIGHTS }));
  }, CLUSTER_START_MS);
  afterAll(async () => {
    await Promise.all(running.map((started) => started.stop()));
    await cluster.stop();
  });

  async function untilAllHavePodCidrs(): Promise<string> {
    await cluster.kubectl(["wait", "--for=jsonpath={.spec.podCIDR}", "nodes", "--all", "--timeout=60s"]);
    return cluster.kubectl(["get", "nodes", "-o", "json"]);
  }

  const component = (name: string): string => join(cluster.description.components, name);
  const identity = (name: string): string => join(cluster.description.state, "pki", `${name}.kubeconfig`);
  const put = (place: string, path: string, text: string): Promise<string> =>
    cluster.runIn(place, ["dd", `of=${path}`, "status=none"], text);

  const start = (place: string, argv: readonly string[], environment: Readonly<Record<string, string>> = {}): Started => {
    const started = startIn(cluster, place, argv, environment);
    running.push(started);
    return started;
  };

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
  });

  describe("flannel's net-conf", () => {
    const netConf = (variant: string): string =>
      textOf(rendered(variant, "flannel", { nodes, cluster: LAB_CLUSTER }), "cluster/net-conf.json");

    /** flanneld of one node with a net-conf: the backend and MTU that came up, or its last words. */
    async function flanneld(text: string): Promise<{ readonly backend: string; readonly mtu: string; readonly network: string } | string> {
      await cluster.runIn(NODE, ["rm", "-rf", "/run/flannel"]);
      await put(NODE, "/run/net-conf.json", text);
      const argv = [component("flannel"), ...flanneldFlags(identity("flannel"), "/run/net-conf.json")];
      const started = start(NODE, argv, { NODE_NAME: NODE });
      try {
        const env = await untilRead(SUBNET_FILE, started);
        if (env === undefined) return started.log.slice(-3).join("\n");
        const value = (key: string): string => new RegExp(`^FLANNEL_${key}=(.*)$`, "m").exec(env)?.[1] ?? "";
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
        for (const link of ["flannel.1", "flannel0"]) await cluster.runIn(NODE, ["ip", "link", "del", link]).catch(() => undefined);
      }
    }

    /** The file's text once it is there; undefined where flanneld ends without it. */
    async function untilRead(path: string, started: Started): Promise<string | undefined> {
      for (;;) {
        const ended = started.hasEnded();
        const text = await cluster.runIn(NODE, ["cat", path]).catch(() => "");
        if (text.includes("FLANNEL_MTU=")) return text;
        if (ended) return undefined;
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
  });

  const LENIENT = /lenient decoding|unknown field/i;

  describe("kube-proxy's file", () => {
    const right = (): string =>
      textOf(rendered("gce+kube-proxy-nftables", "kube-proxy", { nodes, cluster: LAB_CLUSTER }), "cluster/kube-proxy.yaml");

    beforeAll(async () => {
      await cluster.kill("kube-proxy", NODE);
      await cluster.runIn(NODE, ["mkdir", "-p", "/var/lib/kube-proxy"]);
      await put(NODE, "/var/lib/kube-proxy/kubeconfig.conf", readFileSync(identity("kube-proxy"), "utf8"));
    });

    async function proxy(text: string): Promise<{ readonly mode: string; readonly complaints: readonly string[] }> {
      // nf_conntrack_max belongs to the machine's first network namespace, and the node's name to its own test.
      await put(NODE, "/run/kube-proxy.yaml", `${text}conntrack: {maxPerCore: 0, min: 0}\nhostnameOverride: ${NODE}\n`);
      const started = start(NODE, [component("kube"), "kube-proxy", "--config=/run/kube-proxy.yaml"]);
      try {
        const asked = ["curl", "-s", "--max-time", "5", "http://127.0.0.1:10249/proxyMode"];
        let mode = "";
        while (mode === "" && !started.hasEnded()) mode = await cluster.runIn(NODE, asked).catch(() => "");
        const complaints = [...started.log.filter((line) => LENIENT.test(line)), ...(mode === "" ? started.log.slice(-3) : [])];
        return { mode, complaints };
      } finally {
        await started.stop();
      }
    }

    test("starts it in the mode of the layer", async () => {
      expect(await proxy(right())).toEqual({ mode: "nftables", complaints: [] });
    });
    testChecker(checkedDocument("kube-proxy", "kube-proxy.yaml"), async (text) => (await proxy(text)).complaints, right);
  });

  describe("kubelet's file", () => {
    const right = (): string =>
      textOf(rendered("gce", "kubelet", { nodes, cluster: LAB_CLUSTER }), `${NODE}/etc/kubernetes/kubelet-podwire.yaml`);

    beforeAll(async () => {
      await cluster.kill("kubelet", NODE);
      await cluster.runIn(NODE, ["mkdir", "-p", "/run/kubelet.d"]);
      // What a kubelet in a namespace needs otherwise lies over the rendered file.
      const fixture = JSON.parse(readFileSync(join(cluster.description.state, NODE, "kubelet.json"), "utf8")) as Record<string, unknown>;
      const own = Object.entries(fixture).filter(([key]) => !["containerRuntimeEndpoint", "clusterDomain", "clusterDNS"].includes(key));
      await put(NODE, "/run/kubelet.d/10-fixture.conf", JSON.stringify(Object.fromEntries(own)));
    });
    afterAll(async () => {
      await cluster.restart("kubelet", NODE);
    });

    async function kubelet(
      text: string,
    ): Promise<{ readonly config: Readonly<Record<string, unknown>>; readonly complaints: readonly string[] }> {
      await put(NODE, "/run/kubelet.yaml", text);
      const flags = [
        "--config=/run/kubelet.yaml",
        "--config-dir=/run/kubelet.d",
        `--kubeconfig=${identity(NODE)}`,
        `--hostname-override=${NODE}`,
      ];
      const started = start(NODE, [component("kube"), "kubelet", ...flags]);
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
    const right = (): string =>
      textOf(rendered("gce", "controller-manager", { nodes, cluster: LAB_CLUSTER }), "cluster/kube-controller-manager.flags");

    beforeAll(() => cluster.kill("kube-controller-manager"));
    afterAll(() => cluster.restart("kube-controller-manager"));

    async function controllers(text: string): Promise<readonly string[]> {
      const flags = text.split("\n").filter((line) => line.startsWith("--"));
      const file = identity("controller-manager");
      const own = [
        `--kubeconfig=${file}`,
        `--authentication-kubeconfig=${file}`,
        `--authorization-kubeconfig=${file}`,
        "--leader-elect=false",
        "--use-service-account-credentials",
      ];
      const started = start(FABRIC_PLACE, [component("kube"), "kube-controller-manager", ...own, ...flags]);
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
