import { describe, expect, test } from "vitest";
import { type Asked, LAB_CLUSTER, renderedWhole, targetOf } from "../../../test/synthetic/rendered.js";
import type { DocumentDiff } from "../../model/render-diff.js";
import type { RenderedFile } from "../contract.js";
import { fileDiffs } from "./files.js";
import { modeOfFlannel, modeOfNode, modeOfPool } from "./mode-there.js";
import { objectDiff, titleOf, wantedObjects } from "./objects.js";
import { safeOrder } from "./order.js";

const file = (path: string, text: string, more: Partial<RenderedFile> = {}): RenderedFile => ({
  path,
  text,
  about: { check: [], back: [] },
  ...more,
});

describe("files", () => {
  const NOW = [
    file("a/x.conf", "# head of host-gw\n[Match]\nName=eth0\n"),
    file("a/new.conf", "x\n"),
    file("a/same.conf", "x\n"),
    file("a/head.conf", "# new\nx\n"),
    file("a/token", "new\n", { secret: true }),
  ];
  const THERE = new Map([
    ["a/x.conf", "# head of vxlan\n[Match]\nName=eth1\n"],
    ["a/same.conf", "x\n"],
    ["a/head.conf", "# old\nx\n"],
    ["a/token", "old secret\n"],
  ]);
  const diffs = fileDiffs(NOW, THERE, [
    { path: "a/gone.conf", untouched: true },
    { path: "a/mine.conf", untouched: false },
  ]);

  test("are told apart one by one, and what a document says of itself is no change of what it does", () => {
    expect(diffs).toEqual([
      { what: "a/x.conf", change: "changed", lines: [" [Match]", "-Name=eth1", "+Name=eth0"] },
      { what: "a/new.conf", change: "new", lines: [] },
      { what: "a/same.conf", change: "same", lines: [] },
      { what: "a/head.conf", change: "changed", lines: [], note: "only its head" },
      { what: "a/token", change: "changed", lines: [], note: "it holds a secret, and is not shown" },
      { what: "a/gone.conf", change: "gone", lines: [] },
      { what: "a/mine.conf", change: "same", lines: [], note: "of the variant before, but edited since: it is left alone" },
    ]);
  });

  test("that differ nearly everywhere are not printed", () => {
    const lines = (sign: string): string => Array.from({ length: 4000 }, (_, index) => `${sign}${String(index)}\n`).join("");
    expect(fileDiffs([file("a/x", lines("n"))], new Map([["a/x", lines("o")]]), [])).toEqual([
      { what: "a/x", change: "changed", lines: [], note: "nearly all of it" },
    ]);
  });
});

