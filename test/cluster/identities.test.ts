/** The ways to say who one is that differ from a certificate in a kubeconfig, each with a real token of a service account. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NODES } from "../../src/venues/cluster/objects/resources.js";
import { agentImageUnavailable, ensureAgentImage } from "./agent-image.mjs";
import type { Cluster } from "./fixture.js";
import { type Changes, Kubeconfigs, tokenOf } from "./kubeconfigs.js";
import { CLUSTER_START_MS, sharedCluster } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";
import { API_SERVICE } from "./variants.mjs";

const PODWIRE = fileURLToPath(new URL("../../bin/podwire", import.meta.url));
const NAMESPACE = "identities";
const unavailable = (await clusterUnavailable()) ?? agentImageUnavailable();

describe.skipIf(unavailable !== undefined)(`identities (${unavailable ?? "known to a real API server"})`, () => {
  let cluster: Cluster;
  let kubeconfigs: Kubeconfigs;
  let token: string;

  beforeAll(async () => {
    const tar = await ensureAgentImage();
    cluster = await sharedCluster({ network: "flannel-vxlan" });
    await cluster.importImage(tar);
    kubeconfigs = new Kubeconfigs(cluster);
    await cluster.kubectl(["create", "namespace", NAMESPACE]);
    await cluster.kubectl(["create", "serviceaccount", "operator", "--namespace", NAMESPACE]);
    const everything = ["--clusterrole=cluster-admin", `--serviceaccount=${NAMESPACE}:operator`];
    await cluster.kubectl(["create", "clusterrolebinding", NAMESPACE, ...everything]);
    token = await tokenOf(cluster, NAMESPACE, "operator");
  }, CLUSTER_START_MS);

  afterAll(async () => {
    kubeconfigs.remove();
    await cluster.kubectl(["delete", "clusterrolebinding", NAMESPACE]);
    await cluster.kubectl(["delete", "namespace", NAMESPACE]);
  });

  /** Nodes that this identity is shown: without one, none is. */
  async function nodesSeen(changes: Changes): Promise<string[]> {
    const names: string[] = [];
    for await (const node of kubeconfigs.open(changes).list(NODES)) names.push(node.metadata.name);
    return names.sort();
  }

  test("a credential plugin's token", async () => {
    const answer = kubeconfigs.beside("credential.json");
    const version = "client.authentication.k8s.io/v1";
    writeFileSync(answer, JSON.stringify({ apiVersion: version, kind: "ExecCredential", status: { token } }));
    const exec = { apiVersion: version, command: "cat", args: [answer], interactiveMode: "Never" };
    expect(await nodesSeen({ user: { exec } })).toEqual(["node-1", "node-2"]);
  });

  test("a token in a file of its own", async () => {
    const tokenFile = kubeconfigs.beside("token");
    writeFileSync(tokenFile, `${token}\n`);
    expect(await nodesSeen({ user: { tokenFile } })).toEqual(["node-1", "node-2"]);
    expect(await nodesSeen({ user: { tokenFile: "token" } })).toEqual(["node-1", "node-2"]);
    await expect(nodesSeen({ user: { tokenFile: "no-such-file" } })).rejects.toThrow(/^cannot list nodes: .*ENOENT.*no-such-file/);
  });

  test("a pod's service account, where there is no kubeconfig: the API and streams to pods by it", async () => {
    const account = kubeconfigs.beside("serviceaccount");
    mkdirSync(account);
    writeFileSync(join(account, "token"), token);
    writeFileSync(join(account, "namespace"), NAMESPACE);
    copyFileSync(join(cluster.description.state, "pki", "ca.crt"), join(account, "ca.crt"));
    // As in a pod: the account's files under /run in mounts of its own, and the Service `kubernetes` by kube-proxy's rules.
    const asInPod =
      'mount -t tmpfs tmpfs /run && mkdir -p /run/secrets/kubernetes.io && cp -r "$0" /run/secrets/kubernetes.io/serviceaccount && exec "$@"';
    const environment = ["--unset=KUBECONFIG", "HOME=/nowhere", `KUBERNETES_SERVICE_HOST=${API_SERVICE}`, "KUBERNETES_SERVICE_PORT=443"];
    const command = [process.execPath, PODWIRE, "cluster", "inspect", "--pods", "--json"];
    const [program = "", ...words] = cluster.enter("node-1", [
      ...["env", ...environment, "unshare", "--mount", "sh", "-c", asInPod, account],
      ...command,
    ]);
    const { exitCode, stdout, stderr } = await execa(program, words, { reject: false });
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ inspection: { cni: "flannel", mode: "flannel-vxlan" } });
    expect(stderr).toMatch(/namespace podwire-\w+ is deleted/);
  });
});
