/**
 * kubeadm's file, read by kubeadm 1.34, and what it hands on by those whom it is for: kubeadm itself lets unknown names of extraArgs and modes of kube-proxy pass.
 * @packageDocumentation
 */
import { basename } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { checkedDocument, documentText } from "../../render/checked-documents.js";
import { testChecker } from "../../render/complaints.js";
import { LAB_CLUSTER, rendered, textOf } from "../../synthetic/rendered.js";
import { changedIn, commandsOf, diffOf } from "./diff.js";
import { kubeProxyWith, takeOverKubeProxy } from "./kube-proxy.js";
import { Kubeadm } from "./kubeadm.js";
import { NODE } from "./own-cluster.js";
import type { RenderCluster } from "./render-cluster.mjs";

/** Where kubeadm keeps the documents of its file, in their order. */
const KEPT = [
  ["kubeadm-config", "ClusterConfiguration"],
  ["kubelet-config", "kubelet"],
  ["kube-proxy", "config\\.conf"],
] as const;

/** What kube-controller-manager has against flags. */
const againstFlags = (own: RenderCluster, flags: readonly string[]): Promise<readonly string[]> =>
  own.cluster.runIn(NODE, [own.component("kube"), "kube-controller-manager", ...flags, "--version"]).then(
    () => [],
    (error: unknown) => [String(error)],
  );

const CONTROLLER_FLAGS = [
  "--allocate-node-cidrs=true",
  "--cluster-cidr=198.19.0.0/16",
  "--service-cluster-ip-range=198.18.128.0/20",
  "--node-cidr-mask-size=24",
];

/** Tests of what `controller-manager` renders for kubeadm: the part of its own file, and a patch of the static pod. */
export function testKubeadmControllers(ownCluster: () => RenderCluster): void {
  const kubeadm = (): Kubeadm => new Kubeadm(ownCluster());
  const part = checkedDocument("controller-manager", "kubeadm's extraArgs");
  const patch = checkedDocument("controller-manager", "kubeadm's patch");
  /** As it lies in the folder, what a reader has to know beside it. */
  const folderWith = (text: string): Readonly<Record<string, string>> => {
    const name = basename(patch.path);
    return { [name]: text, [`${name}.txt`]: documentText({ ...patch, path: `${patch.path}.txt` }) };
  };

  testChecker(part, async (text) => {
    const said = await kubeadm().complaints(text);
    return said.length > 0 ? said : againstFlags(ownCluster(), await kubeadm().controllerFlags(text));
  });
  testChecker(patch, (text) =>
    kubeadm()
      .patchedFlags(folderWith(text))
      .then(
        ({ flags }) => againstFlags(ownCluster(), flags),
        (error: unknown) => [String(error)],
      ),
  );

  test("kubeadm gives the controllers the flags of both, and does not take the text beside the patch for another one", async () => {
    expect(await kubeadm().controllerFlags(documentText(part))).toEqual(expect.arrayContaining(CONTROLLER_FLAGS));
    const { flags, said } = await kubeadm().patchedFlags(folderWith(documentText(patch)));
    // Of two flags of one name the last counts, which the patch's are.
    expect(flags.slice(-CONTROLLER_FLAGS.length)).toEqual(CONTROLLER_FLAGS);
    expect(said).toContain('[patches] Applied patch of type "application/json-patch+json" to target "kube-controller-manager"');
  });
}

/** Tests of a file in the form of each version of kubeadm's configuration. They take the place of the node's kube-proxy. */
export function testKubeadmFile(ownCluster: () => RenderCluster): void {
  let own: RenderCluster;
  let kubeadm: Kubeadm;

  beforeAll(async () => {
    own = ownCluster();
    kubeadm = new Kubeadm(own);
    await takeOverKubeProxy(own);
  });

  /** kubeadm's own, then those of the programs that it hands parts of the file to without a look at them. */
  async function complaints(text: string): Promise<readonly string[]> {
    const said = await kubeadm.complaints(text);
    if (said.length > 0) return said;
    const flags = await againstFlags(own, await kubeadm.controllerFlags(text));
    if (!text.includes("KubeProxyConfiguration")) return flags;
    return [...flags, ...(await kubeProxyWith(own, await kubeadm.proxyConfiguration(text))).complaints];
  }

  for (const name of ["kubeadm.yaml", "kubeadm.yaml of 1.30", "kubeadm.yaml of two families"])
    testChecker(checkedDocument("kubeadm", name), complaints);

  test.each(["kubeadm.yaml", "kubeadm.yaml of 1.30"])("%s is read as it is written", async (name) => {
    const text = documentText(checkedDocument("kubeadm", name));
    expect(await kubeadm.read(text)).toMatchObject({
      controlPlaneEndpoint: "198.18.0.1:6443",
      networking: { podSubnet: "198.19.0.0/16", serviceSubnet: "198.18.128.0/20", dnsDomain: "cluster.local" },
      controllerManager: { extraArgs: [{ name: "node-cidr-mask-size", value: "24" }] },
    });
    expect(await kubeadm.controllerFlags(text)).toEqual(expect.arrayContaining(CONTROLLER_FLAGS));
  });

  test("render --diff finds in a cluster what kubeadm keeps there of the file, and then the one field that differs", async () => {
    const asked = { variant: "gce+kube-proxy-nftables", target: "kubeadm" };
    const text = textOf(rendered(asked.variant, asked.target, { nodes: own.nodes, cluster: LAB_CLUSTER }), "cluster/kubeadm.yaml");
    expect(changedIn(await diffOf(own, asked))).toEqual([
      ["ConfigMap/kube-system/kubeadm-config ClusterConfiguration", "new"],
      ["ConfigMap/kube-system/kubelet-config kubelet", "new"],
      ["ConfigMap/kube-system/kube-proxy config.conf", "changed"],
    ]);
    await kubeadm.upload(text);
    for (const [index, [name, key]] of KEPT.entries()) {
      const kept = await own.cluster.kubectl(["get", "configmap", name, "--namespace=kube-system", `--output=jsonpath={.data.${key}}`]);
      const written: unknown = parseAllDocuments(text)[index]?.toJS();
      expect(parseAllDocuments(kept)[0]?.toJS()).toMatchObject(written as object);
    }
    expect(await diffOf(own, asked)).toMatchObject({ order: [], documents: KEPT.map(() => ({ change: "same" })) });

    const configMap = await own.cluster.kubectl(["get", "configmap", "kube-proxy", "--namespace=kube-system", "--output=json"]);
    await own.cluster.kubectl(["replace", "-f", "-"], configMap.replace("mode: nftables", "mode: iptables"));
    const diff = await diffOf(own, asked);
    expect(changedIn(diff)).toEqual([["ConfigMap/kube-system/kube-proxy config.conf", "changed"]]);
    expect(diff.documents[2]?.lines).toEqual(["- mode: iptables", "+ mode: nftables"]);
    expect(commandsOf(diff, "kubectl")[0]).toBe("kubectl -n kube-system edit configmap kube-proxy (its config.conf)");
    expect(diff.order).toHaveLength(3);
  });
}