describe("objects", () => {
  const wantedOf = (variant: string, target: string, asked?: Asked) => wantedObjects(renderedWhole(variant, target, asked).files);

  test("are found in documents of a cluster, those that a ConfigMap keeps too; nodes' files are elsewhere", () => {
    expect(wantedOf("gce+kube-proxy-nftables", "kubeadm").wanted.map(titleOf)).toEqual([
      "ConfigMap/kube-system/kubeadm-config ClusterConfiguration",
      "ConfigMap/kube-system/kubelet-config kubelet",
      "ConfigMap/kube-system/kube-proxy config.conf",
    ]);
    const flannel = wantedOf("flannel-vxlan", "flannel");
    expect(flannel.wanted.map(titleOf)).toEqual(["ConfigMap/kube-flannel/kube-flannel-cfg"]);
    expect(flannel.elsewhere).toEqual(["cluster/net-conf.json", "cluster/net-conf.json.txt", "cluster/flannel-values.yaml"]);
    expect(wantedOf("flannel-vxlan", "networkd").wanted).toEqual([]);
    expect(wantedOf("calico-ipip", "calico").wanted.map(({ place }) => place.apiVersions.join())).toEqual([
      "operator.tigera.io/v1",
      ...Array.from({ length: 3 }, () => "projectcalico.org/v3,crd.projectcalico.org/v1"),
    ]);
  });

  test("differ where a document says something else; what it does not name is no difference", () => {
    const [wanted] = wantedOf("flannel-host-gw", "flannel").wanted;
    if (wanted === undefined) throw new Error("no ConfigMap");
    const live = (backend: string): Record<string, unknown> => ({
      ...wanted.fields,
      metadata: {
        ...(wanted.fields["metadata"] as object),
        uid: "x",
        labels: { tier: "node", "k8s-app": "flannel", app: "flannel", more: "y" },
      },
      data: { ...(wanted.fields["data"] as object), "net-conf.json": `{"Network":"198.19.0.0/16","Backend":{"Type":"${backend}"}}` },
    });
    expect(objectDiff(wanted, live("host-gw")).change).toBe("same");
    expect(objectDiff(wanted, live("vxlan"))).toMatchObject({
      change: "changed",
      lines: ["- data.net-conf.json.Backend.Type: vxlan", "+ data.net-conf.json.Backend.Type: host-gw"],
    });
    expect(objectDiff(wanted, undefined).change).toBe("new");
  });

  test("a Node's PodCIDR and a pool's range are set once", () => {
    const [node] = wantedOf("gce", "nodes").wanted;
    const [, pool] = wantedOf("calico-routed", "calico").wanted;
    if (node === undefined || pool === undefined) throw new Error("nothing wanted");
    const other = { metadata: { name: "node-a" }, kind: "Node", spec: { podCIDR: "198.19.9.0/24", podCIDRs: ["198.19.9.0/24"] } };
    expect(objectDiff(node, other).note).toBe("a Node's PodCIDR can be set once: delete and make the Node anew");
    expect(objectDiff(pool, { ...pool.fields, spec: { ...(pool.fields["spec"] as object), cidr: "10.0.0.0/8" } }).note).toContain(
      "set once",
    );
  });

  test("of a list are held one by one, without what the API server adds to them", () => {
    const [installation] = wantedOf("calico-vxlan", "calico").wanted;
    if (installation === undefined) throw new Error("no Installation");
    const { calicoNetwork, ...spec } = installation.fields["spec"] as { calicoNetwork: { ipPools: readonly object[] } };
    const live = (change: object): Record<string, unknown> => ({
      ...installation.fields,
      spec: {
        ...spec,
        calicoNetwork: { ...calicoNetwork, ipPools: calicoNetwork.ipPools.map((pool) => ({ blockSize: 26, ...pool, ...change })) },
      },
    });
    expect(objectDiff(installation, live({})).change).toBe("same");
    expect(objectDiff(installation, live({ encapsulation: "IPIP" })).lines).toEqual([
      "- spec.calicoNetwork.ipPools.0.encapsulation: IPIP",
      "+ spec.calicoNetwork.ipPools.0.encapsulation: VXLAN",
    ]);
  });

  test("kept as text in a ConfigMap are read there", () => {
    const [, , proxy] = wantedOf("gce+kube-proxy-nftables", "kubeadm").wanted;
    if (proxy === undefined) throw new Error("nothing wanted");
    const live = { data: { "config.conf": "kind: KubeProxyConfiguration\nmode: iptables\nclusterCIDR: 198.19.0.0/16\n" } };
    expect(objectDiff(proxy, live).lines).toContain("- mode: iptables");
    expect(objectDiff(proxy, { data: {} }).change).toBe("new");
  });
});

describe("the mode that is there", () => {
  const flannel = (text: string): unknown => ({ data: { "net-conf.json": text } });
  test.each([
    [modeOfFlannel(flannel('{"Backend":{"Type":"wireguard"}}')), "wireguard"],
    [modeOfFlannel(flannel('{"Backend":{"Type":"host-gw"}}')), "flannel-host-gw"],
    [modeOfFlannel(flannel('{"Backend":{}}')), undefined],
    [modeOfFlannel(flannel("no JSON")), undefined],
    [modeOfFlannel(undefined), undefined],
    [modeOfNode({ metadata: { annotations: { "flannel.alpha.coreos.com/backend-type": "vxlan" } } }), "flannel-vxlan"],
    [modeOfNode({ metadata: { annotations: { "flannel.alpha.coreos.com/backend-type": "ipip" } } }), "flannel-ipip"],
    [modeOfNode({ metadata: { annotations: { "flannel.alpha.coreos.com/backend-type": "" } } }), "flannel-udp"],
    [modeOfNode({ metadata: {} }), undefined],
    [modeOfPool({ spec: { cidr: "10.0.0.0/16", ipipMode: "Always", vxlanMode: "Never" } }), "calico-ipip"],
    [modeOfPool({ spec: { cidr: "10.0.0.0/16", vxlanMode: "CrossSubnet" } }), "calico-vxlan"],
    [modeOfPool({ spec: { cidr: "10.0.0.0/16" } }), "calico-routed"],
    [modeOfPool({ spec: {} }), undefined],
  ])("%j", (said, mode) => {
    expect(said).toBe(mode);
  });
});

describe("the safe order", () => {
  const ALREADY = "(of Nodes that are there it says AlreadyExists, and leaves them as they are)";
  const CHANGED: readonly DocumentDiff[] = [{ what: "cluster/net-conf.json", change: "changed", lines: [] }];
  const order = (
    variant: string,
    target: string,
    more: { before?: string; moved?: readonly string[]; documents?: readonly DocumentDiff[]; against?: "cluster" } = {},
  ) =>
    safeOrder({
      input: renderedWhole(variant, target).input,
      target: targetOf(target),
      documents: CHANGED,
      moved: [],
      against: "folder",
      ...more,
    });
  const steps = (...asked: Parameters<typeof order>): readonly string[] =>
    order(...asked).map(({ step }) => step.split(" ").slice(0, 3).join(" "));

  test("is drain, routes, links, files, restart, pods anew, and a look", () => {
    expect(steps("flannel-host-gw", "flannel", { before: "flannel-vxlan" })).toEqual([
      "drain the nodes,",
      "delete the routes",
      "delete the links",
      "write the folder",
      "make the product",
      "let pods come",
      "check the result",
    ]);
  });

  test.each([
    ["flannel-vxlan", "flannel.1"],
    ["flannel-ipip", "flannel.ipip"],
  ])("of a switch away from %s has its tunnel go first", (before, tunnel) => {
    expect(order("flannel-host-gw", "flannel", { before }).flatMap(({ commands }) => commands)).toEqual(
      expect.arrayContaining([
        "kubectl drain node-a node-b --ignore-daemonsets --delete-emptydir-data",
        `ip route flush root 198.19.0.0/16 dev ${tunnel}`,
        `ip link del ${tunnel}`,
      ]),
    );
  });

  test.each([
    ["flannel-udp", "past the tunnel"],
    ["wireguard", "past the tunnel, unencrypted"],
  ])(
    "of a switch to %s, with one route for the whole network, has the routes to single PodCIDRs go before anything starts",
    (mode, words) => {
      const all = order(mode, "flannel", { before: "flannel-host-gw" });
      const routes = all.findIndex(({ commands }) => commands.includes("ip route flush root 198.19.0.0/16 dev eth0"));
      expect(routes).toBeGreaterThan(0);
      expect(routes).toBeLessThan(all.findIndex(({ step }) => step.startsWith("write")));
      expect(all[routes]?.why.endsWith(words)).toBe(true);
    },
  );

  test("of a switch away from WireGuard says that nothing is encrypted any more", () => {
    expect(order("flannel-vxlan", "flannel", { before: "wireguard" })[1]).toMatchObject({
      why: expect.stringContaining("not encrypted") as string,
      commands: ["ip route flush root 198.19.0.0/16 dev flannel-wg"],
    });
  });

  test("of a switch away from l2-bridge moves the node's address back to the card in one line, from a console", () => {
    const all = order("flannel-host-gw", "networkd", { before: "l2-bridge" });
    const back = all.findIndex(({ step }) => step === "move the node's address from br0 back to its card on each node, from a console");
    expect(all[back]).toMatchObject({
      why: expect.stringContaining("cut off") as string,
      commands: ["ip link del br0 && ip address add ADDRESS/LENGTH dev eth0 && ip route replace default via GATEWAY dev eth0"],
    });
    expect(back).toBeLessThan(all.findIndex(({ step }) => step.startsWith("write")));
    expect(all.flatMap(({ commands }) => commands)).not.toContain("ip link del br0");
  });

  const VLAN_TOO = `${LAB_CLUSTER}segment: {cidr: 10.9.0.0/16, gateway: 10.9.0.1, podRange: 10.9.128.0/17, vlan: 100}\n`;
  test.each([
    ["vlan", undefined, ["ip link del brID", "ip link del eth0.ID"]],
    ["vlan", VLAN_TOO, ["ip link del br100", "ip link del eth0.100"]],
    ["docker-nat", undefined, ["ip link del docker0"]],
    ["docker-nat-28", undefined, ["ip link del docker0"]],
  ])("of a switch away from %s deletes its links", (before, cluster, commands) => {
    const { input } = renderedWhole("flannel-host-gw", "networkd", cluster === undefined ? {} : { cluster });
    const steps = safeOrder({ input, target: targetOf("networkd"), documents: CHANGED, moved: [], against: "folder", before });
    expect(steps.find(({ step }) => step.startsWith("delete the links"))?.commands).toEqual(commands);
  });

  test("has a Node deleted and made anew whose PodCIDR becomes another", () => {
    const anew = order("gce", "nodes", { before: "gce", moved: ["node-b"] }).find(({ step }) => step.startsWith("delete the Node"));
    expect(anew?.commands).toContain("kubectl delete node node-b");
    expect(anew?.commands[1]).toMatch(/^kubectl create -f nodes\.yaml .*AlreadyExists/);
    expect(anew?.why).toContain("set once");
  });

  test("creates Nodes once: those that are new have nothing to drain, and those of a folder are named with it", () => {
    const added: readonly DocumentDiff[] = [{ what: "Node/node-c", change: "new", lines: [] }];
    const creates = (...asked: Parameters<typeof order>): readonly string[] =>
      order(...asked).flatMap(({ commands }) => commands.filter((command) => command.includes("kubectl create")));
    const there = { documents: added, against: "cluster" } as const;
    expect(steps("gce", "nodes", there)).toEqual(["put the objects", "make the product", "check the result"]);
    expect(creates("gce", "nodes", there)).toEqual(["kubectl create -f FILE"]);
    const known: readonly DocumentDiff[] = [...added, { what: "Node/node-a", change: "same", lines: [] }];
    expect(creates("gce", "nodes", { ...there, documents: known })).toEqual([`kubectl create -f FILE ${ALREADY}`]);
    const written: readonly DocumentDiff[] = [{ what: "cluster/nodes.yaml", change: "new", lines: [] }];
    const all = `kubectl create -f FOLDER/cluster/nodes.yaml ${ALREADY}`;
    expect(creates("gce", "nodes", { documents: written })).toEqual([all]);
    expect(creates("gce", "nodes", { documents: [{ what: "cluster/nodes.yaml", change: "changed", lines: [] }] })).toEqual([all]);
    expect(creates("gce", "nodes", { documents: written, moved: ["node-b"] })).toHaveLength(1);
    const beside: readonly DocumentDiff[] = [...added, { what: "ConfigMap/kube-flannel/kube-flannel-cfg", change: "changed", lines: [] }];
    expect(steps("flannel-vxlan", "flannel", { documents: beside, against: "cluster" })[0]).toBe("drain the nodes,");
  });

  test("puts each object in place by what the API server takes, and what stands inside of a ConfigMap by editing it", () => {
    const inPlace = (...documents: readonly (readonly [string, DocumentDiff["change"]])[]): readonly string[] | undefined =>
      order("gce", "nodes", {
        moved: ["node-b"],
        against: "cluster",
        documents: documents.map(([what, change]) => ({ what, change, lines: [] })),
      }).find(({ step }) => step.startsWith("put the objects"))?.commands;
    expect(inPlace(["Node/node-b", "changed"], ["ConfigMap/kube-flannel/kube-flannel-cfg", "same"])).toBeUndefined();
    expect(inPlace(["Node/node-a", "new"], ["Node/node-c", "new"], ["Node/node-b", "changed"])).toEqual([
      `kubectl create -f FILE ${ALREADY}`,
    ]);
    expect(inPlace(["ConfigMap/kube-system/kube-proxy config.conf", "changed"], ["IPPool/podwire", "changed"])).toEqual([
      "kubectl -n kube-system edit configmap kube-proxy (its config.conf)",
      "kubectl apply -f FILE",
    ]);
  });

  test("drains no node for a product whose pods go on, unless Nodes are made anew", () => {
    expect(steps("gce", "kubelet")).toEqual(["write the folder", "make the product", "check the result"]);
    expect(steps("gce", "kubelet", { moved: ["node-a"] })[0]).toBe("drain the nodes,");
  });

  test("asks what is there where nothing says so, deletes nothing of the same mode, and is empty where nothing changes", () => {
    expect(steps("flannel-host-gw", "networkd")[1]).toBe("find out what");
    expect(steps("flannel-host-gw", "networkd", { before: "flannel-host-gw" })).not.toContain("delete the links");
    expect(steps("flannel-host-gw", "networkd", { documents: [{ what: "x", change: "same", lines: [] }] })).toEqual([]);
  });

  test("names what goes on each node", () => {
    const gone: readonly DocumentDiff[] = [{ what: "node-a/etc/systemd/network/10-podwire-flannel.1.netdev", change: "gone", lines: [] }];
    expect(
      order("flannel-host-gw", "networkd", { before: "flannel-vxlan", documents: gone }).flatMap(({ commands }) => commands),
    ).toContain("rm /etc/systemd/network/10-podwire-flannel.1.netdev (on node-a)");
  });
});
